"""Which systems differ in one setting and in nothing else that is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from blner_allennlp.comparison.systems import Setting, System

# Which head answers says the system's name; it is no difference of the model.
_NOT_OF_THE_MODEL = ("decoder",)

Likeness = tuple[tuple[str, Setting], ...]
"""Settings by name, in alphabetical order."""


def series_over(setting: str, systems: Iterable[System]) -> dict[Likeness, dict[Setting, System]]:
    """Put together systems that differ in one setting only.

    Args:
        setting: the setting's name; systems of which it is not known are left out.
        systems: systems of one name on one split of one corpus.

    Returns:
        By the settings that they share, for each value the system; of several with the same value the plain one, or
        else the first.
    """
    series: defaultdict[Likeness, dict[Setting, System]] = defaultdict(dict)
    for system in systems:
        value = system.settings.get(setting)
        if value is not None:
            series[likeness(system, setting)].setdefault(value, system)
    return dict(series)


def likeness(system: System, without: str) -> Likeness:
    """All that is known of a system's model but one setting.

    Args:
        system: the system.
        without: the setting that does not count.

    Returns:
        The other settings.
    """
    return tuple(
        sorted(
            (name, value)
            for name, value in system.settings.items()
            if name != without and name not in _NOT_OF_THE_MODEL and value is not None
        )
    )


def is_like(system: System, shared: Likeness) -> bool:
    """Whether nothing that is known of a system contradicts settings.

    Args:
        system: the system.
        shared: the settings.

    Returns:
        Whether every setting that both know is the same; SeqNER has no span representation to differ in.
    """
    settings = system.settings
    return all(settings.get(name) in (None, value) for name, value in shared)


def distinguish(likenesses: Sequence[Likeness]) -> list[str]:
    """Name series of one system by what tells them apart.

    Args:
        likenesses: the settings of each.

    Returns:
        For each `alpha=0.3` and the like; empty if there is only one.
    """
    names = sorted({name for shared in likenesses for name, _ in shared})
    differing = [name for name in names if len({dict(shared).get(name) for shared in likenesses}) > 1]
    return [
        ", ".join(f"{name}={dict(shared).get(name, 'none')}" for name in differing) for shared in likenesses
    ]
