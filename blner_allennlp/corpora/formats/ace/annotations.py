"""The mentions of an ACE document (`.apf.xml`), by their offsets."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_external_ges
from xml.sax.xmlreader import AttributesImpl, Locator

from blner_allennlp.corpora.formats.ace.text import resolve_references
from blner_allennlp.corpora.lines import open_binary
from blner_allennlp.errors import CorpusError

_CHUNK_BYTES = 1 << 16
# The element that states the type of a mention, by the element of the mention.
_OWNERS = {"entity_mention": "entity", "value_mention": "value", "timex2_mention": "timex2"}
_MENTIONS = {owner: mention for mention, owner in _OWNERS.items()}
_TIME_LABEL = "TIMEX2"
_OFFSET = re.compile(r"\s*[0-9]{1,18}\s*")


@dataclass(frozen=True, slots=True)
class AceMention:
    """A mention as LDC annotates it.

    Args:
        start: offset of its first character in the tagless document.
        end_inclusive: offset of its last one.
        label: entity type.
        text: the mention as the file spells it out; None where it does not.
        line_number: the line of the file on which the offsets stand, counted from 1.
    """

    start: int
    end_inclusive: int
    label: str
    text: str | None
    line_number: int


@dataclass(frozen=True, slots=True)
class AceSelection:
    """What of the annotation to read.

    Args:
        heads: whether a mention is its head rather than its whole extent.
        subtypes: whether types have their subtype: `PER:Group`.
        values: whether values (sums, crimes, jobs) and times are mentions as well.
    """

    heads: bool = False
    subtypes: bool = False
    values: bool = False


def read_ace_annotations(path: Path, selection: AceSelection) -> tuple[str | None, list[AceMention]]:
    """Read an `.apf.xml` file of ACE 2004 or 2005, without looking up what its document type refers to.

    Args:
        path: the file.
        selection: what of it to read.

    Returns:
        The document's name, where the file has it, and the mentions in file order.

    Raises:
        CorpusError: the file cannot be read, is no XML, declares entities of its own, or lacks types or offsets.
    """
    handler = _MentionHandler(path, selection)
    try:
        _parse(path, handler)
    except CorpusError:
        raise
    except SAXParseException as error:
        raise CorpusError(
            f"expected well-formed XML, got something else ({error.getMessage()}); fetch the file again",
            path,
            error.getLineNumber() or 1,
        ) from error
    except OSError as error:
        raise CorpusError(f"the file cannot be read: {error.strerror or error}", path) from error
    except (SAXException, ValueError, LookupError, EOFError, zlib.error) as error:
        raise CorpusError(
            f"expected well-formed XML in UTF-8 without entities of its own, got something else ({error}); fetch the "
            "file again",
            path,
            handler.line_number,
        ) from error
    return handler.document_id, handler.mentions


def _parse(path: Path, handler: _MentionHandler) -> None:
    # Entities that expand without end and references to other files are known attacks on readers of XML.
    from defusedxml.sax import make_parser  # type: ignore[import-untyped]

    parser = make_parser()
    # The files name their document type, which is not to be fetched: without `external_ges` the parser leaves it alone.
    parser.forbid_dtd = False
    parser.forbid_entities = True
    parser.forbid_external = False
    parser.setFeature(feature_external_ges, False)
    parser.setContentHandler(handler)
    handler.setDocumentLocator(parser)
    parser.feed(b"")  # without any feeding, `close` takes an empty file for a finished one
    with open_binary(path) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            parser.feed(chunk)
    parser.close()


class _MentionHandler(ContentHandler):
    """Gathers the mentions while the elements come in."""

    def __init__(self, path: Path, selection: AceSelection) -> None:
        super().__init__()
        self.document_id: str | None = None
        self.mentions: list[AceMention] = []
        self._path = path
        self._selection = selection
        self._part = "head" if selection.heads else "extent"
        self._wanted = {"entity_mention": self._part}
        if selection.values:
            self._wanted |= {"value_mention": "extent", "timex2_mention": "extent"}
        self._open: list[str] = []
        self._label = ""
        self._num_before = 0  # mentions before the one that is being read
        self._open_mention: AceMention | None = None
        self._text: list[str] = []
        self._locator: Locator | None = None

    @property
    def line_number(self) -> int:
        """The line that is being read."""
        return (self._locator.getLineNumber() if self._locator is not None else None) or 1

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - these names are the interface's
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        parents = self._open[-2:]
        self._open.append(name)
        if not parents and name != "source_file":
            self._fail(
                f"expected the element `source_file` of ACE's annotation, got `{name}`; name an .apf.xml file"
            )
        if name == "document":
            self.document_id = attrs.get("DOCID", "").strip() or None
        elif name in _OWNERS.values():
            self._label = self._read_label(name, attrs)
        elif name in self._wanted:
            if parents[-1] != _OWNERS[name]:
                self._fail(
                    f"expected `{name}` directly in `{_OWNERS[name]}`, got it in `{parents[-1]}`; move it there"
                )
            self._num_before = len(self.mentions)
        elif name == "charseq" and parents[0] in self._wanted and parents[1] == self._wanted[parents[0]]:
            self._open_mention = self._read_offsets(attrs)
            self._text = []

    def characters(self, content: str) -> None:
        if self._open_mention is not None:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._open.pop()
        if name == "charseq" and self._open_mention is not None:
            text = resolve_references("".join(self._text))
            self.mentions.append(replace(self._open_mention, text=text if text.strip() else None))
            self._open_mention = None
        elif name in self._wanted and len(self.mentions) != self._num_before + 1:
            part = self._wanted[name]
            num_found = len(self.mentions) - self._num_before
            self._fail(
                f"expected one `charseq` in the `{part}` of each `{name}`, got {num_found}; correct the file"
            )

    def _read_label(self, name: str, attrs: AttributesImpl) -> str:
        if name == "timex2":
            return _TIME_LABEL
        label = attrs.get("TYPE", "").strip()
        if not label and _MENTIONS[name] in self._wanted:
            self._fail(f"expected an attribute TYPE of `{name}`, got none; add it")
        subtype = attrs.get("SUBTYPE", "").strip()
        return f"{label}:{subtype}" if self._selection.subtypes and subtype else label

    def _read_offsets(self, attrs: AttributesImpl) -> AceMention:
        start, end_inclusive = self._read_offset("START", attrs), self._read_offset("END", attrs)
        if end_inclusive < start:
            self._fail(
                f"expected END to be START or more, got START={start} and END={end_inclusive}; correct them"
            )
        return AceMention(start, end_inclusive, self._label, None, self.line_number)

    def _read_offset(self, name: str, attrs: AttributesImpl) -> int:
        value = attrs.get(name)
        if value is None or _OFFSET.fullmatch(value) is None:
            found = "none" if value is None else repr(value[:40])
            self._fail(
                f"expected a number of characters as {name} of `charseq`, got {found}; correct the file"
            )
        return int(value)

    def _fail(self, message: str) -> NoReturn:
        raise CorpusError(message, self._path, self.line_number)
