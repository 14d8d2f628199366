"""The bytes of a spaCy `DocBin` -> its documents, without running spaCy's own objects on what may be forged."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TokenSpan = tuple[int, int, str]
"""A mention: its first token, the one after its last, and its type."""

DOCUMENT_ID = "document_id"
"""The key of a document's `user_data` under which this package keeps its name."""

# How spaCy packs a span: id, knowledge base id, label, first token, token after the last, the same in characters.
_PACKED_SPAN = struct.Struct(">QQQllll")
# `Token.ent_iob`: 0 is unknown.
_INSIDE, _OUTSIDE, _BEGIN = 1, 2, 3


@dataclass(frozen=True, slots=True)
class StoredDoc:
    """A document of a `DocBin`.

    Args:
        tokens: its tokens, those of white space included.
        has_space: for each token whether a blank follows.
        entities: `doc.ents`.
        span_groups: `doc.spans`.
        sentence_starts: the tokens that start sentences; None if the document does not tell.
        has_document_id: whether its `user_data` have a name for it, be it None.
        document_id: that name.
    """

    tokens: tuple[str, ...]
    has_space: tuple[bool, ...]
    entities: tuple[TokenSpan, ...]
    span_groups: dict[str, tuple[TokenSpan, ...]]
    sentence_starts: tuple[int, ...] | None
    has_document_id: bool
    document_id: str | None


def read_block(data: bytes) -> Iterator[StoredDoc]:
    """Unpack the documents of a `DocBin` one by one (https://spacy.io/api/docbin#msgpack).

    The block is compressed msgpack, which holds values and no code.

    Args:
        data: the block.

    Yields:
        The documents.

    Raises:
        ValueError: the block is not as it should be; other exceptions say so, too.
    """
    from spacy.strings import StringStore  # loading spaCy takes a second

    message = _unpack(zlib.decompress(data))
    attributes = _Attributes(message)
    strings = StringStore(message["strings"])
    lengths = np.frombuffer(message["lengths"], dtype="<i4")
    ends = np.cumsum(lengths, dtype=np.int64)
    num_tokens = int(ends[-1]) if len(ends) else 0
    spaces = np.frombuffer(message["spaces"], dtype=bool)
    if (lengths < 0).any() or len(attributes.values) != num_tokens or len(spaces) != num_tokens:
        raise ValueError(f"its documents claim {num_tokens} tokens, but it holds another number")
    flags, span_groups, user_data = (
        _for_each_document(message.get(name), len(lengths), name)
        for name in ("flags", "span_groups", "user_data")
    )
    for index, end in enumerate(ends.tolist()):
        rows = slice(end - int(lengths[index]), end)
        is_spaced = spaces[rows].tolist()
        if isinstance(flags[index], dict) and flags[index].get("has_unknown_spaces"):
            is_spaced = [True] * len(is_spaced)
        tokens = tuple(strings[value] for value in attributes.column("ORTH", rows))
        if "" in tokens:
            raise ValueError(f"document {index + 1} holds an empty token")
        has_document_id, document_id = _document_id(user_data[index])
        yield StoredDoc(
            tokens,
            tuple(is_spaced),
            tuple(_entities(attributes, rows, strings)),
            _span_groups(span_groups[index], len(tokens), strings),
            _sentence_starts(attributes, rows),
            has_document_id,
            document_id,
        )


class _Attributes:
    """The table of token attributes."""

    def __init__(self, message: dict[str, Any]) -> None:
        from spacy.attrs import IDS  # type: ignore[import-not-found]

        self._ids = IDS
        self._attributes = list(message["attrs"])
        if self._ids["ORTH"] not in self._attributes:
            raise ValueError("it has no attribute ORTH")
        flat: NDArray[np.uint64] = np.frombuffer(message["tokens"], dtype="<u8")
        self.values = flat.reshape((-1, len(self._attributes)))

    def column(self, name: str, rows: slice) -> list[int]:
        """The values of one attribute; zeros where the block does not have it."""
        if self._ids[name] not in self._attributes:
            return [0] * (rows.stop - rows.start)
        values: list[int] = self.values[rows, self._attributes.index(self._ids[name])].tolist()
        return values

    def signed_column(self, name: str, rows: slice) -> list[int]:
        """The same for attributes that may be negative."""
        return [value - (1 << 64) if value >> 63 else value for value in self.column(name, rows)]


def _unpack(data: bytes, use_list: bool = True) -> Any:
    import srsly.msgpack  # type: ignore[import-untyped]

    # With a hook of one's own srsly neither looks for decoders of arrays and the like, which takes milliseconds a call,
    # nor runs them.
    return srsly.msgpack.unpackb(data, raw=False, use_list=use_list, object_pairs_hook=dict)


def _for_each_document(values: Any, num_documents: int, name: str) -> Sequence[Any]:
    # Older versions of spaCy wrote no such field.
    if values is None:
        return [None] * num_documents
    if not isinstance(values, list) or len(values) != num_documents:
        raise ValueError(f"it holds {num_documents} documents, but not as many {name}")
    return values


def _document_id(user_data: Any) -> tuple[bool, str | None]:
    # Whatever else the document's owner put there need not even be readable.
    if not isinstance(user_data, bytes) or DOCUMENT_ID.encode() not in user_data:
        return False, None
    values = _unpack(user_data, use_list=False)
    if not isinstance(values, dict) or DOCUMENT_ID not in values:
        return False, None
    value = values[DOCUMENT_ID]
    if value is not None and not isinstance(value, str):
        raise ValueError(f"user_data[{DOCUMENT_ID!r}] is {str(value)[:40]!r}, which is no text")
    return True, value


def _entities(attributes: _Attributes, rows: slice, strings: Any) -> Iterator[TokenSpan]:
    """`doc.ents`, by spaCy's own reading of its tags."""
    start, label = -1, 0
    tags = attributes.column("ENT_IOB", rows)
    for index, (tag, token_label) in enumerate(zip(tags, attributes.column("ENT_TYPE", rows), strict=True)):
        if tag > _BEGIN or (tag == _INSIDE and start < 0):
            raise ValueError(f"token {index} has the entity tag {tag}, which cannot stand there")
        if tag != _INSIDE:
            if start >= 0:
                yield start, index, strings[label]
            # A token that begins an entity without a type is one that must not be in any.
            start, label = (index, token_label) if tag == _BEGIN and token_label else (-1, 0)
    if start >= 0:
        yield start, len(tags), strings[label]


def _span_groups(packed: Any, num_tokens: int, strings: Any) -> dict[str, tuple[TokenSpan, ...]]:
    if not packed:
        return {}
    message = _unpack(packed)
    if isinstance(message, list):
        # The first version of the format had no keys beside the names in the groups themselves.
        groups = [_unpack(group) for group in message]
        named = [(group["name"], group) for group in groups]
    else:
        named = [(key, _unpack(group)) for group, keys in message.items() for key in keys]
    return {str(name): tuple(_group_spans(group, num_tokens, strings)) for name, group in named}


def _group_spans(group: Any, num_tokens: int, strings: Any) -> Iterator[TokenSpan]:
    for packed in group["spans"]:
        _, _, label, start, end, _, _ = _PACKED_SPAN.unpack(packed)
        if not 0 <= start < end <= num_tokens:
            raise ValueError(f"a span covers the tokens {start} to {end} of a document of {num_tokens}")
        if not label:
            raise ValueError(f"the span of the tokens {start} to {end} has no type")
        yield start, end, strings[label]


def _sentence_starts(attributes: _Attributes, rows: slice) -> tuple[int, ...] | None:
    marks = attributes.signed_column("SENT_START", rows)
    # spaCy marks the first token of every document, whether it knows its sentences or not.
    if any(marks[1:]):
        starts = {index for index, mark in enumerate(marks) if mark == 1}
    elif any(attributes.column("DEP", rows)):
        starts = _starts_of_trees(attributes.signed_column("HEAD", rows))
    else:
        return None
    return tuple(sorted(starts | {0}))


def _starts_of_trees(head_distances: Sequence[int]) -> set[int]:
    """The leftmost token of each dependency tree; a parse without a border starts one sentence."""
    roots = list(range(len(head_distances)))
    for index in range(len(head_distances)):
        path = []
        token = index
        while head_distances[token] and roots[token] == token:
            path.append(token)
            head = token + head_distances[token]
            if not 0 <= head < len(head_distances) or len(path) > len(head_distances):
                raise ValueError(f"token {token} has a head that is no token, or no root above it")
            token = head
        for passed in path:
            roots[passed] = roots[token]
    leftmost: dict[int, int] = {}
    for index, root in enumerate(roots):
        leftmost.setdefault(root, index)
    return set(leftmost.values())
