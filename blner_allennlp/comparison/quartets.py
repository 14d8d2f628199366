"""The four models that a conclusion needs, out of all systems of a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blner_allennlp.comparison.published.table3 import PUBLISHED_ALPHA
from blner_allennlp.comparison.systems import System, choose_base
from blner_allennlp.runs.system_output import BL_SEQNER, BL_SPANNER, FOUR_MODELS, SEQNER, SPANNER


@dataclass(frozen=True, slots=True)
class Quartet:
    """The titles of four models that belong together.

    Args:
        label: the corpus, with the variant of the bundled models where it is not the plain one.
        seqner: title of the plain sequence model.
        bl_seqner: title of the bundled model, answered by its sequence head.
        spanner: title of the plain span model.
        bl_spanner: title of the bundled model, answered by its span head.
    """

    label: str
    seqner: str
    bl_seqner: str
    spanner: str
    bl_spanner: str

    @property
    def titles(self) -> tuple[str, str, str, str]:
        """All four, in the order of Table 3."""
        return self.seqner, self.bl_seqner, self.spanner, self.bl_spanner


def find_quartets(systems: Sequence[System]) -> list[Quartet]:
    """Find the four models, on which the paper's conclusions are.

    Args:
        systems: the systems of one split of one corpus.

    Returns:
        The plain models alone where all four are there. Else, for each variant that both bundled models have, these two
        and the plain models that they are held against; of those only the ones with the paper's α = 0.1, if there are
        such.
    """
    bundled = {
        variant: (seq, span)
        for variant in dict.fromkeys(system.variant for system in systems)
        for seq in systems
        for span in systems
        if (seq.name, span.name) == (BL_SEQNER, BL_SPANNER) and seq.variant == span.variant == variant
    }
    if "" in bundled:
        bundled = {"": bundled[""]}
    elif any(_has_published_alpha(pair) for pair in bundled.values()):
        bundled = {variant: pair for variant, pair in bundled.items() if _has_published_alpha(pair)}
    quartets = []
    for variant, (bl_seqner, bl_spanner) in bundled.items():
        seqner, spanner = (choose_base(systems, name, variant) for name in (SEQNER, SPANNER))
        if seqner is not None and spanner is not None:
            corpus = bl_seqner.corpus
            quartets.append(
                Quartet(
                    label=f"{corpus} ({variant})" if variant else corpus,
                    seqner=seqner.title,
                    bl_seqner=bl_seqner.title,
                    spanner=spanner.title,
                    bl_spanner=bl_spanner.title,
                )
            )
    return quartets


def missing_models(systems: Sequence[System]) -> tuple[str, ...]:
    """Name the models that a conclusion lacks.

    Args:
        systems: the systems of one split of one corpus.

    Returns:
        Those of the paper's four of which there is no run, in its order.
    """
    names = {system.name for system in systems}
    return tuple(name for name in FOUR_MODELS if name not in names)


def _has_published_alpha(pair: tuple[System, System]) -> bool:
    return all(system.settings.get("alpha") == PUBLISHED_ALPHA for system in pair)
