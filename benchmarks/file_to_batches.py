"""From a corpus file to batches on the device: this package's reader and indexer against AllenNLP's own, in turns.

The same file of CoNLL-2003's form goes through AllenNLP's data loader twice: with `ner_corpus` and `word_pieces`, and
with allennlp-models' `conll2003` and AllenNLP's `pretrained_transformer_mismatched`. The first epoch reads, indexes and
batches; a later one only batches. Beside them the encoder's training step on the same batches, forward and backward, as
the speed that the data has to keep up with.

    python -m benchmarks.file_to_batches --encoder minilm --words 50000
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from allennlp.data import DatasetReader, Vocabulary
from allennlp.data.data_loaders import MultiProcessDataLoader
from allennlp.data.samplers import BucketBatchSampler
from allennlp.data.token_indexers import PretrainedTransformerMismatchedIndexer
from allennlp.nn import util
from allennlp_models.tagging import Conll2003DatasetReader

from benchmarks.reading_speed import repeat_sample
from benchmarks.variants import BareEncoder
from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.encoders import full_tokenizer_kwargs, resolve_encoder
from blner_allennlp.tag_schemes import TagScheme, entities_to_tags
from blner_allennlp.token_embedders import WordPieceEmbedder
from blner_allennlp.token_indexers import WordPieceIndexer


def write_four_columns(path: Path, num_words: int) -> int:
    """Write the repeated sample corpus in the form of CoNLL-2003.

    Args:
        path: the new file.
        num_words: how many words there must be at least.

    Returns:
        How many words there are.
    """
    num_written = 0
    with path.open("w", encoding="utf-8") as stream:
        for sentence in repeat_sample(num_words):
            tags = entities_to_tags(sentence.entities, len(sentence.words), TagScheme.BIO)
            stream.writelines(f"{word} NN O {tag}\n" for word, tag in zip(sentence.words, tags, strict=True))
            stream.write("\n")
            num_written += len(sentence.words)
    return num_written


def epochs(
    make_reader: Callable[[], DatasetReader], path: Path, device: torch.device, batch_size: int
) -> list[float]:
    """Take two epochs of batches from a fresh reader.

    Args:
        make_reader: builds the reader.
        path: the corpus file.
        device: where the batches go.
        batch_size: sentences a batch.

    Returns:
        Seconds of the first epoch, the vocabulary included, and of the second.
    """
    began = time.perf_counter()
    loader = MultiProcessDataLoader(
        make_reader(),
        str(path),
        batch_sampler=BucketBatchSampler(batch_size, sorting_keys=["tokens"]),
        cuda_device=device,
    )
    loader.index_with(Vocabulary.from_instances(loader.iter_instances()))
    seconds = []
    for _ in range(2):
        for _ in loader:
            pass
        if device.type == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
    return seconds


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
    loader = MultiProcessDataLoader(
        NerCorpusReader({"pieces": WordPieceIndexer(encoder)}, max_instances=40 * batch_size),
        str(path),
        batch_sampler=BucketBatchSampler(batch_size, sorting_keys=["tokens"]),
        cuda_device=device,
    )
    loader.index_with(Vocabulary.from_instances(loader.iter_instances()))
    model = BareEncoder(WordPieceEmbedder(encoder)).to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    num_words = 0
    began = time.perf_counter()
    for index, batch in enumerate(islice(loader, 25)):
        if index == 5:  # warmed up
            if device.type == "cuda":
                torch.cuda.synchronize()
            num_words = 0
            began = time.perf_counter()
        optimizer.zero_grad()
        model(**batch)["loss"].backward()
        optimizer.step()
        num_words += int(util.get_text_field_mask(batch["tokens"]).sum())
    if device.type == "cuda":
        torch.cuda.synchronize()
    return num_words / (time.perf_counter() - began)


def main() -> None:
    """Measure both ways and the encoder, and print words per second."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--words", type=int, default=50_000)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--output", type=Path, help="write the figures to this JSON file")
    arguments = parser.parse_args()
    device = torch.device(arguments.device)

    readers: dict[str, Callable[[], DatasetReader]] = {
        "ours": lambda: NerCorpusReader(
            {"pieces": WordPieceIndexer(arguments.encoder)}, corpus_options={"scheme": "BIO"}
        ),
        "allennlp": lambda: Conll2003DatasetReader(
            token_indexers={
                "pieces": PretrainedTransformerMismatchedIndexer(
                    resolve_encoder(arguments.encoder),
                    tokenizer_kwargs=full_tokenizer_kwargs(arguments.encoder, None),
                )
            }
        ),
    }
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "corpus.conll"
        num_words = write_four_columns(path, arguments.words)
        seconds: dict[str, list[list[float]]] = {name: [] for name in readers}
        for _ in range(arguments.rounds):
            for name, make_reader in readers.items():
                seconds[name].append(epochs(make_reader, path, device, arguments.batch_size))
        encoder_speed = training_words_per_second(arguments.encoder, path, device, arguments.batch_size)

    figures: dict[str, Any] = {
        "words": num_words,
        "device": str(device),
        "encoder_training_words_per_second": encoder_speed,
    }
    for epoch, label in enumerate(("first_epoch", "later_epoch")):
        for name in readers:
            figures[f"{label}_{name}_words_per_second"] = num_words / statistics.median(
                of_round[epoch] for of_round in seconds[name]
            )
        ratios = [
            theirs[epoch] / ours[epoch]
            for theirs, ours in zip(seconds["allennlp"], seconds["ours"], strict=True)
        ]
        figures[f"{label}_ratio"] = statistics.median(ratios)
        figures[f"{label}_ratio_range"] = [min(ratios), max(ratios)]
    print(json.dumps(figures, indent=2))
    if arguments.output:
        arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
