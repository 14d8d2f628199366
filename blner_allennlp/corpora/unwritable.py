"""The error for a sentence that a format cannot hold."""

from __future__ import annotations

from pathlib import Path

from blner_allennlp.entities import Sentence
from blner_allennlp.errors import CorpusError

_NUM_WORDS_SHOWN = 8


def unwritable(message: str, sentence: Sentence, path: Path) -> CorpusError:
    """Say why a sentence cannot be written, and where it comes from.

    Args:
        message: what the format expects, what the sentence has, and what to change.
        sentence: the sentence.
        path: the file that is being written.

    Returns:
        An error at the sentence's place in its corpus; where that is unknown, at the new file and with its first words.
    """
    if sentence.path is not None:
        return CorpusError(message, sentence.path, sentence.line_number)
    words = " ".join(sentence.words[:_NUM_WORDS_SHOWN])
    return CorpusError(f"sentence {words!r}: {message}", path)
