"""`allennlp ner-sweep GRID.jsonnet`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from allennlp.commands.subcommand import Subcommand
from allennlp.common.checks import ConfigurationError

from blner_allennlp.commands.ending import INTERRUPTED_STATUS
from blner_allennlp.commands.package_command import PackageCommand

if TYPE_CHECKING:  # `allennlp --help` needs none of it
    from blner_allennlp.sweeps.planned_run import PlannedRun

FAILED_STATUS = 1
"""Exit status where a run has failed, or a dry run found something that would fail."""

_KEEP = ("all", "archive", "none")
_EPILOG = """\
A grid is a jsonnet file: {corpora: [names] or {name: overrides}, models: {NAME: {experiment, overrides}}, seeds: [..],
variants: {name: overrides}, overrides: {..}, exclude: [..], single_checkpoint: false}. `%(corpus)s` in an experiment's
path stands for the corpus's name; the path is looked up beside the grid, then in the working directory. Call the same
command again to go on where it was broken off; what is done is skipped. Exit status: 0; 1 if a run has failed; 2 if the
command cannot do its work; 130 after Ctrl-C.
"""


@Subcommand.register("ner-sweep")
class NerSweep(PackageCommand):
    """Trains every model of a grid on every corpus with every seed, and writes the predictions of each."""

    requires_plugins = False
    description = (
        "Train the models of a grid: corpora x models x variants x seeds, resumable, several at once."
    )
    epilog = _EPILOG

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes; see `PackageCommand`."""
        parser.add_argument("grid", type=Path, metavar="GRID", help="the grid, a jsonnet file")
        parser.add_argument(
            "-s",
            "--serialization-dir",
            type=Path,
            metavar="DIR",
            help="where the runs go, each in a directory of its own (default: out/ and the grid's name)",
        )
        parser.add_argument(
            "--jobs", type=_positive, metavar="N", help="runs at once (default: 1, or one a CUDA device)"
        )
        parser.add_argument(
            "--threads",
            type=_positive,
            metavar="N",
            help="threads of each (default: all cores, shared evenly)",
        )
        parser.add_argument(
            "--cuda-devices",
            type=int,
            nargs="+",
            default=[],
            metavar="ID",
            help="GPUs that the runs take in turn; -1: none (default: AllenNLP's choice)",
        )
        parser.add_argument(
            "--only",
            action="append",
            default=[],
            metavar="PATTERN",
            help="only runs whose name matches, such as 'wnut17/*' or '*/seed-1'; may be repeated",
        )
        parser.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
        parser.add_argument(
            "--redo", action="store_true", help="train anew what was trained with another configuration"
        )
        parser.add_argument(
            "--keep-weights",
            choices=_KEEP,
            default="archive",
            help="what stays of a run that is done: all, the archive of the trained model (default), or none",
        )
        parser.add_argument(
            "--include-package",
            action="append",
            default=[],
            metavar="PACKAGE",
            help="import it in every run, as `allennlp train` does; may be repeated",
        )

    def run(self, arguments: argparse.Namespace) -> int | None:
        """Train; see `PackageCommand`."""
        return _sweep(arguments)


def _sweep(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from blner_allennlp.commands.sweep.display import make_watcher
    from blner_allennlp.commands.sweep.dry_run import print_plan
    from blner_allennlp.commands.sweep.summary import print_failures, print_scores
    from blner_allennlp.sweeps.commands import AllenNlpCommands
    from blner_allennlp.sweeps.grid import read_grid
    from blner_allennlp.sweeps.job_environments import JobEnvironments
    from blner_allennlp.sweeps.planning import choose_runs, missing_data, plan_runs
    from blner_allennlp.sweeps.run_state import Status
    from blner_allennlp.sweeps.scheduler import Scheduler, SchedulerSettings
    from blner_allennlp.sweeps.weights import KeepWeights

    grid = read_grid(arguments.grid)
    directory = arguments.serialization_dir or Path("out") / arguments.grid.stem
    runs = choose_runs(plan_runs(grid, directory), arguments.only)
    _check_devices(runs, arguments.cuda_devices)
    console = Console(highlight=False, markup=False, emoji=False)
    missing = missing_data(runs)
    if arguments.dry_run:
        return FAILED_STATUS if print_plan(console, runs, missing, redo=arguments.redo) else 0
    if missing:
        raise ConfigurationError(_missing_message(missing))
    num_jobs = arguments.jobs or max(1, len(arguments.cuda_devices))
    settings = SchedulerSettings(
        environments=JobEnvironments(num_jobs, arguments.threads, tuple(arguments.cuda_devices)),
        keep_weights=KeepWeights(arguments.keep_weights),
        redo=arguments.redo,
    )
    with make_watcher(console, num_jobs) as watcher:
        packages = tuple(arguments.include_package)
        scheduler = Scheduler(directory, runs, AllenNlpCommands(packages), watcher, settings)
        came_to_its_end = scheduler.run()
    print_scores(console, scheduler.states)
    print_failures(console, scheduler.states)
    if not came_to_its_end:
        print("interrupted; the same command goes on from here", file=sys.stderr)
        return INTERRUPTED_STATUS
    return FAILED_STATUS if any(state.status is Status.FAILED for state in scheduler.states) else 0


def _check_devices(runs: list[PlannedRun], devices: list[int]) -> None:
    for run in runs:
        device = run.config.get("trainer", {}).get("cuda_device")
        if devices and device not in (None, 0, -1):
            raise ConfigurationError(
                f"{run.name}: trainer.cuda_device is {device}, but with --cuda-devices each run sees its own GPU only, "
                "as number 0; leave trainer.cuda_device out"
            )


def _missing_message(missing: dict[str, list[str]]) -> str:
    lines = [f"    {corpus}: {', '.join(paths)}" for corpus, paths in missing.items()]
    return (
        "data are missing:\n"
        + "\n".join(lines)
        + "\n  set BLNER_DATA to the directory that holds the corpora, or "
        "choose others: --only 'CORPUS/*', or BLNER_CORPORA=name,name for the shipped grids"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)
