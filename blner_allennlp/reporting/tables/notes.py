"""What stands below tables."""

from __future__ import annotations

from collections.abc import Sequence

from blner_allennlp.analysis.results import SMALL_BUCKET, Analysis

SMALL_MARK = "†"
SMALL_NOTE = f"{SMALL_MARK} Fewer than {SMALL_BUCKET} gold entities: the figure says little."
ERRATUM_MARK = "‡"


def interval_notes(analyses: Sequence[Analysis]) -> list[str]:
    """Say where intervals come from.

    Args:
        analyses: the runs whose figures have them.

    Returns:
        One note; none if there are no intervals.
    """
    numbers = sorted({analysis.num_resamples for analysis in analyses if analysis.num_resamples})
    if not numbers:
        return []
    samples = " or ".join(map(str, numbers))
    seeds = " or ".join(map(str, sorted({analysis.resampling_seed for analysis in analyses})))
    return [f"In brackets: 95 % bootstrap intervals over sentences ({samples} samples, random seed {seeds})."]
