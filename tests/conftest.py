"""What all tests need."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Before any test module imports AllenNLP: it makes AllenNLP run on today's libraries. An installed package
# does so in every process; this makes it so in a checkout as well.
import blner_allennlp  # noqa: F401

# How long an example takes says nothing on a busy machine; `make bench` is for that.
settings.register_profile("any_machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_machine")

PROJECT_ROOT = Path(__file__).resolve().parents[1]

# What makes the tiny encoder, which knows nothing, find names of the sample corpus after a few seconds.
FAST_LEARNING: dict[str, Any] = {
    "model.alpha": 0.5,
    "model.encoder.sub_token_mode": "first",
    "model.span_head.max_negatives": 5,
    "data_loader.batch_sampler.batch_size": 8,
    "trainer.optimizer.lr": 5e-3,
}


@pytest.fixture(scope="session")
def load_script() -> Callable[[str], ModuleType]:
    """Imports a script that belongs to no package, by its path below the project's root."""

    def load(relative_path: str) -> ModuleType:
        script = PROJECT_ROOT / relative_path
        spec = importlib.util.spec_from_file_location(f"script_{script.stem}", script)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory, load_script: Callable[[str], ModuleType]) -> Path:
    """The directory of a complete encoder: cased WordPiece, 2 layers, 32 dimensions, weights from a seed."""
    module = load_script("fixtures/tiny_encoder/make_weights.py")
    directory: Path = module.make_tiny_encoder(tmp_path_factory.mktemp("encoders") / "tiny_encoder")
    return directory


@pytest.fixture(scope="session")
def fast_learning() -> dict[str, Any]:
    """Overrides of an experiment with which the tiny encoder learns something in a few epochs."""
    return dict(FAST_LEARNING)


@pytest.fixture(scope="session")
def train_experiment(tiny_encoder: Path) -> Callable[..., dict[str, Any]]:
    """Trains an experiment in this process, on the invented corpora; returns its metrics."""

    def train(
        name: str,
        serialization_dir: Path,
        overrides: dict[str, Any] | None = None,
        *,
        encoder: Path = tiny_encoder,
        data: str = "fixtures/data",
        recover: bool = False,
    ) -> dict[str, Any]:
        from allennlp.commands.train import train_model_from_file

        with _project_settings(encoder, data):
            train_model_from_file(
                f"experiments/{name}.jsonnet", serialization_dir, json.dumps(overrides or {}), recover=recover
            )
        metrics: dict[str, Any] = json.loads((serialization_dir / "metrics.json").read_text(encoding="utf-8"))
        return metrics

    return train


@pytest.fixture(scope="session")
def tiny_archive(
    tmp_path_factory: pytest.TempPathFactory,
    train_experiment: Callable[..., dict[str, Any]],
    fast_learning: dict[str, Any],
) -> Path:
    """`model.tar.gz` of a model that finds about half of the sample corpus's names with either head."""
    directory = tmp_path_factory.mktemp("archives") / "tiny"
    overrides = {**fast_learning, "dataset_reader.max_instances": 240, "evaluate_on_test": False}
    metrics = train_experiment("quickstart", directory, overrides)
    assert metrics["best_validation_span_f1"] > 0.3
    assert metrics["best_validation_seq_f1"] > 0.1
    return directory / "model.tar.gz"


@pytest.fixture(scope="session")
def allennlp_environment(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> dict[str, str]:
    """Environment of a process that runs `python -m allennlp` in a checkout, its child processes included."""
    # An installed package has a start-up file for this.
    start_up = tmp_path_factory.mktemp("start_up")
    (start_up / "sitecustomize.py").write_text("import blner_allennlp\n", encoding="utf-8")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(start_up), str(PROJECT_ROOT))),
        "OMP_NUM_THREADS": "1",
        "BLNER_DATA": "fixtures/data",
        "BLNER_ENCODER": str(tiny_encoder),
    }


@pytest.fixture(scope="session")
def run_allennlp(tiny_encoder: Path) -> Callable[..., None]:
    """Runs the `allennlp` command in this process, where everything is loaded already."""

    def run(*arguments: str | Path) -> None:
        from allennlp.commands import main

        with _project_settings(tiny_encoder, "fixtures/data"), pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["allennlp", *map(str, arguments)])
            main(prog="allennlp")

    return run


@contextmanager
def _project_settings(encoder: Path, data: str) -> Iterator[None]:
    """The directory and the variables that experiments expect; AllenNLP's logging ends with it."""
    from allennlp.common.tqdm import logger as progress_logger

    loggers = (logging.getLogger(), progress_logger)
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    excepthook = sys.excepthook
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT_ROOT)
        patch.setenv("BLNER_ENCODER", str(encoder))
        patch.setenv("BLNER_DATA", data)
        try:
            yield
        finally:
            sys.excepthook = excepthook
            for logger, level, handlers in before:
                for handler in set(logger.handlers) - set(handlers):
                    handler.close()
                logger.setLevel(level)
                logger.handlers[:] = handlers
