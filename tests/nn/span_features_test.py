import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.nn.span_features import candidate_mask, running_maximum_scores, span_maximum, words_at

batches = st.tuples(
    st.lists(st.integers(1, 7), min_size=1, max_size=3), st.integers(1, 9), st.integers(0, 2**16)
)


def mask_of(lengths):
    return torch.tensor([[word < length for word in range(max(lengths))] for length in lengths])


def all_spans(length, max_width):
    return [
        (start, end)
        for start in range(length)
        for end in range(start + 1, min(length, start + max_width) + 1)
    ]


@given(batches)
def test_candidates_are_all_spans_that_end_inside_their_sentence(batch):
    lengths, max_width, _ = batch
    mask = candidate_mask(mask_of(lengths), max_width)
    assert mask.shape == (len(lengths), max(lengths), max_width)
    for row, length in enumerate(lengths):
        cells = {(start, start + width + 1) for start, width in mask[row].nonzero().tolist()}
        assert cells == set(all_spans(length, max_width))


@pytest.mark.parametrize(
    ("num_words", "max_width", "num_spans"), [(100, 100, 5050), (100, 10, 955), (3, 2, 5), (4, 10, 10)]
)
def test_known_numbers_of_candidates_come_out(num_words, max_width, num_spans):
    word_mask = torch.ones(1, num_words, dtype=torch.bool)
    assert candidate_mask(word_mask, max_width).sum().item() == num_spans


@settings(max_examples=30)
@given(batches)
def test_running_maximum_is_the_maximum_over_each_span(batch):
    lengths, max_width, seed = batch
    torch.manual_seed(seed)
    word_vectors = torch.randn(len(lengths), max(lengths), 3)
    # A product with ones and zeros only changes nothing.
    by_width = list(running_maximum_scores(word_vectors, torch.eye(3), max_width))
    assert len(by_width) == max_width
    for row, length in enumerate(lengths):
        for start, end in all_spans(length, max_width):
            expected = word_vectors[row, start:end].max(dim=0).values
            assert torch.equal(by_width[end - start - 1][row, start], expected)


def test_running_maximum_never_holds_an_infinity():
    for scores in running_maximum_scores(torch.randn(2, 3, 4), torch.randn(5, 4), max_width=6):
        assert scores.shape == (2, 3, 5)
        assert scores.isfinite().all()


def test_running_maximum_has_the_same_scores_and_a_gradient_where_one_is_wanted():
    torch.manual_seed(0)
    word_vectors, weight = torch.randn(2, 5, 4), torch.randn(3, 4)
    before = word_vectors.clone()
    without = list(running_maximum_scores(word_vectors, weight, 7))
    assert torch.equal(word_vectors, before)
    wanted = word_vectors.clone().requires_grad_()
    scores = list(running_maximum_scores(wanted, weight, 7))
    assert all(map(torch.equal, scores, without))
    torch.stack(scores).sum().backward()
    brute_force = word_vectors.clone().requires_grad_()
    maxima = [
        brute_force[:, start : start + width].max(dim=1).values for width in range(1, 8) for start in range(5)
    ]
    (torch.stack(maxima) @ weight.T).sum().backward()
    torch.testing.assert_close(wanted.grad, brute_force.grad)


@settings(max_examples=30)
@given(batches)
def test_span_maximum_and_its_gradient_equal_brute_force(batch):
    lengths, max_width, seed = batch
    torch.manual_seed(seed)
    ours = torch.randn(len(lengths), max(lengths), 3, dtype=torch.float64, requires_grad=True)
    brute_force = ours.detach().clone().requires_grad_()
    spans = [all_spans(length, max_width) for length in lengths]
    most_spans = max(map(len, spans))
    padded = torch.tensor([row + [(0, 1)] * (most_spans - len(row)) for row in spans])
    maxima = span_maximum(ours, padded[..., 0], padded[..., 1] - padded[..., 0], max_width)
    expected = torch.stack(
        [
            torch.stack([brute_force[row, start:end].max(dim=0).values for start, end in row_spans])
            for row, row_spans in enumerate(padded.tolist())
        ]
    )
    assert torch.equal(maxima, expected)
    weights = torch.randn_like(maxima)
    (maxima * weights).sum().backward()
    (expected * weights).sum().backward()
    assert torch.allclose(ours.grad, brute_force.grad)


def test_tied_words_share_the_gradient_of_their_maximum():
    word_vectors = torch.ones(1, 3, 1, requires_grad=True)
    span_maximum(word_vectors, torch.tensor([[0]]), torch.tensor([[3]]), max_width=4).sum().backward()
    assert word_vectors.grad.sum().item() == pytest.approx(1.0)
    assert (word_vectors.grad > 0).all()


def test_span_maximum_takes_rows_without_spans():
    empty = torch.zeros(2, 0, dtype=torch.long)
    assert span_maximum(torch.randn(2, 3, 4), empty, empty, max_width=2).shape == (2, 0, 4)


def test_words_at_picks_from_the_own_row():
    word_vectors = torch.arange(12.0).view(2, 3, 2)
    picked = words_at(word_vectors, torch.tensor([[2, 0], [1, 1]]))
    assert picked.tolist() == [[[4.0, 5.0], [0.0, 1.0]], [[8.0, 9.0], [8.0, 9.0]]]


def test_widths_below_one_are_refused():
    word_vectors, word_mask = torch.zeros(1, 2, 3), torch.ones(1, 2, dtype=torch.bool)
    index = torch.zeros(1, 1, dtype=torch.long)
    with pytest.raises(ValueError, match="max_width is 0, but must be at least 1 word"):
        candidate_mask(word_mask, 0)
    with pytest.raises(ValueError, match="max_width is 0, but must be at least 1 word"):
        next(running_maximum_scores(word_vectors, torch.eye(word_vectors.size(2)), 0))
    with pytest.raises(ValueError, match="max_width is -1, but must be at least 1 word"):
        span_maximum(word_vectors, index, index + 1, -1)
