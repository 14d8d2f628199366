"""Buckets by attribute, and the intervals that they stand for (paper, Table 5)."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.analysis.results import Analysis, AttributeFigures
from blner_allennlp.reporting.number_format import DASH, estimate, per_cent
from blner_allennlp.reporting.tables.identity import identity_columns, run_title, score_columns
from blner_allennlp.reporting.tables.notes import SMALL_MARK, SMALL_NOTE, interval_notes
from blner_allennlp.reporting.tables.report_table import Cell, ReportTable, TablePart, data_frame, text_cells


def buckets_table(analyses: Sequence[Analysis]) -> ReportTable:
    """One line a bucket of a run.

    Args:
        analyses: the runs' figures.

    Returns:
        The table `buckets`.
    """
    rows = [
        {
            **identity_columns(analysis),
            "attribute": attribute.attribute,
            "bucket": bucket.name,
            "interval": bucket.label,
            **score_columns(bucket.scores),
            "is_small": bucket.is_small,
        }
        for analysis in analyses
        for attribute in analysis.attributes
        for bucket in attribute.buckets
    ]
    parts = [
        TablePart(
            run_title(analysis),
            ("Attribute", "Bucket", "Interval", "Gold", "Predicted", "P", "R", "F1 [95 % CI]"),
            "lllrrrrr",
            [
                [
                    *text_cells(
                        attribute.attribute,
                        bucket.name,
                        bucket.label,
                        str(bucket.scores.num_gold),
                        str(bucket.scores.num_predicted),
                        per_cent(bucket.scores.precision.value),
                        per_cent(bucket.scores.recall.value),
                    ),
                    Cell(estimate(bucket.scores.f1), SMALL_MARK if bucket.is_small else ""),
                ]
                for attribute in analysis.attributes
                for bucket in attribute.buckets
            ],
        )
        for analysis in analyses
        if analysis.attributes
    ]
    has_small = any(row["is_small"] for row in rows)
    titles = {
        attribute.attribute: attribute.title for analysis in analyses for attribute in analysis.attributes
    }
    notes = [
        *([SMALL_NOTE] if has_small else []),
        *interval_notes(analyses),
        "; ".join(f"{name}: {title}" for name, title in titles.items()) + ".",
    ]
    return ReportTable(
        "buckets", "Scores by attributes of entities, in per cent", data_frame(rows), parts, notes
    )


def intervals_table(analyses: Sequence[Analysis]) -> ReportTable:
    """The attributes' intervals, as in the paper's Table 5.

    Args:
        analyses: the runs' figures.

    Returns:
        The table `table5`: a column an attribute; several if runs differ in an attribute's intervals.
    """
    users: dict[str, dict[tuple[str, ...], tuple[AttributeFigures, list[str]]]] = {}
    for analysis in analyses:
        for attribute in analysis.attributes:
            labels = tuple(bucket.label for bucket in attribute.buckets)
            _, corpora = users.setdefault(attribute.attribute, {}).setdefault(labels, (attribute, []))
            if analysis.info.corpus not in corpora:
                corpora.append(analysis.info.corpus)
    columns: list[tuple[str, AttributeFigures]] = []
    rows = []
    for name, versions in users.items():
        for attribute, corpora in versions.values():
            where = ", ".join(corpora) if len(versions) > 1 else ""
            columns.append((f"{name} ({where})" if where else name, attribute))
            rows += [
                {
                    "attribute": name,
                    "title": attribute.title,
                    "corpora": where,
                    "bucket": bucket.name,
                    "interval": bucket.label,
                    "low": float(bucket.interval.low),
                    "high": None if bucket.interval.high is None else float(bucket.interval.high),
                    "low_closed": bucket.interval.low_closed,
                    "high_closed": bucket.interval.high_closed,
                }
                for bucket in attribute.buckets
            ]
    # Attributes may have different numbers of buckets; then those with as many stand together.
    parts = []
    for bucket_names in dict.fromkeys(
        tuple(bucket.name for bucket in attribute.buckets) for _, attribute in columns
    ):
        kept = [
            (title, attribute)
            for title, attribute in columns
            if tuple(bucket.name for bucket in attribute.buckets) == bucket_names
        ]
        parts.append(
            TablePart(
                f"{len(bucket_names)} buckets",
                ("Bucket", *(title for title, _ in kept)),
                "l" + "l" * len(kept),
                [
                    text_cells(name, *(attribute.buckets[index].label or DASH for _, attribute in kept))
                    for index, name in enumerate(bucket_names)
                ],
            )
        )
    if len(parts) == 1:
        parts = [TablePart("", parts[0].header, parts[0].alignment, parts[0].rows)]
    notes = ["; ".join(f"{title}: {attribute.title}" for title, attribute in columns) + "."]
    return ReportTable("table5", "Intervals of the attributes (Table 5)", data_frame(rows), parts, notes)
