"""The sentences that all systems get, as the files that they read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from blner_allennlp.corpora import read_corpus, write_corpus
from blner_allennlp.flattening import OverlapPolicy, flatten
from blner_allennlp.tag_schemes import TagScheme, entities_to_tags


@dataclass(frozen=True, slots=True)
class Sample:
    """The first sentences of a corpus.

    Args:
        lines: JSON lines with `tokens` and `tags` in BIO.
        columns: the same as a file of columns.
        labels: all tags, `O` first.
        num_sentences: how many sentences there are.
        num_words: how many words they have.
        num_entities: how many entities they have.
    """

    lines: Path
    columns: Path
    labels: list[str]
    num_sentences: int
    num_words: int
    num_entities: int


def write_sample(corpus: Path, directory: Path, num_sentences: int) -> Sample:
    """Write the first sentences of a corpus, without overlapping entities.

    Args:
        corpus: any file or directory that `read_corpus` reads.
        directory: where the files go.
        num_sentences: how many sentences, at most.

    Returns:
        The files, and how much is in them.
    """
    sentences = [
        flatten(sentence, OverlapPolicy.DROP_BOTH) for sentence in islice(read_corpus(corpus), num_sentences)
    ]
    lines, columns = directory / "sentences.jsonl", directory / "sentences.conll"
    with lines.open("w", encoding="utf-8") as stream:
        for sentence in sentences:
            tags = entities_to_tags(sentence.entities, len(sentence.words), TagScheme.BIO)
            stream.write(json.dumps({"tokens": sentence.words, "tags": tags}) + "\n")
    write_corpus(sentences, columns, "columns")
    types = sorted({entity.label for sentence in sentences for entity in sentence.entities})
    return Sample(
        lines,
        columns,
        ["O", *(f"{prefix}-{label}" for label in types for prefix in "BI")],
        len(sentences),
        sum(len(sentence.words) for sentence in sentences),
        sum(len(sentence.entities) for sentence in sentences),
    )
