import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.nn.linear_chain_crf import LinearChainCrf
from blner_allennlp.nn.scaled_partition import scaled_log_partition
from blner_allennlp.nn.tag_chain import TagChain


def enumerated(emissions, chain):
    """log Z of one sentence and the probability of each tag, from every path."""
    scores = {}
    for path in itertools.product(range(len(chain.start_scores)), repeat=len(emissions)):
        steps = sum(chain.transition_scores[i, j].item() for i, j in itertools.pairwise(path))
        emitted = sum(row[tag].item() for row, tag in zip(emissions, path, strict=True))
        scores[path] = (
            chain.start_scores[path[0]].item() + steps + emitted + chain.end_scores[path[-1]].item()
        )
    highest = max(scores.values())
    log_total = highest + math.log(sum(math.exp(score - highest) for score in scores.values()))
    return log_total, {path: math.exp(score - log_total) for path, score in scores.items()}


def random_chain(num_tags, spread=1.0, dtype=torch.float64):
    parts = (torch.randn(num_tags, num_tags), torch.randn(num_tags), torch.randn(num_tags))
    return TagChain(*((spread * part).to(dtype).requires_grad_() for part in parts))


def mask_of(lengths):
    return torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


@settings(max_examples=25)
@given(
    st.integers(1, 4),
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.sampled_from([0.0, 1.0, 30.0]),
    st.integers(0, 2**16),
)
def test_the_sum_and_its_gradient_are_those_of_enumeration(num_tags, lengths, spread, seed):
    torch.manual_seed(seed)
    chain = random_chain(num_tags, spread)
    emissions = (
        spread * torch.randn(len(lengths), max(lengths), num_tags, dtype=torch.float64)
    ).requires_grad_()
    shares = torch.rand(len(lengths), dtype=torch.float64)

    log_partition = scaled_log_partition(emissions, mask_of(lengths), chain)
    (log_partition * shares).sum().backward()

    expected = {
        "emissions": torch.zeros_like(emissions),
        "steps": torch.zeros_like(chain.transition_scores),
        "starts": torch.zeros_like(chain.start_scores),
        "ends": torch.zeros_like(chain.end_scores),
    }
    for row, length in enumerate(lengths):
        log_total, prob_of_path = enumerated(emissions[row, :length], chain)
        assert log_partition[row].item() == pytest.approx(log_total)
        for path, prob in prob_of_path.items():
            share = shares[row].item() * prob
            for word, tag in enumerate(path):
                expected["emissions"][row, word, tag] += share
            for before, after in itertools.pairwise(path):
                expected["steps"][before, after] += share
            expected["starts"][path[0]] += share
            expected["ends"][path[-1]] += share
    found = (emissions, chain.transition_scores, chain.start_scores, chain.end_scores)
    for scores, gradient in zip(found, expected.values(), strict=True):
        torch.testing.assert_close(scores.grad, gradient)


def test_gradients_are_those_of_finite_differences():
    torch.manual_seed(3)
    chain, word_mask = random_chain(3), mask_of([4, 1, 2])
    parts = (chain.transition_scores, chain.start_scores, chain.end_scores)
    emissions = torch.randn(3, 4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda emissions, *parts: scaled_log_partition(emissions, word_mask, TagChain(*parts)),
        (emissions, *parts),
    )


def test_a_crf_has_the_same_loss_and_gradient_either_way():
    torch.manual_seed(5)
    crf = LinearChainCrf(9)
    lengths = [60, 1, 33, 60]
    emissions, word_mask = 4 * torch.randn(4, 60, 9), mask_of(lengths)
    found = []
    for is_scaled in (False, True):
        crf.scaled_partition = is_scaled
        scores = emissions.clone().requires_grad_()
        log_partition = crf.log_partition(scores, word_mask)
        found.append((log_partition, *torch.autograd.grad(log_partition.sum(), (scores, *crf.parameters()))))
    for by_logarithms, scaled in zip(*found, strict=True):
        assert by_logarithms.dtype == scaled.dtype == torch.float32
        torch.testing.assert_close(scaled, by_logarithms, rtol=1e-5, atol=1e-4)


def test_scores_that_float32_cannot_hold_as_probabilities_are_summed_exactly():
    # The second word's best tag can only be reached by a step of e^-300, and e^-300 is 0 in float32.
    chain = TagChain(torch.tensor([[0.0, -300.0], [0.0, 0.0]]), torch.tensor([0.0, -300.0]), torch.zeros(2))
    emissions = torch.tensor([[[0.0, 0.0], [-650.0, 0.0]]], requires_grad=True)
    log_partition = scaled_log_partition(emissions, torch.ones(1, 2, dtype=torch.bool), chain)
    # Two paths lead there, with -300 each; the others score -650 and -950.
    assert log_partition.item() == pytest.approx(-300 + math.log(2))
    (gradient,) = torch.autograd.grad(log_partition, emissions)
    torch.testing.assert_close(gradient, torch.tensor([[[0.5, 0.5], [0.0, 1.0]]]))


def test_autocast_changes_nothing():
    torch.manual_seed(7)
    crf, word_mask = LinearChainCrf(5, scaled_partition=True), mask_of([9, 4])
    emissions = torch.randn(2, 9, 5).bfloat16()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        log_partition = crf.log_partition(emissions, word_mask)
    assert log_partition.dtype == torch.float32
    assert torch.equal(log_partition, crf.log_partition(emissions.float(), word_mask))


def test_padding_gets_no_gradient_and_gives_no_value():
    torch.manual_seed(9)
    chain, word_mask = random_chain(4), mask_of([5, 2])
    emissions = torch.randn(2, 5, 4, dtype=torch.float64)
    other = emissions.masked_fill(~word_mask.unsqueeze(2), 123.0).requires_grad_()
    log_partition = scaled_log_partition(other, word_mask, chain)
    assert torch.equal(log_partition, scaled_log_partition(emissions, word_mask, chain))
    (gradient,) = torch.autograd.grad(log_partition.sum(), other)
    assert gradient[~word_mask].eq(0).all()
    torch.testing.assert_close(gradient.sum(dim=2)[word_mask], torch.ones(7, dtype=torch.float64))


def test_it_is_refused_where_forbidden_paths_must_keep_a_score():
    with pytest.raises(ValueError, match=r"scaled_partition is True, but with constrain 'all'.*leave"):
        LinearChainCrf(2, constrain="all", scaled_partition=True)
