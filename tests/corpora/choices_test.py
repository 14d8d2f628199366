from pathlib import Path

import pytest

from blner_allennlp.corpora.choices import parse_choice
from blner_allennlp.corpora.formats.jsonl.offsets import OffsetUnit
from blner_allennlp.errors import CorpusError


def test_a_choice_is_looked_up_by_its_name_or_is_itself():
    for value in ("utf16", OffsetUnit.UTF16):
        assert parse_choice(OffsetUnit, value, "a unit", Path("x")) is OffsetUnit.UTF16


def test_an_unknown_name_is_an_error_with_those_there_are():
    with pytest.raises(CorpusError, match="x: expected a unit out of characters, utf16, bytes, got 'c'"):
        parse_choice(OffsetUnit, "c", "a unit", Path("x"))
