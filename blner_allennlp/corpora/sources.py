"""Where the published corpora are to be had, for the message about a corpus that is not there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CorpusSource:
    """Where a corpus comes from and how its files have to lie.

    Args:
        title: the name under which the corpus is known.
        origin: where to get it, and under which licence.
        files: what belongs into the corpus's directory.
    """

    title: str
    origin: str
    files: tuple[str, ...]


# Keyed by the directory that the experiments expect below the data directory.
CORPUS_SOURCES = {
    "wnut17": CorpusSource(
        title="WNUT 2017 (emerging entities, W17)",
        origin="https://github.com/leondz/emerging_entities_17, licence CC BY 4.0",
        files=("wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"),
    ),
    "conll2003": CorpusSource(
        title="CoNLL-2003 (English)",
        origin=(
            "annotation and scripts from https://www.clips.uantwerpen.be/conll2003/ner/, the news text "
            "(Reuters Corpus RCV1) from NIST, https://trec.nist.gov/data/reuters/reuters.html, free for "
            "research after signing its agreement"
        ),
        files=("eng.train", "eng.testa", "eng.testb"),
    ),
    "ontonotes": CorpusSource(
        title="OntoNotes 5.0 in the CoNLL-2012 split",
        origin=(
            "the text is LDC2013T19, https://catalog.ldc.upenn.edu/LDC2013T19, under an LDC user agreement; "
            "the *_gold_conll files come out of the CoNLL-2012 skeletons and the script skeleton2conll.sh, "
            "https://conll.cemantix.org/2012/data.html"
        ),
        files=("train/", "development/", "test/"),
    ),
}


def describe_missing_corpus(path: Path) -> str:
    """Say what to do about a corpus that is not where it should be.

    Args:
        path: the path at which there is nothing. Where one of its parts is the name of a known corpus, the
            message names the publisher and the files.

    Returns:
        The message, without the path itself.
    """
    for depth in range(len(path.parts) - 1, -1, -1):
        source = CORPUS_SOURCES.get(path.parts[depth])
        if source is not None:
            corpus_directory = Path(*path.parts[: depth + 1])
            break
    else:
        return (
            "expected a corpus here, got no such file or directory; check the path, and the directory that "
            "relative paths start from"
        )
    files = ", ".join(source.files)
    return (
        f"expected a corpus here, got no such file or directory. {source.title} is not part of this project; "
        f"get it from its publisher ({source.origin}) and put {files} into {corpus_directory}. To try the "
        "same experiment on invented sentences first: `BLNER_DATA=fixtures/data BLNER_ENCODER=minilm "
        "allennlp train experiments/<the same>.jsonnet -s <output directory>`"
    )
