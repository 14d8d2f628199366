"""Which method of a model is which stage."""

from __future__ import annotations

from blner_allennlp.models import BundledNer
from blner_allennlp.speed.stages import Stage
from blner_allennlp.speed.timed_methods import TimedMethod


def model_stages(model: BundledNer) -> list[TimedMethod]:
    """Name the stages of a model's forward pass.

    Args:
        model: the model.

    Returns:
        Its methods, and those of its encoder and its heads.
    """
    return [
        TimedMethod(model.encoder, "encode", Stage.WORD_VECTORS),
        TimedMethod(model.encoder, "_transform", Stage.ENCODER),
        TimedMethod(model, "_tag", Stage.HEADS),
        TimedMethod(model, "_classify_spans", Stage.HEADS),
        TimedMethod(model, "_decode", Stage.DECODE),
        TimedMethod(model, "_find", Stage.DECODE),
        TimedMethod(model, "_score", Stage.SCORE),
        TimedMethod(model, "_count_reach", Stage.SCORE),
        TimedMethod(model, "get_metrics", Stage.SCORE),
    ]
