from __future__ import annotations

from blner_allennlp.analysis.results import Estimate
from blner_allennlp.comparison.results import Difference
from blner_allennlp.reporting.significance import is_significant, p_of


def difference(
    p_randomisation: float | None, p_bootstrap: float | None, p_adjusted: float | None
) -> Difference:
    return Difference("one", "other", "f1", Estimate(0.1), p_randomisation, p_bootstrap, p_adjusted)


def test_the_corrected_p_decides_where_there_is_one() -> None:
    assert p_of(difference(0.01, 0.02, 0.2)) == 0.2
    assert not is_significant(difference(0.01, 0.02, 0.2))
    assert is_significant(difference(0.2, 0.2, 0.0))


def test_without_it_the_randomisation_decides_and_then_the_bootstrap() -> None:
    assert p_of(difference(0.01, 0.2, None)) == 0.01
    assert p_of(difference(None, 0.03, None)) == 0.03
    assert is_significant(difference(None, 0.03, None))


def test_what_was_not_tested_is_not_significant() -> None:
    assert p_of(None) is None
    assert not is_significant(None)
    assert not is_significant(difference(None, None, None))
    assert not is_significant(difference(0.05, None, None))
