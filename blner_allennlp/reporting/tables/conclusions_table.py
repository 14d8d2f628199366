"""The paper's conclusions, checked, as a table."""

from __future__ import annotations

from blner_allennlp.comparison.results import Comparison
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart, data_frame, text_cells


def conclusions_table(comparison: Comparison) -> ReportTable:
    """One line a corpus of a conclusion.

    Args:
        comparison: the systems side by side.

    Returns:
        The table `conclusions`.
    """
    rows = []
    for conclusion in comparison.conclusions:
        whole = {
            "conclusion": conclusion.number,
            "claim": conclusion.claim,
            "verdict": conclusion.verdict,
            "sentence": conclusion.sentence,
        }
        rows += [
            {
                **whole,
                "corpus": finding.corpus,
                "corpus_verdict": finding.verdict,
                "corpus_sentence": finding.sentence,
                "figures": ";".join(
                    f"{name}={'' if value is None else repr(value)}"
                    for name, value in finding.figures.items()
                ),
            }
            for finding in conclusion.findings
        ] or [{**whole, "corpus": None, "corpus_verdict": None, "corpus_sentence": None, "figures": None}]
    parts = [
        TablePart(
            f"Conclusion #{conclusion.number}",
            ("Corpus", "Verdict", "By how much"),
            "llp",
            [
                [Cell("all", bold=True), Cell(conclusion.verdict, bold=True), Cell(conclusion.sentence)],
                *(
                    text_cells(finding.corpus, finding.verdict, finding.sentence)
                    for finding in conclusion.findings
                ),
            ],
        )
        for conclusion in comparison.conclusions
    ]
    notes = [f"Conclusion #{conclusion.number}: {conclusion.claim}" for conclusion in comparison.conclusions]
    return ReportTable("conclusions", "The paper's conclusions on these runs", data_frame(rows), parts, notes)
