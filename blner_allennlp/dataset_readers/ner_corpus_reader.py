"""Sentences of any corpus format -> AllenNLP instances."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from itertools import islice
from typing import Any

from allennlp.common.checks import ConfigurationError
from allennlp.data import DatasetReader, Instance, Token, TokenIndexer
from allennlp.data.fields import Field, MetadataField, TextField

from blner_allennlp.corpora import read_corpus
from blner_allennlp.corpora.reading import default_options
from blner_allennlp.dataset_readers.entity_fields import EntitySpanField, EntityTagField
from blner_allennlp.entities import RemarkKind, Sentence
from blner_allennlp.flattening import flatten, parse_overlap_policy
from blner_allennlp.heads.scheme_setting import parse_scheme_setting
from blner_allennlp.tag_schemes import TagScheme

logger = logging.getLogger(__name__)


@DatasetReader.register("ner_corpus")
class NerCorpusReader(DatasetReader):
    """Turns the sentences of a corpus into instances with tags, gold spans and the sentence itself.

    The fields of an instance: `tokens` (text), `tags` (one a word), `spans` (gold mentions) and `metadata` with
    `sentence` (`Sentence`: the words, and all gold mentions as the scorer wants them), `scored` (whether the
    sentence counts in the metrics) and `words` (for AllenNLP's own taggers, which take the same instances). Sentences
    to predict have `tokens` and `metadata` only.

    Mentions that share words can be no tags, so a policy says which of them stay. At the end of each file the log has
    how many mentions this policy and the corpus's reader left out, by kind.

    In distributed training every process gets the same number of sentences, since AllenNLP stops all of them as soon
    as one has no more batches and would leave the last ones unscored. Where the number of sentences does not divide,
    some processes see one sentence again, marked as not scored.

    Args:
        token_indexers: what the encoder reads; one indexer, named as the model expects it.
        corpus_format: one of the formats of `read_corpus`; None detects it.
        corpus_options: further options of that format (`tag_column`, `encoding` ...).
        tag_scheme: the scheme of the `tags` field; the corpus may use another.
        overlaps: which of gold mentions that share words stay: `drop_both` (none, as in the paper), `keep_outer`,
            `keep_inner` or `keep_first` (`blner_allennlp.flattening`).
        tag_namespace: the vocabulary's namespace for tags.
        span_label_namespace: the vocabulary's namespace for entity types.
        max_instances: read only the first so many sentences.
        serialization_dir: set by AllenNLP.

    Raises:
        ConfigurationError: `tag_scheme` is none for models, or `overlaps` is no policy.
    """

    def __init__(
        self,
        token_indexers: dict[str, TokenIndexer],
        corpus_format: str | None = None,
        corpus_options: dict[str, Any] | None = None,
        tag_scheme: str = "BIO",
        overlaps: str = "drop_both",
        tag_namespace: str = "tags",
        span_label_namespace: str = "span_labels",
        max_instances: int | None = None,
        serialization_dir: str | None = None,
    ) -> None:
        # AllenNLP would divide `max_instances` between the processes of a distributed run, not always evenly.
        super().__init__(
            manual_distributed_sharding=True,
            manual_multiprocess_sharding=True,
            serialization_dir=serialization_dir,
        )
        try:
            self._overlaps = parse_overlap_policy(overlaps)
        except ValueError as error:
            raise ConfigurationError(f"dataset_reader.overlaps: {error}") from error
        self._token_indexers = token_indexers
        self._corpus_format = corpus_format
        self._corpus_options: Mapping[str, Any] = corpus_options or {}
        self._tag_scheme = parse_scheme_setting(tag_scheme, "dataset_reader.tag_scheme")
        self._tag_namespace = tag_namespace
        self._span_label_namespace = span_label_namespace
        self._max_sentences = max_instances

    def for_corpus(
        self,
        corpus_format: str | None,
        corpus_options: Mapping[str, Any],
        max_instances: int | None = None,
    ) -> "NerCorpusReader":
        """Make a reader that gives the same fields for another corpus.

        Args:
            corpus_format: as in the constructor.
            corpus_options: as in the constructor.
            max_instances: as in the constructor.

        Returns:
            The new reader.
        """
        reader = copy(self)
        reader._corpus_format = corpus_format
        reader._corpus_options = corpus_options
        reader._max_sentences = max_instances
        return reader

    @property
    def tag_scheme(self) -> TagScheme:
        """The scheme of the field `tags`."""
        return self._tag_scheme

    @property
    def word_splitting(self) -> tuple[str, str]:
        """The word splitter that running text is read with, and its language."""
        options = {**default_options(self._corpus_format), **self._corpus_options}
        if "word_splitter" not in options:
            return "rules", "en"  # its words are given
        return options["word_splitter"], options.get("language", "en")

    def _read(self, file_path: str) -> Iterator[Instance]:
        sentences = islice(
            read_corpus(file_path, self._corpus_format, **self._corpus_options), self._max_sentences
        )
        for sentence, scored in self._shard(self._flattened(sentences, file_path)):
            yield self.sentence_to_instance(sentence, scored=scored)

    def text_to_instance(self, words: Sequence[str]) -> Instance:
        """An instance to predict: words without gold.

        Args:
            words: the words of one sentence, at least one.

        Returns:
            An instance with `tokens` and `metadata`.
        """
        return self._instance(Sentence(tuple(words)), has_gold=False, scored=False)

    def sentence_to_instance(self, sentence: Sentence, scored: bool = True) -> Instance:
        """An instance with gold.

        Args:
            sentence: words and gold mentions.
            scored: whether the sentence counts in the metrics.

        Returns:
            An instance with all fields.
        """
        return self._instance(sentence, has_gold=True, scored=scored)

    def _instance(self, sentence: Sentence, has_gold: bool, scored: bool) -> Instance:
        tokens = TextField(list(map(_token, sentence.words)))
        fields: dict[str, Field] = {
            "tokens": tokens,
            "metadata": MetadataField({"sentence": sentence, "scored": scored, "words": sentence.words}),
        }
        if has_gold:
            fields["tags"] = EntityTagField(sentence.entities, tokens, self._tag_scheme, self._tag_namespace)
            fields["spans"] = EntitySpanField(sentence.entities, self._span_label_namespace)
        return Instance(fields)

    def apply_token_indexers(self, instance: Instance) -> None:
        """Give the words their indexers; AllenNLP calls this in the process that needs them."""
        instance["tokens"].token_indexers = self._token_indexers

    def _shard(self, sentences: Iterator[Sentence]) -> Iterator[tuple[Sentence, bool]]:
        distributed, worker = self.get_distributed_info(), self.get_worker_info()
        rank, num_ranks = (distributed.global_rank, distributed.world_size) if distributed else (0, 1)
        worker_id, num_workers = (worker.id, worker.num_workers) if worker else (0, 1)

        num_sentences = 0
        for index, sentence in enumerate(sentences):
            num_sentences += 1
            if index % num_ranks == rank and index // num_ranks % num_workers == worker_id:
                yield sentence, True
        index = num_sentences // num_ranks  # how many full rounds over the ranks there were
        if 0 < num_sentences % num_ranks <= rank and index % num_workers == worker_id:
            yield sentence, False

    def _flattened(self, sentences: Iterator[Sentence], file_path: str) -> Iterator[Sentence]:
        num_entities = 0
        num_left_out: Counter[RemarkKind] = Counter()
        for sentence in sentences:
            flat = flatten(sentence, self._overlaps)
            num_entities += len(flat.entities)
            num_left_out.update(remark.kind for remark in flat.remarks if remark.kind.is_loss)
            # One without words only tells which mentions its text has lost.
            if flat.words:
                yield flat
        if num_left_out and self._reports():
            logger.warning(
                "%s: %d of %d mentions are left out, and the model will neither learn them nor be scored on them: %s "
                "(overlaps: %s)",
                file_path, num_left_out.total(), num_entities + num_left_out.total(),
                ", ".join(f"{kind.value} {count}" for kind, count in sorted(num_left_out.items())),
                self._overlaps.value,
            )  # fmt: skip

    def _reports(self) -> bool:
        """Whether this is the one process of all those reading the file whose log tells about it."""
        distributed, worker = self.get_distributed_info(), self.get_worker_info()
        return (distributed is None or distributed.global_rank == 0) and (worker is None or worker.id == 0)


@lru_cache(maxsize=1 << 16)
def _token(word: str) -> Token:
    """The word as AllenNLP wants it, 0.1 kB; nothing writes to tokens, so all sentences with the word share it."""
    return Token(word)
