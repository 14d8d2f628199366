"""Instances -> a batch, one field of all instances at a time."""

from collections.abc import Sequence
from typing import Any

from allennlp.data import Instance
from allennlp.data.data_loaders.data_collator import DataCollator, allennlp_collate
from allennlp.data.data_loaders.data_loader import TensorDict
from allennlp.data.fields import Field, MetadataField, TextField

from blner_allennlp.token_indexers import WordPieceIndexer


@DataCollator.register("fieldwise")
class FieldwiseDataCollator(DataCollator):
    """Makes the same batches as AllenNLP's collator, without a tensor for each list of each sentence.

    It can do so where every field of every instance is one of these, and all instances are alike:

    - a `TextField` that is indexed, all of whose token indexers are `word_pieces`,
    - a `MetadataField`,
    - a field that can batch many of its kind at once (`as_batch`), such as tags and spans of the reader `ner_corpus`.

    Instances with anything else go through AllenNLP's own collator, which is slower and says what is wrong with
    instances that do not fit together.
    """

    def __call__(self, instances: list[Instance]) -> TensorDict:
        """Make a batch.

        Args:
            instances: indexed instances, at least one.

        Returns:
            What AllenNLP's collator gives: for each field its tensors, or the list of its metadata.
        """
        columns = _columns(instances)
        if columns is None:
            return allennlp_collate(instances)
        return {name: _batch(fields) for name, fields in columns.items()}


def _columns(instances: Sequence[Instance]) -> dict[str, list[Field[Any]]] | None:
    """The fields of all instances by name, if all of them can be batched at once."""
    names = instances[0].fields.keys()
    if any(instance.fields.keys() != names for instance in instances):
        return None
    columns = {name: [instance.fields[name] for instance in instances] for name in names}
    return columns if all(map(_can_batch, columns.values())) else None


def _can_batch(fields: Sequence[Field[Any]]) -> bool:
    kind = type(fields[0])
    if any(type(field) is not kind for field in fields):
        return False
    if kind is TextField:
        return _has_pieces_only(fields)
    return kind is MetadataField or hasattr(kind, "as_batch")


def _has_pieces_only(fields: Sequence[TextField]) -> bool:
    indexers = fields[0]._token_indexers
    if not indexers or any(type(indexer) is not WordPieceIndexer for indexer in indexers.values()):
        return False
    # A reader gives all its instances the same indexers.
    return all(field._token_indexers is indexers and field._indexed_tokens is not None for field in fields)


def _batch(fields: Sequence[Field[Any]]) -> Any:
    first = fields[0]
    if isinstance(first, MetadataField):
        return [field.metadata for field in fields]
    if isinstance(first, TextField):
        return {
            name: indexer.as_batch([field._indexed_tokens[name] for field in fields])
            for name, indexer in first.token_indexers.items()
        }
    return first.as_batch(fields)
