"""Rules on characters and words: what an encoder reads otherwise than the eye."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from blner_allennlp.corpus_tools.lint.findings import Example, Severity
from blner_allennlp.corpus_tools.lint.rule import Check, LintSettings, Rule, SeenSentence, per_sentence

# Without U+200C, U+200D and U+FE0F: scripts and emoji need these between other characters.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_REPLACEMENT = re.compile("\ufffd")
# What the second and later bytes of UTF-8 look like when read as Latin-1 or Windows-1252.
_LATER = "\u0080-\u00bf" + "".join(
    bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
)
# Accented letters; punctuation such as quotes and dashes; emoji; two Cyrillic letters in a row.
_MOJIBAKE = re.compile(
    f"[\u00c2\u00c3][{_LATER}]|\u00e2[\u0080\u20ac][{_LATER}]|\u00f0[\u009f\u0178][{_LATER}]|"
    f"(?:[\u00d0\u00d1][{_LATER}]){{2}}"
)
_SEEN_BY_NO_ONE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


def _with_pattern(pattern: re.Pattern[str]) -> Callable[[LintSettings], Check]:
    def find(seen: SeenSentence, settings: LintSettings) -> Iterable[Example]:
        del settings
        return _words_with(pattern, seen) if pattern.search(seen.text) is not None else ()

    return per_sentence(find)


def _words_with(pattern: re.Pattern[str], seen: SeenSentence) -> Iterator[Example]:
    for word in seen.sentence.words:
        match = pattern.search(word)
        if match is not None:
            codes = " ".join(f"U+{ord(character):04X}" for character in match.group())
            yield seen.example(f"{codes} in {word!a}")


def _blank_words(seen: SeenSentence, settings: LintSettings) -> Iterable[Example]:
    del settings
    if seen.text.isascii() and "  " not in f" {seen.text} " and seen.text.isprintable():
        return []
    return [
        seen.example(f"word {index} is {word!a}" if word else f"word {index} is empty")
        for index, word in enumerate(seen.sentence.words)
        if all(_is_blank(character) for character in word)
    ]


def _is_blank(character: str) -> bool:
    return unicodedata.category(character) in _SEEN_BY_NO_ONE or "\ufe00" <= character <= "\ufe0f"


def _not_composed(seen: SeenSentence, settings: LintSettings) -> Iterable[Example]:
    del settings
    if seen.text.isascii() or unicodedata.is_normalized("NFC", seen.text):
        return []
    return [
        seen.example(f"{word!a} instead of {unicodedata.normalize('NFC', word)!a}")
        for word in seen.sentence.words
        if not unicodedata.is_normalized("NFC", word)
    ]


RULES = (
    Rule(
        "blank-word",
        Severity.WARNING,
        "words that are empty, blank or invisible",
        "Remove them from the file, with their tags; most encoders have no piece for them, and the model reads an "
        "unknown word there.",
        per_sentence(_blank_words),
    ),
    Rule(
        "invisible-character",
        Severity.WARNING,
        "words that hold a zero-width character, a byte-order mark, a soft hyphen or a mark of direction",
        "Remove these characters (and keep offsets in step): words that look the same are different to the encoder "
        "and to the score.",
        _with_pattern(_INVISIBLE),
    ),
    Rule(
        "control-character",
        Severity.WARNING,
        "words that hold a control character or half a surrogate pair",
        "Replace them by what was meant; they come from a wrong encoding or from binary data, and tokenizers drop "
        "them.",
        _with_pattern(_CONTROL),
    ),
    Rule(
        "private-use",
        Severity.WARNING,
        "words that hold a private-use character",
        "Replace them by the symbols that their font showed; no encoder knows them.",
        _with_pattern(_PRIVATE),
    ),
    Rule(
        "replacement-character",
        Severity.WARNING,
        "words that hold U+FFFD, where an earlier conversion lost a character",
        "Make the file again from its source with the right encoding; what was there cannot be told any more.",
        _with_pattern(_REPLACEMENT),
    ),
    Rule(
        "mojibake",
        Severity.WARNING,
        "words that look like UTF-8 read in another encoding, such as `\u00c3\u00a9` for `\u00e9`",
        "Make the file again and read its source as UTF-8, or repair it with ftfy.",
        _with_pattern(_MOJIBAKE),
    ),
    Rule(
        "not-nfc",
        Severity.INFO,
        "words whose accents are characters of their own (not in Unicode's form NFC)",
        "Compose them (unicodedata.normalize('NFC', ...)), unless offsets into the text are counted as it is; a "
        "cased encoder reads `e` + U+0301 and `\u00e9` as different words.",
        per_sentence(_not_composed),
    ),
)
