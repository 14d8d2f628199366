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
        has_experiments: whether `experiments/` trains on it, and invented sentences stand in for it.
    """

    title: str
    origin: str
    files: tuple[str, ...]
    has_experiments: bool = True


# Keyed by the directory that the experiments expect below the data directory.
CORPUS_SOURCES = {
    "ontonotes": CorpusSource(
        title="OntoNotes 5.0 in the CoNLL-2012 split",
        origin=(
            "the text is LDC2013T19, https://catalog.ldc.upenn.edu/LDC2013T19, under an LDC user agreement; "
            "the *_gold_conll files come out of the CoNLL-2012 skeletons and the script skeleton2conll.sh, "
            "https://conll.cemantix.org/2012/data.html"
        ),
        files=("train/", "development/", "test/"),
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
    "conllpp": CorpusSource(
        title="CoNLL++ (CoNLL-2003 with a corrected test set)",
        origin=(
            "the directory data of https://github.com/ZihanWangKi/CrossWeigh; its text is that of CoNLL-2003, for "
            "which the agreement with NIST, https://trec.nist.gov/data/reuters/reuters.html, holds as well"
        ),
        files=("conllpp_train.txt", "conllpp_dev.txt", "conllpp_test.txt"),
    ),
    "conll2002": CorpusSource(
        title="CoNLL-2002 (Spanish and Dutch)",
        origin=(
            "https://www.clips.uantwerpen.be/conll2002/ner/, free of charge; the Spanish text is EFE's, the Dutch De "
            "Morgen's, both for research"
        ),
        files=("esp.train", "esp.testa", "esp.testb", "ned.train", "ned.testa", "ned.testb"),
        has_experiments=False,
    ),
    "conll2004": CorpusSource(
        title="CoNLL04 (news with relations) as prepared for SpERT",
        origin=(
            "the script scripts/fetch_datasets.sh of https://github.com/lavis-nlp/spert, free of charge, no licence "
            "stated"
        ),
        files=("conll04_train.json", "conll04_dev.json", "conll04_test.json"),
    ),
    "ace2004": CorpusSource(
        title="ACE 2004",
        origin=(
            "LDC2005T09, https://catalog.ldc.upenn.edu/LDC2005T09, under an LDC user agreement and, for "
            "non-members, a fee; train.txt, dev.txt and test.txt are yours to write: the documents of each split, one "
            "a line, as paths below the release or as ids"
        ),
        files=("LDC2005T09/", "train.txt", "dev.txt", "test.txt"),
    ),
    "ace2005": CorpusSource(
        title="ACE 2005",
        origin=(
            "LDC2006T06, https://catalog.ldc.upenn.edu/LDC2006T06, under an LDC user agreement and, for "
            "non-members, a fee; train.txt, dev.txt and test.txt are yours to write: the documents of each split, one "
            "a line, as paths below the release or as ids"
        ),
        files=("LDC2006T06/", "train.txt", "dev.txt", "test.txt"),
    ),
    "bc5cdr": CorpusSource(
        title="BC5CDR (BioCreative V, chemicals and diseases)",
        origin=(
            "the archive CDR_Data.zip of https://biocreative.bioinformatics.udel.edu/tasks/biocreative-v/track-3-cdr/, "
            "free of charge, a work of the US government"
        ),
        files=(
            "CDR_TrainingSet.PubTator.txt",
            "CDR_DevelopmentSet.PubTator.txt",
            "CDR_TestSet.PubTator.txt",
        ),
    ),
    "ncbi": CorpusSource(
        title="NCBI disease corpus",
        origin=(
            "the complete train, development and test set of https://www.ncbi.nlm.nih.gov/CBBresearch/Dogan/DISEASE/, "
            "free of charge, in the public domain"
        ),
        files=("NCBItrainset_corpus.txt", "NCBIdevelopset_corpus.txt", "NCBItestset_corpus.txt"),
    ),
    "scierc": CorpusSource(
        title="SciERC",
        origin=(
            "the processed data of http://nlp.cs.washington.edu/sciIE/, which the script scripts/data/get_scierc.sh of "
            "https://github.com/dwadden/dygiepp fetches, free of charge, no licence stated"
        ),
        files=("train.json", "dev.json", "test.json"),
    ),
    "wnut16": CorpusSource(
        title="WNUT 2016 (tweets, W16)",
        origin=(
            "the directory data/annotated/wnut16/data of https://github.com/aritter/twitter_nlp, free of charge; the "
            "tweets remain their authors'"
        ),
        files=("train", "dev", "test"),
    ),
    "wnut17": CorpusSource(
        title="WNUT 2017 (emerging entities, W17)",
        origin="https://github.com/leondz/emerging_entities_17, licence CC BY 4.0",
        files=("wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"),
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
    message = (
        f"expected a corpus here, got no such file or directory. {source.title} is not part of this project; "
        f"get it from its publisher ({source.origin}) and put {files} into {corpus_directory}."
    )
    if source.has_experiments:
        message += (
            " To try the same experiment on invented sentences first: `BLNER_DATA=fixtures/data BLNER_ENCODER=minilm "
            "allennlp train experiments/<the same>.jsonnet -s <output directory>`"
        )
    return message
