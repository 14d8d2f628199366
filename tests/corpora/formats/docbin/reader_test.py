import logging
import pickle
import struct
import zlib

import numpy as np
import pytest
import spacy
import srsly
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab

from blner_allennlp.corpora import read_corpus, write_corpus
from blner_allennlp.corpora.reading import find_format
from blner_allennlp.entities import Entity, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from tests.corpora.sentence_strategies import any_character, any_labels, any_words, content_of, sentences_with


@pytest.fixture
def read(tmp_path):
    """Stores spaCy's documents in a file and reads it."""

    def store_and_read(*docs: Doc, store_user_data=False, attrs=None, **options) -> list[Sentence]:
        doc_bin = DocBin(docs=docs, store_user_data=store_user_data, **({"attrs": attrs} if attrs else {}))
        doc_bin.to_disk(tmp_path / "x.spacy")
        return list(read_corpus(tmp_path / "x.spacy", **options))

    return store_and_read


@pytest.fixture
def read_message(tmp_path):
    """Changes what a block holds below its compression, and reads it."""

    def change_and_read(change) -> list[Sentence]:
        message = srsly.msgpack_loads(zlib.decompress(DocBin(docs=[ana()], store_user_data=True).to_bytes()))
        data = change(message)
        if not isinstance(data, bytes):
            data = zlib.compress(srsly.msgpack_dumps(message))
        (tmp_path / "x.spacy").write_bytes(data)
        return list(read_corpus(tmp_path / "x.spacy"))

    return change_and_read


def ana(*spans: tuple[int, int, str], group: str | None = None, text="Ana Bo met Kil. It rained.") -> Doc:
    doc = spacy.blank("en")(text)
    found = [Span(doc, start, end, label) for start, end, label in spans or [(0, 2, "PERSON"), (3, 4, "PER")]]
    if group is None:
        doc.set_ents(found)
    else:
        doc.spans[group] = found
    return doc


def test_words_text_and_entities_are_those_of_spacy(read):
    doc = ana(text="Ana Bo met Kil.  It\n rained. ")
    first, second = read(doc)
    assert (*first.words, *second.words) == tuple(token.text for token in doc if not token.is_space)
    assert first.text + second.text == doc.text
    assert first.text == "Ana Bo met Kil.  "
    assert [first.words[slice(*span)] for span in ((0, 2), (3, 4))] == [("Ana", "Bo"), ("Kil",)]
    assert first.entities == (Entity(0, 2, "PERSON"), Entity(3, 4, "PER"))
    assert [(one.document_id, one.line_number) for one in (first, second)] == [("doc-1", 1)] * 2
    for sentence in (first, second):
        assert sentence.words == tuple(sentence.text[start:end] for start, end in sentence.char_offsets)


words = st.lists(
    st.sampled_from(["a", "bb", "  ", "\n", "PERSON", "é\U0001f600", "."]), min_size=1, max_size=8
).filter(lambda tokens: not "".join(tokens).isspace())


def test_a_file_without_words_is_an_error(tmp_path):
    DocBin(docs=[Doc(Vocab(), words=["  "])]).to_disk(tmp_path / "x.spacy")
    with pytest.raises(
        CorpusError, match=r"x.spacy: the file is empty: expected at least one document with words"
    ):
        list(read_corpus(tmp_path / "x.spacy"))


@given(tokens=words, data=st.data())
def test_any_document_gives_what_spacy_says_of_it(tmp_path_factory, tokens, data):
    num_tokens = len(tokens)
    per_token = {"min_size": num_tokens, "max_size": num_tokens}
    spaces = data.draw(st.none() | st.lists(st.booleans(), **per_token))
    starts = data.draw(st.none() | st.lists(st.sampled_from([True, False, None]), **per_token))
    doc = Doc(Vocab(), words=tokens, spaces=spaces, sent_starts=starts)
    cuts = sorted(data.draw(st.lists(st.integers(0, num_tokens), max_size=6)))
    doc.set_ents(
        [Span(doc, start, end, "X") for start, end in zip(cuts[::2], cuts[1::2], strict=False) if start < end]
    )
    path = tmp_path_factory.mktemp("docbin") / "x.spacy"
    DocBin(docs=[doc]).to_disk(path)
    sentences = list(read_corpus(path, sentence_splitter="none"))
    assert [word for sentence in sentences for word in sentence.words] == [
        token.text for token in doc if not token.text.isspace()
    ]
    kept = sum(len(sentence.entities) for sentence in sentences)
    lost = sum(remark.kind.is_loss for sentence in sentences for remark in sentence.remarks)
    assert kept + lost == len(doc.ents)
    assert "".join(sentence.text for sentence in sentences) == doc.text
    expected = [[token.text for token in doc if not token.text.isspace()]]
    if doc.has_annotation("SENT_START"):
        expected = [[token.text for token in sent if not token.text.isspace()] for sent in doc.sents]
    found = [list(sentence.words) for sentence in sentences if sentence.words]
    assert found == [sentence_words for sentence_words in expected if sentence_words]


@given(heads=st.integers(1, 7).flatmap(lambda n: st.lists(st.integers(0, n - 1), min_size=n, max_size=n)))
def test_the_sentences_of_a_parsed_document_are_its_trees(tmp_path_factory, heads):
    # Each token hangs on itself or on a token before it, so there are no cycles.
    heads = [min(head, index) for index, head in enumerate(heads)]
    doc = Doc(Vocab(), words=["a"] * len(heads), heads=heads, deps=["x"] * len(heads))
    path = tmp_path_factory.mktemp("docbin") / "x.spacy"
    DocBin(docs=[doc], attrs=["HEAD", "DEP"]).to_disk(path)
    roots = []
    for index, head in enumerate(heads):
        roots.append(index if head == index else roots[head])
    starts = [index for index, root in enumerate(roots) if root == index]
    assert [len(sentence.words) for sentence in read_corpus(path)] == list(np.diff([*starts, len(heads)]))


def test_a_document_that_does_not_tell_its_sentences_is_split(read):
    doc = ana()
    assert [len(one.words) for one in read(doc)] == [5, 3]
    assert [len(one.words) for one in read(doc, sentence_splitter="none")] == [8]
    with pytest.raises(CorpusError, match="expected a sentence splitter out of"):
        read(doc, sentence_splitter="x")


def test_without_attributes_there_are_words_only(read):
    (sentence,) = read(ana(), attrs=["LEMMA"], sentence_splitter="none")
    assert (len(sentence.words), sentence.entities) == (8, ())


def test_unknown_spaces_are_blanks(read):
    (sentence,) = read(Doc(Vocab(), words=["a", ".", "b"]), sentence_splitter="none")
    assert sentence.text == "a . b "


def test_a_mention_of_white_space_leaves_a_remark(read):
    doc = Doc(Vocab(), words=["a", "\n", "b"])
    doc.set_ents([Span(doc, 1, 2, "X")])
    (sentence,) = read(doc)
    assert [remark.kind for remark in sentence.remarks] == [RemarkKind.WITHOUT_WORDS]


def test_mentions_come_from_the_span_group_where_a_document_has_no_others(read, caplog):
    nested = [(0, 2, "A"), (1, 2, "B"), (1, 2, "B")]
    with caplog.at_level(logging.WARNING):
        sentences = read(ana(*nested, group="sc"), ana(*nested, group="mine"))
    assert sentences[0].entities == (Entity(0, 2, "A"), Entity(1, 2, "B"))
    assert [remark.kind for remark in sentences[0].remarks] == [RemarkKind.DUPLICATE]
    assert sentences[2].entities == ()
    assert caplog.messages == [
        f"{sentences[0].path}: mentions that are not read: 2 of 'mine'; choose with span_group"
    ]


def test_the_place_of_the_mentions_can_be_chosen(read):
    doc = ana()
    doc.spans["sc"] = [Span(doc, 0, 1, "A")]
    doc.spans["mine"] = [Span(doc, 1, 2, "B")]
    of_group = {group: read(doc, span_group=group)[0].entities for group in ("ents", "sc", "mine", "none")}
    assert of_group == {
        "ents": (Entity(0, 2, "PERSON"), Entity(3, 4, "PER")),
        "sc": (Entity(0, 1, "A"),),
        "mine": (Entity(1, 2, "B"),),
        "none": (),
    }
    with pytest.raises(
        CorpusError,
        match=r"x.spacy:1: document 1 has different mentions in doc.ents and in the span group 'sc'",
    ):
        read(doc)


def test_entities_that_are_also_in_the_group_are_no_contradiction(read):
    doc = ana((0, 2, "A"))
    doc.spans["sc"] = [Span(doc, 0, 2, "A"), Span(doc, 1, 2, "B")]
    assert read(doc)[0].entities == (Entity(0, 2, "A"), Entity(1, 2, "B"))
    doc.spans["sc"] = []
    assert read(doc)[0].entities == (Entity(0, 2, "A"),)


def test_names_of_documents_are_read_from_the_user_data_and_nothing_else_is(read):
    docs = [ana() for _ in range(4)]
    docs[0].user_data["document_id"] = "first"
    docs[1].user_data["document_id"] = None
    docs[2].user_data[("._.", "document_id", None, None)] = "an extension of somebody"
    docs[3].user_data["other"] = np.zeros(2)
    ids = [sentence.document_id for sentence in read(*docs, store_user_data=True, sentence_splitter="none")]
    assert ids == ["first", None, "doc-3", "doc-4"]
    docs[0].user_data["document_id"] = 7
    with pytest.raises(CorpusError, match=r"user_data\['document_id'\] is '7', which is no text"):
        read(*docs, store_user_data=True)


def set_tokens(message, row: int, attribute: str, value: int) -> None:
    from spacy.attrs import IDS

    table = np.frombuffer(message["tokens"], dtype="u8").reshape((-1, len(message["attrs"]))).copy()
    table[row, message["attrs"].index(IDS[attribute])] = np.int64(value).astype("u8")
    message["tokens"] = table.tobytes()


def group_of(*spans: tuple[int, int, int], num_bytes=None) -> list[bytes]:
    packed = [
        struct.pack(">QQQllll", 0, 0, label, start, end, 0, 0)[:num_bytes] for start, end, label in spans
    ]
    group = srsly.msgpack_dumps({"name": "sc", "attrs": {}, "spans": packed})
    return [srsly.msgpack_dumps({group: ["sc"]})]


def only_heads(message) -> None:
    for row in range(8):
        set_tokens(message, row, "DEP", 1)
        set_tokens(message, row, "HEAD", (1, -1, 0, 0, 0, 0, 0, 0)[row])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda message: b"", "the file is empty: expected a DocBin"),
        (lambda message: b"x y z", "error: Error -5 while decompressing"),
        (lambda message: zlib.compress(b"\xc1"), "expected a DocBin as spaCy 3 writes it, but: "),
        (lambda message: zlib.compress(srsly.msgpack_dumps([1])), "TypeError"),
        (lambda message: message.pop("tokens") and None, "KeyError: 'tokens'"),
        (lambda message: message.update(attrs=[]), "it has no attribute ORTH"),
        (lambda message: message.update(attrs=message["attrs"][:-1]), "cannot reshape|another number"),
        (
            lambda message: message.update(tokens=b""),
            "its documents claim 8 tokens, but it holds another number",
        ),
        (lambda message: message.update(spaces=b"\x01"), "its documents claim 8 tokens"),
        (
            lambda message: message.update(lengths=struct.pack("<ii", 9, -1)),
            "claim 8 tokens, but it holds another",
        ),
        (lambda message: message.update(lengths=struct.pack("<i", 2**31 - 1)), "claim 2147483647 tokens"),
        (lambda message: message.update(flags=[]), "it holds 1 documents, but not as many flags"),
        (lambda message: message.update(span_groups=[b"", b""]), "1 documents, but not as many span_groups"),
        (lambda message: message.update(user_data="x"), "1 documents, but not as many user_data"),
        (lambda message: message.update(strings=[]), "KeyError: .*E018"),
        (lambda message: set_tokens(message, 0, "ORTH", 0), "document 1 holds an empty token"),
        (
            lambda message: set_tokens(message, 0, "ENT_IOB", 1),
            "token 0 has the entity tag 1, which cannot stand",
        ),
        (lambda message: set_tokens(message, 5, "ENT_IOB", 4), "token 5 has the entity tag 4"),
        (lambda message: set_tokens(message, 0, "ENT_TYPE", 12345), "KeyError"),
        (only_heads, "token . has a head that is no token, or no root above it"),
        (
            lambda message: (only_heads(message), set_tokens(message, 2, "HEAD", 99))[0],
            "has a head that is no token",
        ),
        (
            lambda message: message.update(span_groups=group_of((0, 9, 380))),
            "covers the tokens 0 to 9 of a doc.* 8",
        ),
        (lambda message: message.update(span_groups=group_of((3, 3, 380))), "covers the tokens 3 to 3"),
        (
            lambda message: message.update(span_groups=group_of((0, 1, 0))),
            "span of the tokens 0 to 1 has no type",
        ),
        (
            lambda message: message.update(span_groups=group_of((0, 1, 380), num_bytes=9)),
            "unpack requires a buffer",
        ),
        (lambda message: message.update(span_groups=[b"\x81"]), "expected a DocBin as spaCy 3 writes it"),
        (
            lambda message: message.update(
                lengths=b"", tokens=b"", spaces=b"", flags=[], span_groups=[], user_data=[]
            ),
            "the file is empty: expected at least one document",
        ),
    ],
)
def test_a_damaged_or_forged_block_is_a_corpus_error(read_message, change, message):
    with pytest.raises(CorpusError, match=rf"x.spacy: .*({message})"):
        read_message(change)


def test_what_is_changed_in_these_tests_can_be_read(read_message):
    first, second = read_message(lambda message: message.update(span_groups=group_of((0, 2, 380))))
    assert (len(first.words), len(second.words)) == (5, 3)


class Bomb:
    def __reduce__(self):
        return (print, ("executed",))


def test_pickled_objects_are_not_executed(read_message, capsys):
    # msgpack-numpy, from which srsly took its code, unpickles arrays of objects.
    array = {b"nd": True, b"type": "|O", b"kind": b"O", b"shape": (), b"data": pickle.dumps(Bomb())}
    assert len(read_message(lambda message: message.update(cats=[array]))) == 2
    user_data = srsly.msgpack_dumps({"document_id": array})
    with pytest.raises(CorpusError, match=r"user_data\['document_id'\] is .*, which is no text"):
        read_message(lambda message: message.update(user_data=[user_data]))
    assert capsys.readouterr().out == ""


def test_only_files_that_can_be_read_are_read(tmp_path):
    with pytest.raises(CorpusError, match="expected one DocBin file, got a directory"):
        list(read_corpus(tmp_path, "docbin"))
    DocBin(docs=[ana()]).to_disk(tmp_path / "x.spacy")
    assert find_format(tmp_path / "x.spacy").name == "docbin"


def test_spacy_reads_what_is_written(tmp_path):
    sentences = [
        Sentence(("Ana", "Bo"), (Entity(0, 2, "PER"),), "\n Ana\u3000 Bo\n", ((2, 5), (7, 9)), "d"),
        Sentence(("Kil", "."), (Entity(0, 1, "PER"),), "Kil. ", ((0, 3), (3, 4)), "d"),
        Sentence(("New York", "is"), (Entity(0, 1, "A"), Entity(0, 2, "B"))),
        Sentence(("big",)),
    ]
    path = tmp_path / "new" / "x.spacy"
    write_corpus(sentences, path, "docbin", span_group="mine")
    first, second, third = DocBin().from_disk(path).get_docs(Vocab())
    assert first.text == "\n Ana\u3000 Bo\nKil. "
    assert [(span.text, span.label_) for span in first.ents] == [("Ana\u3000 Bo", "PER"), ("Kil", "PER")]
    assert [sent.text for sent in first.sents] == ["\n Ana\u3000 Bo\n", "Kil."]
    assert first.user_data["document_id"] == "d"
    assert [(span.text, span.label_) for span in second.spans["mine"]] == [
        ("New York", "A"),
        ("New York is", "B"),
    ]
    assert (second.ents, len(second), second.user_data["document_id"]) == ((), 2, None)
    assert third.text == "big"
    assert [sentence.text for sentence in read_corpus(path)][:2] == ["\n Ana\u3000 Bo\n", "Kil. "]


filled_words = any_words.filter(lambda word: word.strip() != "")


@given(
    sentences=sentences_with(
        words=filled_words, labels=any_labels, document_ids=st.none() | st.text(any_character, max_size=3)
    )
)
def test_what_is_written_is_read_back(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("docbin") / "x"
    write_corpus(sentences, path, "docbin")
    back = list(read_corpus(path, "docbin"))
    assert content_of(back) == content_of(sentences)
    assert not any(sentence.remarks for sentence in back)


def test_halves_of_surrogate_pairs_become_what_utf8_can_hold(tmp_path):
    write_corpus([Sentence(("a\ud800",), (Entity(0, 1, "\udfff"),))], tmp_path / "x.spacy", "docbin")
    (sentence,) = read_corpus(tmp_path / "x.spacy")
    assert (sentence.words, sentence.entities) == (("a\ufffd",), (Entity(0, 1, "\ufffd"),))


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        (Sentence(("a", "")), "expected words that spaCy can tell from white space, got '' at 1"),
        (Sentence(("a", " \u3000")), r"expected words .*, got ' \\u3000' at 1"),
        (Sentence(("a",), (Entity(0, 1, ""),)), "expected mentions with a type, got none for 'a'"),
        (Sentence(("a", "b"), (), "a, b", ((0, 1), (3, 4))), "expected white space between words, got ','"),
        (Sentence(("a",), (), "a!", ((0, 1),)), "expected white space between words, got '!'"),
        (Sentence((), (), "!", ()), "expected white space between words, got '!'"),
    ],
)
def test_what_spacy_cannot_hold_is_an_error(tmp_path, sentence, message):
    with pytest.raises(CorpusError, match=message):
        write_corpus([sentence], tmp_path / "x.spacy", "docbin")
