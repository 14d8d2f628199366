import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.nn.linear_chain_crf import LinearChainCrf

FIXTURE_TRANSITIONS = [[0.2, -0.1, 0.0], [0.3, 0.1, -0.4], [-0.2, 0.5, 0.1]]
FIXTURE_STARTS = [0.1, 0.0, -0.2]
FIXTURE_ENDS = [0.0, 0.2, -0.1]


class PathTable:
    """Every tag path of one sentence with its score: the oracle, in plain Python floats."""

    def __init__(self, emissions, transitions, starts, ends, is_allowed=lambda path: True):
        num_tags = len(starts)
        self.score_of_path = {}
        for path in itertools.product(range(num_tags), repeat=len(emissions)):
            if is_allowed(path):
                steps = sum(transitions[i][j] for i, j in itertools.pairwise(path))
                emitted = sum(row[tag] for row, tag in zip(emissions, path, strict=True))
                self.score_of_path[path] = starts[path[0]] + steps + emitted + ends[path[-1]]

    def log_total(self):
        highest = max(self.score_of_path.values())
        return highest + math.log(sum(math.exp(s - highest) for s in self.score_of_path.values()))

    def marginal(self, word, tag):
        total = self.log_total()
        return sum(math.exp(s - total) for path, s in self.score_of_path.items() if path[word] == tag)

    def best(self):
        return max(self.score_of_path.items(), key=lambda item: item[1])


def random_crf(num_tags, seed, **arguments):
    torch.manual_seed(seed)
    return LinearChainCrf(num_tags, **arguments).double()


def mask_of(lengths):
    return torch.tensor([[word < length for word in range(max(lengths))] for length in lengths])


def tables_of(crf, emissions, lengths, is_allowed=lambda path: True):
    zeros = [0.0] * crf.num_tags
    starts = zeros if crf.start_scores is None else crf.start_scores.tolist()
    ends = zeros if crf.end_scores is None else crf.end_scores.tolist()
    return [
        PathTable(row[:length].tolist(), crf.transition_scores.tolist(), starts, ends, is_allowed)
        for row, length in zip(emissions, lengths, strict=True)
    ]


def fixture_crf():
    crf = LinearChainCrf(3).double()
    crf.load_state_dict(
        {
            "transition_scores": torch.tensor(FIXTURE_TRANSITIONS, dtype=torch.float64),
            "start_scores": torch.tensor(FIXTURE_STARTS, dtype=torch.float64),
            "end_scores": torch.tensor(FIXTURE_ENDS, dtype=torch.float64),
        }
    )
    return crf


batches = st.tuples(
    st.integers(1, 4),
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.integers(0, 2**16),
    st.booleans(),
)


@settings(max_examples=25)
@given(batches)
def test_partition_marginals_and_best_paths_equal_enumeration(batch):
    num_tags, lengths, seed, use_start_end = batch
    crf = random_crf(num_tags, seed, use_start_end=use_start_end)
    emissions = 2 * torch.randn(len(lengths), max(lengths), num_tags, dtype=torch.float64)
    word_mask = mask_of(lengths)
    with torch.inference_mode():
        log_partition = crf.log_partition(emissions, word_mask)
        marginals = crf.marginals(emissions, word_mask)
        tag_ids, scores = crf.best_paths(emissions, word_mask)
    for row, table in enumerate(tables_of(crf, emissions, lengths)):
        best_path, best_score = table.best()
        assert log_partition[row].item() == pytest.approx(table.log_total())
        assert scores[row].item() == pytest.approx(best_score)
        assert tuple(tag_ids[row, : lengths[row]].tolist()) == best_path
        assert not tag_ids[row, lengths[row] :].any()
        assert not marginals[row, lengths[row] :].any()
        for word in range(lengths[row]):
            for tag in range(num_tags):
                assert marginals[row, word, tag].item() == pytest.approx(table.marginal(word, tag), abs=1e-9)


@settings(max_examples=15)
@given(batches, st.data())
def test_any_path_scores_what_enumeration_says(batch, data):
    num_tags, lengths, seed, use_start_end = batch
    crf = random_crf(num_tags, seed, use_start_end=use_start_end)
    emissions = torch.randn(len(lengths), max(lengths), num_tags, dtype=torch.float64)
    paths = [[data.draw(st.integers(0, num_tags - 1)) for _ in range(length)] for length in lengths]
    # -1 is what padded tags may hold.
    tag_ids = torch.tensor([path + [-1] * (max(lengths) - len(path)) for path in paths])
    scores = crf.path_score(emissions, tag_ids, mask_of(lengths))
    for score, path, table in zip(scores, paths, tables_of(crf, emissions, lengths), strict=True):
        assert score.item() == pytest.approx(table.score_of_path[tuple(path)])


@settings(max_examples=25)
@given(batches, st.sampled_from(["decoding", "all"]))
def test_constraints_count_where_they_should(batch, constrain):
    num_tags, lengths, seed, _ = batch
    torch.manual_seed(seed)
    allowed_transitions = torch.rand(num_tags, num_tags) < 0.6
    allowed_starts, allowed_ends = torch.rand(num_tags) < 0.7, torch.rand(num_tags) < 0.7
    # As with tag schemes, one tag may stand anywhere, so that a path exists.
    allowed_transitions[0, :] = allowed_transitions[:, 0] = allowed_starts[0] = allowed_ends[0] = True
    crf = random_crf(
        num_tags,
        seed,
        allowed_transitions=allowed_transitions,
        allowed_starts=allowed_starts,
        allowed_ends=allowed_ends,
        constrain=constrain,
    )
    emissions = 2 * torch.randn(len(lengths), max(lengths), num_tags, dtype=torch.float64)

    def is_allowed(path):
        steps_allowed = all(allowed_transitions[i, j] for i, j in itertools.pairwise(path))
        return bool(steps_allowed and allowed_starts[path[0]] and allowed_ends[path[-1]])

    tag_ids, scores = crf.best_paths(emissions, mask_of(lengths))
    log_partition = crf.log_partition(emissions, mask_of(lengths))
    constrained = tables_of(crf, emissions, lengths, is_allowed)
    summed = constrained if constrain == "all" else tables_of(crf, emissions, lengths)
    for row, (decoded_table, summed_table) in enumerate(zip(constrained, summed, strict=True)):
        best_path, best_score = decoded_table.best()
        assert tuple(tag_ids[row, : lengths[row]].tolist()) == best_path
        assert scores[row].item() == pytest.approx(best_score)
        assert log_partition[row].item() == pytest.approx(summed_table.log_total())


@pytest.mark.parametrize(
    ("emissions", "log_total", "marginals"),
    [
        (
            [[1, 0, -1], [0.5, 0.5, 0]],
            3.0448677625181215,
            [[0.67795, 0.240756, 0.081294], [0.413274, 0.414118, 0.172607]],
        ),
        (
            [[0.2, 0.8, -0.5], [0, 1, 0.3]],
            3.1838813497989835,
            [[0.30458, 0.538207, 0.157213], [0.209586, 0.618868, 0.171546]],
        ),
    ],
)
def test_known_numbers_come_out(emissions, log_total, marginals):
    crf = fixture_crf()
    batch, word_mask = torch.tensor([emissions], dtype=torch.float64), torch.ones(1, 2, dtype=torch.bool)
    log_partition = crf.log_partition(batch, word_mask)
    assert log_partition.item() == pytest.approx(log_total)
    # Gold tags 0, 1: the loss is log Z - 1.7 and log Z - 1.4.
    gold_score = crf.path_score(batch, torch.tensor([[0, 1]]), word_mask).item()
    assert gold_score == pytest.approx(emissions[0][0] + emissions[1][1] + 0.1 - 0.1 + 0.2)
    assert torch.allclose(
        crf.marginals(batch, word_mask), torch.tensor([marginals], dtype=torch.float64), atol=1e-6
    )


def test_marginals_are_the_gradient_of_the_log_partition():
    crf = random_crf(4, seed=3)
    emissions = torch.randn(3, 6, 4, dtype=torch.float64, requires_grad=True)
    word_mask = mask_of([6, 1, 4])
    (gradient,) = torch.autograd.grad(crf.log_partition(emissions, word_mask).sum(), emissions)
    assert torch.allclose(crf.marginals(emissions, word_mask), gradient)


@pytest.mark.parametrize("constrain", ["decoding", "all"])
def test_gradients_are_those_of_finite_differences(constrain):
    never_after_0 = torch.tensor([[True, False, True], [True, True, True], [True, True, True]])
    crf = random_crf(3, seed=5, allowed_transitions=never_after_0, constrain=constrain)
    emissions = torch.randn(2, 4, 3, dtype=torch.float64, requires_grad=True)
    word_mask, tag_ids = mask_of([4, 2]), torch.tensor([[0, 2, 1, 1], [2, 0, 0, 0]])

    # gradcheck shifts its inputs in place, so the closure sees shifted weights too.
    def loss(emissions, *_weights):
        log_partition = crf.log_partition(emissions, word_mask)
        return (log_partition - crf.path_score(emissions, tag_ids, word_mask)).sum()

    assert torch.autograd.gradcheck(loss, (emissions, *crf.parameters()))


def test_forbidden_ways_into_a_tag_leave_the_gradient_finite():
    crf = LinearChainCrf(2, allowed_transitions=torch.tensor([[True, False], [True, False]]), constrain="all")
    emissions = torch.randn(1, 5, 2, requires_grad=True)
    crf.log_partition(emissions, torch.ones(1, 5, dtype=torch.bool)).sum().backward()
    assert emissions.grad.isfinite().all()
    assert crf.transition_scores.grad.isfinite().all()


def test_a_sentence_scores_the_same_alone_and_in_a_padded_batch():
    crf = random_crf(5, seed=7)
    emissions, tag_ids = torch.randn(3, 7, 5, dtype=torch.float64), torch.randint(5, (3, 7))
    lengths = [7, 3, 1]
    word_mask = mask_of(lengths)
    together = (
        crf.log_partition(emissions, word_mask),
        crf.path_score(emissions, tag_ids, word_mask),
        crf.best_paths(emissions, word_mask)[1],
    )
    for row, length in enumerate(lengths):
        own = emissions[row : row + 1, :length], torch.ones(1, length, dtype=torch.bool)
        alone = (
            crf.log_partition(*own),
            crf.path_score(own[0], tag_ids[row : row + 1, :length], own[1]),
            crf.best_paths(*own)[1],
        )
        for batched, single in zip(together, alone, strict=True):
            assert torch.allclose(batched[row], single[0])
        assert crf.best_paths(*own)[0].tolist() == [
            crf.best_paths(emissions, word_mask)[0][row, :length].tolist()
        ]


def test_ties_go_to_the_lowest_tags_from_the_last_word_back():
    crf = LinearChainCrf(3, use_start_end=False)
    with torch.no_grad():
        crf.transition_scores.zero_()
        emissions = torch.tensor([[[0.0, 1.0, 1.0], [2.0, 2.0, 0.0], [0.0, 0.0, 0.0]]])
        tag_ids, _ = crf.best_paths(emissions, torch.ones(1, 3, dtype=torch.bool))
    assert tag_ids.tolist() == [[1, 0, 0]]


def test_half_precision_emissions_are_computed_in_float32_under_autocast():
    torch.manual_seed(11)
    crf = LinearChainCrf(5)
    emissions, word_mask = torch.randn(2, 9, 5).bfloat16(), mask_of([9, 4])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        log_partition = crf.log_partition(emissions, word_mask)
        marginals = crf.marginals(emissions, word_mask)
    assert log_partition.dtype == marginals.dtype == torch.float32
    assert torch.equal(log_partition, crf.log_partition(emissions.float(), word_mask))
    assert torch.allclose(marginals.sum(2), word_mask.float(), atol=1e-5)


def allennlp_crf(crf, constraints=None):
    import blner_allennlp  # noqa: F401  (lets AllenNLP run on today's libraries)

    module = pytest.importorskip("allennlp.modules.conditional_random_field")
    other = module.ConditionalRandomField(crf.num_tags, constraints, include_start_end_transitions=True)
    with torch.no_grad():
        other.transitions.copy_(crf.transition_scores)
        other.start_transitions.copy_(crf.start_scores)
        other.end_transitions.copy_(crf.end_scores)
    return other


def test_likelihood_and_best_paths_are_those_of_allennlp():
    torch.manual_seed(13)
    crf = LinearChainCrf(6)
    other = allennlp_crf(crf)
    lengths = [8, 5, 1, 3]
    emissions, tag_ids, word_mask = torch.randn(4, 8, 6), torch.randint(6, (4, 8)), mask_of(lengths)
    likelihood = crf.path_score(emissions, tag_ids, word_mask) - crf.log_partition(emissions, word_mask)
    assert torch.allclose(likelihood.sum(), other(emissions, tag_ids, word_mask), atol=1e-4)
    expected = other.viterbi_tags(emissions, word_mask)
    ours, scores = crf.best_paths(emissions, word_mask)
    for row, (path, score) in enumerate(expected):
        assert ours[row, : lengths[row]].tolist() == path
        assert scores[row].item() == pytest.approx(score, abs=1e-4)


def test_constrained_best_paths_are_those_of_allennlp():
    torch.manual_seed(17)
    num_tags = 5
    allowed = torch.rand(num_tags + 2, num_tags + 2) < 0.6
    allowed[0], allowed[:, 0] = True, True
    crf = LinearChainCrf(
        num_tags,
        allowed[:num_tags, :num_tags],
        allowed_starts=allowed[num_tags, :num_tags],
        allowed_ends=allowed[:num_tags, num_tags + 1],
    )
    other = allennlp_crf(crf, [tuple(pair) for pair in allowed.nonzero().tolist()])
    lengths = [9, 4, 1]
    emissions, word_mask = 2 * torch.randn(3, 9, num_tags), mask_of(lengths)
    ours, _ = crf.best_paths(emissions, word_mask)
    for row, (path, _) in enumerate(other.viterbi_tags(emissions, word_mask)):
        assert ours[row, : lengths[row]].tolist() == path


def test_constraints_are_not_saved_with_the_weights():
    crf = LinearChainCrf(2, allowed_transitions=torch.ones(2, 2, dtype=torch.bool))
    assert set(crf.state_dict()) == {"transition_scores", "start_scores", "end_scores"}
    assert set(LinearChainCrf(2, use_start_end=False).state_dict()) == {"transition_scores"}


def test_arguments_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="num_tags is 0, but must be at least 1"):
        LinearChainCrf(0)
    with pytest.raises(ValueError, match="constrain is 'training', but must be 'decoding' or 'all'"):
        LinearChainCrf(2, constrain="training")
    with pytest.raises(ValueError, match=r"allowed_transitions is a torch.bool tensor of shape \(2, 3\)"):
        LinearChainCrf(2, allowed_transitions=torch.ones(2, 3, dtype=torch.bool))
    with pytest.raises(ValueError, match=r"allowed_starts is a torch.float32 tensor"):
        LinearChainCrf(2, allowed_starts=torch.ones(2))
    crf, word_mask = LinearChainCrf(2), torch.ones(1, 3, dtype=torch.bool)
    with pytest.raises(ValueError, match=r"emissions have the shape \(1, 3, 4\).*2 tags"):
        crf.log_partition(torch.zeros(1, 3, 4), word_mask)
    with pytest.raises(ValueError, match=r"word_mask is a torch.bool tensor of shape \(1, 3\)"):
        crf.marginals(torch.zeros(1, 2, 2), word_mask)
    with pytest.raises(ValueError, match=r"tag_ids has the shape \(1, 2\)"):
        crf.path_score(torch.zeros(1, 3, 2), torch.zeros(1, 2, dtype=torch.long), word_mask)
