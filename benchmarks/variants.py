"""The models whose cost is compared: from the bare encoder to everything at once."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import torch
from allennlp.common import Params
from allennlp.data import Batch, Vocabulary
from allennlp.models import Model

from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.models import BundledNer
from blner_allennlp.predictors import NerPredictor
from blner_allennlp.tag_schemes import TagScheme, all_tags
from blner_allennlp.token_embedders import WordPieceEmbedder
from blner_allennlp.token_indexers import WordPieceIndexer

BARE_ENCODER = "bare encoder"

SETTINGS: dict[str, dict[str, Any]] = {
    "+ softmax head": {"alpha": 1.0, "sequence_head": {"type": "softmax"}},
    "+ CRF head": {"alpha": 1.0, "sequence_head": {"type": "crf"}},
    "+ span head": {"alpha": 0.0},
    "both, softmax": {"alpha": 0.1, "sequence_head": {"type": "softmax"}},
    "both, CRF": {"alpha": 0.1, "sequence_head": {"type": "crf"}},
}


class BareEncoder(torch.nn.Module):
    """The pretrained encoder over pieces, with the cheapest loss there is: the limit of what any model can do.

    Args:
        embedder: an embedder, whose transformer is used as it is.
    """

    def __init__(self, embedder: WordPieceEmbedder) -> None:
        super().__init__()
        self.transformer = embedder._matched_embedder.transformer_model

    def forward(self, tokens: dict[str, dict[str, torch.Tensor]], **_: Any) -> dict[str, torch.Tensor]:
        """Run the encoder.

        Args:
            tokens: a batch's indexed words.

        Returns:
            A scalar `loss` that depends on every piece.
        """
        (indexed,) = tokens.values()
        output = self.transformer(
            input_ids=indexed["token_ids"], attention_mask=indexed["wordpiece_mask"].long()
        )
        return {"loss": output.last_hidden_state.mean()}


def build_model(
    name: str, encoder: str, vocab: Vocabulary, max_width: int, representation: str = "hybrid"
) -> BundledNer | BareEncoder:
    """Build one of the compared models.

    Args:
        name: `BARE_ENCODER` or a key of `SETTINGS`.
        encoder: name or directory of the pretrained encoder.
        vocab: the corpus's labels.
        max_width: ε of the span head.
        representation: of the span head.

    Returns:
        The model, with the same weights on every call.
    """
    torch.manual_seed(0)
    if name == BARE_ENCODER:
        return BareEncoder(WordPieceEmbedder(encoder))
    settings = {
        "type": "bundled_ner",
        "encoder": {"type": "word_pieces", "model_name": encoder},
        "span_head": {"max_width": max_width, "representation": representation},
        **SETTINGS[name],
    }
    return Model.from_params(Params(settings), vocab=vocab)


def read_batches(
    corpus: Path, encoder: str, batch_size: int, num_batches: int
) -> tuple[list[dict[str, Any]], Vocabulary]:
    """Read the first sentences of a corpus as batches of similar length.

    Args:
        corpus: any file or directory that `read_corpus` reads.
        encoder: name or directory of the pretrained encoder.
        batch_size: sentences a batch.
        num_batches: how many batches.

    Returns:
        The batches' tensors, and the vocabulary of the whole corpus.
    """
    reader = NerCorpusReader({"pieces": WordPieceIndexer(encoder)})
    instances = list(reader.read(str(corpus)))
    vocab = Vocabulary.from_instances(instances)
    chosen = sorted(instances[: batch_size * num_batches], key=lambda instance: len(instance["tokens"]))
    batches = []
    for position in range(0, len(chosen), batch_size):
        batch = Batch(chosen[position : position + batch_size])
        batch.index_instances(vocab)
        batches.append(batch.as_tensor_dict())
    return batches, vocab


def build_predictor(encoder: str, max_width: int = 10) -> NerPredictor:
    """Build the predictor of a model that has learnt nothing.

    Args:
        encoder: name or directory of the pretrained encoder.
        max_width: ε of the span head.

    Returns:
        A predictor that mostly answers "no entity", as a trained one does.
    """
    vocab = Vocabulary()
    types = ("person", "place", "product")
    for tag in all_tags(types, TagScheme.BIO):
        vocab.add_token_to_namespace(tag, "tags")
    for label in types:
        vocab.add_token_to_namespace(label, "span_labels")
    model = build_model("both, softmax", encoder, vocab, max_width)
    for head in (model.sequence_head, model.span_head):
        with torch.no_grad():
            head.projection.bias.zero_()[0] = 2.0
    return NerPredictor(model, NerCorpusReader({"pieces": WordPieceIndexer(encoder)}))


def build_tiny_predictor(directory: Path) -> NerPredictor:
    """Build a predictor whose encoder has 2 layers of 32 dimensions.

    Args:
        directory: where the encoder is to be written.

    Returns:
        The predictor.
    """
    script = Path(__file__).parents[1] / "fixtures" / "tiny_encoder" / "make_weights.py"
    make_tiny_encoder = runpy.run_path(str(script))["make_tiny_encoder"]
    return build_predictor(str(make_tiny_encoder(directory)))
