"""Ranges around the stages of a step, for torch's profiler; the model knows nothing of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.profiler import record_function

from benchmarks.measuring import wait_for_device
from blner_allennlp.heads import span_head
from blner_allennlp.models import BundledNer
from blner_allennlp.speed.timed_methods import replaced_method

PREFIX = "stage: "
"""What the names of our ranges begin with, so that no operator is taken for one."""

WHOLE = "the rest"
"""The range around a step: what of it no other range claims."""

BACKWARD = "backward"
ENCODER = "encoder"

# A stage within a stage has its own time, and the outer one what is left. Owners are the model, and what of it is named
# with dots.
_MODEL_METHODS = (
    ("encoder.encode", "word pooling"),
    ("encoder._transform", ENCODER),
    ("sequence_head.scores", "sequence head"),
    ("sequence_head.loss", "sequence head's loss"),
    ("sequence_head.decode", "decoding"),
    ("sequence_head.find_entities", "decoding"),
    ("span_head.loss", "span head"),
    ("span_head._training_spans", "drawing of negatives"),
    ("span_head.scores", "span head"),
    ("span_head.grid_loss", "span head's loss"),
    ("span_head.decode", "decoding"),
    ("_score", "scoring"),
    ("_count_reach", "scoring"),
    ("get_metrics", "scoring"),
)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Make what is done in this context a stage.

    Args:
        name: the stage's.
    """
    with record_function(PREFIX + name):
        yield
        # A GPU has to have done a stage's work by its end, or the next one would be charged for it.
        wait_for_device()


def as_stage(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Make each call of a function a stage.

    Args:
        name: the stage's.
        function: the function.

    Returns:
        A function that does the same.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with stage(name):
            return function(*args, **kwargs)

    return call


@contextmanager
def model_ranges(model: BundledNer, optimizer: torch.optim.Optimizer | None = None) -> Iterator[None]:
    """Put ranges around the stages of a model's steps while this context lasts.

    Args:
        model: the model, with both heads.
        optimizer: what changes its weights; None in evaluation.
    """
    methods: list[tuple[Any, str, str]] = []
    for path, name in _MODEL_METHODS:
        owner_name, _, method_name = path.rpartition(".")
        methods.append((getattr(model, owner_name) if owner_name else model, method_name, name))
    methods.append((span_head, "_mean_cross_entropy", "span head's loss"))
    if optimizer is not None:
        methods += [
            (torch.Tensor, "backward", BACKWARD),
            (torch.nn.utils, "clip_grad_norm_", "clipping"),
            (optimizer, "step", "optimizer"),
            (optimizer, "zero_grad", "optimizer"),
        ]
    with ExitStack() as replaced:
        for owner, method_name, name in methods:
            replacement = as_stage(name, getattr(owner, method_name))
            replaced.enter_context(replaced_method(owner, method_name, replacement))
        yield
