from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.reporting.page.embedding import script_json

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_the_same_values_come_out_again_and_nothing_can_be_markup(value: object) -> None:
    text = str(script_json(value))
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")


@pytest.mark.parametrize("word", ["</script>", "<!--", "]]>", "<script>", "a\u2028b", "&lt;"])
def test_what_could_end_a_script_is_escaped_and_read_back(word: str) -> None:
    text = str(script_json([word]))
    assert word not in text
    assert json.loads(text) == [word]


def test_half_of_a_surrogate_pair_does_not_stop_the_page_from_being_written() -> None:
    assert json.loads(str(script_json(["a\ud800b"])).encode("utf-8")) == ["a?b"]


def test_a_number_that_json_cannot_say_is_an_error() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        script_json([math.nan])
