"""Word shapes, against a table written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.token_indexers.word_shapes import WordShape, word_shape


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("rain", WordShape.ALL_LOWER),
        ("e.g.", WordShape.ALL_LOWER),
        ("naïve", WordShape.ALL_LOWER),
        ("straße", WordShape.ALL_LOWER),
        ("London", WordShape.INITIAL),
        ("I", WordShape.INITIAL),
        ("Élan", WordShape.INITIAL),
        ("'Tis", WordShape.INITIAL),
        ("NATO", WordShape.ALL_CAPS),
        ("U.S.", WordShape.ALL_CAPS),
        ("iPhone", WordShape.MIXED),
        ("McDonald", WordShape.MIXED),
        ("AC-Milan", WordShape.MIXED),
        ("1996", WordShape.DIGITS),
        ("3,000.5", WordShape.DIGITS),
        ("10-12", WordShape.DIGITS),
        ("B2B", WordShape.HAS_DIGIT),
        ("20th", WordShape.HAS_DIGIT),
        (",", WordShape.PUNCTUATION),
        ("--", WordShape.PUNCTUATION),
        ("€", WordShape.PUNCTUATION),
        ("東京", WordShape.OTHER),
        ("\u200b", WordShape.OTHER),
        ("", WordShape.OTHER),
    ],
)
def test_a_word_has_the_shape_that_a_reader_sees(word: str, shape: WordShape) -> None:
    assert word_shape(word) is shape


@given(st.text(max_size=12))
def test_every_word_has_a_shape_and_none_has_the_one_of_padding(word: str) -> None:
    assert word_shape(word) in set(WordShape) - {WordShape.PADDING}
