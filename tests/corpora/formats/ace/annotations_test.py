import gzip

import pytest

from blner_allennlp.corpora.formats.ace.annotations import AceMention, AceSelection, read_ace_annotations
from blner_allennlp.errors import CorpusError
from tests.corpora.formats.ace.documents import HEADER, Mention, annotation

SGM = "<DOC><TEXT>Ana met Bo</TEXT></DOC>"


@pytest.fixture
def read(tmp_path):
    """Writes an annotation file and reads it."""

    def write_and_read(content: str | bytes, **options):
        path = tmp_path / "x.apf.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_ace_annotations(path, AceSelection(**options))

    return write_and_read


def with_entity(content, attributes='TYPE="PER"'):
    start = f'{HEADER}<source_file>\n<document DOCID="D">\n'
    return f"{start}<entity {attributes}>\n{content}\n</entity></document></source_file>"


def with_charseq(attributes):
    return with_entity(f"<entity_mention><extent>\n<charseq {attributes}/></extent></entity_mention>")


def test_offsets_text_type_and_line_are_read_once_a_mention(read):
    content = annotation(SGM, Mention("Ana"), Mention("Bo", "ORG", subtype="Group"))
    lines = content.splitlines()
    # Extent, head, extent, head.
    first, _, second, _ = (n for n, line in enumerate(lines, start=1) if line.startswith("      <charseq"))
    expected = [AceMention(0, 2, "PER", "Ana", first), AceMention(8, 9, "ORG", "Bo", second)]
    assert read(content) == ("DOC_1", expected)
    assert read(gzip.compress(content.encode())) == ("DOC_1", expected)


def test_references_in_the_spelling_are_resolved_even_twice(read):
    spelling = "A &amp;amp; B &lt; C"
    mention = (
        f'<entity_mention><extent><charseq START="0" END="9">{spelling}</charseq></extent></entity_mention>'
    )
    _, (found,) = read(with_entity(mention))
    assert found.text == "A & B < C"


def test_a_mention_that_is_not_spelt_out_has_no_text(read):
    _, (found,) = read(with_charseq('START="0" END=" 9 "'))
    assert found == AceMention(0, 9, "PER", None, 7)


def test_the_encoding_is_the_one_that_the_file_states(read):
    header = HEADER.replace('version="1.0"', 'version="1.0" encoding="ISO-8859-1"')
    mention = '<entity_mention><extent><charseq START="0" END="2">Éva</charseq></extent></entity_mention>'
    _, (found,) = read(with_entity(mention).replace(HEADER, header).encode("latin-1"))
    assert found.text == "Éva"


def test_neither_document_types_nor_entities_are_followed(read, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (tmp_path / "apf.v5.1.1.dtd").write_text("<!ENTITY x 'y'>")
    mention = '<entity_mention><extent><charseq START="0" END="2">A&x;</charseq></extent></entity_mention>'
    _, (found,) = read(with_entity(mention).replace("apf.v5.1.1.dtd", str(tmp_path / "apf.v5.1.1.dtd")))
    assert found.text == "A"
    for declaration in (
        '<!ENTITY x "y">',
        f'<!ENTITY x SYSTEM "{secret}">',
        '<!ENTITY % x SYSTEM "http://localhost:1/x">',
    ):
        content = with_entity(mention).replace('"apf.v5.1.1.dtd"', f'"apf.v5.1.1.dtd" [\n{declaration}]')
        with pytest.raises(
            CorpusError, match=r"x.apf.xml:3: expected well-formed XML .* without entities of its own"
        ):
            read(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"x.apf.xml:1: expected well-formed XML, got something else \(no element found\)"),
        (with_entity("<a>"), r"x.apf.xml:7: expected well-formed XML, got something else \(mismatched tag\)"),
        (with_entity("&#0;"), r"x.apf.xml:6: expected well-formed XML"),
        (
            f"{HEADER}<html/>",
            r"x.apf.xml:3: expected the element `source_file` .*, got `html`; name an .apf.xml file",
        ),
        ('<?xml version="1.0" encoding="x"?><a/>', r"x.apf.xml:1: expected well-formed XML"),
        (
            HEADER + "<source_file><document>\n<entity_mention/></document></source_file>",
            r"x.apf.xml:4: expected `entity_mention` directly in `entity`, got it in `document`; move it there",
        ),
        (
            with_entity("<entity_mention/>", ""),
            r":5: expected an attribute TYPE of `entity`, got none; add it",
        ),
        (
            with_entity("<entity_mention/>", 'TYPE=" "'),
            r":5: expected an attribute TYPE of `entity`, got none",
        ),
        (
            with_entity("<entity_mention/>"),
            r":6: expected one `charseq` in the `extent` of each `entity_mention`, got 0",
        ),
        (
            with_entity(
                "<entity_mention><extent>" + '<charseq START="0" END="1"/>' * 2 + "</extent></entity_mention>"
            ),
            r":6: expected one `charseq` in the `extent` of each `entity_mention`, got 2; correct the file",
        ),
        (with_charseq('START="0"'), r":7: expected a number of characters as END of `charseq`, got none"),
        (with_charseq('END="0"'), r":7: expected a number of characters as START of `charseq`, got none"),
        (with_charseq('START="-1" END="0"'), r":7: expected a number .* START of `charseq`, got '-1'"),
        (with_charseq('START="x" END="0"'), r":7: expected a number .* START of `charseq`, got 'x'"),
        (with_charseq('START="٣" END="9"'), r":7: expected a number .* START of `charseq`"),
        (
            with_charseq(f'START="0" END="{"9" * 5000}"'),
            r":7: expected a number .* END of `charseq`, got '9{40}'",
        ),
        (
            with_charseq('START="3" END="2"'),
            r":7: expected END to be START or more, got START=3 and END=2; correct",
        ),
    ],
)
def test_broken_annotation_is_reported_with_its_line(read, content, message):
    with pytest.raises(CorpusError, match=message):
        read(content)


def test_a_mention_without_a_head_is_reported_where_heads_are_wanted(read):
    content = with_charseq('START="0" END="1"')
    with pytest.raises(
        CorpusError, match="expected one `charseq` in the `head` of each `entity_mention`, got 0"
    ):
        read(content, heads=True)


def test_damaged_or_missing_files_are_reported(read, tmp_path):
    with pytest.raises(CorpusError, match=r"x.apf.xml:\d+: expected well-formed XML"):
        read(gzip.compress(annotation(SGM, Mention("Ana")).encode())[:-9])
    with pytest.raises(CorpusError, match=r"the file cannot be read: No such file"):
        read_ace_annotations(tmp_path / "y.apf.xml", AceSelection())
