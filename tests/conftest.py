"""What all tests need."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

# Before any test module imports AllenNLP: it makes AllenNLP run on today's libraries. An installed package
# does so in every process; this makes it so in a checkout as well.
import blner_allennlp  # noqa: F401

PROJECT_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a complete encoder: cased WordPiece, 2 layers, 32 dimensions, weights from a seed."""
    script = PROJECT_ROOT / "fixtures" / "tiny_encoder" / "make_weights.py"
    spec = importlib.util.spec_from_file_location("make_tiny_encoder", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    directory: Path = module.make_tiny_encoder(tmp_path_factory.mktemp("encoders") / "tiny_encoder")
    return directory
