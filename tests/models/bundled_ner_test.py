"""BundledNer learns, answers with either head, and treats a sentence alike alone and in a batch."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError
from allennlp.data import Batch, Instance, Vocabulary
from allennlp.models import Model
from allennlp.nn.util import move_to_device

from blner_allennlp.bundling import Decoder
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.models import BundledNer
from blner_allennlp.token_indexers import WordPieceIndexer

SENTENCES = [
    Sentence(("Ada", "sails", "to", "Port", "Nowhere", "."), (Entity(0, 1, "person"), Entity(3, 5, "place"))),
    Sentence(("Rain", "again", ",", "says", "Bo", "."), (Entity(4, 5, "person"),)),
    Sentence(("The", "Lost", "Bay", "of", "Green", "Glass", "is", "far"), (Entity(0, 6, "place"),)),
    Sentence(("Nothing", "here")),
    Sentence(("Port", "Nowhere"), (Entity(0, 2, "place"),)),
]
TAGGINGS = ["softmax", "crf"]
REPRESENTATIONS = ["boundary", "pooling", "hybrid"]


@pytest.fixture(scope="module")
def reader(tiny_encoder: Path) -> NerCorpusReader:
    return NerCorpusReader({"pieces": WordPieceIndexer(str(tiny_encoder))})


@pytest.fixture(scope="module")
def instances(reader: NerCorpusReader) -> list[Instance]:
    instances = [reader.sentence_to_instance(sentence) for sentence in SENTENCES]
    for instance in instances:
        reader.apply_token_indexers(instance)
    return instances


@pytest.fixture(scope="module")
def vocab(instances: list[Instance]) -> Vocabulary:
    return Vocabulary.from_instances(instances)


@pytest.fixture
def build(vocab: Vocabulary, tiny_encoder: Path) -> Callable[..., BundledNer]:
    def build_model(
        tagging: str = "softmax",
        representation: str = "hybrid",
        max_width: int = 6,
        vocab: Vocabulary = vocab,
        **settings: Any,
    ):
        torch.manual_seed(0)
        params = {
            "type": "bundled_ner",
            "encoder": {"type": "word_pieces", "model_name": str(tiny_encoder)},
            "sequence_head": {"type": tagging},
            "span_head": {"representation": representation, "max_width": max_width},
            **settings,
        }
        return Model.from_params(Params(params), vocab=vocab)

    return build_model


def tensors_of(instances: list[Instance], vocab: Vocabulary) -> dict[str, Any]:
    batch = Batch(instances)
    batch.index_instances(vocab)
    return move_to_device(batch.as_tensor_dict(), -1)


@pytest.mark.parametrize("alpha", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("tagging", TAGGINGS)
def test_every_parameter_gets_a_gradient(build, instances, vocab, alpha: float, tagging: str) -> None:
    model = build(tagging=tagging, alpha=alpha).train()
    model(**tensors_of(instances, vocab))["loss"].backward()
    assert not [name for name, parameter in model.named_parameters() if parameter.grad is None]


@pytest.mark.parametrize(("alpha", "missing"), [(0.0, "sequence_head"), (1.0, "span_head")])
def test_at_its_ends_the_model_is_one_head_alone(build, alpha: float, missing: str) -> None:
    model = build(alpha=alpha)
    assert getattr(model, missing) is None
    assert not [name for name, _ in model.named_parameters() if name.startswith(missing)]


def test_the_loss_is_the_weighted_sum_of_both(build, instances, vocab) -> None:
    tensors = tensors_of(instances, vocab)
    losses = {}
    for alpha in (0.0, 0.3, 1.0):
        both = build(alpha=0.3, span_head={"max_width": 6, "max_negatives": None}).eval()
        both.alpha = alpha  # the same weights throughout; all negatives, so that nothing is drawn
        losses[alpha] = both(**tensors)["loss"].item()
    assert losses[0.3] == pytest.approx(0.3 * losses[1.0] + 0.7 * losses[0.0])


def test_training_steps_decode_nothing(build, instances, vocab, monkeypatch) -> None:
    model = build().train()

    def fail(*_: Any) -> None:
        raise AssertionError("decoded in a training step")

    monkeypatch.setattr(model.sequence_head, "decode", fail)
    monkeypatch.setattr(model.span_head, "decode", fail)
    monkeypatch.setattr(model.span_head, "scores", fail)
    outputs = model(**tensors_of(instances, vocab))
    assert set(outputs) == {"loss"}
    assert model.get_metrics() == {}


@pytest.mark.parametrize("training", [True, False])
def test_gold_beyond_reach_is_a_metric_and_said_once_a_data_set(
    build, instances, vocab, caplog, training: bool
) -> None:
    # Of five mentions, one has six words.
    model = build(max_width=5).train(training)
    shares = []
    with torch.no_grad():
        for _ in range(2):
            model(**tensors_of(instances, vocab))
            shares.append(model.get_metrics(reset=True)["span_gold_beyond_reach"])
    assert shares == [1 / 5, 1 / 5]
    (record,) = caplog.records
    data = "training" if training else "evaluation"
    assert f"1 of 5 gold entities (20.00 %) of the {data} data are wider" in record.getMessage()


def test_a_model_without_span_head_reports_no_reach(build, instances, vocab) -> None:
    model = build(alpha=1.0).eval()
    with torch.no_grad():
        model(**tensors_of(instances, vocab))
    assert set(model.get_metrics(reset=True)) == {
        f"{head}{name}" for head in ("", "seq_") for name in ("precision", "recall", "f1")
    }


def test_without_e_0_the_span_head_ignores_the_sentence_vector(build, instances, vocab) -> None:
    span_head = {"max_width": 6, "max_negatives": None, "use_sentence_vector": False}
    model = build(alpha=0.0, span_head=span_head).eval()
    assert model.span_head.projection.in_features == 3 * 32 + 25
    tensors = tensors_of(instances, vocab)
    encode = model.encoder.encode
    losses = []
    with torch.no_grad():
        for added in (0.0, 9.0):
            model.encoder.encode = lambda added=added, **pieces: replace(
                encode(**pieces), sentence_vector=encode(**pieces).sentence_vector + added
            )
            losses.append(model(**tensors)["loss"].item())
    assert losses[0] == losses[1]


@pytest.mark.parametrize("scheme", ["BIO", "BIOES", "BIOUL", "BMEWO"])
@pytest.mark.parametrize("alpha", [0.0, 0.1, 1.0])
def test_the_scheme_of_the_reader_is_found_in_the_tags(
    build, tiny_encoder: Path, scheme: str, alpha: float
) -> None:
    reader = NerCorpusReader({"pieces": WordPieceIndexer(str(tiny_encoder))}, tag_scheme=scheme)
    instances = [reader.sentence_to_instance(sentence) for sentence in SENTENCES]
    for instance in instances:
        reader.apply_token_indexers(instance)
    vocab = Vocabulary.from_instances(instances)
    model = build(vocab=vocab, alpha=alpha)
    assert alpha == 0 or model.sequence_head.scheme.value == scheme


@pytest.mark.parametrize("tagging", TAGGINGS)
@pytest.mark.parametrize("representation", REPRESENTATIONS)
def test_a_sentence_alone_equals_the_same_in_a_padded_batch(
    build, instances, vocab, tagging: str, representation: str
) -> None:
    model = build(tagging=tagging, representation=representation).eval()
    with torch.no_grad():
        for decoder in Decoder:
            model.decoder = decoder
            together = model(**tensors_of(instances, vocab))["entities"]
            for index, instance in enumerate(instances):
                (alone,) = model(**tensors_of([instance], vocab))["entities"]
                assert [found.entity for found in alone] == [found.entity for found in together[index]]
                assert [found.score for found in alone] == pytest.approx(
                    [found.score for found in together[index]], abs=1e-5
                )


def test_a_few_sentences_are_learnt_and_gold_beyond_reach_stays_a_miss(build, instances, vocab) -> None:
    # The widest mention has six words; with ε = 2 the span head cannot find it, the sequence head can.
    model = build(max_width=2, alpha=0.5)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    tensors = tensors_of(instances, vocab)
    model.train()
    for _ in range(80):
        optimizer.zero_grad()
        model(**tensors)["loss"].backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        model(**tensors)
    scores = model.get_metrics(reset=True)
    assert scores["seq_f1"] == 1.0
    assert scores["span_recall"] == pytest.approx(4 / 5)
    assert scores["f1"] == scores["span_f1"]


def test_a_sentence_that_is_not_scored_changes_no_metric(build, reader, instances, vocab) -> None:
    model = build().eval()
    repeated = reader.sentence_to_instance(SENTENCES[0], scored=False)
    reader.apply_token_indexers(repeated)
    with torch.no_grad():
        model(**tensors_of(instances, vocab))
        alone = model.get_metrics(reset=True)
        model(**tensors_of([*instances, repeated], vocab))
    assert model.get_metrics(reset=True) == alone


def test_without_gold_only_the_answering_head_works(build, reader, vocab, monkeypatch) -> None:
    instance = reader.text_to_instance(["Ada", "sails"])
    reader.apply_token_indexers(instance)
    model = build(decoder="seq").eval()
    monkeypatch.setattr(model.span_head, "scores", lambda *_: pytest.fail("the span head was asked"))
    with torch.no_grad():
        outputs = model(**tensors_of([instance], vocab))
    assert set(outputs) == {"entities", "words"}


def test_probabilities_of_tags_are_computed_for_answers_only(build, instances, vocab, monkeypatch) -> None:
    scores = {}
    for decoder in ("seq", "span"):
        model = build(decoder=decoder, sequence_head={"type": "crf"}).eval()
        if decoder == "span":
            monkeypatch.setattr(model.sequence_head.crf, "marginals", lambda *_: pytest.fail("not needed"))
        with torch.no_grad():
            model(**tensors_of(instances, vocab))
        scores[decoder] = model.get_metrics(reset=True)
    # Which head answers changes neither head's own scores.
    prefixes = ("seq_", "span_")
    for name, value in scores["seq"].items():
        if name.startswith(prefixes):
            assert scores["span"][name] == value


def test_both_heads_are_scored_at_every_validation(build, instances, vocab) -> None:
    model = build(per_type_metrics=True).eval()
    with torch.no_grad():
        model(**tensors_of(instances, vocab))
    names = set(model.get_metrics(reset=True))
    assert {
        f"{head}{name}" for head in ("", "seq_", "span_") for name in ("precision", "recall", "f1")
    } <= names
    assert {"seq_f1/person", "span_boundary_f1", "macro_f1"} <= names


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"alpha": 1.5}, r"alpha is 1.5, but must be in \[0, 1\]"),
        ({"alpha": 0.0, "decoder": "seq"}, "alpha = 0.0 does not train that head"),
        ({"decoder": "tags"}, "must be 'seq' or 'span'"),
        (
            {"sequence_head": {"scheme": "BIOES"}},
            "B-person.* are not those of BIOES; leave sequence head: scheme out",
        ),
        (
            {"span_head": None},
            "model.span_head is missing, but alpha = 0.1 trains it; give it at least max_width",
        ),
        ({"tag_namespace": "nowhere"}, "no labels in the namespace 'nowhere'"),
        (
            {"encoder": {"type": "embedding", "num_embeddings": 3, "embedding_dim": 2}},
            "must be of type 'word_pieces'",
        ),
    ],
)
def test_a_wrong_setting_is_explained(build, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        build(**settings)
