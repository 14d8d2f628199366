import math

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode

from blner_allennlp.entities import Entity, ScoredEntity
from blner_allennlp.heads.boundary_representation import BoundaryRepresentation
from blner_allennlp.heads.hybrid_representation import HybridRepresentation
from blner_allennlp.heads.pooling_representation import PoolingRepresentation
from blner_allennlp.heads.span_head import SpanHead
from tests.oracles import greedy_flat_set

WORD_DIM, SENTENCE_DIM = 4, 3
TYPES = ["PER", "LOC"]
LENGTHS = [6, 2, 1]
GOLD = [[(0, 2, 1), (4, 5, 0), (0, 6, 0)], [], [(0, 1, 1)]]

each_representation = pytest.mark.parametrize(
    "representation", [BoundaryRepresentation(), PoolingRepresentation(), HybridRepresentation()]
)


def mask_of(lengths):
    return torch.tensor([[word < length for word in range(max(lengths))] for length in lengths])


def gold_tensors(gold):
    most = max(1, *map(len, gold))
    padded = torch.tensor([[*row, *[(-1, -1, -1)] * (most - len(row))] for row in gold])
    return padded[..., :2], padded[..., 2]


def random_head(seed=0, lengths=LENGTHS, max_width=3, **arguments):
    torch.manual_seed(seed)
    arguments = {"width_embedding_dim": 2, "dropout": 0.0, **arguments}
    head = SpanHead(WORD_DIM, SENTENCE_DIM, TYPES, max_width, **arguments)
    word_vectors = torch.randn(len(lengths), max(lengths), WORD_DIM)
    sentence_vector = torch.randn(len(lengths), SENTENCE_DIM)
    return head, word_vectors, sentence_vector, mask_of(lengths)


def span_vector(head, words, sentence_vector, start, end):
    """The concatenated vector of one span, spelt out (Eq. 13 to 15)."""
    boundary = [words[start], words[end - 1]]
    pooling = [words[start:end].max(dim=0).values, sentence_vector]
    parts = {
        BoundaryRepresentation: boundary,
        PoolingRepresentation: pooling,
        HybridRepresentation: boundary + pooling,
    }[type(head.representation)]
    if head.width_embedding is not None:
        parts = [*parts, head.width_embedding.weight[end - start - 1]]
    return torch.cat(parts)


def span_scores_of(head, words, sentence_vector, start, end):
    vector = span_vector(head, words, sentence_vector, start, end)
    return [
        (row @ vector).item() + bias.item()
        for row, bias in zip(head.projection.weight, head.projection.bias, strict=True)
    ]


def cross_entropy(scores, label):
    return math.log(sum(math.exp(score) for score in scores)) - scores[label]


def candidates(length, max_width):
    return [
        (start, end)
        for start in range(length)
        for end in range(start + 1, min(length, start + max_width) + 1)
    ]


@each_representation
def test_without_e_0_span_vectors_lack_just_that_part(representation):
    head, word_vectors, sentence_vector, word_mask = random_head(
        representation=representation, use_sentence_vector=False, max_negatives=None
    )
    # The same oracle, whose vectors end with e_0 and the width, given an e_0 of no elements.
    no_vector = sentence_vector[:, :0]
    scores = head.scores(word_vectors, sentence_vector, word_mask)
    losses = []
    for row, length in enumerate(LENGTHS):
        gold = {(start, end): label + 1 for start, end, label in GOLD[row]}
        for start, end in candidates(length, 3):
            expected = span_scores_of(head, word_vectors[row], no_vector[row], start, end)
            assert scores[row, start, end - start - 1].tolist() == pytest.approx(expected, abs=1e-5)
            losses.append(cross_entropy(expected, gold.get((start, end), 0)))
    loss = head.loss(word_vectors, sentence_vector, word_mask, *gold_tensors(GOLD))
    assert loss.item() == pytest.approx(sum(losses) / len(losses), rel=1e-4)


@pytest.mark.parametrize(
    ("representation", "expected"),
    [
        (BoundaryRepresentation(), [1, -1, 0, 2]),
        (PoolingRepresentation(), [1, 2, 0.1, 0.2]),
        (HybridRepresentation(), [1, -1, 0, 2, 1, 2, 0.1, 0.2]),
    ],
)
def test_known_span_vectors_come_out(representation, expected):
    # The span of the words t_1 and t_2; the sentence vector is e_0.
    word_vectors = torch.tensor([[[1.0, -1.0], [0.0, 2.0], [-3.0, 0.5]]])
    parts = representation.parts(
        word_vectors, torch.tensor([[0.1, 0.2]]), torch.tensor([[0]]), torch.tensor([[2]]), max_width=2
    )
    vectors = torch.cat(parts, dim=2)
    assert vectors.shape[2] == representation.output_dim(2, 2)
    assert vectors.flatten().tolist() == pytest.approx(expected)


@each_representation
@pytest.mark.parametrize("width_embedding_dim", [0, 2])
def test_scores_of_the_grid_equal_those_of_concatenated_vectors(representation, width_embedding_dim):
    head, word_vectors, sentence_vector, word_mask = random_head(
        representation=representation, width_embedding_dim=width_embedding_dim
    )
    scores = head.scores(word_vectors, sentence_vector, word_mask)
    assert scores.shape == (3, 6, 3, 3)
    for row, length in enumerate(LENGTHS):
        for start in range(6):
            for width in range(1, 4):
                ours = scores[row, start, width - 1].tolist()
                if start + width <= length:
                    expected = span_scores_of(
                        head, word_vectors[row], sentence_vector[row], start, start + width
                    )
                    assert ours == pytest.approx(expected, abs=1e-5)
                else:
                    assert ours == [0.0] * 3


@each_representation
@pytest.mark.parametrize("width_embedding_dim", [0, 2])
def test_the_loss_is_the_mean_over_all_real_spans(representation, width_embedding_dim):
    head, word_vectors, sentence_vector, word_mask = random_head(
        representation=representation, width_embedding_dim=width_embedding_dim, max_negatives=None
    )
    loss = head.loss(word_vectors, sentence_vector, word_mask, *gold_tensors(GOLD))
    losses = []
    for row, length in enumerate(LENGTHS):
        labels = {(start, end): label + 1 for start, end, label in GOLD[row]}
        for span in candidates(length, 3):
            scores = span_scores_of(head, word_vectors[row], sentence_vector[row], *span)
            losses.append(cross_entropy(scores, labels.get(span, 0)))
    assert loss.item() == pytest.approx(sum(losses) / len(losses), rel=1e-5)


class LargestTensor(TorchDispatchMode):
    """Remembers how many elements the largest tensor has that any operation makes."""

    num_elements = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        for tensor in made if isinstance(made, (tuple, list)) else [made]:
            if isinstance(tensor, torch.Tensor):
                self.num_elements = max(self.num_elements, tensor.numel())
        return made


def test_whole_span_vectors_are_never_put_together():
    torch.manual_seed(0)
    hidden_dim, max_width, num_labels = 96, 12, 3
    head = SpanHead(hidden_dim, hidden_dim, TYPES, max_width, max_negatives=50)
    word_vectors = torch.randn(2, 40, hidden_dim, requires_grad=True)
    arguments = (word_vectors, torch.randn(2, hidden_dim), mask_of([40, 30]))
    num_spans = 2 * 51
    with LargestTensor() as largest:
        head.loss(*arguments, *gold_tensors([[(0, 2, 1)], [(3, 4, 0)]])).backward()
    # The tables of maxima over 1, 2, 4 and 8 words; less than the vectors of all candidates.
    assert num_spans * hidden_dim <= largest.num_elements <= 4 * word_vectors.numel()
    assert largest.num_elements < num_spans * head.projection.in_features
    with LargestTensor() as largest, torch.no_grad():
        head.scores(*arguments)
    num_cells = 2 * 40 * max_width
    assert largest.num_elements == max(word_vectors.numel(), num_cells * num_labels)


def test_without_negatives_only_gold_that_fits_is_trained_on():
    head, word_vectors, sentence_vector, word_mask = random_head(max_negatives=0)
    # Wider than the head classifies, and past the end of its sentence: both are left out.
    gold = [GOLD[0], [(0, 3, 1)], GOLD[2]]
    loss = head.loss(word_vectors, sentence_vector, word_mask, *gold_tensors(gold))
    losses = [
        cross_entropy(span_scores_of(head, word_vectors[row], sentence_vector[row], start, end), label + 1)
        for row, start, end, label in [(0, 0, 2, 1), (0, 4, 5, 0), (2, 0, 1, 1)]
    ]
    assert loss.item() == pytest.approx(sum(losses) / 3, rel=1e-5)


def test_sampled_losses_average_to_a_weighted_loss_over_all_negatives():
    head, word_vectors, sentence_vector, word_mask = random_head(lengths=[4], max_negatives=2)
    no_gold = gold_tensors([[]])
    arguments = (word_vectors, sentence_vector, word_mask, *no_gold)
    sampled = [head.loss(*arguments).item() for _ in range(400)]
    assert len(set(sampled)) > 10
    head.max_negatives = None
    assert sum(sampled) / len(sampled) == pytest.approx(head.loss(*arguments).item(), rel=0.05)


def test_the_global_seed_fixes_the_loss():
    head, *arguments = random_head(max_negatives=3, dropout=0.3)
    losses = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        losses.append(head.loss(*arguments, *gold_tensors(GOLD)).item())
    assert losses[0] == losses[1] != losses[2]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=3).filter(any), st.integers(0, 2**16), st.data())
def test_the_loss_over_the_grid_equals_the_loss_over_all_negatives(lengths, seed, data):
    # Wider than the head classifies, and past the end of their sentence: such gold is left out of both.
    spans = st.sampled_from(candidates(max(lengths) + 1, 4))
    gold = [
        [
            (*span, data.draw(st.integers(0, 1)))
            for span in data.draw(st.lists(spans, max_size=4, unique=True))
        ]
        for _ in lengths
    ]
    head, *arguments = random_head(seed, lengths, max_negatives=None)
    head.eval()
    expected = head.loss(*arguments, *gold_tensors(gold))
    span_scores = head.scores(*arguments)
    loss = head.grid_loss(span_scores, arguments[2], *gold_tensors(gold))
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(expected.item(), rel=1e-4, abs=1e-6)


def test_the_loss_over_the_grid_is_the_same_each_time_and_counts_gold_given_twice_once():
    head, *arguments = random_head(max_negatives=1)
    span_scores = head.scores(*arguments)
    before = torch.get_rng_state()
    losses = [
        head.grid_loss(span_scores, arguments[2], *gold_tensors(gold)).item()
        for gold in (GOLD, GOLD, [[*GOLD[0], GOLD[0][1]], *GOLD[1:]])
    ]
    assert losses[0] == losses[1] == losses[2]
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("gold_width", [0, 1])
def test_the_loss_over_the_grid_of_no_words_is_a_zero_with_a_gradient(gold_width):
    head, word_vectors, sentence_vector, word_mask = random_head()
    no_words = word_mask & False
    gold_spans = torch.full((3, gold_width, 2), -1)
    span_scores = head.scores(word_vectors, sentence_vector, no_words)
    loss = head.grid_loss(span_scores, no_words, gold_spans, gold_spans[..., 0])
    loss.backward()
    assert loss.item() == 0.0
    assert all(weight.grad is not None and not weight.grad.any() for weight in head.parameters())


@pytest.mark.parametrize("gold_width", [0, 1])
def test_a_batch_without_any_span_gives_a_zero_with_a_gradient(gold_width):
    head, word_vectors, sentence_vector, word_mask = random_head(max_negatives=0)
    gold_spans = torch.full((3, gold_width, 2), -1)
    loss = head.loss(word_vectors, sentence_vector, word_mask, gold_spans, gold_spans[..., 0])
    loss.backward()
    assert loss.item() == 0.0
    assert all(weight.grad is not None and not weight.grad.any() for weight in head.parameters())


def test_every_weight_and_input_gets_a_gradient():
    head, word_vectors, sentence_vector, word_mask = random_head()
    word_vectors.requires_grad_()
    sentence_vector.requires_grad_()
    head.loss(word_vectors, sentence_vector, word_mask, *gold_tensors(GOLD)).backward()
    for tensor in (*head.parameters(), sentence_vector, word_vectors):
        assert tensor.grad.abs().sum() > 0
    assert not word_vectors.grad[~word_mask].any()


def test_dropout_acts_in_training_only():
    head, *arguments = random_head(dropout=0.5, max_negatives=None)
    gold = gold_tensors(GOLD)
    assert head.loss(*arguments, *gold).item() != head.loss(*arguments, *gold).item()
    scores = head.scores(*arguments)
    head.eval()
    assert head.loss(*arguments, *gold).item() == head.loss(*arguments, *gold).item()
    assert torch.equal(scores, head.scores(*arguments))


@each_representation
def test_a_sentence_gets_the_same_alone_and_in_a_padded_batch(representation):
    head, word_vectors, sentence_vector, word_mask = random_head(
        representation=representation, max_negatives=None, allow_overlaps=True
    )
    scores = head.scores(word_vectors, sentence_vector, word_mask)
    together = head.decode(scores, word_mask)
    losses, counts = [], []
    for row, length in enumerate(LENGTHS):
        own = (
            word_vectors[row : row + 1, :length],
            sentence_vector[row : row + 1],
            torch.ones(1, length, dtype=torch.bool),
        )
        own_scores = head.scores(*own)
        assert torch.allclose(own_scores[0], scores[row, :length], atol=1e-5)
        (alone,) = head.decode(own_scores, own[2])
        assert [each.entity for each in alone] == [each.entity for each in together[row]]
        losses.append(head.loss(*own, *gold_tensors([GOLD[row]])).item())
        counts.append(len(candidates(length, 3)))
    expected = sum(loss * count for loss, count in zip(losses, counts, strict=True)) / sum(counts)
    loss = head.loss(word_vectors, sentence_vector, word_mask, *gold_tensors(GOLD))
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def score_grid(num_words, max_width, probs_of_span):
    """Scores of None, PER and LOC by first word and width; None is certain where nothing is said."""
    grid = torch.full((1, num_words, max_width, 3), -100.0)
    grid[..., 0] = 0.0
    for (start, end), probs in probs_of_span.items():
        grid[0, start, end - start - 1] = torch.tensor(probs).log()
    return grid


def test_of_overlapping_mentions_the_more_probable_is_answered():
    # 1 word is .817 sure, the 2 words around it .855.
    probs = {(0, 2): [0.1, 0.855, 0.045], (1, 2): [0.1, 0.083, 0.817], (3, 4): [0.2, 0.2, 0.6]}
    head = random_head()[0]
    (mentions,) = head.decode(score_grid(4, 3, probs), mask_of([4]))
    assert [each.entity for each in mentions] == [Entity(0, 2, "PER"), Entity(3, 4, "LOC")]
    assert [each.score for each in mentions] == pytest.approx([0.855, 0.6])


def test_overlapping_mentions_are_all_answered_where_allowed():
    probs = {(0, 2): [0.1, 0.855, 0.045], (1, 2): [0.1, 0.083, 0.817]}
    head = random_head(allow_overlaps=True)[0]
    (mentions,) = head.decode(score_grid(2, 2, probs), mask_of([2]))
    assert [each.entity for each in mentions] == [Entity(0, 2, "PER"), Entity(1, 2, "LOC")]


def test_none_wins_ties():
    head = random_head()[0]
    assert head.decode(score_grid(1, 1, {(0, 1): [0.4, 0.4, 0.2]}), mask_of([1])) == [[]]


@settings(max_examples=30)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=3), st.integers(1, 7), st.integers(0, 2**16))
def test_decoding_answers_exactly_the_candidates_whose_best_label_is_a_type(lengths, max_width, seed):
    head, word_vectors, sentence_vector, word_mask = random_head(
        seed, lengths, max_width=max_width, allow_overlaps=True
    )
    with torch.inference_mode():
        mentions = head.decode(3 * head.scores(word_vectors, sentence_vector, word_mask), word_mask)
    for row, length in enumerate(lengths):
        expected = []
        for start, end in candidates(length, max_width):
            scores = [
                3 * s for s in span_scores_of(head, word_vectors[row], sentence_vector[row], start, end)
            ]
            best = max(range(3), key=scores.__getitem__)
            if best > 0:
                prob = math.exp(-cross_entropy(scores, best))
                expected.append(
                    ScoredEntity(Entity(start, end, TYPES[best - 1]), pytest.approx(prob, abs=1e-5))
                )
        assert mentions[row] == expected


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=4).filter(any), st.integers(1, 7), st.integers(0, 2**16)
)
def test_what_is_answered_is_the_greedy_choice_among_all_mentions(lengths, max_width, seed):
    head, *arguments = random_head(seed, lengths, max_width=max_width)
    # Rounded, so that probabilities tie.
    span_scores = head.scores(*arguments).mul(2).round()
    mentions = head.decode(span_scores, arguments[2])
    head.allow_overlaps = True
    for kept, every in zip(mentions, head.decode(span_scores, arguments[2]), strict=True):
        expected = greedy_flat_set(
            ((each.entity.word_start, each.entity.word_end, each.entity.label), each.score) for each in every
        )
        assert kept == [ScoredEntity(Entity(*mention), score) for mention, score in expected]


def test_weights_that_are_no_numbers_find_nothing():
    head, word_vectors, sentence_vector, word_mask = random_head()
    torch.nn.init.constant_(head.projection.bias[1:], 100.0)
    assert all(head.decode(head.scores(word_vectors, sentence_vector, word_mask), word_mask))
    with torch.no_grad():
        head.projection.bias[2] = float("nan")
    found = head.decode(head.scores(word_vectors, sentence_vector, word_mask), word_mask)
    assert found == [[], [], []]


def test_losses_are_float32_under_bfloat16_autocast():
    head, *arguments = random_head(max_negatives=None)
    exact = head.loss(*arguments, *gold_tensors(GOLD))
    exact_scores = head.scores(*arguments)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = head.loss(*arguments, *gold_tensors(GOLD))
        scores = head.scores(*arguments)
        head.decode(scores, arguments[2])
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(exact.item(), rel=0.05)
    assert torch.allclose(scores.float(), exact_scores, atol=0.1)


def test_mentions_are_learned():
    head, word_vectors, sentence_vector, word_mask = random_head(lengths=[5, 3])
    gold = [[(0, 2, 1), (4, 5, 0)], [(1, 3, 0)]]
    optimizer = torch.optim.Adam(head.parameters(), lr=0.1)
    for _ in range(80):
        optimizer.zero_grad()
        head.loss(word_vectors, sentence_vector, word_mask, *gold_tensors(gold)).backward()
        optimizer.step()
    mentions = head.decode(head.scores(word_vectors, sentence_vector, word_mask), word_mask)
    expected = [[Entity(start, end, TYPES[label]) for start, end, label in row] for row in gold]
    assert [[each.entity for each in row] for row in mentions] == expected


def test_heads_are_built_from_parameters():
    sizes = {"word_dim": WORD_DIM, "sentence_dim": SENTENCE_DIM, "entity_types": TYPES}
    head = SpanHead.from_params(Params({"max_width": 5}), **sizes)
    assert isinstance(head.representation, HybridRepresentation)
    assert head.projection.in_features == 3 * WORD_DIM + SENTENCE_DIM + 25
    assert head.max_negatives == 100
    arguments = {"max_width": 5, "representation": "pooling", "width_embedding_dim": 0, "max_negatives": None}
    head = SpanHead.from_params(Params(arguments), **sizes)
    assert isinstance(head.representation, PoolingRepresentation)
    assert head.projection.in_features == WORD_DIM + SENTENCE_DIM
    assert head.max_negatives is None
    head = SpanHead.from_params(Params({"max_width": 5, "representation": {"type": "boundary"}}), **sizes)
    assert head.projection.in_features == 2 * WORD_DIM + 25


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"word_dim": 0}, "word_dim is 0, but must be at least 1"),
        ({"sentence_dim": 0}, "sentence_dim is 0, but must be at least 1"),
        ({"max_width": 0}, "max_width is 0, but must be at least 1; set it to the widest entity"),
        ({"width_embedding_dim": -1}, "width_embedding_dim is -1, but must be at least 0"),
        ({"max_negatives": -1}, "max_negatives is -1, but must be at least 0"),
        ({"dropout": 1.0}, r"dropout is 1.0, but must be in \[0, 1\)"),
        ({"entity_types": []}, r"entity types are \[\], but must be at least one"),
        (
            {"entity_types": ["A", "A"]},
            r"entity types are \['A', 'A'\], but must be at least one and none twice",
        ),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    valid = {"word_dim": 2, "sentence_dim": 2, "entity_types": TYPES, "max_width": 3}
    with pytest.raises(ConfigurationError, match=message):
        SpanHead(**{**valid, **arguments})
