"""What a run's metrics say of the answers that were written down."""

import json
import logging
from pathlib import Path
from typing import Any

from blner_allennlp.checkpoints import best_of_head_path

logger = logging.getLogger(__name__)

TOLERANCE = 1e-6


def check_against_metrics(
    run_directory: Path, split: str, head: str, f1: float, *, answers_run: bool, has_own_weights: bool
) -> float | None:
    """Compare the F1 of written answers with what the training measured; a difference is said in the log.

    Args:
        run_directory: the run's directory.
        split: `train`, `dev` or `test`.
        head: the head that answered, `seq` or `span`.
        f1: of its answers, a share in [0, 1].
        answers_run: whether it is the head that the run's own metrics are about.
        has_own_weights: whether it answered with weights that were kept for it alone.

    Returns:
        What the training measured; None where it did not.
    """
    measured: Any = None
    if has_own_weights:
        if split == "dev":
            measured = _read(best_of_head_path(run_directory, head).with_suffix(".json")).get("f1")
    else:
        prefix = {"dev": "best_validation_", "test": "test_"}.get(split)
        name = "f1" if answers_run else f"{head}_f1"
        measured = None if prefix is None else _read(run_directory / "metrics.json").get(prefix + name)
    if not isinstance(measured, int | float):
        return None
    if abs(measured - f1) > TOLERANCE:
        logger.warning(
            "%s: the %s head's answers to %s have an F1 of %.6f, but the training measured %.6f; another device or "
            "precision may make such a difference, and so may data that were changed since",
            run_directory, head, split, f1, measured,
        )  # fmt: skip
    return float(measured)


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
