"""Invented documents in the files of an ACE release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

HEADER = '<?xml version="1.0"?>\n<!DOCTYPE source_file SYSTEM "apf.v5.1.1.dtd">\n'


@dataclass(frozen=True)
class Mention:
    """A mention to annotate: where `text` first stands in the tagless file, or `start` and `end` if given."""

    text: str
    label: str = "PER"
    head: str | None = None
    subtype: str | None = None
    start: int | None = None
    end: int | None = None


def charseq(tagless: str, text: str, start: int | None = None, end: int | None = None) -> str:
    char_start = tagless.index(text) if start is None else start
    char_end = char_start + len(text) - 1 if end is None else end
    # `&amp;` is spelt as in the text; what only the text may hold is escaped.
    spelling = re.sub("&(?!amp;|lt;)|<", lambda match: escape(match.group()), text)
    return f'<charseq START="{char_start}" END="{char_end}">{spelling}</charseq>'


def entity(tagless: str, number: int, mention: Mention) -> str:
    subtype = f' SUBTYPE="{mention.subtype}"' if mention.subtype is not None else ""
    extent = charseq(tagless, mention.text, mention.start, mention.end)
    head = charseq(tagless, mention.head or mention.text, None if mention.head else mention.start)
    return (
        f'<entity ID="E{number}" TYPE="{escape(mention.label)}"{subtype} CLASS="SPC">\n'
        f'  <entity_mention ID="E{number}-1" TYPE="NAM" LDCTYPE="NAM">\n'
        f"    <extent>\n      {extent}\n    </extent>\n    <head>\n      {head}\n    </head>\n"
        f"  </entity_mention>\n  <entity_attributes><name NAME='x'>{extent}</name></entity_attributes>\n</entity>\n"
    )


def annotation(sgm: str, *mentions: Mention, document_id: str | None = "DOC_1", more: str = "") -> str:
    tagless = re.sub("<[^<>]+>", "", sgm)
    name = f' DOCID="{document_id}"' if document_id is not None else ""
    body = "".join(entity(tagless, number, mention) for number, mention in enumerate(mentions, start=1))
    start = f'{HEADER}<source_file URI="x.sgm" SOURCE="newswire">\n<document{name}>\n'
    return f"{start}{body}{more}</document>\n</source_file>\n"


def write_document(base: Path, sgm: str, *mentions: Mention, **options) -> Path:
    """Writes both files of a document; `base` is their path without suffix."""
    base.parent.mkdir(parents=True, exist_ok=True)
    base.with_name(base.name + ".sgm").write_text(sgm, encoding="utf-8")
    path = base.with_name(base.name + ".apf.xml")
    path.write_text(annotation(sgm, *mentions, **options), encoding="utf-8")
    return path
