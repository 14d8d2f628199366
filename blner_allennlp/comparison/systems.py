"""Outputs -> systems: the runs of one model on one split of one corpus, seed by seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blner_allennlp.runs.system_output import FOUR_MODELS, SystemInfo, SystemOutput

Setting = str | int | float | None


@dataclass(frozen=True, slots=True)
class System:
    """The runs of one model that differ in nothing but their seed.

    Args:
        name: the model's name, one of the paper's four or another.
        variant: what tells it from its like; empty for none.
        corpus: the corpus's name.
        split: which split was answered.
        outputs: the answers, in order of the seeds.
    """

    name: str
    variant: str
    corpus: str
    split: str
    outputs: tuple[SystemOutput, ...]

    @property
    def title(self) -> str:
        """The name with the variant: what tables and figures call it."""
        return SystemInfo(self.name, self.corpus, self.split, variant=self.variant).title

    @property
    def seeds(self) -> tuple[int | None, ...]:
        """The seeds, in order."""
        return tuple(output.info.seed for output in self.outputs)

    @property
    def settings(self) -> dict[str, Setting]:
        """What is known of the model and the same for all seeds."""
        known = [output.info.settings for output in self.outputs]
        return {
            name: value
            for name, value in known[0].items()
            if all(name in settings and settings[name] == value for settings in known)
        }


def group_outputs(outputs: Iterable[SystemOutput]) -> dict[tuple[str, str], tuple[System, ...]]:
    """Put the seeds of each system together.

    Outputs of the same model, corpus, split and variant are seeds of one system; `name_variants` sees to it that
    nothing else tells them apart.

    Args:
        outputs: answers of any systems to any splits; order matters only for systems that are none of the paper's.

    Returns:
        By corpus and split, in alphabetical order: the paper's models in its order, plain before variants; then other
        systems in the order in which they were given.
    """
    members: defaultdict[tuple[str, str], defaultdict[tuple[str, str], list[SystemOutput]]]
    members = defaultdict(lambda: defaultdict(list))
    for output in outputs:
        info = output.info
        members[info.corpus, info.split][info.system, info.variant].append(output)
    return {
        (corpus, split): tuple(
            System(name, variant, corpus, split, tuple(sorted(of_system, key=_seed_key)))
            for (name, variant), of_system in sorted(by_system.items(), key=lambda item: _system_key(item[0]))
        )
        for (corpus, split), by_system in sorted(members.items())
    }


def choose_base(systems: Sequence[System], name: str, variant: str) -> System | None:
    """The run of another model that a variant is held against.

    Args:
        systems: all systems of a corpus.
        name: the other model's name.
        variant: the variant that is to be compared.

    Returns:
        The other model's same variant; else the plain one; else the only one there is; else None.
    """
    by_variant = {system.variant: system for system in systems if system.name == name}
    for wanted in (variant, ""):
        if wanted in by_variant:
            return by_variant[wanted]
    return next(iter(by_variant.values())) if len(by_variant) == 1 else None


def _seed_key(output: SystemOutput) -> tuple[bool, int, str]:
    seed = output.info.seed
    return (seed is None, seed or 0, output.info.source)


def _system_key(name_and_variant: tuple[str, str]) -> tuple[int, str]:
    name, variant = name_and_variant
    # Sorting is stable, so other systems stay in the order in which they were given.
    return (FOUR_MODELS.index(name), variant) if name in FOUR_MODELS else (len(FOUR_MODELS), "")
