"""The table of pieces gives what the tokenizer gives, and stays small."""

from __future__ import annotations

import pickle
import threading
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from blner_allennlp.token_indexers import piece_table
from blner_allennlp.token_indexers.piece_table import PieceTable

SENTENCES = [["Rain", "in", "London"], [], ["in", "x.y-z", "Rain", "Rain"], ["London"]]


@pytest.fixture
def tokenizer(tiny_encoder: Path) -> Any:
    return AutoTokenizer.from_pretrained(tiny_encoder)


def cut(table: PieceTable, sentences: list[list[str]]) -> list[tuple[list[int], list[list[int]]]]:
    token_ids, offsets = table.cut(sentences)
    return [(ids.tolist(), borders.tolist()) for ids, borders in zip(token_ids, offsets, strict=True)]


def expected(tokenizer: Any, sentences: list[list[str]]) -> list[tuple[list[int], list[list[int]]]]:
    """Word by word, as the encoder's own tokenizer cuts them."""
    cuts = []
    for words in sentences:
        token_ids, offsets = [tokenizer.cls_token_id], []
        for word in words:
            pieces = tokenizer(word, add_special_tokens=False)["input_ids"]
            offsets.append([len(token_ids), len(token_ids) + len(pieces) - 1])
            token_ids += pieces
        cuts.append(([*token_ids, tokenizer.sep_token_id], offsets))
    return cuts


def test_it_cuts_as_the_tokenizer_does_whatever_it_has_seen(tokenizer: Any) -> None:
    table = PieceTable(tokenizer)
    assert table.is_exact
    for sentences in (SENTENCES, SENTENCES[2:], [["new", "London"]], [[]], []):
        assert cut(table, sentences) == expected(tokenizer, sentences)


def test_a_word_is_cut_once(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    encode = piece_table.encode_sentences
    monkeypatch.setattr(
        piece_table, "encode_sentences", lambda cutter, groups: asked.extend(groups) or encode(cutter, groups)
    )
    table = PieceTable(tokenizer)
    table.cut(SENTENCES)
    table.cut([["in", "Berlin"]])
    assert asked == [["Rain", "in", "London", "x.y-z"], ["Berlin"]]


def test_many_new_words_are_cut_in_groups(tokenizer: Any) -> None:
    words = [f"w{number}" for number in range(3 * piece_table._WORDS_A_CALL + 5)]
    assert cut(PieceTable(tokenizer), [words]) == expected(tokenizer, [words])


def test_it_starts_anew_when_it_is_full(tokenizer: Any) -> None:
    table = PieceTable(tokenizer, max_words=3)
    for number in range(6):
        sentences = [["Rain", f"w{number}"], [f"v{number}"]]
        assert cut(table, sentences) == expected(tokenizer, sentences)
        assert len(table._row_of) <= 3
    # What is asked for at once has to be there at once.
    assert cut(table, SENTENCES) == expected(tokenizer, SENTENCES)


def test_copies_start_empty_and_cut_alike(tokenizer: Any) -> None:
    table = PieceTable(tokenizer)
    table.cut(SENTENCES)
    for copy in (deepcopy(table), pickle.loads(pickle.dumps(table))):  # noqa: S301 (made here)
        assert copy._row_of == {}
        assert cut(copy, SENTENCES) == expected(tokenizer, SENTENCES)


def test_threads_share_it(tokenizer: Any) -> None:
    table = PieceTable(tokenizer, max_words=200)
    failures: list[str] = []

    def work(number: int) -> None:
        for turn in range(30):
            sentences = [[f"w{number * turn % 70}", f"x{turn}"], ["Rain", f"y{number}"]]
            if cut(table, sentences) != expected(own_tokenizers[number], sentences):
                failures.append(f"{number}: {sentences}")

    own_tokenizers = [deepcopy(tokenizer) for _ in range(4)]
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_an_error_of_the_tokenizer_leaves_it_as_it_was(tokenizer: Any) -> None:
    table = PieceTable(tokenizer)
    before = cut(table, SENTENCES)
    with pytest.raises(TypeError, match="PreTokenizedInputSequence"):  # half a character
        table.cut([["fine", "\ud800"]])
    assert cut(table, SENTENCES) == before
    assert cut(table, [["fine"]]) == expected(tokenizer, [["fine"]])


def test_it_is_not_exact_where_a_sentence_decides(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Stands for a tokenizer whose special pieces depend on the sentence.
    encode = piece_table.encode_words

    def encode_long_ones_otherwise(cutter: Any, words: list[str]) -> Any:
        return encode(cutter, [*words, "more"] if len(words) == 5 else words)

    monkeypatch.setattr(piece_table, "encode_words", encode_long_ones_otherwise)
    assert not PieceTable(tokenizer).is_exact


def test_pieces_that_are_drawn_are_nothing_for_a_table() -> None:
    # `merges` that never apply, and a vocabulary too small for two ways: only the settings tell.
    drawn_merges = Tokenizer(models.BPE(vocab={"a": 0, "b": 1}, merges=[], dropout=0.1))
    assert not PieceTable(PreTrainedTokenizerFast(tokenizer_object=drawn_merges)).is_exact

    unigram = models.Unigram([("<unk>", 0.0), ("a", -1.0), ("R", -1.0)], unk_id=0)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(unigram))
    assert PieceTable(tokenizer).is_exact
    tokenizer.backend_tokenizer.model.alpha = 0.1
    assert not PieceTable(tokenizer).is_exact
