"""Times, scores and events in words."""

from __future__ import annotations

from collections.abc import Mapping

from blner_allennlp.reporting.number_format import duration
from blner_allennlp.sweeps.run_state import RunState, Status


def format_seconds(seconds: float | None) -> str:
    """Write a duration, in whole seconds: it is shown while they pass.

    Args:
        seconds: how long; None where it is not known.

    Returns:
        `42 s`, `3 min 05 s`, `2 h 07 min`, or a dash.
    """
    return duration(seconds, decimals=0)


def format_scores(best_f1: Mapping[str, float]) -> str:
    """Write the best scores so far.

    Args:
        best_f1: F1 in [0, 1] by head.

    Returns:
        Per cent, with the head where there are two; empty without any.
    """
    if len(best_f1) == 1:
        return f"{100 * next(iter(best_f1.values())):.2f}"
    return "  ".join(f"{head} {100 * score:.2f}" for head, score in best_f1.items())


def format_epochs(state: RunState) -> str:
    """Write how far a training is.

    Args:
        state: the run.

    Returns:
        `2/4`; without the end where it is not known; empty before the first epoch of a waiting run.
    """
    if state.status is Status.WAITING and not state.num_epochs:
        return ""
    total = state.run.num_epochs
    return f"{state.num_epochs}/{total}" if total is not None else str(state.num_epochs)


def describe_event(state: RunState) -> str:
    """Say where a run is now.

    Args:
        state: the run.

    Returns:
        A few words.
    """
    if state.status is Status.FAILED:
        return f"failed: {state.error}"
    if state.status is Status.TRAINING and state.num_epochs > state.first_epoch:
        return f"epoch {format_epochs(state)} done, best dev F1 {format_scores(state.best_f1)}"
    if state.status is Status.TRAINING:
        return "training" + (f", goes on after epoch {state.first_epoch}" if state.first_epoch else "")
    if state.status is Status.DONE:
        return f"done in {format_seconds(state.seconds)}, best dev F1 {format_scores(state.best_f1)}"
    return str(state.status)
