import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpora import CORPUS_FORMATS, read_corpus
from blner_allennlp.entities import Entity, RemarkKind
from blner_allennlp.errors import CorpusError
from tests.corpora.formats.ace.documents import Mention, write_document

SGM = """<DOC>
<DOCID> DOC_1 </DOCID>
<BODY>
<HEADLINE>
Storm over Kilby
</HEADLINE>
<TEXT>
<TURN>
<SPEAKER> ANA BOLT </SPEAKER>
The mayor of Kilby met
two old friends. They left
</TURN>
<TURN>
Mr. Orr of Finch &amp; Sons (&lt;1 year) came

Nobody else
</TURN>
</TEXT>
</BODY>
</DOC>
"""


def entity_words(sentences):
    return [
        (sentence.words_of(entity), entity.label) for sentence in sentences for entity in sentence.entities
    ]


def remark_kinds(sentences):
    return [remark.kind for sentence in sentences for remark in sentence.remarks]


def test_words_sentences_and_nested_mentions_are_read_with_their_lines(tmp_path):
    path = write_document(
        tmp_path / "DOC_1",
        SGM,
        Mention("ANA BOLT"),
        Mention("The mayor of Kilby"),
        Mention("Kilby met\ntwo", "GPE"),  # crosses the one before
        Mention("Finch &amp; Sons", "ORG"),
    )
    sentences = list(read_corpus(path))
    assert [" ".join(sentence.words) for sentence in sentences] == [
        "ANA BOLT",
        "The mayor of Kilby met two old friends .",
        "They left",
        "Mr. Orr of Finch & Sons ( < 1 year ) came",
        "Nobody else",
    ]
    assert sentences[1].entities == (Entity(0, 4, "PER"), Entity(3, 6, "GPE"))
    assert entity_words(sentences) == [
        ("ANA BOLT", "PER"),
        ("The mayor of Kilby", "PER"),
        ("Kilby met two", "GPE"),
        ("Finch & Sons", "ORG"),
    ]
    assert [sentence.line_number for sentence in sentences] == [9, 10, 11, 14, 16]
    assert {(sentence.path, sentence.document_id) for sentence in sentences} == {
        (tmp_path / "DOC_1.sgm", "DOC_1")
    }
    assert remark_kinds(sentences) == []
    body = re.sub("<[^<>]+>", "", SGM[SGM.index("<TEXT>") : SGM.index("</TEXT>")])
    assert "".join(sentence.text for sentence in sentences) == body.replace("&amp;", "&").replace("&lt;", "<")


def test_what_is_annotated_outside_of_the_body_leaves_a_remark_or_is_read_on_request(tmp_path):
    path = write_document(tmp_path / "DOC_1", SGM, Mention("Storm over Kilby", "LOC"), Mention("ANA BOLT"))
    sentences = list(read_corpus(path))
    assert entity_words(sentences) == [("ANA BOLT", "PER")]
    (remark,) = sentences[0].remarks
    annotation_lines = path.read_text().splitlines()
    assert (remark.kind, remark.label, remark.text) == (RemarkKind.OUTSIDE_TEXT, "LOC", "Storm over Kilby")
    assert "Storm over Kilby" in annotation_lines[remark.line_number - 1]

    sentences = list(read_corpus(path, headers=True))
    assert entity_words(sentences) == [("Storm over Kilby", "LOC"), ("ANA BOLT", "PER")]
    assert sentences[0].words == ("DOC_1",)
    assert remark_kinds(sentences) == []


def test_heads_subtypes_and_values_are_read_on_request(tmp_path):
    value = (
        '<value ID="V1" TYPE="Job-Title"><value_mention ID="V1-1"><extent><charseq START="{0}" END="{1}">mayor'
        '</charseq></extent></value_mention></value><timex2 ID="T1"><timex2_mention ID="T1-1"><extent>'
        '<charseq START="{2}" END="{3}">1 year</charseq></extent></timex2_mention></timex2>'
    )
    tagless = re.sub("<[^<>]+>", "", SGM)
    mayor, year = tagless.index("mayor"), tagless.index("1 year")
    path = write_document(
        tmp_path / "DOC_1",
        SGM,
        Mention("The mayor of Kilby", head="mayor", subtype="Individual"),
        Mention("Kilby", "GPE", subtype="", start=tagless.index("Kilby met")),
        more=value.format(mayor, mayor + 4, year, year + 5),
    )
    assert entity_words(read_corpus(path)) == [("The mayor of Kilby", "PER"), ("Kilby", "GPE")]
    assert entity_words(read_corpus(path, heads=True, subtypes=True)) == [
        ("mayor", "PER:Individual"),
        ("Kilby", "GPE"),
    ]
    assert entity_words(read_corpus(path, values=True)) == [
        ("The mayor of Kilby", "PER"),
        ("mayor", "Job-Title"),
        ("Kilby", "GPE"),
        ("1 year", "TIMEX2"),
    ]


def test_a_mention_across_a_tag_keeps_its_sentence_whole(tmp_path):
    sgm = "<DOC><TEXT>Ana <P>Bolt</P> ran <P>Orr</P> hid<P/>.</TEXT></DOC>"
    path = write_document(tmp_path / "x", sgm, Mention("Ana Bolt"), Mention("Orr"))
    sentences = list(read_corpus(path, sentence_splitter="none"))
    assert [sentence.words for sentence in sentences] == [
        ("Ana", "Bolt"),
        ("ran",),
        ("Orr",),
        ("hid",),
        (".",),
    ]
    assert entity_words(sentences) == [("Ana Bolt", "PER"), ("Orr", "PER")]
    assert remark_kinds(sentences) == []


def test_the_document_is_called_like_its_file_where_it_has_no_name(tmp_path):
    for document_id in (None, " "):
        path = write_document(tmp_path / "x.01", "<DOC><TEXT>Ana</TEXT></DOC>", document_id=document_id)
        assert [sentence.document_id for sentence in read_corpus(path)] == ["x.01"]


@pytest.mark.parametrize("reference_length", [1, 5])
def test_references_count_as_written_unless_the_mentions_themselves_show_otherwise(
    tmp_path, reference_length
):
    sgm = "<DOC><TEXT>Finch &amp; Orr met Ana Bolt</TEXT></DOC>"
    start = len("Finch ") + reference_length + len(" Orr met ")
    path = write_document(tmp_path / "x", sgm, Mention("Ana Bolt", start=start))
    sentences = list(read_corpus(path))
    assert entity_words(sentences) == [("Ana Bolt", "PER")]
    assert remark_kinds(sentences) == []


def test_offsets_that_do_not_fit_the_text_leave_a_remark(tmp_path):
    path = write_document(
        tmp_path / "x",
        "<DOC><TEXT>Ana met Bo</TEXT></DOC>",
        Mention("Eve", start=0),
        Mention("Bo", start=90, end=91),
    )
    sentences = list(read_corpus(path))
    assert entity_words(sentences) == [("Ana", "PER")]
    assert set(remark_kinds(sentences)) == {RemarkKind.TEXT_MISMATCH, RemarkKind.OUTSIDE_TEXT}


def test_files_with_other_line_ends_read_the_same(tmp_path):
    path = write_document(tmp_path / "x", SGM, Mention("two old friends"))
    expected = list(read_corpus(path))
    text_path = tmp_path / "x.sgm"
    text_path.write_bytes(text_path.read_bytes().replace(b"\n", b"\r\n"))
    assert list(read_corpus(path)) == expected


def test_line_numbers_stay_at_the_start_of_the_body_where_a_tag_hides_line_ends(tmp_path):
    path = write_document(tmp_path / "x", "<DOC>\n<TEXT>\nAna\n<P\n>Bo\n</TEXT></DOC>")
    assert [sentence.line_number for sentence in read_corpus(path)] == [2, 2]


@pytest.mark.parametrize(
    ("sgm", "message"),
    [
        ("", r"x.sgm: the file is empty: expected a document"),
        ("<DOC>Ana</DOC>", r"x.sgm: expected a TEXT element, .* read all that stands .* headers=True"),
        ("<DOC><TEXT>\n\n</TEXT>Ana</DOC>", r"x.sgm: expected at least one word in the body"),
    ],
)
def test_a_document_without_text_is_reported(tmp_path, sgm, message):
    path = write_document(tmp_path / "x", sgm)
    with pytest.raises(CorpusError, match=message):
        list(read_corpus(path))


def test_unknown_splitters_and_encodings_are_reported(tmp_path):
    path = write_document(tmp_path / "x", SGM)
    for options, message in [
        ({"word_splitter": "x"}, "expected a word splitter out of rules"),
        ({"sentence_splitter": "x"}, "expected a sentence splitter out of rules"),
        ({"encoding": "x"}, r"x.sgm: expected the name of a character encoding"),
    ]:
        with pytest.raises(CorpusError, match=message):
            list(read_corpus(path, **options))


def test_a_release_its_files_and_its_lists_are_recognised(tmp_path):
    path = write_document(tmp_path / "nw" / "x", SGM)
    (tmp_path / "train").write_text("nw/x\n")
    (tmp_path / "other").write_text("nw/y\n")
    renamed = tmp_path / "renamed"
    renamed.write_bytes(path.read_bytes())
    recognises = CORPUS_FORMATS["ace"].recognises
    for known in (tmp_path, path, path.with_name("x.sgm")):
        assert recognises(known, "")
    assert recognises(renamed, renamed.read_text())
    assert recognises(tmp_path / "train", "nw/x\n")
    for text in ("nw/y\n", "", "x" * 9999, "é\n", "a\0b\n", "Ana B-PER\n"):
        assert not recognises(tmp_path / "other", text)


# Pieces of a file, and what each stands for; tags stand for nothing.
pieces = st.lists(
    st.sampled_from(
        ["Ana", "Bo ", " ", "\n", ". ", "x", "é", "&amp;", "&lt;", "&UR;", "<P>", "<Q A='b'>", "\n\n"]
    ),
    min_size=1,
    max_size=30,
)
MEANINGS = {"&amp;": "&", "&lt;": "<", "<P>": "", "<Q A='b'>": ""}


@settings(max_examples=60)
@given(pieces=pieces, data=st.data())
def test_every_mention_is_an_entity_or_a_remark_and_reads_as_it_is_spelt(tmp_path_factory, pieces, data):
    sgm = f"<DOC>Ana &amp; Eve<TEXT>{''.join(pieces)}ok</TEXT></DOC>"
    # Places between the characters that are meant, by what stands before them in the tagless file.
    places, written = [], "Ana &amp; Eve"
    for piece in [*pieces, "ok"]:
        units = [piece] if piece in MEANINGS else piece
        for unit in units:
            if MEANINGS.get(unit) == "":
                continue
            places.append((len(written), len(written) + len(unit)))
            written += unit
    mentions = []
    for label in ("A", "B", "C"):
        first = data.draw(st.integers(0, len(places) - 1))
        last = data.draw(st.integers(first, len(places) - 1))
        start, end = places[first][0], places[last][1]
        mentions.append(Mention(written[start:end], label, start=start, end=end - 1))
    path = write_document(tmp_path_factory.mktemp("ace") / "x", sgm, *mentions)
    sentences = list(read_corpus(path))
    for mention in mentions:
        meant = mention.text.replace("&amp;", "&").replace("&lt;", "<")
        found = [
            "".join(sentence.words[entity.word_start : entity.word_end])
            for sentence in sentences
            for entity in sentence.entities
            if entity.label == mention.label
        ]
        lost = [
            remark.kind
            for sentence in sentences
            for remark in sentence.remarks
            if remark.label == mention.label and remark.kind.is_loss
        ]
        if meant.strip():
            assert found == ["".join(meant.split())]
            assert lost == []
        else:
            assert found == []
            assert lost == [RemarkKind.WITHOUT_WORDS]
    assert RemarkKind.TEXT_MISMATCH not in remark_kinds(sentences)
