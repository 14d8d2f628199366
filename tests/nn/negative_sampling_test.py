from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.nn.negative_sampling import sample_negatives

MAX_WIDTH = 3


def grid_of(lengths, max_width=MAX_WIDTH):
    return torch.tensor(
        [
            [[start + width <= length for width in range(1, max_width + 1)] for start in range(max(lengths))]
            for length in lengths
        ]
    )


def gold_tensors(spans_by_sentence):
    most = max(map(len, spans_by_sentence), default=0)
    padded = torch.tensor([[*spans, *[(-1, -1)] * (most - len(spans))] for spans in spans_by_sentence])
    padded = padded.view(len(spans_by_sentence), most, 2).long()
    return padded[..., 0], padded[..., 1] - padded[..., 0], padded[..., 0] >= 0


def drawn_spans(drawn, row):
    word_start, width, mask = drawn
    return [
        (start, start + num_words)
        for start, num_words, real in zip(
            word_start[row].tolist(), width[row].tolist(), mask[row].tolist(), strict=True
        )
        if real
    ]


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 6), min_size=1, max_size=3),
    st.one_of(st.none(), st.integers(0, 20)),
    st.integers(0, 2**16),
    st.data(),
)
def test_negatives_are_distinct_candidates_never_gold_and_as_many_as_there_can_be(
    lengths, max_negatives, seed, data
):
    gold = []
    for length in lengths:
        spans = [(start, end) for start in range(length) for end in range(start + 1, length + 1)]
        gold.append(data.draw(st.lists(st.sampled_from(spans), max_size=4)))
    generator = torch.Generator().manual_seed(seed)
    drawn = sample_negatives(grid_of(lengths), *gold_tensors(gold), max_negatives, generator)
    for row, length in enumerate(lengths):
        candidates = {
            (start, end)
            for start in range(length)
            for end in range(start + 1, min(length, start + MAX_WIDTH) + 1)
        }
        negatives = candidates - set(gold[row])
        spans = drawn_spans(drawn, row)
        assert len(spans) == len(set(spans))
        assert set(spans) <= negatives
        assert len(spans) == (len(negatives) if max_negatives is None else min(max_negatives, len(negatives)))


def test_every_negative_is_equally_likely():
    num_draws = 3000
    # The same sentence many times over: one draw for each row.
    grid = grid_of([4]).expand(num_draws, -1, -1)
    no_gold = torch.zeros(num_draws, 0, dtype=torch.long)
    generator = torch.Generator().manual_seed(0)
    drawn = sample_negatives(grid, no_gold, no_gold, no_gold.bool(), 4, generator)
    counts = Counter(span for row in range(num_draws) for span in drawn_spans(drawn, row))
    expected = num_draws * 4 / 9
    assert len(counts) == 9
    # Five standard deviations of a binomial variable with p = 4 / 9.
    tolerance = 5 * (num_draws * 4 / 9 * 5 / 9) ** 0.5
    assert all(abs(count - expected) < tolerance for count in counts.values())


def test_a_seed_fixes_the_draw_and_the_next_draw_differs():
    grid, gold = grid_of([12, 9]), gold_tensors([[(0, 1)], []])
    first, second = (
        [sample_negatives(grid, *gold, 5, generator)[:2] for _ in range(2)]
        for generator in (torch.Generator().manual_seed(1), torch.Generator().manual_seed(1))
    )
    for ours, theirs in zip(first, second, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    assert not torch.equal(torch.stack(first[0]), torch.stack(first[1]))


def test_the_global_generator_is_the_default():
    grid, gold = grid_of([12]), gold_tensors([[]])
    draws = []
    for _ in range(2):
        torch.manual_seed(3)
        draws.append(torch.stack(sample_negatives(grid, *gold, 5)[:2]))
    assert torch.equal(*draws)


def test_padding_is_the_first_word_alone():
    word_start, width, mask = sample_negatives(grid_of([1, 4]), *gold_tensors([[(0, 1)], []]), 6)
    assert not mask[0].any()
    assert set(word_start[0].tolist()) == {0}
    assert set(width[0].tolist()) == {1}


def test_a_negative_number_of_negatives_is_refused():
    with pytest.raises(ValueError, match="max_negatives is -1, but must be at least 0"):
        sample_negatives(grid_of([1]), *gold_tensors([[]]), -1)
