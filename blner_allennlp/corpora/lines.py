"""Lines of text files, plain or gzip-compressed, with errors that name file and line."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from blner_allennlp.errors import CorpusError

_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = "\ufeff"
# What Python's `surrogateescape` turns an undecodable byte 0xNN into: U+DCNN.
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


class TextEncodingError(CorpusError):
    """Bytes that are no text in the encoding that the file should have.

    Args:
        encoding: that encoding.
        found: what was found, for people.
        path: the file.
        line_number: the line.
    """

    def __init__(self, encoding: str, found: str, path: Path, line_number: int) -> None:
        self.expected_and_found = f"expected text in {encoding}, {found}"
        super().__init__(
            f"{self.expected_and_found}; convert the file to UTF-8, or name the encoding that it has in the option "
            "encoding, for example 'latin-1' or 'utf-16'",
            path,
            line_number,
        )


@contextmanager
def open_binary(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading; a gzip-compressed one, known by its first bytes, is decompressed on the way.

    Args:
        path: the file or pipe, whatever its name ends with; an OSError if it cannot be opened.

    Yields:
        A binary stream, closed at the end of the context.
    """
    with path.open("rb") as raw_stream:
        if raw_stream.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC):
            with gzip.GzipFile(fileobj=raw_stream) as decompressed_stream:
                yield cast(BinaryIO, decompressed_stream)
        else:
            yield raw_stream


class _Place:
    """How far a file has been read, for messages."""

    def __init__(self) -> None:
        self.line_number = 0


def read_lines(path: Path, encoding: str = "utf-8") -> Iterator[tuple[int, str]]:
    r"""Yield the lines of a file one by one, so that memory does not grow with the file.

    Lines end at `\n`, `\r\n` or `\r` and nowhere else: tokens of real corpora hold U+0085, U+2028 and other
    characters at which `str.splitlines` would tear them apart. A byte-order mark at the start is dropped. A file that
    cannot be opened or decompressed, or holds bytes that are not text in `encoding`, is a CorpusError.

    Args:
        path: the file, plain or gzip-compressed.
        encoding: the file's character encoding, by its Python name.

    Yields:
        Line number, counted from 1, and the line without its end.
    """
    place = _Place()
    with _open_text(path, encoding, place) as stream:
        for line_number, raw_line in enumerate(stream, start=1):
            place.line_number = line_number
            line = raw_line.removesuffix("\n")
            if line_number == 1:
                line = line.removeprefix(_BYTE_ORDER_MARK)
            if not line.isascii():
                _reject_undecodable(line, encoding, path, line_number)
            yield line_number, line


def read_chunks(path: Path, encoding: str = "utf-8", num_characters: int = 1 << 16) -> Iterator[str]:
    """Yield the text of a file in pieces, for formats in which a line may be as long as the file.

    What `read_lines` says of line ends, which become line feeds here, of byte-order marks and of errors holds.

    Args:
        path: the file, plain or gzip-compressed.
        encoding: the file's character encoding, by its Python name.
        num_characters: how long a piece is at most.

    Yields:
        The pieces, none of them empty.
    """
    place = _Place()
    num_before = 0  # characters of the same line in the pieces before
    with _open_text(path, encoding, place) as stream:
        is_first = True
        while chunk := stream.read(num_characters):
            if is_first:
                chunk = chunk.removeprefix(_BYTE_ORDER_MARK)
                is_first = False
            if not chunk.isascii():
                for line_index, line in enumerate(chunk.split("\n")):
                    line_number = place.line_number + line_index + 1
                    _reject_undecodable(line, encoding, path, line_number, 0 if line_index else num_before)
            if chunk:
                yield chunk
            num_line_ends = chunk.count("\n")
            place.line_number += num_line_ends
            num_before = len(chunk) - chunk.rfind("\n") - 1 + (0 if num_line_ends else num_before)


@contextmanager
def _open_text(path: Path, encoding: str, place: _Place) -> Iterator[io.TextIOWrapper]:
    try:
        with (
            open_binary(path) as byte_stream,
            io.TextIOWrapper(
                byte_stream, encoding=encoding, errors="surrogateescape", newline=None
            ) as stream,
        ):
            yield stream
    except UnicodeError as error:
        # Encodings of several bytes a character (UTF-16) fail here rather than byte by byte.
        raise TextEncodingError(encoding, str(error), path, place.line_number + 1) from error
    except LookupError as error:
        raise CorpusError(
            f"expected the name of a character encoding, got encoding={encoding!r}; write for example "
            "'utf-8' or 'latin-1'",
            path,
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CorpusError(
            f"expected a whole gzip file, got one that breaks off or is damaged ({error}); fetch it again",
            path,
            place.line_number + 1,
        ) from error
    except OSError as error:
        raise CorpusError(f"the file cannot be read: {error.strerror or error}", path) from error


def read_head(path: Path, num_bytes: int = 4096) -> str:
    """Read the start of a file, for a guess at its format; bytes that are not UTF-8 become U+FFFD.

    Args:
        path: the file, plain or gzip-compressed.
        num_bytes: how many bytes to read, after decompression.

    Returns:
        The text of these bytes, without a byte-order mark; the last character may be cut.

    Raises:
        CorpusError: the file cannot be opened or decompressed.
    """
    try:
        with open_binary(path) as byte_stream:
            head = byte_stream.read(num_bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"the file cannot be read: {error}", path) from error
    return head.decode("utf-8", errors="replace").removeprefix(_BYTE_ORDER_MARK)


def _reject_undecodable(line: str, encoding: str, path: Path, line_number: int, num_before: int = 0) -> None:
    escaped_byte = _ESCAPED_BYTE.search(line)
    if escaped_byte is not None:
        byte = ord(escaped_byte.group()) - 0xDC00
        found = f"got byte 0x{byte:02X} after {num_before + escaped_byte.start()} characters"
        raise TextEncodingError(encoding, found, path, line_number)
