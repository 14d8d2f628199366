"""Runs that train nothing: for tests of what is made of real ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blner_allennlp.sweeps.planned_run import PlannedRun
from blner_allennlp.sweeps.run_state import RunState

SCRIPT = Path(__file__).with_name("fake_training.py")


def make_run(
    directory: Path,
    seed: int = 1,
    corpus: str = "sample",
    model: str = "SeqNER",
    *,
    num_epochs: int | None = 2,
    alpha: float = 1,
    **config: Any,
) -> PlannedRun:
    """A planned run with a small configuration."""
    values = {
        "model": {"type": "bundled_ner", "alpha": alpha},
        "trainer": {} if num_epochs is None else {"num_epochs": num_epochs},
        "validation_data_path": "dev.conll",
        "test_data_path": "test.conll",
        "random_seed": seed,
        "numpy_seed": seed,
        "pytorch_seed": seed,
        **config,
    }
    name = f"{corpus}/{model}/seed-{seed}"
    return PlannedRun(name, corpus, model, "", seed, directory / name, Path("made.jsonnet"), {}, values)


@dataclass(frozen=True)
class FakeCommands:
    """Starts the script beside this file, with a behaviour by seed."""

    behaviours: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    def train(self, run: PlannedRun, *, recover: bool) -> list[str]:
        """As of the protocol."""
        return self._command("train", run, "recover" if recover else "new")

    def answer(self, run: PlannedRun, device: int) -> list[str]:
        """As of the protocol."""
        return self._command("answer", run, str(device))

    def _command(self, what: str, run: PlannedRun, how: str) -> list[str]:
        behaviour = json.dumps(self.behaviours.get(run.seed, {}))
        config = json.dumps(run.config)
        # Without `site`: a process a test is slow enough.
        return [sys.executable, "-I", "-S", str(SCRIPT), what, str(run.directory), how, config, behaviour]


@dataclass
class Recorded:
    """A watcher that remembers."""

    events: list[tuple[str, str]] = field(default_factory=list)
    most_at_once: int = 0

    def happened(self, state: RunState) -> None:
        """As of the protocol."""
        self.events.append((state.run.name, str(state.status)))

    def tick(self, states: Sequence[RunState]) -> None:
        """As of the protocol."""
        self.most_at_once = max(self.most_at_once, sum(state.status.is_active for state in states))
