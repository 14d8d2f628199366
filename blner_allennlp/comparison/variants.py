"""Titles that tell systems apart: settings in which runs of one name differ become part of their variant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from blner_allennlp.runs.system_output import SystemInfo, SystemOutput


def name_variants(outputs: Iterable[SystemOutput]) -> list[SystemOutput]:
    """Name what tells outputs of the same model, corpus and variant apart, but for the seed.

    Without it runs that differ, say, in their learning rate would count as seeds of one system, and a mean over
    different models would mean nothing. Doing it again changes nothing.

    Args:
        outputs: answers of any systems to any splits; all splits together, so that a system has one title everywhere.

    Returns:
        The outputs in the same order; where settings differ, `learning_rate=1e-05` and the like is added to the
        variant.
    """
    outputs = list(outputs)
    alike: defaultdict[tuple[str, str, str], list[SystemInfo]] = defaultdict(list)
    for output in outputs:
        alike[output.info.system, output.info.corpus, output.info.variant].append(output.info)
    differing = {key: _differing_settings(infos) for key, infos in alike.items()}
    return [
        _named(output, differing[output.info.system, output.info.corpus, output.info.variant])
        for output in outputs
    ]


def _differing_settings(infos: Sequence[SystemInfo]) -> list[str]:
    names = sorted({name for info in infos for name in info.settings})
    return [
        name
        for name in names
        if len({info.settings[name] for info in infos if info.settings.get(name) is not None}) > 1
    ]


def _named(output: SystemOutput, settings: Sequence[str]) -> SystemOutput:
    if not settings:
        return output
    info = output.info
    parts = [f"{name}={_shown(info.settings.get(name))}" for name in settings]
    variant = ", ".join([*([info.variant] if info.variant else []), *parts])
    return replace(output, info=replace(info, variant=variant))


def _shown(value: str | int | float | None) -> str:
    return "unknown" if value is None else str(value)
