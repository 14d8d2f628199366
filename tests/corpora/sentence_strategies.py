"""Sentences for property tests of corpus formats."""

from __future__ import annotations

from hypothesis import strategies as st

from blner_allennlp.entities import Entity, Sentence

any_character = st.characters(codec="utf-8")
any_words = st.text(any_character, max_size=6) | st.sampled_from(
    [
        "\ufeff",
        "\u200b",
        '"',
        "\\",
        "-DOCSTART-",
        "# text = x",
        "\u2028",
        "\x85",
        "[",
        "New York",
        " ",
        "\t",
        "\r\n",
    ]
)
no_id = st.none()
any_labels = st.text(any_character, min_size=1, max_size=4)


@st.composite
def sentences_with(
    draw, words=any_words, labels=any_labels, document_ids=no_id, nested=True, max_size=5
) -> list[Sentence]:
    """A few sentences; those of one document follow each other."""
    corpus = []
    for document_id in draw(st.lists(document_ids, min_size=1, max_size=3)):
        for _ in range(draw(st.integers(1, 3))):
            sentence_words = draw(st.lists(words, min_size=1, max_size=max_size))
            num_words = len(sentence_words)
            spans = st.tuples(st.integers(0, num_words - 1), st.integers(1, num_words))
            mentions: dict[Entity, None] = {}
            for start, width in draw(st.lists(spans, max_size=4)):
                entity = Entity(start, min(start + width, num_words), draw(labels))
                if nested or not any(entity.overlaps(other) for other in mentions):
                    mentions[entity] = None
            entities = tuple(sorted(mentions, key=lambda entity: entity.word_start))
            corpus.append(Sentence(tuple(sentence_words), entities, document_id=document_id))
    return corpus


def content_of(sentences, with_documents=True) -> list[tuple]:
    """What a format must give back."""
    return [
        (sentence.words, sentence.entities, sentence.document_id if with_documents else None)
        for sentence in sentences
    ]
