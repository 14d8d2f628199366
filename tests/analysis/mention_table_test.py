"""The table of mentions: outcomes against the comparison of all pairs, attributes by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from blner_allennlp.analysis.mention_table import MentionTable, build_mention_table
from blner_allennlp.analysis.outcomes import Outcome
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.attributes import Attribute, Density
from blner_allennlp.runs.system_output import SystemOutput
from tests.analysis.outputs import make_output, outputs

Row = tuple[int, int, int, str]


def build(output: SystemOutput, **choices: object) -> MentionTable:
    return build_mention_table(output, AnalysisSettings(**choices))


def gold_rows(table: MentionTable) -> list[Row]:
    return [(*row[:3], table.labels[row[3]]) for row in table.gold.rows.tolist()]


def predicted_rows(table: MentionTable) -> list[Row]:
    return [(*row[:3], table.labels[row[3]]) for row in table.predicted.rows.tolist()]


def judge_by_pairs(mention: Row, others: list[Row]) -> Outcome:
    if mention in others:
        return Outcome.RIGHT
    if mention[:3] in [other[:3] for other in others]:
        return Outcome.TYPE
    sentence, start, end, _ = mention
    shared = [
        word
        for other in others
        if other[0] == sentence
        for word in range(other[1], other[2])
        if start <= word < end
    ]
    return Outcome.BOUNDARY if shared else Outcome.ALONE


@settings(max_examples=80)
@given(output=outputs())
def test_each_mention_is_there_once_and_judged_as_by_comparison_of_all_pairs(output: SystemOutput) -> None:
    table = build(output)
    gold = sorted(
        {
            (index, entity.word_start, entity.word_end, entity.label)
            for index, sentence in enumerate(output.sentences)
            for entity in sentence.entities
        }
    )
    best: dict[Row, float] = {}
    for index, answer in enumerate(output.predicted):
        for scored in answer:
            row = (index, scored.entity.word_start, scored.entity.word_end, scored.entity.label)
            best[row] = max(scored.score, best.get(row, 0.0))
    assert gold_rows(table) == gold
    assert predicted_rows(table) == sorted(best)
    assert table.predicted.score.tolist() == [best[row] for row in sorted(best)]
    assert table.gold_outcomes.tolist() == [judge_by_pairs(row, list(best)) for row in gold]
    assert table.predicted_outcomes.tolist() == [judge_by_pairs(row, gold) for row in sorted(best)]


@settings(max_examples=30)
@given(output=outputs())
def test_what_a_mention_and_its_sentence_are_is_as_computed_one_by_one(output: SystemOutput) -> None:
    table = build(output)
    gold = gold_rows(table)
    for rows, surfaces, values in (
        (gold, table.gold_surfaces, table.gold_values),
        (predicted_rows(table), table.predicted_surfaces, table.predicted_values),
    ):
        assert list(values) == list(Attribute)
        for place, (sentence, start, end, label) in enumerate(rows):
            words = output.sentences[sentence].words
            assert table.surfaces[surfaces[place]] == words[start:end]
            same = output.lexicon.labels_by_surface.get(" ".join(words[start:end]).lower(), {})
            num_gold = len([row for row in gold if row[0] == sentence])
            known = output.lexicon.word_counts
            expected = {
                "eLen": end - start,
                "tLen": len(words),
                "eCon": same.get(label, 0) / max(sum(same.values()), 1),
                "eDen": num_gold / len(words),
                "eFre": sum(same.values()),
                "tFre": min(
                    sum(count for seen, count in known.items() if seen.lower() == word.lower())
                    for word in words[start:end]
                ),
                "oDen": len([word for word in words if word not in known]) / len(words),
            }
            assert {str(attribute): column[place] for attribute, column in values.items()} == expected


@settings(max_examples=30)
@given(output=outputs())
def test_a_right_prediction_has_the_values_of_its_gold_mention(output: SystemOutput) -> None:
    table = build(output)
    gold = gold_rows(table)
    for place, row in enumerate(predicted_rows(table)):
        if row in gold:
            for attribute, column in table.predicted_values.items():
                assert column[place] == table.gold_values[attribute][gold.index(row)]


def test_density_may_count_the_words_inside_mentions() -> None:
    # Three words of six are inside; the first mention holds another one.
    output = make_output(
        [
            ("one two three four five six", [(0, 2, "A"), (0, 1, "B"), (3, 4, "A")], [(4, 6, "A")]),
            ("one two", [], [(0, 1, "A")]),
            ("one", [(0, 1, "A"), (0, 1, "B")], []),
        ]
    )
    entities = build(output)
    assert entities.gold_values[Attribute.ENTITY_DENSITY].tolist() == [0.5, 0.5, 0.5, 2, 2]
    # Predictions have the density of the gold sentence, which may be 0.
    assert entities.predicted_values[Attribute.ENTITY_DENSITY].tolist() == [0.5, 0]
    tokens = build(output, density=Density.TOKENS)
    assert tokens.gold_values[Attribute.ENTITY_DENSITY].tolist() == [0.5, 0.5, 0.5, 1, 1]
    assert tokens.predicted_values[Attribute.ENTITY_DENSITY].tolist() == [0.5, 0]


def test_without_training_data_its_attributes_are_missing() -> None:
    table = build(make_output([("a b", [(0, 1, "A")], [(1, 2, "A")])]))
    assert list(table.gold_values) == ["eLen", "tLen", "eDen"]
    assert list(table.predicted_values) == ["eLen", "tLen", "eDen"]
    assert table.num_oov is None


def test_sentences_without_mentions_or_words_are_counted() -> None:
    table = build(make_output([("", [], []), ("a b", [], []), ("", [], [])], training=[("b c", [])]))
    assert table.num_sentences == 3
    assert table.num_words.tolist() == [0, 2, 0]
    assert table.num_oov is not None
    assert table.num_oov.tolist() == [0, 1, 0]
    assert len(table.gold) == len(table.predicted) == 0
    assert table.labels == ()


def test_an_output_without_sentences_has_an_empty_table() -> None:
    table = build(make_output([], training=[]))
    assert table.num_sentences == 0
    assert set(table.gold_values) == set(Attribute)


@pytest.mark.parametrize(
    ("gold", "predicted", "outcome"),
    [
        # "it will rain this night" with "rain" as gold: the paper's own examples of boundary errors.
        ((2, 3), (1, 3), Outcome.BOUNDARY),
        ((2, 3), (0, 3), Outcome.BOUNDARY),
        ((2, 3), (2, 4), Outcome.BOUNDARY),
        ((1, 4), (2, 3), Outcome.BOUNDARY),
        ((2, 3), (1, 2), Outcome.ALONE),
        ((2, 3), (3, 4), Outcome.ALONE),
        ((2, 3), (2, 3), Outcome.RIGHT),
    ],
)
def test_a_prediction_that_shares_a_word_with_gold_has_the_wrong_boundary(
    gold: tuple[int, int], predicted: tuple[int, int], outcome: Outcome
) -> None:
    table = build(make_output([("it will rain this night", [(*gold, "W")], [(*predicted, "W")])]))
    assert table.predicted_outcomes.tolist() == table.gold_outcomes.tolist() == [outcome]
