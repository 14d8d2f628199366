"""Read thousands of broken corpora of every format.

Each must give sentences or a `CorpusError` that names the file, and the line where the format has lines. Anything
else, a reading that takes longer than the limit included, is kept in a folder and makes the exit status 1.

    python -m benchmarks.fuzzing.run --inputs 10000
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from tqdm import tqdm

from benchmarks.fuzzing.mutations import mutate_bytes, mutate_docbin, mutate_json, mutate_parquet
from benchmarks.fuzzing.seeds import Files, Seed, make_seeds
from blner_allennlp.corpora import read_corpus
from blner_allennlp.errors import CorpusError

Mutation = Callable[[bytes, random.Random], bytes]

# What breaks a format below its outermost layer; bytes are broken in all of them.
_DEEP_MUTATIONS: dict[str, Mutation] = {
    "spert": mutate_json,
    "dygie": mutate_json,
    "jsonl": mutate_json,
    "docbin": mutate_docbin,
    "datasets": mutate_parquet,
}
# Errors of these name the file and say what is wrong there; they have no lines.
WITHOUT_LINES = frozenset({"docbin", "datasets"})


class TooSlowError(Exception):
    """A reader did not come to an end within the limit."""


def _on_alarm(signal_number: int, frame: FrameType | None) -> None:
    del signal_number, frame
    raise TooSlowError


def fuzz(
    corpus_seed: Seed, num_inputs: int, seed: int, directory: Path, limit_s: float = 10
) -> tuple[Counter[str], list[dict[str, Any]]]:
    """Break a corpus many times and read it each time.

    Args:
        corpus_seed: a valid corpus.
        num_inputs: how many broken ones to read.
        seed: makes the run repeatable.
        directory: an empty directory to work in; failing inputs stay below `failures/`.
        limit_s: the longest time that one reading may take, in seconds.

    Returns:
        How many readings ended with sentences, with a `CorpusError` with a line, with one without, and otherwise; and
        what is known of the latter.
    """
    format_name, options = corpus_seed.format_name, corpus_seed.options
    rng = random.Random(f"{format_name}-{sorted(options)}-{seed}")
    outcomes: Counter[str] = Counter(
        dict.fromkeys(("sentences", "error with line", "error without line", "failure"), 0)
    )
    failures = []
    previous = signal.signal(signal.SIGALRM, _on_alarm)
    try:
        for index in range(num_inputs):
            files = dict(corpus_seed.files)
            name = rng.choice(list(files))
            is_deep = format_name in _DEEP_MUTATIONS and rng.random() < 0.5
            mutate = _DEEP_MUTATIONS[format_name] if is_deep else mutate_bytes
            files[name] = mutate(files[name], rng)
            corpus = _write(files, directory / "corpus")
            outcome, detail = _read(corpus, format_name, options, limit_s)
            outcomes[outcome] += 1
            if outcome == "failure":
                kept = directory / "failures" / f"{format_name}-{index}"
                _write(files, kept)
                failures.append({"format": format_name, "input": str(kept), "error": detail})
    finally:
        signal.signal(signal.SIGALRM, previous)
    return outcomes, failures


def _write(files: Files, root: Path) -> Path:
    for name, content in files.items():
        path = root / name if name else root
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def _read(corpus: Path, format_name: str, options: dict[str, Any], limit_s: float) -> tuple[str, str]:
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        for sentence in read_corpus(corpus, format_name, **options):
            sentence.to_json()
    except CorpusError as error:
        if not str(error).startswith(str(corpus)):
            return "failure", f"the message does not name the file: {error}"
        return ("error with line" if error.line_number is not None else "error without line"), str(error)
    except TooSlowError:
        return "failure", f"not done after {limit_s} seconds"
    except BaseException:
        return "failure", traceback.format_exc(limit=-4)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return "sentences", ""


def main() -> None:
    """Break all formats and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=10_000, help="for each format; default: %(default)s")
    parser.add_argument("--formats", nargs="+", metavar="FORM", help="default: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, help="write the figures to this JSON file")
    arguments = parser.parse_args()
    logging.getLogger("blner_allennlp").setLevel(logging.ERROR)

    seeds = make_seeds()
    directory = Path(tempfile.mkdtemp(prefix="fuzzing-"))
    report = {}
    all_failures = []
    for name in tqdm(arguments.formats or list(seeds), desc="formats"):
        outcomes, failures = fuzz(seeds[name], arguments.inputs, arguments.seed, directory / name)
        report[name] = dict(outcomes)
        all_failures += failures
    print(f"{'format':10} {'sentences':>10} {'error with line':>16} {'without line':>13} {'failures':>9}")
    for name, counts in report.items():
        print(
            f"{name:10} {counts['sentences']:10} {counts['error with line']:16} "
            f"{counts['error without line']:13} {counts['failure']:9}"
        )
    for failure in all_failures[:20]:
        print(f"\n{failure['input']}\n{failure['error']}")
    if arguments.output:
        arguments.output.write_text(
            json.dumps({"inputs": arguments.inputs, "seed": arguments.seed, "outcomes": report}, indent=2)
            + "\n",
            encoding="utf-8",
        )
    sys.exit(1 if all_failures else 0)


if __name__ == "__main__":
    main()
