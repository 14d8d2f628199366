"""Profiles as tables in Markdown."""

from __future__ import annotations

from typing import Any

from benchmarks.measuring import table_rows


def to_markdown(profiles: dict[str, dict[str, Any]]) -> str:
    """Write the tables of all profiles.

    Args:
        profiles: by name; those of torch's profiler have stages, those of py-spy packages.

    Returns:
        The text.
    """
    lines = ["# Profiles", ""]
    for name, profile in profiles.items():
        lines += [
            f"## {name}",
            "",
            *(_of_stages(profile) if "stages" in profile else _of_samples(profile)),
            "",
        ]
    return "\n".join(lines)


def _of_stages(profile: dict[str, Any]) -> list[str]:
    stages = [[row["name"], f"{row['milliseconds']:.1f}", _share(row["share"])] for row in profile["stages"]]
    operators = [
        [f"`{row['name']}`", str(row["calls"]), f"{row['milliseconds']:.1f}", _share(row["share"])]
        for row in profile["operators"]
    ]
    return [
        f"{profile['milliseconds']:.0f} ms in all; {profile['trace']} has every operator.",
        "",
        *table_rows(["stage", "ms", "share"], stages),
        "",
        *table_rows(["operator, without what it calls", "calls", "ms", "share"], operators),
    ]


def _of_samples(profile: dict[str, Any]) -> list[str]:
    others = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in profile["put_aside_seconds"].items())
    packages = [[row["name"], _share(row["self"]), _share(row["asked_for"])] for row in profile["packages"]]
    lines = [
        f"{profile['seconds']:.1f} s of all threads; put aside: {others}. {profile['trace']} has every sample.",
        "",
        *table_rows(["package", "itself", "with what it asked others for"], packages),
    ]
    for title, key in (
        ("function, without what it calls", "functions"),
        ("function of this package, with what it calls", "our_functions_with_what_they_call"),
    ):
        lines += [
            "",
            *table_rows([title, "share"], [[row["name"], _share(row["share"])] for row in profile[key]]),
        ]
    return lines


def _share(share: float) -> str:
    return f"{100 * share:.2f} %"
