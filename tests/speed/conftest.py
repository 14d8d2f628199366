"""The sample corpus and a trained model, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from allennlp.models.archival import Archive, load_archive

from blner_allennlp.speed.corpus_sample import CorpusSample

PROJECT_ROOT = Path(__file__).resolve().parents[2]
CORPUS = PROJECT_ROOT / "fixtures" / "data" / "sample" / "dev.conll"
CPU = torch.device("cpu")


@pytest.fixture(scope="session")
def corpus_path() -> Path:
    return CORPUS


@pytest.fixture(scope="session")
def sample() -> CorpusSample:
    return CorpusSample.read(CORPUS, "columns", {}, None)


@pytest.fixture
def archive(tiny_archive: Path) -> Archive:
    """A fresh one for each test: tasks do with it what they like."""
    return load_archive(tiny_archive)
