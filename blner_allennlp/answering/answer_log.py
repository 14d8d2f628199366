"""`predictions/answers.json`: with which weights the answers of a run were made, and what they are worth."""

import json
from pathlib import Path
from typing import Any

from blner_allennlp.atomic_file import replacing
from blner_allennlp.runs.run_directory import PREDICTIONS_NAME

LOG_NAME = "answers.json"


class AnswerLog:
    """Notes for each prediction file the file of the weights and the F1, a share in [0, 1].

    Notes on splits that are not answered this time stay.

    Args:
        run_directory: the run's directory.
    """

    def __init__(self, run_directory: Path) -> None:
        self._path = run_directory / PREDICTIONS_NAME / LOG_NAME
        self._notes = self._read()

    def add(self, split: str, head: str, weights: str, f1: float) -> None:
        """Note one more file.

        Args:
            split: `train`, `dev` or `test`.
            head: `seq` or `span`.
            weights: name of the file of the weights.
            f1: of the answers.
        """
        self._notes.setdefault(split, {})[head] = {"weights": weights, "f1": f1}
        with replacing(self._path) as unfinished:
            unfinished.write_text(json.dumps(self._notes, indent=2) + "\n", encoding="utf-8")

    def _read(self) -> dict[str, Any]:
        try:
            notes = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        is_log = isinstance(notes, dict) and all(isinstance(heads, dict) for heads in notes.values())
        return notes if is_log else {}
