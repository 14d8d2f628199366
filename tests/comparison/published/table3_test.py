"""The printed numbers of Table 3, held against each other and against the paper's text."""

from __future__ import annotations

import pytest

from blner_allennlp.comparison.published.claims import DELTA_CLAIMS, VARIANT_CLAIMS, VARIANT_CORPORA
from blner_allennlp.comparison.published.table3 import TABLE_3
from blner_allennlp.comparison.published.table4 import TABLE_4
from blner_allennlp.comparison.published.table8 import TABLE_8
from blner_allennlp.corpus_tools.published.rows import PUBLISHED_ROWS
from blner_allennlp.runs.system_output import FOUR_MODELS


def test_there_are_44_rows_for_the_corpora_of_table_1() -> None:
    assert list(TABLE_3) == list(PUBLISHED_ROWS)
    assert all(tuple(models) == FOUR_MODELS for models in TABLE_3.values())
    assert sum(len(models) for models in TABLE_3.values()) == 44


def test_f1_follows_from_precision_and_recall_but_for_the_errata() -> None:
    off = {
        (corpus, model): round(200 * row.precision * row.recall / (row.precision + row.recall), 2)
        for corpus, models in TABLE_3.items()
        for model, row in models.items()
        # Half a unit of the last digit of F1, and what half a unit of P's and R's may move it.
        if abs(2 * row.precision * row.recall / (row.precision + row.recall) - row.f1) > 0.0001 + 1e-9
    }
    marked = {
        (corpus, model) for corpus, models in TABLE_3.items() for model, row in models.items() if row.erratum
    }

    assert off == {
        ("conll2004", "SeqNER"): 91.32,
        ("ncbi", "BL-SpanNER"): 90.47,
        ("wnut16", "BL-SpanNER"): 59.33,
    }
    assert marked == set(off)
    for (corpus, model), f1 in off.items():
        assert f"{f1:.2f}" in TABLE_3[corpus][model].erratum


@pytest.mark.parametrize(
    "claim", DELTA_CLAIMS, ids=lambda claim: f"{claim.system} {claim.statistic} {claim.stated}"
)
def test_the_texts_claims_follow_from_table_3_but_for_the_erratum(claim) -> None:
    delta, corpus = claim.recompute()

    if claim.erratum:
        assert (round(delta, 4), corpus) == (0.0108, "ace2005")
        assert "1.08 on ACE05" in claim.erratum
    else:
        assert delta == pytest.approx(claim.stated, abs=0.00005)
        assert corpus == claim.stated_corpus


def test_the_stated_gains_are_the_averages_of_the_printed_differences() -> None:
    # By hand from the table's last column, in hundredths of a point.
    seq_gains = [72, 67, 157, 73, 109, 86, 55, 92, 65, 113, 80]
    assert round(sum(seq_gains) / 11) == 88
    deltas = [round(10_000 * (models["BL-SeqNER"].f1 - models["SeqNER"].f1)) for models in TABLE_3.values()]
    assert deltas == seq_gains


def test_bundling_lifts_seqner_everywhere_and_spanner_on_the_first_nine() -> None:
    assert all(models["BL-SeqNER"].f1 > models["SeqNER"].f1 for models in TABLE_3.values())
    assert [models["BL-SpanNER"].f1 > models["SpanNER"].f1 for models in TABLE_3.values()] == [True] * 9 + [
        False
    ] * 2
    assert all(models["SpanNER"].f1 > models["SeqNER"].f1 for models in TABLE_3.values())


def test_table_8_holds_thirty_numbers_and_every_host_gains_as_much_as_the_text_says() -> None:
    seq = [row.gain for row in TABLE_8 if row.paradigm == "seq"]
    span = [row.gain for row in TABLE_8 if row.paradigm == "span"]

    assert len(TABLE_8) == 15
    assert (min(seq), max(seq)) == (0.0015, 0.0173)
    assert (min(span), max(span)) == (0.0031, 0.0156)


def test_table_4_agrees_with_itself_and_with_tables_3_and_8() -> None:
    for row in TABLE_4:
        if row.precision is not None and row.recall is not None:
            f1 = 2 * row.precision * row.recall / (row.precision + row.recall)
            assert f1 == pytest.approx(row.f1, abs=0.0002), row
    of_hosts = {(row.host, row.corpus): row.f1 for row in TABLE_8}
    shared = {
        (row.system, row.corpus): (row.f1, of_hosts[row.system, row.corpus])
        for row in TABLE_4
        if (row.system, row.corpus) in of_hosts
    }
    assert shared.pop(("RDANER", "bc5cdr")) == (0.8738, 0.8739)  # the paper's slip, marked in both tables
    assert len(shared) == 3
    assert all(here == there for here, there in shared.values())
    best = {
        corpus: max(row.f1 for row in TABLE_4 if row.corpus == corpus)
        for corpus in {r.corpus for r in TABLE_4}
    }
    assert all(max(row.f1 for row in TABLE_3[corpus].values()) > f1 for corpus, f1 in best.items())


def test_claims_about_variants_are_about_at_most_six_corpora() -> None:
    assert len(VARIANT_CORPORA) == 6
    assert set(VARIANT_CORPORA) <= set(TABLE_3)
    assert all(0 < claim.num_corpora <= 6 for claim in VARIANT_CLAIMS)
