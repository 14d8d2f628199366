from __future__ import annotations

from typing import Any

import pytest

from blner_allennlp.reporting.page import JudgedSentence


def make(**changed: Any) -> JudgedSentence:
    fields: dict[str, Any] = {
        "corpus": "notes",
        "split": "dev",
        "index": 4,
        "words": ("Ada", "left", "Port", "Ellery"),
        "gold": ((0, 1, "PER"), (2, 4, "LOC")),
        "answers": {"SeqNER": ((0, 1, "PER", 0.9, "right"), (2, 3, "LOC", None, "boundary"))},
        "missing": {"SeqNER": ((1, "boundary"),)},
        "buckets": {"eLen": ("XS", "S")},
    }
    return JudgedSentence(**{**fields, **changed})


def test_a_sentence_keeps_what_it_is_made_of() -> None:
    sentence = make()
    assert sentence.gold[1] == (2, 4, "LOC")
    assert sentence.document_id is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"gold": ((3, 5, "LOC"),)},
            r"notes dev, sentence 5: a mention is \[3, 5\), but the sentence has 4 words",
        ),
        ({"answers": {"SeqNER": ((2, 2, "LOC", None, "right"),)}}, r"a mention is \[2, 2\)"),
        (
            {"answers": {"SeqNER": ((0, 1, "PER", 0.9, "wrong"),)}},
            "verdict 'wrong' of a prediction is none of right",
        ),
        (
            {"missing": {"SeqNER": ((0, "spurious"),)}},
            "SeqNER missed gold for reason 'spurious', which is none of",
        ),
        ({"missing": {"SeqNER": ((2, "missing"),)}}, "SeqNER missed gold mention 2, but there are 2"),
        ({"buckets": {"eLen": ("XS",)}}, "1 buckets of eLen for 2 gold mentions; give one each"),
    ],
)
def test_what_does_not_fit_together_is_an_error(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(**changed)
