"""What a batch costs: worked out by hand, and against the windows that the encoder really reads."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.batching import BatchBudget, SentenceSize
from blner_allennlp.nn.windows import plan_windows


def test_a_row_costs_its_pieces_its_attention_and_its_spans() -> None:
    budget = BatchBudget(1000, max_width=4, attention_length=50, spans_per_piece=8)
    # 20 pieces, each 20/50 more for attention, and 12 * 4 spans at 1/8.
    assert budget.row_cost(SentenceSize(20, 12)) == pytest.approx(20 + 8 + 6)


def test_every_row_of_a_batch_costs_as_much_as_the_longest() -> None:
    budget = BatchBudget(1000, max_width=4, attention_length=50, spans_per_piece=8)
    sizes = [SentenceSize(20, 3), SentenceSize(5, 12), SentenceSize(1, 1)]
    assert budget.batch_cost(sizes) == pytest.approx(3 * (20 + 8 + 6))
    assert budget.batch_cost([]) == 0


@given(
    num_pieces=st.integers(2, 60),
    num_special=st.integers(0, 2),
    room=st.integers(1, 12),
)
def test_windows_are_counted_as_they_are_read(num_pieces: int, num_special: int, room: int) -> None:
    limit = num_special + room
    num_prefix = (num_special + 1) // 2
    budget = BatchBudget(
        1000, max_pieces_at_once=limit, num_special_pieces=num_special, attention_length=10**12
    )
    plan = plan_windows(
        torch.ones(1, num_pieces, dtype=torch.bool),
        torch.full((1, 1, 2), -1),
        limit,
        num_prefix,
        num_special - num_prefix,
    )
    expected = plan.piece_mask.numel() if num_pieces > limit else num_pieces
    assert budget.row_cost(SentenceSize(num_pieces, 1)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_pieces": 0}, "max_pieces is 0, but must be at least 1"),
        ({"max_pieces": float("nan")}, "max_pieces is nan"),
        ({"max_width": -1}, "max_width is -1, but must be at least 0"),
        ({"num_special_pieces": -1}, "num_special_pieces is -1"),
        ({"attention_length": 0}, "attention_length is 0"),
        ({"spans_per_piece": 0}, "spans_per_piece is 0"),
        ({"max_pieces_at_once": 2}, "max_pieces_at_once is 2, but 2 of these are special"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        BatchBudget(**{"max_pieces": 100, **settings})
