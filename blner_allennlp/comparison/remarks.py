"""What a reader of a comparison should know of the runs that went into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from blner_allennlp.comparison.systems import System


def remark_on(systems: Sequence[System]) -> Iterator[str]:
    """Look for what makes a comparison weaker than it looks.

    Args:
        systems: the systems of one split of one corpus.

    Yields:
        Remarks: seeds that differ between systems, or that a system has twice, and bucket attributes that are missing.
    """
    place = f"{systems[0].corpus} {systems[0].split}"
    seeds = {system.title: tuple(sorted(map(_shown, system.seeds))) for system in systems}
    common, _ = Counter(seeds.values()).most_common(1)[0]
    for title, of_system in seeds.items():
        if of_system != common:
            other = next(name for name, theirs in seeds.items() if theirs == common)
            yield (
                f"{place}: {title} was run with {_listed(of_system)}, {other} with {_listed(common)}; means are over "
                "different seeds, and tests of significance pair as many as both have."
            )
        twice = [seed for seed, number in Counter(of_system).items() if number > 1 and seed != _UNKNOWN]
        if twice:
            yield (
                f"{place}: {title} has more than one run with {_listed(twice)}; if nothing else tells them apart, "
                "leave out the others."
            )
    lacking = [system.title for system in systems if any(output.lexicon is None for output in system.outputs)]
    if lacking:
        yield (
            f"{place}: what the training data held is not known, so attributes that need it, such as label "
            "consistency, are missing."
        )


_UNKNOWN = "an unknown seed"


def _shown(seed: int | None) -> str:
    return _UNKNOWN if seed is None else str(seed)


def _listed(seeds: Sequence[str]) -> str:
    known = [seed for seed in seeds if seed != _UNKNOWN]
    num_unknown = len(seeds) - len(known)
    parts = [f"seed{'s' if len(known) > 1 else ''} {', '.join(known)}"] if known else []
    if num_unknown:
        parts.append("an unknown seed" if num_unknown == 1 else f"{num_unknown} unknown seeds")
    return " and ".join(parts)
