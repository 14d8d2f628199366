"""Profiles of training, evaluation, prediction and data, as tables, and as files that a browser shows.

Steps of training and evaluation run under torch's profiler, with ranges around the stages of the model; Chrome's trace
of them (NAME.trace.json.gz) is for https://ui.perfetto.dev. `allennlp predict`, with the archive's model and with a
tiny encoder, and epochs of batches run under py-spy; its files (NAME.speedscope.json) are for
https://www.speedscope.app. `profiles.json` and `profiles.md` have the tables.

    python -m benchmarks.profiles --threads 1 --corpus data/wnut17/wnut17train.conll
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.measuring import SAMPLE_TRAIN, use_threads, write_figures
from benchmarks.profiles.report import to_markdown
from benchmarks.profiles.sample_shares import divide, shares
from benchmarks.profiles.sampling import read_samples, record

Profile = Callable[[argparse.Namespace, str], dict[str, Any]]

_NUM_FUNCTIONS = 15
# What makes ready in the commands that py-spy looks at.
_SET_UP = ("_get_predictor", "build_tiny_predictor", "write_sentences", "set_up_once", "Params.from_file")


def training(model: str, arguments: argparse.Namespace, name: str) -> dict[str, Any]:
    """Profile training steps of a model."""
    from benchmarks.profiles.model_profile import profile_training

    return profile_training(model, arguments, arguments.output_dir / f"{name}.trace.json.gz")


def evaluation(model: str, arguments: argparse.Namespace, name: str) -> dict[str, Any]:
    """Profile the evaluation by a model."""
    from benchmarks.profiles.model_profile import profile_evaluation

    return profile_evaluation(model, arguments, arguments.output_dir / f"{name}.trace.json.gz")


def prediction(arguments: argparse.Namespace, name: str) -> dict[str, Any]:
    """Profile `allennlp predict` with the archive's model."""
    from blner_allennlp.corpora import read_corpus

    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory) / "input.jsonl"
        num_words = 0
        with source.open("w", encoding="utf-8") as lines:
            for sentence in cycle(list(read_corpus(arguments.corpus))):
                lines.write(json.dumps({"tokens": sentence.words}) + "\n")
                num_words += len(sentence.words)
                if num_words >= arguments.predict_words:
                    break
        command = [
            *("allennlp", "predict", str(arguments.archive), str(source), "--silent"),
            *("--output-file", f"{source}.out", "--include-package", "blner_allennlp"),
        ]
        return sampled(command, arguments, name)


def prediction_of_tiny_encoder(arguments: argparse.Namespace, name: str) -> dict[str, Any]:
    """Profile prediction where the encoder is so small that the rest is most of the work."""
    sizes = ["--only", str(arguments.tiny_sentences), "--corpus", str(arguments.corpus)]
    return sampled(["benchmarks.predict_scaling", *sizes], arguments, name)


def epochs(options: Sequence[str], arguments: argparse.Namespace, name: str) -> dict[str, Any]:
    """Profile epochs of batches."""
    command = ["benchmarks.profiles.epochs", "--corpus", str(arguments.corpus), *options]
    return sampled(command, arguments, name)


def sampled(command: Sequence[str], arguments: argparse.Namespace, name: str) -> dict[str, Any]:
    """Run a module under py-spy.

    Args:
        command: its name and its arguments.
        arguments: of this command line.
        name: the profile's.

    Returns:
        Shares of what is not done once only, and the seconds of what is.
    """
    output = arguments.output_dir / f"{name}.speedscope.json"
    record([sys.executable, "-m", *command], output, arguments.rate)
    samples, put_aside = divide(read_samples(output), _SET_UP)
    return {"trace": output.name, "put_aside_seconds": put_aside, **shares(samples, _NUM_FUNCTIONS)}


PROFILES: dict[str, Profile] = {
    "training_softmax": partial(training, "both, softmax"),
    "training_crf": partial(training, "both, CRF"),
    "evaluation_softmax": partial(evaluation, "both, softmax"),
    "evaluation_crf": partial(evaluation, "both, CRF"),
    "predict": prediction,
    "predict_tiny_encoder": prediction_of_tiny_encoder,
    "first_epochs": partial(epochs, ("--fresh-loaders", "10")),
    "later_epochs": partial(epochs, ("--epochs", "60")),
}


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profiles",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=PROFILES, default=list(PROFILES), metavar="NAME")
    parser.add_argument("--corpus", type=Path, default=SAMPLE_TRAIN)
    parser.add_argument("--archive", type=Path, default=Path("out/quickstart/model.tar.gz"))
    parser.add_argument("--encoder", default="minilm", help="of training and evaluation")
    parser.add_argument("--batch-size", type=int, default=24)
    parser.add_argument("--num-batches", type=int, default=4)
    parser.add_argument("--max-width", type=int, default=10)
    parser.add_argument("--predict-words", type=int, default=20_000)
    parser.add_argument("--tiny-sentences", type=int, default=20_000)
    parser.add_argument("--rate", type=int, default=200, help="py-spy's samples a second")
    parser.add_argument(
        "--threads", type=int, help="of torch; OMP_NUM_THREADS or torch's own choice if not given"
    )
    parser.add_argument("--output-dir", type=Path, default=Path("out/profiles"), help="default: %(default)s")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the profiles, and write their tables.

    Args:
        arguments: of the command line; None for this process's.
    """
    parser = make_parser()
    options = parser.parse_args(arguments)
    if "predict" in options.only and not options.archive.is_file():
        parser.error(
            f"--archive {options.archive}: there is no such file; make it with `make quickstart`, or name with --only "
            "what does not need it"
        )
    import torch

    from blner_allennlp.speed.machine import describe_machine

    use_threads(options.threads)
    options.output_dir.mkdir(parents=True, exist_ok=True)
    profiles = {}
    for name in options.only:
        print(name, flush=True)
        profiles[name] = PROFILES[name](options, name)
    machine = describe_machine(torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu"))
    write_figures({"machine": machine, "profiles": profiles}, options.output_dir / "profiles.json")
    text = to_markdown(profiles)
    (options.output_dir / "profiles.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
