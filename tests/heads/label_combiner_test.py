import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities

from blner_allennlp.entities import Entity
from blner_allennlp.heads.label_combiner import LabelCombiner
from blner_allennlp.tag_schemes import Reading, TagScheme, all_tags, tags_to_entities


def combine(sentences, tags, scheme, probs=None):
    """Pad the sentences, with ids that no tag has, and combine them."""
    num_words = max(map(len, sentences))
    tag_ids = torch.tensor(
        [[*map(tags.index, words), *[-1] * (num_words - len(words))] for words in sentences]
    )
    word_mask = torch.tensor([[word < len(words) for word in range(num_words)] for words in sentences])
    tag_probs = torch.ones(tag_ids.shape) if probs is None else probs
    return LabelCombiner(tags, scheme)(tag_ids, tag_probs, word_mask)


def test_the_running_example_of_the_paper_comes_out():
    tags = all_tags(["Weather", "Date"], TagScheme.BIO)
    (entities,) = combine([["O", "O", "B-Weather", "B-Date", "I-Date"]], tags, TagScheme.BIO)
    assert [each.entity for each in entities] == [Entity(2, 3, "Weather"), Entity(3, 5, "Date")]


@settings(max_examples=60)
@given(st.sampled_from(TagScheme), st.data())
def test_any_tags_give_the_entities_of_the_conlleval_rule(scheme, data):
    tags = all_tags(["A", "B-C"], scheme)
    sentences = data.draw(
        st.lists(st.lists(st.sampled_from(tags), min_size=1, max_size=8), min_size=1, max_size=4)
    )
    combined = combine(sentences, tags, scheme)
    for words, scored in zip(sentences, combined, strict=True):
        entities = tuple(each.entity for each in scored)
        assert entities == tags_to_entities(words, scheme, Reading.CONLLEVAL)
        if scheme in (TagScheme.BIO, TagScheme.BIOES):
            expected = [(label, first, last) for label, first, last in get_entities(words)]
            assert [(each.label, each.word_start, each.word_end - 1) for each in entities] == expected


@settings(max_examples=40)
@given(st.data())
def test_an_entity_scores_what_its_least_certain_tag_scores(data):
    tags = all_tags(["A", "B"], TagScheme.BIO)
    sentences = data.draw(
        st.lists(st.lists(st.sampled_from(tags), min_size=1, max_size=7), min_size=1, max_size=3)
    )
    torch.manual_seed(data.draw(st.integers(0, 2**16)))
    probs = torch.rand(len(sentences), max(map(len, sentences)))
    for row, scored in enumerate(combine(sentences, tags, TagScheme.BIO, probs)):
        for each in scored:
            expected = min(probs[row, each.entity.word_start : each.entity.word_end].tolist())
            assert each.score == pytest.approx(expected)


def test_sentences_without_entities_stay_empty():
    tags = all_tags(["A"], TagScheme.BIO)
    assert combine([["O", "O"], ["O"]], tags, TagScheme.BIO) == [[], []]


def test_tables_are_not_saved_with_the_weights():
    assert LabelCombiner(all_tags(["A"], TagScheme.BIO), TagScheme.BIO).state_dict() == {}
