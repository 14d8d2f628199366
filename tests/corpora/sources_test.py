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
    ],
)
def test_a_missing_known_corpus_is_explained(path, told):
    message = describe_missing_corpus(Path(path))
    for part in [*told, "BLNER_DATA=fixtures/data BLNER_ENCODER=minilm allennlp train experiments/"]:
        assert str(Path(part)) in message or part in message


def test_any_other_missing_path_gets_a_plain_message():
    message = describe_missing_corpus(Path("my/wnut17.conll"))
    assert "check the path" in message
    assert "BLNER_DATA" not in message


@pytest.mark.parametrize("name", CORPUS_SOURCES)
def test_each_known_corpus_has_an_invented_stand_in_with_the_same_files(name):
    for file in CORPUS_SOURCES[name].files:
        assert (REPOSITORY / "fixtures/data" / name / file).exists()
