from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora.documents import group_documents, make_document
from blner_allennlp.entities import Entity, Sentence
from tests.corpora.sentence_strategies import any_character


def test_neighbours_of_one_document_are_gathered():
    ids = ["a", "a", "b", None, None, "a"]
    sentences = [Sentence((str(index),), document_id=name) for index, name in enumerate(ids)]
    found = [
        (document.document_id, [sentence.words[0] for sentence in document.sentences])
        for document in group_documents(sentences)
    ]
    assert found == [("a", ["0", "1"]), ("b", ["2"]), (None, ["3"]), (None, ["4"]), ("a", ["5"])]


def test_sentences_without_a_document_are_gathered_by_number():
    sentences = [Sentence((str(index),), document_id="d" if index == 3 else None) for index in range(7)]
    found = [
        [sentence.words[0] for sentence in document.sentences]
        for document in group_documents(sentences, sentences_without_document=2)
    ]
    assert found == [["0", "1"], ["2"], ["3"], ["4", "5"], ["6"]]
    assert list(group_documents([])) == []


def test_only_one_document_is_held():
    read = []

    def sentences():
        for index in range(6):
            read.append(index)
            yield Sentence(("a",), document_id=str(index // 2))

    documents = group_documents(sentences())
    next(documents)
    assert read == [0, 1, 2]


def test_words_are_joined_where_there_is_no_text():
    document = make_document(
        [Sentence(("Ana", "é", "b"), (Entity(0, 2, "X"), Entity(1, 3, "Y"))), Sentence(("c",))]
    )
    assert document.text == "Ana é b\nc"
    assert document.word_spans == (((0, 3), (4, 5), (6, 7)), ((8, 9),))
    assert list(document.char_spans()) == [(0, 5, "X"), (4, 7, "Y")]


def test_texts_add_up_as_they_are():
    first = Sentence(("Ana", "."), (Entity(0, 1, "X"),), " Ana.", ((1, 4), (4, 5)))
    second = Sentence(("Bo",), (Entity(0, 1, "Y"),), "Bo \n", ((0, 2),))
    document = make_document([first, second])
    assert document.text == " Ana.Bo \n"
    assert list(document.char_spans()) == [(1, 4, "X"), (5, 7, "Y")]


def test_a_sentence_without_text_is_parted_from_its_neighbours_by_a_line_end():
    with_text = Sentence(("Ana", "."), (), "Ana.", ((0, 3), (3, 4)))
    without_text = Sentence(("b", "c"))
    assert make_document([with_text, without_text, with_text]).text == "Ana.\nb c\nAna."


@st.composite
def sentences_with_and_without_text(draw):
    words = st.lists(st.text(any_character, max_size=3), max_size=4)
    blanks = st.sampled_from(["", " ", "\n", " \n "])
    sentences = []
    for sentence_words in draw(st.lists(words, min_size=1, max_size=4)):
        if draw(st.booleans()):
            sentences.append(Sentence(tuple(sentence_words)))
            continue
        text, offsets = "", []
        for word in sentence_words:
            text += draw(blanks)
            offsets.append((len(text), len(text) + len(word)))
            text += word
        sentences.append(Sentence(tuple(sentence_words), (), text + draw(blanks), tuple(offsets)))
    return sentences


@given(sentences=sentences_with_and_without_text())
def test_each_word_stands_at_its_place_in_the_text(sentences):
    document = make_document(sentences)
    assert [tuple(document.text[start:end] for start, end in spans) for spans in document.word_spans] == [
        sentence.words for sentence in sentences
    ]
    ends = [end for spans in document.word_spans for _, end in spans]
    starts = [start for spans in document.word_spans for start, _ in spans]
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
    if all(sentence.text is not None for sentence in sentences):
        assert document.text == "".join(sentence.text for sentence in sentences)
