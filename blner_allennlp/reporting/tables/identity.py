"""The columns that say whose figures a line has."""

from __future__ import annotations

from typing import Any

from blner_allennlp.analysis.results import Analysis, Estimate, ScoreFigures
from blner_allennlp.comparison.results import OverSeeds


def identity_columns(analysis: Analysis) -> dict[str, Any]:
    """Who answered, and to what.

    Args:
        analysis: one system's figures.

    Returns:
        Corpus, split, system, variant, seed and source.
    """
    info = analysis.info
    return {
        "corpus": info.corpus,
        "split": info.split,
        "system": info.system,
        "variant": info.variant,
        "seed": info.seed,
        "source": info.source,
    }


def run_title(analysis: Analysis) -> str:
    """Who answered, and to what, in one line for the eye.

    Args:
        analysis: one system's figures.

    Returns:
        Such as `wnut17 test, BL-SpanNER (alpha=0.3), seed 2`.
    """
    info = analysis.info
    seed = "" if info.seed is None else f", seed {info.seed}"
    return f"{info.corpus} {info.split}, {info.title}{seed}"


def estimate_columns(name: str, figure: Estimate) -> dict[str, float | None]:
    """A figure with its interval.

    Args:
        name: the figure's name.
        figure: the figure.

    Returns:
        `name`, `name_low` and `name_high`.
    """
    return {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high}


def score_columns(scores: ScoreFigures) -> dict[str, Any]:
    """Precision, recall and F1 with their counts.

    Args:
        scores: the scores.

    Returns:
        Counts, then each figure with its interval.
    """
    return {
        "true_positives": scores.true_positives,
        "num_predicted": scores.num_predicted,
        "num_gold": scores.num_gold,
        **estimate_columns("precision", scores.precision),
        **estimate_columns("recall", scores.recall),
        **estimate_columns("f1", scores.f1),
    }


def over_seeds_columns(name: str, figure: OverSeeds | None) -> dict[str, Any]:
    """A figure over seeds.

    Args:
        name: the figure's name.
        figure: the figure; None where there is none.

    Returns:
        Mean, standard deviation, the mean's interval, and the single values in one field, `;` between them.
    """
    if figure is None:
        figure = OverSeeds(None, None, ())
    return {
        f"{name}_mean": figure.mean,
        f"{name}_sd": figure.standard_deviation,
        f"{name}_low": figure.low,
        f"{name}_high": figure.high,
        f"{name}_by_seed": ";".join("" if value is None else repr(value) for value in figure.values),
    }
