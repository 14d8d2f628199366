import itertools
import math

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError

from blner_allennlp.entities import Entity
from blner_allennlp.heads.crf_sequence_head import CrfSequenceHead
from blner_allennlp.heads.sequence_head import SequenceHead
from blner_allennlp.heads.softmax_sequence_head import SoftmaxSequenceHead
from blner_allennlp.tag_schemes import TagScheme, all_tags

WORD_DIM = 4
BIO_TAGS = all_tags(["A", "B"], TagScheme.BIO)
LENGTHS = [6, 3, 1]

each_head = pytest.mark.parametrize("head_class", [SoftmaxSequenceHead, CrfSequenceHead])


def mask_of(lengths):
    return torch.tensor([[word < length for word in range(max(lengths))] for length in lengths])


def random_batch(head_class, seed=0, lengths=LENGTHS, **arguments):
    torch.manual_seed(seed)
    head = head_class(WORD_DIM, BIO_TAGS, **arguments).eval()
    word_vectors = 3 * torch.randn(len(lengths), max(lengths), WORD_DIM)
    tag_ids = torch.randint(len(BIO_TAGS), (len(lengths), max(lengths)))
    return head, word_vectors, mask_of(lengths), tag_ids


def one_tag_scores(loss, num_tags=2):
    """Scores of two tags for which the cross-entropy of tag 0 is the given loss."""
    prob = math.exp(-loss)
    return [math.log(prob), math.log(1 - prob)] + [-100.0] * (num_tags - 2)


@each_head
def test_scores_are_a_linear_map_of_the_word_vectors(head_class):
    head, word_vectors, _, _ = random_batch(head_class)
    expected = word_vectors @ head.projection.weight.T + head.projection.bias
    assert torch.allclose(head.scores(word_vectors), expected, atol=1e-6)


def test_the_softmax_loss_is_the_mean_over_words_and_not_over_sentences():
    head = SoftmaxSequenceHead(WORD_DIM, BIO_TAGS)
    losses = [[0.2, 9.0, 9.0], [0.4, 0.6, 0.8]]
    tag_scores = torch.tensor([[one_tag_scores(loss, len(BIO_TAGS)) for loss in row] for row in losses])
    tag_ids = torch.tensor([[0, -1, -1], [0, 0, 0]])
    assert head.loss(tag_scores, mask_of([1, 3]), tag_ids).item() == pytest.approx(0.5)


@pytest.mark.parametrize("token_mean", [False, True])
@pytest.mark.parametrize("scaled_partition", [False, True])
def test_the_crf_loss_is_the_mean_over_sentences_or_words(token_mean, scaled_partition):
    lengths = [3, 1]
    head, word_vectors, word_mask, tag_ids = random_batch(
        CrfSequenceHead, lengths=lengths, token_mean=token_mean, scaled_partition=scaled_partition
    )
    assert head.crf.scaled_partition == scaled_partition
    tag_scores = head.scores(word_vectors)
    transitions, starts, ends = (
        scores.tolist() for scores in (head.crf.transition_scores, head.crf.start_scores, head.crf.end_scores)
    )
    losses = []
    for length, emissions, gold in zip(lengths, tag_scores.tolist(), tag_ids.tolist(), strict=True):
        weight_of_path = {
            path: math.exp(
                starts[path[0]]
                + sum(emissions[word][tag] for word, tag in enumerate(path))
                + sum(transitions[i][j] for i, j in itertools.pairwise(path))
                + ends[path[-1]]
            )
            for path in itertools.product(range(len(BIO_TAGS)), repeat=length)
        }
        losses.append(-math.log(weight_of_path[tuple(gold[:length])] / sum(weight_of_path.values())))
    loss = head.loss(tag_scores, word_mask, tag_ids)
    assert loss.item() == pytest.approx(sum(losses) / (4 if token_mean else 2), rel=1e-4)


@each_head
def test_sentences_without_words_do_not_count(head_class):
    head, word_vectors, word_mask, tag_ids = random_batch(head_class)
    expected = head.loss(head.scores(word_vectors), word_mask, tag_ids)
    word_vectors = torch.cat((word_vectors, 100 * torch.ones(1, *word_vectors.shape[1:])))
    tag_scores = head.scores(word_vectors)
    word_mask = torch.cat((word_mask, torch.zeros_like(word_mask[:1])))
    tag_ids = torch.cat((tag_ids, torch.full_like(tag_ids[:1], -1)))
    assert head.loss(tag_scores, word_mask, tag_ids).item() == pytest.approx(expected.item(), rel=1e-6)
    decoding = head.decode(tag_scores, word_mask)
    assert decoding.entities[-1] == []
    assert not decoding.tag_ids[-1].any()


@each_head
@pytest.mark.parametrize("arguments", [{}, {"token_mean": True}])
def test_a_batch_without_words_gives_a_zero_with_a_gradient(head_class, arguments):
    if head_class is SoftmaxSequenceHead:
        arguments = {}
    head, word_vectors, word_mask, tag_ids = random_batch(head_class, **arguments)
    loss = head.loss(head.scores(word_vectors), word_mask & False, tag_ids)
    loss.backward()
    assert loss.item() == 0.0
    assert all(weight.grad is not None and not weight.grad.any() for weight in head.parameters())


@each_head
def test_decoding_takes_the_best_tags_and_scores_entities_by_their_least_certain_one(head_class):
    head, word_vectors, word_mask, _ = random_batch(head_class, seed=2)
    tag_scores = head.scores(word_vectors)
    decoding = head.decode(tag_scores, word_mask)
    if head_class is CrfSequenceHead:
        probs = head.crf.marginals(tag_scores, word_mask)
        expected = head.crf.best_paths(tag_scores, word_mask)[0]
    else:
        probs = tag_scores.softmax(dim=2)
        expected = tag_scores.argmax(dim=2) * word_mask
    assert torch.equal(decoding.tag_ids, expected)
    assert any(decoding.entities)
    for row, entities in enumerate(decoding.entities):
        for scored in entities:
            words = range(scored.entity.word_start, scored.entity.word_end)
            tag_probs = [probs[row, word, expected[row, word]].item() for word in words]
            assert scored.score == pytest.approx(min(tag_probs))
            assert 0 <= scored.score <= 1


@each_head
@pytest.mark.parametrize("arguments", [{}, {"constrain_decoding": True}])
def test_entities_without_scores_are_those_of_decoding(head_class, arguments):
    for seed in range(5):
        head, word_vectors, word_mask, _ = random_batch(head_class, seed=seed, **arguments)
        word_vectors = torch.cat((word_vectors, word_vectors[:1]))
        word_mask = torch.cat((word_mask, word_mask[:1] & False))
        tag_scores = head.scores(word_vectors)
        decoded = head.decode(tag_scores, word_mask).entities
        assert any(decoded)
        assert head.find_entities(tag_scores, word_mask) == [
            [each.entity for each in entities] for entities in decoded
        ]


@each_head
@pytest.mark.parametrize("scheme", list(TagScheme))
def test_constrained_decoding_answers_the_best_legal_tags(head_class, scheme):
    torch.manual_seed(3)
    tags = all_tags(["A"], scheme)
    head = head_class(WORD_DIM, tags, scheme=scheme.value, constrain_decoding=True)
    lengths = [4, 1, 2]
    word_mask = mask_of(lengths)
    tag_scores = 3 * torch.randn(3, 4, len(tags))
    tag_ids = head.decode(tag_scores, word_mask).tag_ids
    # Legal is what some entities are written as: enumerated here, by hand-written letters.
    first, inside, last, single = {
        TagScheme.IOB1: "IIII",
        TagScheme.BIO: "BIIB",
        TagScheme.BIOES: "BIES",
        TagScheme.BIOUL: "BILU",
        TagScheme.BMEWO: "BMEW",
    }[scheme]

    def legal_sequences(num_words, after_entity=False):
        if num_words == 0:
            yield ()
            return
        for rest in legal_sequences(num_words - 1):
            yield ("O", *rest)
        for width in range(1, num_words + 1):
            letters = single if width == 1 else first + inside * (width - 2) + last
            if scheme is TagScheme.IOB1 and after_entity:
                letters = "B" + letters[1:]
            for rest in legal_sequences(num_words - width, after_entity=True):
                yield (*(f"{letter}-A" for letter in letters), *rest)

    for row, length in enumerate(lengths):

        def path_score(words, row=row):
            ids = [tags.index(tag) for tag in words]
            score = sum(tag_scores[row, word, tag].item() for word, tag in enumerate(ids))
            if head_class is CrfSequenceHead:
                score += (head.crf.start_scores[ids[0]] + head.crf.end_scores[ids[-1]]).item()
                score += sum(head.crf.transition_scores[i, j].item() for i, j in itertools.pairwise(ids))
            return score

        best = max(set(legal_sequences(length)), key=path_score)
        assert tuple(tags[tag] for tag in tag_ids[row, :length].tolist()) == best


@each_head
def test_a_sentence_gets_the_same_alone_and_in_a_padded_batch(head_class):
    head, word_vectors, word_mask, tag_ids = random_batch(head_class, seed=4)
    tag_scores = head.scores(word_vectors)
    together = head.decode(tag_scores, word_mask)
    # The padded words of the batch hold numbers too, so nothing but the mask keeps them out.
    weights = [1] * len(LENGTHS) if head_class is CrfSequenceHead else LENGTHS
    losses = []
    for row, length in enumerate(LENGTHS):
        own_mask = torch.ones(1, length, dtype=torch.bool)
        own_scores = head.scores(word_vectors[row : row + 1, :length])
        alone = head.decode(own_scores, own_mask)
        assert torch.allclose(own_scores[0], tag_scores[row, :length], atol=1e-6)
        assert alone.tag_ids[0].tolist() == together.tag_ids[row, :length].tolist()
        assert [each.entity for each in alone.entities[0]] == [each.entity for each in together.entities[row]]
        for own, batched in zip(alone.entities[0], together.entities[row], strict=True):
            assert own.score == pytest.approx(batched.score, abs=1e-5)
        losses.append(head.loss(own_scores, own_mask, tag_ids[row : row + 1, :length]).item())
    expected = sum(w * loss for w, loss in zip(weights, losses, strict=True)) / sum(weights)
    assert head.loss(tag_scores, word_mask, tag_ids).item() == pytest.approx(expected, rel=1e-5)


@each_head
def test_every_weight_gets_a_gradient(head_class):
    head, word_vectors, word_mask, tag_ids = random_batch(head_class)
    head.loss(head.scores(word_vectors), word_mask, tag_ids).backward()
    for name, weight in head.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


@each_head
def test_dropout_acts_on_word_vectors_in_training_only(head_class):
    head, word_vectors, _, _ = random_batch(head_class, dropout=0.5)
    assert torch.equal(head.scores(word_vectors), head.scores(word_vectors))
    head.train()
    assert not torch.equal(head.scores(word_vectors), head.scores(word_vectors))


@each_head
def test_losses_are_float32_under_bfloat16_autocast(head_class):
    head, word_vectors, word_mask, tag_ids = random_batch(head_class)
    exact = head.loss(head.scores(word_vectors), word_mask, tag_ids)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        tag_scores = head.scores(word_vectors)
        loss = head.loss(tag_scores, word_mask, tag_ids)
        head.decode(tag_scores, word_mask)
    assert tag_scores.dtype == torch.bfloat16
    assert loss.dtype == torch.float32
    assert loss.item() == pytest.approx(exact.item(), rel=0.05)


@each_head
def test_tags_are_learned(head_class):
    head, word_vectors, word_mask, _ = random_batch(head_class, dropout=0.0, lengths=[4, 2])
    tag_ids = torch.tensor([[0, 1, 2, 3], [3, 4, 0, 0]])
    optimizer = torch.optim.Adam(head.parameters(), lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        head.loss(head.scores(word_vectors), word_mask, tag_ids).backward()
        optimizer.step()
    decoding = head.decode(head.scores(word_vectors), word_mask)
    assert torch.equal(decoding.tag_ids, tag_ids * word_mask)
    entities = [[each.entity for each in sentence] for sentence in decoding.entities]
    assert entities == [[Entity(1, 3, "A"), Entity(3, 4, "B")], [Entity(0, 2, "B")]]


def test_heads_are_built_from_parameters():
    tags = all_tags(["A"], TagScheme.BIOES)
    head = SequenceHead.from_params(Params({"scheme": "BIOES", "dropout": 0.2}), word_dim=3, tags=tags)
    assert isinstance(head, SoftmaxSequenceHead)
    assert (head.scheme, head.dropout.drop_prob) == (TagScheme.BIOES, 0.2)
    settings = {"type": "crf", "constrain_decoding": True, "token_mean": True, "use_start_end": False}
    settings["scaled_partition"] = True
    head = SequenceHead.from_params(Params(settings), word_dim=3, tags=tags, scheme=TagScheme.BIOES)
    assert isinstance(head, CrfSequenceHead)
    assert head.token_mean
    assert head.crf.allowed_transitions is not None
    assert head.crf.start_scores is None
    assert head.crf.scaled_partition


@pytest.mark.parametrize("constrain_decoding", [False, True])
@each_head
def test_only_weights_are_saved(head_class, constrain_decoding):
    head = head_class(WORD_DIM, BIO_TAGS, constrain_decoding=constrain_decoding)
    assert set(head.state_dict()) == {name for name, _ in head.named_parameters()}


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ConfigurationError, match="word_dim is 0, but must be at least 1"):
        SoftmaxSequenceHead(0, BIO_TAGS)
    with pytest.raises(ConfigurationError, match=r"the tags are \[\], but must be at least one"):
        SoftmaxSequenceHead(2, [])
    with pytest.raises(ConfigurationError, match=r"\['O', 'O'\], but must be at least one and none twice"):
        CrfSequenceHead(2, ["O", "O"])
    with pytest.raises(ConfigurationError, match=r"dropout is 1.0, but must be in \[0, 1\)"):
        SoftmaxSequenceHead(2, BIO_TAGS, dropout=1.0)
    with pytest.raises(ConfigurationError, match="scheme is 'IOB2', but must be one of IOB1, BIO"):
        SoftmaxSequenceHead(2, BIO_TAGS, scheme="IOB2")


@pytest.mark.parametrize(
    "tags",
    [
        ("O", "B-A", "I-A"),
        ("I-A", "B-A", "O"),
        ("O",),
        ("O", "I-B-C", "B-A", "B-B-C", "I-A"),
    ],
)
def test_tags_of_bio_are_known_in_any_order(tags):
    assert SoftmaxSequenceHead(2, tags).scheme is TagScheme.BIO


@each_head
@pytest.mark.parametrize("scheme", [each for each in TagScheme if each is not TagScheme.IOB1])
def test_tags_tell_the_scheme_and_a_setting_may_confirm_it(head_class, scheme):
    tags = all_tags(["A", "B-C"], scheme)[::-1]
    assert head_class(2, tags).scheme is scheme
    assert head_class(2, tags, scheme=scheme.value).scheme is scheme


@pytest.mark.parametrize(
    ("tags", "scheme", "message"),
    [
        (BIO_TAGS, "BIOES", "I-B, are not those of BIOES; leave sequence head: scheme out"),
        (all_tags(["A"], TagScheme.BIOES), "BIO", "S-A, are not those of BIO"),
        (("O", "B-A"), None, "O, B-A, are not those of BIO"),
        (("O", "B-A", "U-A", "E-A"), None, "no scheme has the prefix of 'E-A'"),
        (("O", "person"), None, "the model's tags are of no scheme: .*'person'"),
    ],
)
def test_tags_that_contradict_the_scheme_are_refused(tags, scheme, message):
    with pytest.raises(ConfigurationError, match=message):
        SoftmaxSequenceHead(2, tags, scheme=scheme)
