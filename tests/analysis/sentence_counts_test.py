"""Counts by sentence add up to the corpus's, and each is that of the sentence alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from blner_allennlp.analysis.sentence_counts import ERROR_COLUMNS, SentenceCounts, count_by_sentence
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.runs.system_output import SystemOutput
from tests.analysis.outputs import make_output, outputs


def all_counts(counts: SentenceCounts, labels: tuple[str, ...]) -> list[np.ndarray]:
    return [
        counts.micro(),
        counts.boundaries(),
        counts.errors(),
        *(counts.of_type(label) for label in labels),
        *(counts.of_bucket(attribute, bucket) for attribute in counts.attributes for bucket in range(4)),
    ]


@settings(max_examples=15)
@given(output=outputs())
def test_a_sentences_counts_are_those_of_a_corpus_that_is_this_sentence(output: SystemOutput) -> None:
    whole = count_by_sentence(output)
    labels = whole.table.labels
    for index in range(len(output.sentences)):
        alone = replace(
            output,
            sentences=output.sentences[index : index + 1],
            predicted=output.predicted[index : index + 1],
        )
        ones = all_counts(count_by_sentence(alone), labels)
        for of_all, of_one in zip(all_counts(whole, labels), ones, strict=True):
            assert of_all[index].tolist() == of_one[0].tolist()


def test_counts_of_a_few_sentences_are_as_counted_by_hand() -> None:
    counts = count_by_sentence(
        make_output(
            [
                ("a b c", [(0, 1, "A"), (1, 3, "B")], [(0, 1, "A"), (1, 2, "B"), (0, 1, "B")]),
                ("a", [], []),
                ("a b", [(0, 1, "A")], [(1, 2, "A")]),
            ]
        )
    )
    assert counts.num_sentences == 3
    assert counts.micro().tolist() == [[1, 3, 2], [0, 0, 0], [0, 1, 1]]
    assert counts.boundaries().tolist() == [[1, 2, 2], [0, 0, 0], [0, 1, 1]]
    assert counts.of_type("B").tolist() == [[0, 2, 1], [0, 0, 0], [0, 0, 0]]
    assert counts.of_type("C").tolist() == [[0, 0, 0]] * 3
    assert counts.of_bucket("eLen", 0).tolist() == [[1, 3, 1], [0, 0, 0], [0, 1, 1]]
    assert counts.of_bucket("eLen", 1).tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert counts.gold_buckets("eLen").tolist() == [0, 1, 0]
    errors = [dict(zip(ERROR_COLUMNS, row, strict=True)) for row in counts.errors().tolist()]
    assert errors[0] == {
        "false_positives": 2,
        "false_negatives": 1,
        "type_errors": 1,
        "boundary_errors": 1,
        "spurious": 0,
        "missing": 0,
    }
    assert set(errors[1].values()) == {0}
    assert (errors[2]["spurious"], errors[2]["missing"], errors[2]["boundary_errors"]) == (1, 1, 0)


def test_attributes_without_values_or_buckets_have_no_counts() -> None:
    counts = count_by_sentence(make_output([("a", [(0, 1, "A")], [])]))
    assert counts.attributes == ("eLen", "tLen", "eDen")
    with pytest.raises(KeyError):
        counts.of_bucket("eCon", 0)
    none = count_by_sentence(make_output([("a", [(0, 1, "A")], [])]), AnalysisSettings(buckets={}))
    assert none.attributes == ()
