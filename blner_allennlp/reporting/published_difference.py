"""The paper's difference between two models, beside the measured one between the same two."""

from __future__ import annotations

from blner_allennlp.comparison.results import Difference, MainRow


def published_difference(row: MainRow, difference: Difference) -> float | None:
    """How far apart the paper's scores put the two systems of a difference.

    Args:
        row: the corpus, with the paper's scores for it.
        difference: two systems, by their titles, and the score that is compared: `f1`, `precision` or `recall`.

    Returns:
        The paper's score of the system less that of the base, as a share, exact to the printed digits; None where the
        paper does not have both. Its models are those of its default settings: a variant of one has no scores there.
    """
    system, base = row.published.get(difference.system), row.published.get(difference.base)
    if system is None or base is None:
        return None
    score: float = getattr(system, difference.figure)
    base_score: float = getattr(base, difference.figure)
    return round(score - base_score, 4)
