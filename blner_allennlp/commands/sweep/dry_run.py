"""What a sweep would do."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence

from allennlp.common.checks import ConfigurationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from blner_allennlp.sweeps.planned_run import PlannedRun
from blner_allennlp.sweeps.standing import find_standing


def print_plan(
    console: Console, runs: Sequence[PlannedRun], missing: Mapping[str, Sequence[str]], *, redo: bool
) -> bool:
    """Show what would be done for each run.

    Args:
        console: where to show it.
        runs: the runs.
        missing: by corpus the data that are not there.
        redo: whether to train anew what was trained with another configuration.

    Returns:
        Whether something stands in the way.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("run", "to do", "why", "experiment"):
        table.add_column(heading, overflow="fold")
    counts: Counter[str] = Counter()
    problems = []
    for run in runs:
        try:
            standing = find_standing(run, redo=redo)
            work, reason = str(standing.work), standing.reason
        except ConfigurationError as error:
            problems.append(str(error))
            work, reason = "nothing", "see below"
        counts[work] += 1
        table.add_row(run.name, work, reason, os.path.normpath(run.experiment))
    console.print(table)
    console.print(f"\n{len(runs)} runs: {', '.join(f'{number} {work}' for work, number in counts.items())}")
    for corpus, paths in missing.items():
        problems.append(f"{corpus}: data are missing: {', '.join(paths)}")
    for problem in problems:
        console.print(Text(problem), style="yellow", soft_wrap=True)
    return bool(problems)
