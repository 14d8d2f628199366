"""The two heads over a shared encoder: sequence tagging and span classification."""

from blner_allennlp.heads.boundary_representation import BoundaryRepresentation
from blner_allennlp.heads.crf_sequence_head import CrfSequenceHead
from blner_allennlp.heads.hybrid_representation import HybridRepresentation
from blner_allennlp.heads.label_combiner import LabelCombiner
from blner_allennlp.heads.pooling_representation import PoolingRepresentation
from blner_allennlp.heads.sequence_decoding import SequenceDecoding
from blner_allennlp.heads.sequence_head import SequenceHead
from blner_allennlp.heads.softmax_sequence_head import SoftmaxSequenceHead
from blner_allennlp.heads.span_head import SpanHead
from blner_allennlp.heads.span_representation import SpanRepresentation

__all__ = [
    "BoundaryRepresentation",
    "CrfSequenceHead",
    "HybridRepresentation",
    "LabelCombiner",
    "PoolingRepresentation",
    "SequenceDecoding",
    "SequenceHead",
    "SoftmaxSequenceHead",
    "SpanHead",
    "SpanRepresentation",
]
