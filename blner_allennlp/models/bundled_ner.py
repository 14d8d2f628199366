"""BL-NER: one encoder, a sequence head and a span head, trained together (paper, Section 3.1.4)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Optional

import torch
from allennlp.common import Lazy
from allennlp.common.checks import ConfigurationError
from allennlp.data import TextFieldTensors, Vocabulary
from allennlp.models import Model
from allennlp.modules.token_embedders import TokenEmbedder
from allennlp.nn import RegularizerApplicator
from allennlp.nn.parallel import DdpAccelerator

from blner_allennlp.bundling import Decoder, bundled_loss, resolve_decoder
from blner_allennlp.entities import Entity, ScoredEntity
from blner_allennlp.heads import SequenceHead, SoftmaxSequenceHead, SpanHead
from blner_allennlp.metrics import GoldReach, NerMetric
from blner_allennlp.token_embedders import EncodedSentences, WordPieceEmbedder


@dataclass(frozen=True)
class HeadOutput:
    """What one head made of a batch.

    Args:
        scores: tag scores (B, W, T) or span scores (B, W, E, L).
        loss: the head's own loss, a scalar; None without gold.
    """

    scores: torch.Tensor | None
    loss: torch.Tensor | None


@Model.register("bundled_ner")
class BundledNer(Model):
    """SeqNER, SpanNER and what lies between: BL-SeqNER and BL-SpanNER.

    The loss is `alpha` · sequence loss + (1 - `alpha`) · span loss (Eq. 19). With `alpha` 1 there is no span head and
    the model is SeqNER; with 0 there is no sequence head and it is SpanNER. In between both heads are trained, both
    are scored whenever there is gold, and `decoder` says which of them answers. It can be changed for a trained
    archive: `--overrides '{"model.decoder": "seq"}'`.

    Entities are decoded in evaluation and prediction only, never in a training step.

    Args:
        vocab: tags and entity types of the corpus.
        encoder: words -> word vectors and the sentence vector e_0.
        sequence_head: `softmax` (default) or `crf`.
        span_head: representation, ε, number of negatives; needed unless `alpha` is 1.
        alpha: weight of the sequence head's loss, in [0, 1].
        decoder: `seq` or `span`; None is the span head where there is one.
        tag_namespace: the vocabulary's namespace for tags.
        span_label_namespace: the vocabulary's namespace for entity types.
        per_type_metrics: report every entity type, the macro F1 and the boundary F1, too.
        regularizer: as in every model of AllenNLP.
        serialization_dir: set by AllenNLP.
        ddp_accelerator: set by AllenNLP in distributed training.

    Raises:
        ConfigurationError: `alpha` is outside [0, 1], `decoder` names a head that the model does not have, `span_head`
            is missing, or the corpus has no entity at all.
    """

    default_predictor = "ner"

    def __init__(
        self,
        vocab: Vocabulary,
        encoder: TokenEmbedder,
        sequence_head: Lazy[SequenceHead] = Lazy(SoftmaxSequenceHead),  # noqa: B008 (AllenNLP's idiom; never mutated)
        span_head: Optional[Lazy[SpanHead]] = None,  # noqa: UP045 (AllenNLP builds no `X | None`)
        alpha: float = 0.1,
        decoder: str | None = None,
        tag_namespace: str = "tags",
        span_label_namespace: str = "span_labels",
        per_type_metrics: bool = False,
        regularizer: Optional[RegularizerApplicator] = None,  # noqa: UP045
        serialization_dir: str | None = None,
        ddp_accelerator: Optional[DdpAccelerator] = None,  # noqa: UP045
    ) -> None:
        super().__init__(vocab, regularizer, serialization_dir, ddp_accelerator)
        if not isinstance(encoder, WordPieceEmbedder):
            raise ConfigurationError(
                f"model.encoder is a {type(encoder).__name__}, but must be of type 'word_pieces': the span head needs "
                "the sentence vector e_0 beside the word vectors"
            )
        self.alpha = alpha
        self.decoder = resolve_decoder(decoder, alpha)
        self.encoder = encoder
        self.sequence_head: SequenceHead | None = None
        self.span_head: SpanHead | None = None
        self._metrics: dict[Decoder, NerMetric] = {}
        entity_types, tags = _labels(vocab, span_label_namespace), _labels(vocab, tag_namespace)
        if alpha > 0:
            self.sequence_head = sequence_head.construct(word_dim=encoder.get_output_dim(), tags=tags)
            self._metrics[Decoder.SEQ] = NerMetric(per_type_metrics)
        if alpha < 1:
            if span_head is None:
                raise ConfigurationError(
                    f"model.span_head is missing, but alpha = {alpha} trains it; give it at least max_width, the "
                    "widest entity to predict, in words"
                )
            self.span_head = span_head.construct(
                word_dim=encoder.get_output_dim(),
                sentence_dim=encoder.get_sentence_dim(),
                entity_types=entity_types,
            )
            self._metrics[Decoder.SPAN] = NerMetric(per_type_metrics)
            self._training_reach = GoldReach(self.span_head.max_width, "training", once=True)
            self._evaluation_reach = GoldReach(self.span_head.max_width, "evaluation")

    def forward(
        self,
        tokens: TextFieldTensors,
        metadata: Sequence[dict[str, Any]],
        tags: torch.Tensor | None = None,
        spans: dict[str, torch.Tensor] | None = None,
    ) -> dict[str, Any]:
        """Train on, score, or answer for one batch of sentences.

        Args:
            tokens: the indexed words; the one indexer's tensors.
            metadata: for each sentence, `sentence` and `scored` (see `NerCorpusReader`).
            tags: gold tags, long (B, W); None without gold.
            spans: gold spans, `word_spans` long (B, G, 2) and `labels` long (B, G), padded with -1; None without gold.

        Returns:
            `loss` where there is gold; outside training also `entities`, the answering head's entities sentence by
            sentence, and `words`.
        """
        encoded = self.encoder.encode(**next(iter(tokens.values())))
        answers_only = tags is None
        outputs: dict[Decoder, HeadOutput] = {}
        if self.sequence_head is not None and not (answers_only and self.decoder is Decoder.SPAN):
            outputs[Decoder.SEQ] = self._tag(self.sequence_head, encoded, tags)
        if self.span_head is not None and not (answers_only and self.decoder is Decoder.SEQ):
            outputs[Decoder.SPAN] = self._classify_spans(self.span_head, encoded, spans)

        result: dict[str, Any] = {}
        if not answers_only:
            losses = {head: output.loss for head, output in outputs.items()}
            result["loss"] = bundled_loss(self.alpha, losses.get(Decoder.SEQ), losses.get(Decoder.SPAN))
            self._count_reach(metadata)
        if not self.training:
            answer = self._decode(self.decoder, outputs[self.decoder], encoded.word_mask)
            result["entities"] = answer
            self._score(self.decoder, _plain(answer), metadata)
            for head in outputs.keys() - {self.decoder}:
                self._score(head, self._find(head, outputs[head], encoded.word_mask), metadata)
            result["words"] = [fields["sentence"].words for fields in metadata]
        return result

    def _tag(self, head: SequenceHead, encoded: EncodedSentences, tags: torch.Tensor | None) -> HeadOutput:
        tag_scores = head.scores(encoded.word_vectors)  # (B, W, T)
        loss = None if tags is None else head.loss(tag_scores, encoded.word_mask, tags)
        return HeadOutput(tag_scores, loss)

    def _classify_spans(
        self, head: SpanHead, encoded: EncodedSentences, gold: dict[str, torch.Tensor] | None
    ) -> HeadOutput:
        encoding = (encoded.word_vectors, encoded.sentence_vector, encoded.word_mask)
        gold_fields = () if gold is None else (gold["word_spans"], gold["labels"])
        if self.training:
            # Training looks at gold and sampled spans only; all spans are scored where entities are decoded.
            return HeadOutput(None, head.loss(*encoding, *gold_fields) if gold_fields else None)
        span_scores = head.scores(*encoding)  # (B, W, E, L)
        loss = head.grid_loss(span_scores, encoded.word_mask, *gold_fields) if gold_fields else None
        return HeadOutput(span_scores, loss)

    def _decode(self, head: Decoder, output: HeadOutput, word_mask: torch.Tensor) -> list[list[ScoredEntity]]:
        if head is Decoder.SEQ:
            return self.sequence_head.decode(output.scores, word_mask).entities
        return self.span_head.decode(output.scores, word_mask)

    def _find(self, head: Decoder, output: HeadOutput, word_mask: torch.Tensor) -> list[list[Entity]]:
        """The entities of a head that does not answer, so that nobody wants to know how probable they are."""
        if head is Decoder.SEQ:
            return self.sequence_head.find_entities(output.scores, word_mask)
        return _plain(self.span_head.decode(output.scores, word_mask))

    def _count_reach(self, metadata: Sequence[dict[str, Any]]) -> None:
        if self.span_head is None:
            return
        reach = self._training_reach if self.training else self._evaluation_reach
        for fields in metadata:
            if fields["scored"]:
                reach(fields["sentence"].entities)

    def _score(
        self, head: Decoder, entities: Sequence[Sequence[Entity]], metadata: Sequence[dict[str, Any]]
    ) -> None:
        for fields, predicted in zip(metadata, entities, strict=True):
            if fields["scored"]:
                self._metrics[head](fields["sentence"].entities, predicted)

    @contextmanager
    def counting_no_gold(self) -> Iterator[None]:
        """Have training steps in this context leave no trace in `get_metrics`: their gold has been counted before."""
        before = deepcopy(self._training_reach) if self.span_head is not None else None
        try:
            yield
        finally:
            if before is not None:
                self._training_reach = before

    def make_output_human_readable(self, output_dict: dict[str, Any]) -> dict[str, Any]:
        """Turn entities into plain JSON values.

        Args:
            output_dict: what `forward` returned.

        Returns:
            The same dictionary, with each entity as `type`, `word_start`, `word_end` (exclusive) and `score`.
        """
        output_dict["entities"] = [
            [found.to_json() for found in sentence_entities] for sentence_entities in output_dict["entities"]
        ]
        return output_dict

    def get_metrics(self, reset: bool = False) -> dict[str, float]:
        """Both heads' scores, and those of the head that answers.

        Args:
            reset: start anew afterwards.

        Returns:
            `seq_precision`, `seq_recall`, `seq_f1`, the same with `span_` for the span head, and without prefix for
            the head that answers; and `span_gold_beyond_reach`, the share of the gold that is wider than ε. Training
            steps decode nothing: after them there is that share alone, and only with `reset`.
        """
        scores: dict[str, float] = {}
        if self.span_head is not None and (reset or not self.training):
            reach = self._training_reach if self.training else self._evaluation_reach
            scores["span_gold_beyond_reach"] = reach.get_metric(reset)
        if self.training:
            return scores
        for head, metric in self._metrics.items():
            head_scores = metric.get_metric(reset)
            scores.update({f"{head.value}_{name}": value for name, value in head_scores.items()})
            if head is self.decoder:
                scores.update(head_scores)
        return scores


def _plain(scored: Sequence[Sequence[ScoredEntity]]) -> list[list[Entity]]:
    return [[found.entity for found in sentence_entities] for sentence_entities in scored]


def _labels(vocab: Vocabulary, namespace: str) -> list[str]:
    """The namespace's labels in index order."""
    labels = vocab.get_index_to_token_vocabulary(namespace)
    # AllenNLP answers with padding and unknown for a namespace that nothing was counted in.
    if not labels or vocab._padding_token in labels.values():
        raise ConfigurationError(
            f"the vocabulary has no labels in the namespace {namespace!r}: the training data hold no entity, or the "
            "dataset reader counts into another namespace (whose name must end in 'tags' or 'labels'); check the "
            "corpus and its tag column"
        )
    return [labels[index] for index in range(len(labels))]
