"""What the paper's text says of its own numbers, as data that can be recomputed."""

from __future__ import annotations

from dataclasses import dataclass

from blner_allennlp.comparison.published.table3 import TABLE_3
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, SEQNER, SPANNER

_ALL = tuple(TABLE_3)
_SOCIAL = ("wnut16", "wnut17")
_FIRST_NINE = tuple(corpus for corpus in _ALL if corpus not in _SOCIAL)


@dataclass(frozen=True, slots=True)
class DeltaClaim:
    """A statement of 4.2 about differences of F1 in Table 3.

    Args:
        system: the model that is said to be better or worse.
        base: than this one.
        statistic: `mean` over the corpora, `max` over them, or `each`, for a single corpus.
        corpora: the corpora that it is about.
        stated: the printed difference, a share.
        stated_corpus: where the text sees the maximum; empty for other statistics.
        erratum: what Table 3 says instead; empty where the text is right.
    """

    system: str
    base: str
    statistic: str
    corpora: tuple[str, ...]
    stated: float
    stated_corpus: str = ""
    erratum: str = ""

    def recompute(self) -> tuple[float, str]:
        """What Table 3 itself gives.

        Returns:
            The difference as a share, and for a maximum the corpus that has it, else nothing.
        """
        deltas = {
            corpus: TABLE_3[corpus][self.system].f1 - TABLE_3[corpus][self.base].f1 for corpus in self.corpora
        }
        if self.statistic == "max":
            corpus = max(deltas, key=lambda name: deltas[name])
            return deltas[corpus], corpus
        return sum(deltas.values()) / len(deltas), ""


DELTA_CLAIMS: tuple[DeltaClaim, ...] = (
    DeltaClaim(BL_SEQNER, SEQNER, "mean", _ALL, 0.0088),
    DeltaClaim(BL_SEQNER, SEQNER, "max", _ALL, 0.0157, "conllpp"),
    DeltaClaim(BL_SPANNER, SPANNER, "mean", _FIRST_NINE, 0.0067),
    DeltaClaim(
        BL_SPANNER, SPANNER, "max", _FIRST_NINE, 0.0096, "ace2004", "Table 3 has a larger gain, 1.08 on ACE05"
    ),
    DeltaClaim(BL_SPANNER, SPANNER, "each", ("wnut16",), -0.0078),
    DeltaClaim(BL_SPANNER, SPANNER, "each", ("wnut17",), -0.0093),
    DeltaClaim(SPANNER, SEQNER, "mean", _FIRST_NINE, 0.0070),
    DeltaClaim(SPANNER, SEQNER, "each", ("wnut16",), 0.0311),
    DeltaClaim(SPANNER, SEQNER, "each", ("wnut17",), 0.0297),
)


@dataclass(frozen=True, slots=True)
class VariantClaim:
    """A statement of 4.5 about Figures 5 to 7, of which only the drawings are printed.

    Args:
        figure: 5, 6 or 7.
        system: the model that it is about.
        setting: `alpha`, `tagging` or `representation`.
        value: the setting's value that is said to be best, or better.
        num_corpora: on how many of the six corpora of 4.3.
        against: the value that it is compared with; empty for all others.
        erratum: what the text calls wrongly; empty where it is right.
    """

    figure: int
    system: str
    setting: str
    value: str
    num_corpora: int
    against: str = ""
    erratum: str = ""


VARIANT_CORPORA = ("ontonotes", "conll2003", "bc5cdr", "scierc", "wnut16", "wnut17")
"""The six corpora of 4.3 and 4.5."""

MEAN_CRF_GAIN = 0.0011
"""By how much F1 is better with a CRF than with softmax on average, a share (4.5.2)."""

VARIANT_CLAIMS: tuple[VariantClaim, ...] = (
    VariantClaim(5, BL_SEQNER, "alpha", "0.1", 5),
    VariantClaim(5, BL_SPANNER, "alpha", "0.1", 3),
    VariantClaim(
        6, SEQNER, "tagging", "crf", 2, "softmax", "4.5.2 first names BL-SeqNER twice, meaning SeqNER, too"
    ),
    VariantClaim(6, BL_SEQNER, "tagging", "crf", 4, "softmax"),
    VariantClaim(6, BL_SPANNER, "tagging", "crf", 6, "softmax"),
    VariantClaim(7, SPANNER, "representation", "hybrid", 6),
    VariantClaim(7, BL_SPANNER, "representation", "hybrid", 6),
    VariantClaim(7, BL_SEQNER, "representation", "hybrid", 2, "", "4.5.3 names SeqNER, which has no spans"),
    VariantClaim(7, SPANNER, "representation", "pooling", 5, "boundary"),
)
