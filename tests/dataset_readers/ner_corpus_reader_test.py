"""Instances hold words, tags, gold spans and all gold; shards are even and lose nothing."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from allennlp.common.checks import ConfigurationError
from allennlp.data import Batch, DatasetReader, Vocabulary
from allennlp.data.dataset_readers.dataset_reader import DistributedInfo, WorkerInfo
from allennlp.data.token_indexers import SingleIdTokenIndexer

from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence

CORPUS = """\
Ada\tB-person
sails\tO
to\tO
Port\tB-place
Nowhere\tI-place

Rain\tO
again\tO

Bo\tB-person
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.conll"
    path.write_text(CORPUS, encoding="utf-8")
    return path


def reader(**options) -> NerCorpusReader:
    return NerCorpusReader({"words": SingleIdTokenIndexer()}, **options)


def test_it_is_registered() -> None:
    assert DatasetReader.by_name("ner_corpus") is NerCorpusReader


def test_fields_of_a_batch(corpus: Path) -> None:
    instances = list(reader().read(corpus))
    vocab = Vocabulary.from_instances(instances)
    batch = Batch(instances)
    batch.index_instances(vocab)
    tensors = batch.as_tensor_dict()

    person, place = (vocab.get_token_index(label, "span_labels") for label in ("person", "place"))
    assert tensors["spans"]["word_spans"].tolist() == [[[0, 1], [3, 5]], [[-1, -1]] * 2, [[0, 1], [-1, -1]]]
    assert tensors["spans"]["labels"].tolist() == [[person, place], [-1, -1], [person, -1]]
    tags = [[vocab.get_token_from_index(index, "tags") for index in row] for row in tensors["tags"].tolist()]
    assert tags[0] == ["B-person", "O", "O", "B-place", "I-place"]
    assert [fields["sentence"].entities for fields in tensors["metadata"]] == [
        (Entity(0, 1, "person"), Entity(3, 5, "place")), (), (Entity(0, 1, "person"),),
    ]  # fmt: skip


def test_a_batch_without_entities_has_span_tensors_of_width_zero(corpus: Path) -> None:
    batch = Batch([list(reader().read(corpus))[1]])
    batch.index_instances(Vocabulary.from_instances(reader().read(corpus)))
    spans = batch.as_tensor_dict()["spans"]
    assert spans["word_spans"].shape == (1, 0, 2)
    assert spans["labels"].shape == (1, 0)


def test_the_vocabulary_has_all_2m_plus_1_tags_even_if_the_corpus_lacks_some(corpus: Path) -> None:
    vocab = Vocabulary.from_instances(reader().read(corpus))
    assert set(vocab.get_token_to_index_vocabulary("tags")) == {
        "O",
        "B-person",
        "I-person",
        "B-place",
        "I-place",
    }
    assert set(vocab.get_token_to_index_vocabulary("span_labels")) == {"person", "place"}


def test_sentences_to_predict_have_no_gold_fields() -> None:
    instance = reader().text_to_instance(["Ada", "sails"])
    assert set(instance.fields) == {"tokens", "metadata"}
    assert not instance["metadata"].metadata["scored"]


# "Ada of Port Nowhere" holds "Port Nowhere"; "Bo" stands alone.
NESTED = Sentence(
    ("Ada", "of", "Port", "Nowhere", "met", "Bo"),
    (Entity(0, 4, "person"), Entity(2, 4, "place"), Entity(5, 6, "person")),
)
OUTER, INNER, ALONE = NESTED.entities


def flattened(policy: str | None = None, sentences: Iterable[Sentence] = (NESTED,)) -> list[Sentence]:
    options = {} if policy is None else {"overlaps": policy}
    return list(reader(**options)._flattened(iter(sentences), "nested.json"))


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        (None, (ALONE,)),
        ("drop_both", (ALONE,)),
        ("keep_outer", (OUTER, ALONE)),
        ("keep_inner", (INNER, ALONE)),
        ("keep_first", (OUTER, ALONE)),
    ],
)
def test_a_policy_decides_which_overlapping_mentions_stay(
    policy: str | None, kept: tuple[Entity, ...]
) -> None:
    (sentence,) = flattened(policy)
    assert sentence.entities == kept
    assert set(sentence.nested_entities) == set(NESTED.entities)


def test_a_sentence_without_words_becomes_no_instance_but_its_losses_are_told(tmp_path: Path, caplog) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"text": "  ", "label": [[0, 1, "place"]]}\n{"text": "Rain", "label": []}\n')
    (instance,) = reader().read(path)
    assert instance["metadata"]["words"] == ("Rain",)
    assert "1 of 1 mentions are left out" in caplog.text


def test_what_was_left_out_of_a_file_is_counted_by_kind(caplog) -> None:
    remarks = (
        Remark(RemarkKind.DISCONTINUOUS, "place", "Port ... Bay"),
        Remark(RemarkKind.INSIDE_WORD, "place", "Port"),
    )
    flattened(sentences=[NESTED, replace(NESTED, entities=(ALONE,), remarks=remarks)])
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    # INSIDE_WORD is no loss.
    assert record.getMessage() == (
        "nested.json: 3 of 5 mentions are left out, and the model will neither learn them nor be scored on them: "
        "discontinuous 1, overlapping 2 (overlaps: drop_both)"
    )


def test_only_one_process_of_several_counts_aloud(caplog) -> None:
    for rank in range(2):
        for worker_id in range(2):
            shard_reader = reader()
            shard_reader._set_distributed_info(DistributedInfo(2, rank))
            shard_reader._set_worker_info(WorkerInfo(2, worker_id))
            list(shard_reader._flattened(iter([NESTED]), "nested.json"))
    assert len(caplog.records) == 1


def test_a_file_without_losses_is_read_without_a_word(corpus: Path, caplog) -> None:
    list(reader().read(corpus))
    assert not [record for record in caplog.records if record.name.startswith("blner_allennlp")]


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"dataset_reader\.overlaps: .*drop_both.* got 'keep_all'"):
        reader(overlaps="keep_all")


def test_instances_have_the_words_that_the_taggers_of_allennlp_answer_with(corpus: Path) -> None:
    assert [instance["metadata"]["words"] for instance in reader().read(corpus)][1] == ("Rain", "again")


@pytest.mark.parametrize("num_sentences", range(1, 12))
@pytest.mark.parametrize("num_ranks", [2, 3, 4])
@pytest.mark.parametrize("num_workers", [1, 2])
def test_shards_are_even_and_score_every_sentence_once(
    num_sentences: int, num_ranks: int, num_workers: int
) -> None:
    sentences = [Sentence((f"w{index}",)) for index in range(num_sentences)]
    scored: Counter = Counter()
    num_by_rank = Counter()
    for rank in range(num_ranks):
        for worker_id in range(num_workers):
            shard_reader = reader()
            shard_reader._set_distributed_info(DistributedInfo(num_ranks, rank))
            shard_reader._set_worker_info(WorkerInfo(num_workers, worker_id) if num_workers > 1 else None)
            for sentence, counts in shard_reader._shard(iter(sentences)):
                num_by_rank[rank] += 1
                scored[sentence.words[0]] += counts
    assert scored == Counter({f"w{index}": 1 for index in range(num_sentences)})
    assert len(set(num_by_rank.values())) == 1


@pytest.mark.parametrize("num_ranks", [2, 3])
@pytest.mark.parametrize("max_instances", [1, 2, 3])
def test_shards_of_the_first_sentences_are_even_too(corpus: Path, num_ranks: int, max_instances: int) -> None:
    scored: list[str] = []
    num_by_rank = []
    for rank in range(num_ranks):
        shard_reader = reader(max_instances=max_instances)
        shard_reader._set_distributed_info(DistributedInfo(num_ranks, rank))
        fields = [instance["metadata"].metadata for instance in shard_reader.read(corpus)]
        num_by_rank.append(len(fields))
        scored += [each["sentence"].words[0] for each in fields if each["scored"]]
    assert sorted(scored) == sorted(["Ada", "Rain", "Bo"][:max_instances])
    assert len(set(num_by_rank)) == 1


def test_only_the_first_sentences_are_read_if_so_asked(corpus: Path) -> None:
    read = [instance["metadata"].metadata["sentence"] for instance in reader(max_instances=2).read(corpus)]
    assert [sentence.words[0] for sentence in read] == ["Ada", "Rain"]


def test_a_reader_can_be_had_for_another_corpus(corpus: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.conll"
    other.write_text("B-person\tAda\nO\tsails\n\nO\tRain\n", encoding="utf-8")
    original = reader(overlaps="keep_outer")
    adapted = original.for_corpus("columns", {"tag_column": 0, "token_column": 1}, max_instances=1)
    (instance,) = adapted.read(other)
    assert instance["metadata"].metadata["sentence"].words == ("Ada", "sails")
    assert instance["tags"].labels == ["B-person", "O"]
    assert adapted._overlaps is original._overlaps
    assert len(list(original.read(corpus))) == 3


def test_an_instance_survives_being_indexed_and_padded_twice(corpus: Path) -> None:
    instances = list(reader().read(corpus))
    vocab = Vocabulary.from_instances(instances)
    batch = Batch(instances)
    batch.index_instances(vocab)
    first, second = batch.as_tensor_dict(), batch.as_tensor_dict()
    torch.testing.assert_close(first["spans"], second["spans"])


def test_a_type_that_the_vocabulary_lacks_is_no_target_but_stays_gold(
    corpus: Path, tmp_path: Path, caplog
) -> None:
    vocab = Vocabulary.from_instances(reader().read(corpus))
    other = tmp_path / "other.conll"
    other.write_text("Ada\tB-person\nKrill\tB-animal\nswarm\tO\n", encoding="utf-8")
    batch = Batch(reader().read(other))
    batch.index_instances(vocab)
    tensors = batch.as_tensor_dict()
    outside = vocab.get_token_index("O", "tags")
    assert tensors["tags"].tolist() == [[vocab.get_token_index("B-person", "tags"), outside, outside]]
    assert tensors["spans"]["labels"].tolist() == [[vocab.get_token_index("person", "span_labels"), -1]]
    assert tensors["metadata"][0]["sentence"].entities[1] == Entity(1, 2, "animal")
    assert "entity type 'animal' is not in the vocabulary" in caplog.text


@pytest.mark.parametrize("scheme", ["bio", "IOB1", "IOB"])
def test_a_scheme_that_is_none_for_models_is_refused(scheme: str) -> None:
    with pytest.raises(ConfigurationError, match=f"tag_scheme is '{scheme}', but must be one of BIO, BIOES"):
        reader(tag_scheme=scheme)
