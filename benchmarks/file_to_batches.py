"""From a corpus file to batches on the device: this package's reader and loader against AllenNLP's own, in turns.

The same file of CoNLL-2003's form becomes batches in three ways: as in the experiments, with `ner_corpus`,
`word_pieces`, `prefetching` and `bucket_by_pieces`; the same with AllenNLP's data loader; and all of it AllenNLP's,
with allennlp-models' `conll2003`, `pretrained_transformer_mismatched`, `multiprocess` and `bucket`. The first epoch
reads, indexes and batches; a later one only batches. Figures are by the clock and by CPU time, that of all threads
together. Beside them the encoder's training step on such batches, forward and backward, as the speed that the data has
to keep up with.

Without `--corpus` the file repeats the sample corpus, which has but few different words, so that `word_pieces`, which
cuts each word once, has less to do than with a real corpus.

Then, how much of an epoch the loop waits for data, with batches made ahead of need and without. The device's step is a
stand-in that only waits, as the main thread does for a GPU, and leaves the processor to others. It computes nothing,
and the share found is that of a device which takes so long for a step, not that of a model. Before an epoch's first
batch nothing can be ahead: the sampler looks at all sentences and draws, so that wait is shown by itself, too.

    python -m benchmarks.file_to_batches --encoder minilm --words 50000
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from allennlp.common import Params
from allennlp.data import DataLoader, DatasetReader, Vocabulary
from allennlp.data.token_indexers import PretrainedTransformerMismatchedIndexer
from allennlp.nn import util
from allennlp_models.tagging import Conll2003DatasetReader

import blner_allennlp.plugin  # noqa: F401 (registers the loader and the samplers)
from benchmarks.measuring import make_parser, print_and_write, use_threads, wait_for_device
from benchmarks.reading_speed import repeat_sample
from benchmarks.variants import BareEncoder
from blner_allennlp.corpora import read_corpus
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.encoders import full_tokenizer_kwargs, resolve_encoder
from blner_allennlp.entities import Sentence
from blner_allennlp.tag_schemes import TagScheme, entities_to_tags
from blner_allennlp.token_embedders import WordPieceEmbedder
from blner_allennlp.token_indexers import WordPieceIndexer


@dataclass(frozen=True, slots=True)
class Way:
    """One way from the file to batches.

    Args:
        make_reader: builds a dataset reader that has read nothing yet.
        loader: the configuration of the data loader.
    """

    make_reader: Callable[[], DatasetReader]
    loader: Mapping[str, Any]

    def load(self, path: Path, device: torch.device) -> DataLoader:
        """Read the corpus.

        Args:
            path: its file.
            device: where batches go.

        Returns:
            A data loader, indexed with a vocabulary of its own.
        """
        loader = DataLoader.from_params(
            Params({**deepcopy(self.loader), "quiet": True}), reader=self.make_reader(), data_path=str(path)
        )
        loader.index_with(Vocabulary.from_instances(loader.iter_instances()))
        loader.set_target_device(device)
        return loader


def ways(encoder: str, batch_size: int) -> dict[str, Way]:
    """Say what is compared.

    Args:
        encoder: the encoder whose pieces are wanted.
        batch_size: sentences a batch.

    Returns:
        The ways by name.
    """
    by_pieces = {"batch_sampler": {"type": "bucket_by_pieces", "batch_size": batch_size}}
    by_words = {"batch_sampler": {"type": "bucket", "batch_size": batch_size, "sorting_keys": ["tokens"]}}

    def make_ours() -> DatasetReader:
        return NerCorpusReader({"pieces": WordPieceIndexer(encoder)}, corpus_options={"scheme": "BIO"})

    def make_theirs() -> DatasetReader:
        indexer = PretrainedTransformerMismatchedIndexer(
            resolve_encoder(encoder), tokenizer_kwargs=full_tokenizer_kwargs(encoder, None)
        )
        return Conll2003DatasetReader(token_indexers={"pieces": indexer})

    return {
        "ours": Way(make_ours, {"type": "prefetching", **by_pieces}),
        "allennlp_loader": Way(make_ours, {"type": "multiprocess", **by_pieces}),
        "allennlp": Way(make_theirs, {"type": "multiprocess", **by_words}),
    }


def write_four_columns(path: Path, sentences: Iterable[Sentence]) -> int:
    """Write sentences in the form of CoNLL-2003.

    Args:
        path: the new file.
        sentences: words and mentions.

    Returns:
        How many words there are.
    """
    num_written = 0
    with path.open("w", encoding="utf-8") as stream:
        for sentence in sentences:
            tags = entities_to_tags(sentence.entities, len(sentence.words), TagScheme.BIO)
            stream.writelines(f"{word} NN O {tag}\n" for word, tag in zip(sentence.words, tags, strict=True))
            stream.write("\n")
            num_written += len(sentence.words)
    return num_written


def epochs(way: Way, path: Path, device: torch.device) -> list[dict[str, float]]:
    """Take two epochs of batches.

    Args:
        way: how.
        path: the corpus file.
        device: where the batches go.

    Returns:
        Seconds of the first epoch, the vocabulary included, and of the second, by the clock and of CPU time.
    """
    seconds = []
    loader: DataLoader | None = None
    for _ in range(2):
        began, cpu_began = time.perf_counter(), time.process_time()
        if loader is None:
            loader = way.load(path, device)
        for _ in loader:
            pass
        wait_for_device()
        seconds.append({"clock": time.perf_counter() - began, "cpu": time.process_time() - cpu_began})
    return seconds


def waits(loader: DataLoader, step_seconds: float, max_steps: int) -> list[float]:
    """Go through batches with a step that only waits, and measure how long the loop waits for data.

    Args:
        loader: an indexed data loader.
        step_seconds: how long a step waits.
        max_steps: how many batches are taken at most.

    Returns:
        Seconds until each batch was there.
    """
    seconds = []
    asked = time.perf_counter()
    for _ in islice(loader, max_steps):
        seconds.append(time.perf_counter() - asked)
        time.sleep(step_seconds)  # stands for the device's step
        asked = time.perf_counter()
    return seconds


def hiding(way: Way, path: Path, device: torch.device, step_seconds: float, rounds: int) -> dict[str, Any]:
    """Measure what making batches ahead of need hides behind the device.

    Args:
        way: a way with the loader `prefetching`.
        path: the corpus file.
        device: where the batches go.
        step_seconds: how long the step's stand-in waits.
        rounds: how many times both are measured, in turns.

    Returns:
        For each number of batches ahead, medians and ranges of the share of time that the loop waits for data, in the
        whole epoch and after its first batch, and of the milliseconds until that one.
    """
    found: dict[int, dict[str, list[float]]] = {}
    loaders = {
        number: Way(way.make_reader, {**way.loader, "prefetch": number}).load(path, device)
        for number in (0, 4)
    }
    for _ in range(rounds):
        for number, loader in loaders.items():
            seconds = waits(loader, step_seconds, max_steps=200)
            steps = step_seconds * len(seconds)
            measured = found.setdefault(number, {"epoch": [], "after_first_batch": [], "first_batch_ms": []})
            measured["epoch"].append(sum(seconds) / (sum(seconds) + steps))
            measured["after_first_batch"].append(sum(seconds[1:]) / (sum(seconds[1:]) + steps))
            measured["first_batch_ms"].append(seconds[0] * 1000)
    return {
        "step_milliseconds": step_seconds * 1000,
        **{
            f"prefetch_{number}": {
                name: {"median": statistics.median(values), "range": [min(values), max(values)]}
                for name, values in measured.items()
            }
            for number, measured in found.items()
        },
    }


def training_words_per_second(encoder: str, path: Path, device: torch.device, batch_size: int) -> float:
    """Train the bare encoder on some batches of the file.

    Args:
        encoder: its name.
        path: the corpus file.
        device: where it runs.
        batch_size: sentences a batch.

    Returns:
        Words per second.
    """
    reader = NerCorpusReader({"pieces": WordPieceIndexer(encoder)}, max_instances=40 * batch_size)
    loader = Way(lambda: reader, ways(encoder, batch_size)["ours"].loader).load(path, device)
    model = BareEncoder(WordPieceEmbedder(encoder)).to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    num_words = 0
    began = time.perf_counter()
    for index, batch in enumerate(islice(loader, 25)):
        if index == 5:  # warmed up
            wait_for_device()
            num_words = 0
            began = time.perf_counter()
        optimizer.zero_grad()
        model(**batch)["loss"].backward()
        optimizer.step()
        num_words += int(util.get_text_field_mask(batch["tokens"]).sum())
    wait_for_device()
    return num_words / (time.perf_counter() - began)


def main() -> None:
    """Measure all ways, the encoder and the waiting, and print the figures."""
    parser = make_parser(__doc__)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--corpus", type=Path, help="a CoNLL file, in place of the repeated sample")
    parser.add_argument("--words", type=int, default=50_000, help="of the repeated sample, at least")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--step-milliseconds", type=float, nargs="+", default=[2, 10, 50], help="of the stand-in"
    )
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()
    use_threads(arguments.threads)
    device = torch.device(arguments.device)
    compared = ways(arguments.encoder, arguments.batch_size)

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "corpus.conll"
        sentences = read_corpus(arguments.corpus) if arguments.corpus else repeat_sample(arguments.words)
        num_words = write_four_columns(path, sentences)
        found: dict[str, list[list[dict[str, float]]]] = {name: [] for name in compared}
        for way in compared.values():
            way.make_reader()  # loads the tokenizer's file, which is kept
        for _ in range(arguments.rounds):
            for name, way in compared.items():
                random.seed(1)
                found[name].append(epochs(way, path, device))
        encoder_speed = training_words_per_second(arguments.encoder, path, device, arguments.batch_size)
        waiting = [
            hiding(compared["ours"], path, device, milliseconds / 1000, arguments.rounds)
            for milliseconds in arguments.step_milliseconds
        ]

    figures: dict[str, Any] = {"words": num_words, "device": str(device)}
    figures["encoder_training_words_per_second"] = encoder_speed
    for epoch, label in enumerate(("first_epoch", "later_epoch")):
        for clock, suffix in (("clock", ""), ("cpu", "_of_cpu_time")):
            seconds = {name: [of_one[epoch][clock] for of_one in rounds] for name, rounds in found.items()}
            for name in compared:
                median = statistics.median(seconds[name])
                figures[f"{label}_{name}_words_per_second{suffix}"] = num_words / median
            for other in ("allennlp_loader", "allennlp"):
                ratios = [theirs / ours for theirs, ours in zip(seconds[other], seconds["ours"], strict=True)]
                figures[f"{label}_ratio_to_{other}{suffix}"] = statistics.median(ratios)
                figures[f"{label}_ratio_to_{other}{suffix}_range"] = [min(ratios), max(ratios)]
    figures["share_of_time_waiting_for_data"] = waiting
    print_and_write(figures, arguments.output)


if __name__ == "__main__":
    main()
