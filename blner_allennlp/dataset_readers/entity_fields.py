"""Gold entities as AllenNLP fields: tags for the sequence head, spans for the span head."""

import logging
from collections.abc import Sequence
from functools import cache, lru_cache

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.data.fields import Field, SequenceField, SequenceLabelField
from allennlp.data.vocabulary import Vocabulary
from allennlp.nn import util

from blner_allennlp.batching import padded_rows
from blner_allennlp.entities import Entity
from blner_allennlp.tag_schemes import OUTSIDE_TAG, TagScheme, all_tags, entities_to_tags

PADDING = -1
_TAG_PADDING = 0

logger = logging.getLogger(__name__)


@lru_cache(maxsize=4096)
def _tags_of_types(labels: frozenset[str], scheme: TagScheme) -> tuple[str, ...]:
    return all_tags(sorted(labels), scheme)


@cache
def _warn_of_unknown_type(label: str) -> None:
    """Say once a process that a corpus has a type which the model does not know."""
    logger.warning(
        "entity type %r is not in the vocabulary: the model cannot find it; every mention of it counts as a miss",
        label,
    )


class EntityTagField(SequenceLabelField):
    """One tag a word, for the sequence head.

    Unlike a plain `SequenceLabelField` it counts *all* tags of every entity type that it holds. A corpus in which
    some type has one-word mentions only would otherwise lack that type's I tag, and the paper's 2m + 1 tags
    (Section 3.1.2) would not be there to predict.

    Args:
        entities: the gold mentions.
        sequence_field: the field of the sentence's words.
        scheme: tag scheme.
        label_namespace: the vocabulary's namespace for tags.
    """

    def __init__(
        self,
        entities: Sequence[Entity],
        sequence_field: SequenceField,
        scheme: TagScheme,
        label_namespace: str = "tags",
    ) -> None:
        tags = entities_to_tags(entities, sequence_field.sequence_length(), scheme)
        super().__init__(tags, sequence_field, label_namespace)
        self._known_tags = _tags_of_types(frozenset(entity.label for entity in entities), scheme)

    def count_vocab_items(self, counter: dict[str, dict[str, int]]) -> None:
        """Count every tag that this sentence's entity types can have."""
        for tag in self._known_tags:
            counter[self._label_namespace][tag] += 1

    def index(self, vocab: Vocabulary) -> None:
        """Look the tags up; to a model, a mention of a type that it does not know is no mention.

        Args:
            vocab: the model's tags.
        """
        known_tags = vocab.get_token_to_index_vocabulary(self._label_namespace)
        self._indexed_labels = [known_tags.get(tag, known_tags[OUTSIDE_TAG]) for tag in self.labels]

    @staticmethod
    def as_batch(fields: Sequence["EntityTagField"]) -> torch.Tensor:
        """Make one tensor of the tags of many sentences.

        Args:
            fields: their fields, at least one.

        Returns:
            What AllenNLP makes of them one by one: tag indices, long (B, W), padded with 0.

        Raises:
            ConfigurationError: a field is not indexed.
        """
        rows = [field._indexed_labels for field in fields]
        if None in rows:
            raise ConfigurationError("tags become a tensor only after `index` with the model's vocabulary")
        return torch.from_numpy(padded_rows(rows, _TAG_PADDING))

    def empty_field(self) -> SequenceLabelField:
        """An empty field of AllenNLP's own kind, for padding lists of fields."""
        return SequenceLabelField([], self.sequence_field.empty_field(), self._label_namespace)


class EntitySpanField(Field[dict[str, torch.Tensor]]):
    """The gold mentions of a sentence as word spans and types, for the span head.

    As tensors: `word_spans`, long (G, 2), half-open, and `labels`, long (G,), indices of entity types; both padded
    with -1.

    Args:
        entities: the gold mentions; none is fine.
        label_namespace: the vocabulary's namespace for entity types.
    """

    __slots__ = ["_label_ids", "_label_namespace", "entities"]

    def __init__(self, entities: Sequence[Entity], label_namespace: str = "span_labels") -> None:
        self.entities = tuple(entities)
        self._label_namespace = label_namespace
        self._label_ids: list[int] = []

    def count_vocab_items(self, counter: dict[str, dict[str, int]]) -> None:
        """Count the entity types."""
        for entity in self.entities:
            counter[self._label_namespace][entity.label] += 1

    def index(self, vocab: Vocabulary) -> None:
        """Look the entity types up; one that the vocabulary lacks is treated as padding, with a warning.

        Args:
            vocab: the model's entity types.
        """
        known_types = vocab.get_token_to_index_vocabulary(self._label_namespace)
        self._label_ids = [known_types.get(entity.label, PADDING) for entity in self.entities]
        for entity in self.entities:
            if entity.label not in known_types:
                _warn_of_unknown_type(entity.label)

    def get_padding_lengths(self) -> dict[str, int]:
        """How many mentions there are."""
        return {"num_entities": len(self.entities)}

    def as_tensor(self, padding_lengths: dict[str, int]) -> dict[str, torch.Tensor]:
        """The spans and types, padded with -1."""
        num_padding = padding_lengths["num_entities"] - len(self.entities)
        spans = [(entity.word_start, entity.word_end) for entity in self.entities]
        spans += [(PADDING, PADDING)] * num_padding
        return {
            "word_spans": torch.tensor(spans, dtype=torch.long).reshape(-1, 2),  # (G, 2) also where G = 0
            "labels": torch.tensor(self._label_ids + [PADDING] * num_padding, dtype=torch.long),  # (G,)
        }

    def empty_field(self) -> "EntitySpanField":
        """A field without mentions."""
        return EntitySpanField((), self._label_namespace)

    def batch_tensors(self, tensor_list: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
        """Stack the sentences of a batch."""
        return util.batch_tensor_dicts(tensor_list)

    @staticmethod
    def as_batch(fields: Sequence["EntitySpanField"]) -> dict[str, torch.Tensor]:
        """Make one tensor each of the spans and of the types of many sentences.

        Args:
            fields: their fields, at least one, indexed.

        Returns:
            What AllenNLP makes of them one by one: `word_spans`, long (B, G, 2), and `labels`, long (B, G).
        """
        spans = [[(entity.word_start, entity.word_end) for entity in field.entities] for field in fields]
        return {
            "word_spans": torch.from_numpy(padded_rows(spans, PADDING, num_columns=2)),
            "labels": torch.from_numpy(padded_rows([field._label_ids for field in fields], PADDING)),
        }

    def __len__(self) -> int:
        return len(self.entities)
