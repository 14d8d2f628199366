"""Ways to break a file."""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections.abc import Callable
from typing import Any

_TOKENS = [
    b"", b" ", b"\t", b"\n", b"\r\n", b"\r", b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\x8b", b"\xc2\x85",
    b"|", b";", b"(", b")", b"*", b"(PER*", b"*)", b"(A(B*", b"#", b"-DOCSTART-", b"#begin document", b"O", b"B-", b"I-X", b"-",
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"null", b"true", b"NaN", b"1e999", b"-1", b"0", b"99999999999999999999", b"0.5",
    b"\\ud800", b"\\", b"\\u0000", b"<", b">", b"&", b"&amp;", b"&lol;", b"</TEXT>", b"<!--", b"<![CDATA[", b"<charseq>",
    b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>', b"T1\tX 3 2\t", b"T9\tX 1 4;2 3\tx", b"CID", b"101|t|", b"101|a|",
]  # fmt: skip
_NUMBER = re.compile(rb"-?\d+")
_ODD_VALUES: list[Any] = [
    None, True, False, -1, 0, 1, 10**30, 0.5, float("nan"), float("inf"), "", " ", "x", "\ud800", "é\u200b", [], {}, [[]],
    [None], ["x"], [0, 1, "X"], [1, 0, "X"], {"start": 0}, {"text": "x"}, [[0, 1, "X"]] * 3, "0", [[["x"]]],
]  # fmt: skip


def mutate_bytes(content: bytes, rng: random.Random) -> bytes:
    """Break a file in one to four random places.

    Args:
        content: the file.
        rng: where chance comes from.

    Returns:
        The broken file; now and then it is still a valid one.
    """
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        content = rng.choice(_BYTE_MUTATIONS)(content, rng)
    if rng.random() < 0.01:
        content = gzip.compress(content)
        if rng.random() < 0.5:
            content = content[: rng.randrange(len(content))]
    return content


def mutate_json(content: bytes, rng: random.Random) -> bytes:
    """Break the values of JSON, line by line where the whole is none; the result is JSON again.

    Args:
        content: the file.
        rng: where chance comes from.

    Returns:
        The broken file.
    """
    try:
        documents = [json.loads(content)]
    except ValueError:
        documents = [json.loads(line) for line in content.decode().splitlines() if line.strip()]
    for _ in range(rng.choice([1, 1, 2])):
        index = rng.randrange(len(documents))
        documents[index] = mutate_value(documents[index], rng)
    return "\n".join(json.dumps(document, ensure_ascii=rng.random() < 0.5) for document in documents).encode(
        "utf-8", "surrogatepass"
    )


def mutate_value(value: Any, rng: random.Random) -> Any:
    """Break one random place of a nested value.

    Args:
        value: plain lists, objects, strings and numbers.
        rng: where chance comes from.

    Returns:
        The value with one place changed, lost or doubled.
    """
    if rng.random() < 0.15 or not isinstance(value, dict | list) or not value:
        return _odd_value(value, rng)
    if isinstance(value, dict):
        key = rng.choice(list(value))
        if rng.random() < 0.15:
            return {other: item for other, item in value.items() if other != key}
        if rng.random() < 0.05:
            return {
                **value,
                rng.choice(["x", "label", "tokens", "ner", "entities", "text"]): rng.choice(_ODD_VALUES),
            }
        return {**value, key: mutate_value(value[key], rng)}
    index = rng.randrange(len(value))
    if rng.random() < 0.1:
        return value[:index] + value[index + 1 :]
    if rng.random() < 0.1:
        return [*value[:index], value[index], *value[index:]]
    return [*value[:index], mutate_value(value[index], rng), *value[index + 1 :]]


def mutate_docbin(content: bytes, rng: random.Random) -> bytes:
    """Break what a spaCy DocBin holds below its compression, so that not every try ends at the checksum.

    Args:
        content: the file.
        rng: where chance comes from.

    Returns:
        The broken file.
    """
    import srsly

    inner = zlib.decompress(content)
    if rng.random() < 0.5:
        return zlib.compress(mutate_bytes(inner, rng))
    message = srsly.msgpack_loads(inner)
    key = rng.choice(list(message))
    value = message[key]
    if isinstance(value, bytes) and rng.random() < 0.7:
        message[key] = mutate_bytes(value, rng)
    else:
        message[key] = mutate_value(value if not isinstance(value, bytes) else [0], rng)
    try:
        return zlib.compress(srsly.msgpack_dumps(message))
    except (TypeError, ValueError, OverflowError):
        return content[:-1]


def mutate_parquet(content: bytes, rng: random.Random) -> bytes:
    """Break the columns of a parquet file, which its own checks would hide behind a broken file.

    Args:
        content: the file.
        rng: where chance comes from.

    Returns:
        The broken file.
    """
    import io

    import pyarrow
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(io.BytesIO(content))
    rows = table.to_pylist()
    rows[0] = mutate_value(rows[0], rng)
    metadata = dict(table.schema.metadata or {})
    if rng.random() < 0.3:
        metadata[b"huggingface"] = rng.choice([mutate_bytes, mutate_json])(metadata[b"huggingface"], rng)
    try:
        broken = pyarrow.Table.from_pylist([row for row in rows if isinstance(row, dict)])
        sink = io.BytesIO()
        pyarrow.parquet.write_table(broken.replace_schema_metadata(metadata), sink)
    except (pyarrow.ArrowException, TypeError, ValueError, OverflowError, UnicodeError):
        return mutate_bytes(content, rng)
    return sink.getvalue()


def _odd_value(value: Any, rng: random.Random) -> Any:
    if isinstance(value, int) and rng.random() < 0.5:
        return value + rng.choice([-1000, -3, -1, 1, 2, 3, 1000, 10**18])
    if isinstance(value, str) and rng.random() < 0.3:
        return value + rng.choice(["\ud83d", "\t", "\n", " ", "\u0000", "x" * 3000])
    return rng.choice(_ODD_VALUES)


def _place(content: bytes, rng: random.Random) -> int:
    return rng.randint(0, len(content))


def _insert(content: bytes, rng: random.Random) -> bytes:
    place = _place(content, rng)
    return content[:place] + rng.choice(_TOKENS) * rng.choice([1, 1, 1, 50]) + content[place:]


def _overwrite(content: bytes, rng: random.Random) -> bytes:
    place = _place(content, rng)
    token = rng.choice(_TOKENS)
    return content[:place] + token + content[place + max(1, len(token)) :]


def _flip(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return content
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :]


def _delete(content: bytes, rng: random.Random) -> bytes:
    place = _place(content, rng)
    return content[:place] + content[place + rng.choice([1, 1, 2, 5, 40]) :]


def _truncate(content: bytes, rng: random.Random) -> bytes:
    return content[: _place(content, rng)]


def _change_number(content: bytes, rng: random.Random) -> bytes:
    numbers = list(_NUMBER.finditer(content))
    if not numbers:
        return content
    number = rng.choice(numbers)
    value = int(number.group()[:18]) + rng.choice([-1000, -2, -1, 1, 2, 7, 1000, 10**25])
    return content[: number.start()] + str(value).encode() + content[number.end() :]


def _lines(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return content
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    action = rng.randrange(4)
    if action == 0:
        lines[first], lines[second] = lines[second], lines[first]
    elif action == 1:
        lines.insert(first, lines[second])
    elif action == 2:
        del lines[first]
    else:
        lines[first] = lines[first].rstrip(b"\n")
    return b"".join(lines)


def _fields(content: bytes, rng: random.Random) -> bytes:
    """Swap, lose or double a field of a line with columns."""
    lines = content.split(b"\n")
    index = rng.randrange(len(lines))
    separator = rng.choice([b"\t", b" ", b"|"])
    fields = lines[index].split(separator)
    place = rng.randrange(len(fields))
    if rng.random() < 0.5:
        del fields[place]
    else:
        fields.insert(place, rng.choice(fields))
    lines[index] = separator.join(fields)
    return b"\n".join(lines)


_BYTE_MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    _insert, _overwrite, _flip, _delete, _truncate, _change_number, _change_number, _lines, _lines, _fields,
]  # fmt: skip
