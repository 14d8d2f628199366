"""The paper's numbers beside counted ones, with the differences in words."""

from __future__ import annotations

import pytest

from blner_allennlp.corpora import CORPUS_SOURCES
from blner_allennlp.corpus_tools.counting.corpus_statistics import CorpusStatistics
from blner_allennlp.corpus_tools.counting.statistics import SplitStatistics
from blner_allennlp.corpus_tools.published.comparison import Counting, compare, count_entities
from blner_allennlp.corpus_tools.published.rows import PUBLISHED_ROWS, KnownDifference, PublishedRow
from blner_allennlp.entities import RemarkKind


def split(
    flat: dict[int, int], num_overlapping: int = 0, num_left_out: int = 0, labels: str = "A"
) -> SplitStatistics:
    """A split with so many mentions of each width; overlapping ones have one word."""
    counts = SplitStatistics()
    counts.flat.widths.num_by_value.update(flat)
    counts.flat.num_by_label.update({labels[0]: sum(flat.values())})
    counts.annotated.num_by_label.update({labels[0]: sum(flat.values()) + num_overlapping})
    counts.annotated.num_by_label.update(dict.fromkeys(labels[1:], 0))
    counts.remarks_of_reader[RemarkKind.DISCONTINUOUS] = num_left_out
    counts.remarks_of_reader[RemarkKind.TEXT_MISMATCH] = 7  # changes no number of mentions
    return counts


def row(train: int, dev: int, test: int, max_width: int = 1, /, **known: KnownDifference) -> PublishedRow:
    return PublishedRow("Corpus", {"train": train, "dev": dev, "test": test}, 1, max_width, known)


def verdicts(paper: PublishedRow, *splits: SplitStatistics) -> dict[str, str]:
    statistics = CorpusStatistics(dict(zip(("train", "dev", "test"), splits, strict=False)))
    return {number.quantity: number.verdict for number in compare(paper, statistics).numbers}


def test_equal_numbers_are_called_equal() -> None:
    counted = verdicts(row(10, 2, 3), split({1: 10}), split({1: 2}), split({1: 3}))
    assert counted == {
        "train": "equal",
        "dev": "equal",
        "test": "equal",
        "types": "equal",
        "max_width": "equal: ε = 1 keeps 100.00%",
    }


@pytest.mark.parametrize(
    ("numbers", "counting"),
    [
        ((10, 2, 3), Counting.FLAT),
        ((11, 4, 3), Counting.ANNOTATED),
        ((16, 4, 3), Counting.IN_FILE),
        ((10, 4, 3), Counting.FLAT),  # two of three each way: what the paper says it did
        ((99, 99, 99), Counting.FLAT),
    ],
)
def test_the_way_of_counting_that_fits_the_paper_best_is_found(
    numbers: tuple[int, int, int], counting: Counting
) -> None:
    splits = {
        "train": split({1: 10}, num_overlapping=1, num_left_out=5),
        "dev": split({1: 2}, num_overlapping=2),
        "test": split({1: 3}),
    }
    comparison = compare(row(*numbers), CorpusStatistics(splits))
    assert comparison.counting is counting
    assert [number.counted for number in comparison.numbers[:3]] == [
        count_entities(counts, counting) for counts in splits.values()
    ]


def test_which_counting_made_them_equal_is_said_where_it_matters() -> None:
    nested = verdicts(row(11, 2, 3), split({1: 10}, num_overlapping=1), split({1: 2}), split({1: 3}))
    assert nested["train"] == "equal, overlapping ones included"
    assert nested["dev"] == "equal"


def test_a_difference_is_given_with_its_direction_and_without_a_known_reason_the_files_are_doubted() -> None:
    differing = verdicts(row(10, 5, 1), split({1: 10}), split({1: 2}), split({1: 3}))
    doubt = (
        "; the published files are not known to differ, so these may be others, or read with other options"
    )
    assert differing["dev"] == f"3 fewer than in the paper{doubt}"
    assert differing["test"] == f"2 more than in the paper{doubt}"


def test_a_known_difference_is_explained_and_an_unknown_number_is_doubted_all_the_same() -> None:
    known = {"dev": KnownDifference(2, "a slip"), "test": KnownDifference(2, "a slip")}
    differing = verdicts(row(10, 5, 1, **known), split({1: 10}), split({1: 2}), split({1: 3}))
    assert differing["dev"] == "3 fewer than in the paper; the published files hold 2: a slip"
    assert differing["test"] == (
        "2 more than in the paper; the published files hold 2 (a slip), so these may be others, or read with other "
        "options"
    )


def test_the_types_of_the_files_are_named_where_their_number_differs() -> None:
    counted = verdicts(row(1, 1, 1), split({1: 1}, labels="BA"), split({1: 1}), split({1: 1}))
    assert counted["types"] == "the files have these: A, B"


def test_a_wider_epsilon_than_the_rule_asks_for_is_told_with_both_shares() -> None:
    counted = verdicts(row(997, 2, 1, 3), split({1: 990, 3: 7}), split({1: 2}), split({1: 1}))
    # 993 of 1000 have one word.
    assert counted["max_width"] == (
        "ε = 3 keeps 100.00%, but ε = 1 keeps 99.30%: the rule (over 99%) asks for no more"
    )


def test_an_epsilon_that_keeps_too_little_is_told_with_the_one_that_suffices() -> None:
    counted = verdicts(row(97, 2, 1, 2), split({1: 90, 3: 7}), split({1: 2}), split({1: 1}))
    assert counted["max_width"] == (
        "ε = 2 keeps 93.00% only; the rule (over 99%) asks for more: ε = 3 keeps 100.00%"
    )


def test_exactly_99_percent_are_not_over_99_percent() -> None:
    counted = verdicts(row(98, 1, 1, 1), split({1: 97, 2: 1}), split({1: 1}), split({1: 1}))
    assert counted["max_width"].startswith(
        "ε = 1 keeps 99.00% only; the rule (over 99%) asks for more: ε = 2"
    )


def test_with_one_split_only_its_number_is_compared() -> None:
    assert list(verdicts(row(10, 2, 3), split({1: 10}))) == ["train"]


def test_a_corpus_without_a_single_mention_has_no_epsilon_to_compare() -> None:
    counted = verdicts(row(10, 2, 3), split({}), split({}), split({}))
    assert list(counted) == ["train", "dev", "test", "types"]


def test_the_comparison_has_a_json_form() -> None:
    report = compare(row(10, 2, 3), CorpusStatistics({"train": split({1: 10})})).to_json()
    assert report == {
        "title": "Corpus",
        "counting": "flat",
        "numbers": [{"quantity": "train", "published": 10, "counted": 10, "verdict": "equal"}],
    }


def test_every_published_row_is_a_corpus_that_users_are_told_where_to_get() -> None:
    assert len(PUBLISHED_ROWS) == 11
    assert PUBLISHED_ROWS.keys() <= CORPUS_SOURCES.keys()


def test_the_published_rows_add_up_to_the_sums_of_table_1() -> None:
    # Columns of the paper's Table 1, added up.
    rows = PUBLISHED_ROWS.values()
    sums = [sum(row.num_entities[split] for row in rows) for split in ("train", "dev", "test")]
    assert sums == [183_801, 39_936, 44_166]
    assert sum(row.num_types for row in rows) == 69
    assert sum(row.max_width for row in rows) == 84
