"""What a long text takes: no tensor holds a vector for each of its spans."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from blner_allennlp.heads import SpanHead

WORDS = ["Ada", "sails", "to", "Oslo", "with", "a", "Kodak", "again", "."]
MAX_WIDTH = 64


class LargestTensor(TorchDispatchMode):
    """Remembers how many elements the largest tensor has that any operation makes."""

    def __init__(self) -> None:
        super().__init__()
        self.num_elements = 0

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = function(*args, **(kwargs or {}))
        for made in output if isinstance(output, (tuple, list)) else (output,):
            if isinstance(made, torch.Tensor):
                # A view holds no memory of its own.
                self.num_elements = max(
                    self.num_elements, made.untyped_storage().nbytes() // made.element_size()
                )
        return output


def test_no_tensor_holds_a_vector_for_each_span(
    tiny_encoder: Path, load_script: Callable[[str], ModuleType]
) -> None:
    predictor = load_script("fixtures/golden/make_predictions.py").build_predictor(tiny_encoder)
    model = predictor._model
    hidden_dim = model.encoder.get_output_dim()
    model.span_head = SpanHead(hidden_dim, hidden_dim, model.span_head.entity_types, MAX_WIDTH)
    num_words = 900
    with LargestTensor() as largest:
        output = predictor.predict_json({"tokens": (WORDS * 100)[:num_words]})
    assert len(output["tokens"]) == num_words
    num_labels = 1 + len(model.span_head.entity_types)
    # The scores of all spans have to be somewhere.
    assert largest.num_elements >= num_words * MAX_WIDTH * num_labels
    assert largest.num_elements < num_words * MAX_WIDTH * hidden_dim
