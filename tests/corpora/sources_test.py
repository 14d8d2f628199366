from pathlib import Path

import pytest

from blner_allennlp.corpora.sources import CORPUS_SOURCES, describe_missing_corpus

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "data/wnut17/wnut17train.conll",
            ["github.com/leondz/emerging_entities_17", "CC BY 4.0", "data/wnut17"],
        ),
        (
            "/x/conll2003/eng.train",
            ["clips.uantwerpen.be/conll2003/ner", "NIST", "/x/conll2003", "eng.testb"],
        ),
        ("ontonotes/train", ["LDC2013T19", "skeleton2conll", "development/", "into ontonotes."]),
        ("data/conllpp/conllpp_dev.txt", ["ZihanWangKi/CrossWeigh", "NIST", "conllpp_test.txt"]),
        ("conll2004/conll04_train.json", ["lavis-nlp/spert", "fetch_datasets.sh", "conll04_dev.json"]),
        ("data/ace2004/train.txt", ["LDC2005T09", "fee", "one a line", "dev.txt", "into data/ace2004."]),
        ("data/ace2005/test.txt", ["LDC2006T06", "fee", "ids", "train.txt"]),
        ("bc5cdr/x", ["CDR_Data.zip", "US government", "CDR_DevelopmentSet.PubTator.txt"]),
        ("data/ncbi/x", ["CBBresearch/Dogan/DISEASE", "public domain", "NCBIdevelopset_corpus.txt"]),
        ("data/scierc/dev.json", ["nlp.cs.washington.edu/sciIE", "dygiepp", "no licence", "test.json"]),
        ("data/wnut16/dev", ["aritter/twitter_nlp", "wnut16/data", "train, dev, test"]),
    ],
)
def test_a_missing_known_corpus_is_explained(path, told):
    message = describe_missing_corpus(Path(path))
    for part in [*told, "BLNER_DATA=fixtures/data BLNER_ENCODER=minilm allennlp train experiments/"]:
        assert str(Path(part)) in message or part in message


def test_a_corpus_without_experiments_is_explained_without_naming_one():
    message = describe_missing_corpus(Path("data/conll2002/esp.train"))
    for part in ("clips.uantwerpen.be/conll2002/ner", "Spanish", "ned.testb", "into data/conll2002."):
        assert part in message
    assert "experiment" not in message


def test_any_other_missing_path_gets_a_plain_message():
    message = describe_missing_corpus(Path("my/wnut17.conll"))
    assert "check the path" in message
    assert "BLNER_DATA" not in message


@pytest.mark.parametrize("name", [name for name, source in CORPUS_SOURCES.items() if source.has_experiments])
def test_each_known_corpus_has_an_invented_stand_in_with_the_same_files(name):
    for file in CORPUS_SOURCES[name].files:
        assert (REPOSITORY / "fixtures/data" / name / file).exists()
