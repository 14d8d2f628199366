"""Which differences are more than chance: one rule for tables, figures and pages."""

from __future__ import annotations

from blner_allennlp.comparison.results import Difference

SIGNIFICANCE_LEVEL = 0.05
SIGNIFICANCE_NOTE = (
    "* p < 0.05 in a two-sided approximate randomisation test over sentences, corrected after Benjamini and Hochberg "
    "for the differences of the same table."
)


def p_of(difference: Difference | None) -> float | None:
    """The p that decides.

    Args:
        difference: a difference; None for none.

    Returns:
        The corrected p of the randomisation, else the uncorrected one, else that of the bootstrap; None without any.
    """
    if difference is None:
        return None
    for p in (difference.p_adjusted, difference.p_randomisation, difference.p_bootstrap):
        if p is not None:
            return p
    return None


def is_significant(difference: Difference | None) -> bool:
    """Whether chance in the choice of sentences is an unlikely explanation.

    Args:
        difference: a difference; None for none.

    Returns:
        Whether `p_of` is below `SIGNIFICANCE_LEVEL`.
    """
    p = p_of(difference)
    return p is not None and p < SIGNIFICANCE_LEVEL
