"""The text of an ACE document (`.sgm`): the markup taken out, and the places that annotation offsets mean in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from blner_allennlp.corpora.lines import read_lines
from blner_allennlp.errors import CorpusError

_CHARACTERS = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile("|".join(_CHARACTERS), flags=re.IGNORECASE)
# Whatever stands in angle brackets is a tag. Older releases have further references, such as `&UR;`, which stay words.
_MARKUP = re.compile(f"<[^<>]+>|{_REFERENCE.pattern}", flags=re.IGNORECASE)
_BODY_START = re.compile(r"<TEXT\b", flags=re.IGNORECASE)
_BODY_END = re.compile(r"</TEXT\b", flags=re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AceText:
    """A document without its tags, and with `&` for `&amp;`.

    Args:
        text: all that stands outside of tags.
        body: half-open span of the document's body, the TEXT element, in `text`.
        body_line: the line of the file on which the body starts, counted from 1.
        has_lines: whether all line ends of the file's body stand in the text, none in a tag.
        tags: where in the text a tag was, ascending.
        written_starts: where references such as `&amp;` start in the tagless file, which spells them out.
        written_ends: where they end there.
        num_saved: how many characters shorter the text is than the tagless file after the first n references.
    """

    text: str
    body: tuple[int, int]
    body_line: int
    has_lines: bool
    tags: tuple[int, ...]
    written_starts: tuple[int, ...]
    written_ends: tuple[int, ...]
    num_saved: tuple[int, ...]

    def locate(self, written_start: int, written_end: int) -> tuple[int, int]:
        """Find in the text what offsets into the tagless file mean.

        Args:
            written_start: an offset that counts `&amp;` as five characters.
            written_end: another one, exclusive.

        Returns:
            The half-open span in `text`. A reference that an offset cuts belongs to it.
        """
        num_before = bisect_right(self.written_ends, written_start)
        if num_before < len(self.written_starts):
            written_start = min(written_start, self.written_starts[num_before])
        num_begun = bisect_left(self.written_starts, written_end)
        if num_begun > 0:
            written_end = max(written_end, self.written_ends[num_begun - 1])
        return written_start - self.num_saved[num_before], written_end - self.num_saved[num_begun]


def resolve_references(text: str) -> str:
    """Replace `&amp;` and its like by the characters that they stand for.

    Args:
        text: text as it stands in the file.

    Returns:
        The text that is meant.
    """
    return _REFERENCE.sub(lambda match: _CHARACTERS[match.group().lower()], text)


def read_ace_text(path: Path, encoding: str, with_headers: bool) -> AceText:
    """Read an `.sgm` file.

    Args:
        path: the file.
        encoding: its character encoding.
        with_headers: whether all text outside of tags is the body, not the TEXT element alone.

    Returns:
        Its text.

    Raises:
        CorpusError: the file cannot be read, is empty or has no TEXT element.
    """
    # LDC's offsets count a line end as one character; a copy with other line ends has to read the same.
    source = "\n".join(line for _, line in read_lines(path, encoding))
    if not source.strip():
        raise CorpusError("the file is empty: expected a document, got none; fetch the file again", path)
    body_start, body_end = (0, len(source)) if with_headers else _find_body(source, path)
    stripped = _Stripped()
    borders = [0]
    for part in (source[:body_start], source[body_start:body_end], source[body_end:]):
        stripped.add(part)
        borders.append(stripped.num_chars)
    body = source[body_start:body_end]
    text = "".join(stripped.pieces)
    return AceText(
        text=text,
        body=(borders[1], borders[2]),
        body_line=source.count("\n", 0, body_start) + 1,
        has_lines=body.count("\n") == text.count("\n", borders[1], borders[2]),
        tags=tuple(stripped.tags),
        written_starts=tuple(stripped.written_starts),
        written_ends=tuple(stripped.written_ends),
        num_saved=tuple(stripped.num_saved),
    )


@dataclass(slots=True)
class _Stripped:
    """Text whose markup is taken out piece by piece; the fields are those of `AceText`."""

    pieces: list[str] = field(default_factory=list)
    num_chars: int = 0
    tags: list[int] = field(default_factory=list)
    written_starts: list[int] = field(default_factory=list)
    written_ends: list[int] = field(default_factory=list)
    num_saved: list[int] = field(default_factory=lambda: [0])

    def add(self, source: str) -> None:
        read_to = 0
        for match in _MARKUP.finditer(source):
            start, read_to_now = match.span()
            self._append(source[read_to:start])
            read_to = read_to_now
            markup = match.group()
            if markup.startswith("<"):
                self.tags.append(self.num_chars)
                continue
            self.written_starts.append(self.num_chars + self.num_saved[-1])
            self.written_ends.append(self.written_starts[-1] + len(markup))
            self.num_saved.append(self.num_saved[-1] + len(markup) - 1)
            self._append(_CHARACTERS[markup.lower()])
        self._append(source[read_to:])

    def _append(self, text: str) -> None:
        self.pieces.append(text)
        self.num_chars += len(text)


def _find_body(source: str, path: Path) -> tuple[int, int]:
    start = _BODY_START.search(source)
    if start is None:
        raise CorpusError(
            "expected a TEXT element, which holds the body of a document, got none; fetch the file again, or read all "
            "that stands outside of tags with headers=True",
            path,
        )
    ends = [match.start() for match in _BODY_END.finditer(source, start.end())]
    return start.start(), ends[-1] if ends else len(source)
