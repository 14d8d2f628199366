"""Word pieces -> word vectors and a sentence vector."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, cast

import torch
from allennlp.common.checks import ConfigurationError
from allennlp.modules.token_embedders import PretrainedTransformerMismatchedEmbedder, TokenEmbedder
from torch import Tensor, nn

from blner_allennlp.encoders import (
    explained_load_errors,
    full_tokenizer_kwargs,
    load_tokenizer,
    resolve_encoder,
    saved_encoder_dir,
)
from blner_allennlp.hub import require_hub_for
from blner_allennlp.nn.windows import plan_windows
from blner_allennlp.nn.word_pooling import pool_words
from blner_allennlp.token_embedders.encoded_sentences import EncodedSentences
from blner_allennlp.token_embedders.reading_limits import max_pieces_at_once
from blner_allennlp.token_embedders.rows_in_parts import RowsInParts
from blner_allennlp.token_embedders.saved_encoder import save_encoder_with_weights
from blner_allennlp.token_embedders.settings import autocast_type, check_word_shapes, pooling_mode
from blner_allennlp.token_embedders.transformer_reader import TransformerReader
from blner_allennlp.token_embedders.transformer_setup import (
    encoders_loaded_anew,
    max_threads,
    reads_type_ids,
    set_up_transformer,
)
from blner_allennlp.token_embedders.window_reading import read_windows
from blner_allennlp.token_indexers.fast_encoding import count_special_pieces
from blner_allennlp.token_indexers.word_shapes import WordShape


@TokenEmbedder.register("word_pieces")
class WordPieceEmbedder(PretrainedTransformerMismatchedEmbedder):
    """Reads word pieces with a pretrained encoder; gives words and sentences their vectors (Eq. 2 to 4).

    Sentences longer than the encoder's limit are read in overlapping windows, each word where it has most
    context (`blner_allennlp.nn.windows`). Memory is linear in the pieces (`blner_allennlp.nn.word_pooling`);
    a batch that does not fit in it is read in parts (`RowsInParts`).

    When the weights of a model in training are saved, the encoder's configuration and tokenizer are saved
    with them. A model loaded from an archive takes them from there and needs neither the hub nor the
    encoder's own directory; pretrained weights are then not read, because the trained ones replace them.

    Args:
        model_name: the encoder: a short name (`blner_allennlp.encoders`), a directory or a name on the hub.
        sub_token_mode: how a word's vector is made of its pieces': `max` (paper, Eq. 3), `mean` (or `avg`, as
            AllenNLP calls it) or `first`.
        train_parameters: whether the encoder learns.
        gradient_checkpointing: trade time for memory in training; None leaves it as the encoder has it.
        max_length: the most pieces to read at once, special ones included; None for the encoder's own limit.
        word_shape_dim: size of a trained embedding of each word's shape, put beside its vector; 0 for none.
            Needs an indexer with `word_shapes`.
        autocast: `bf16` or `fp16` to run the encoder, and only it, in that precision where that is safe; None for
            float32. The narrow range of fp16 loses small gradients unless the loss is scaled: to train in it, set
            AllenNLP's `trainer.use_amp` instead, which does both.
        compile_encoder: compile the encoder (`torch.compile`, for any lengths) when it first reads, which takes a
            while and, on the CPU, a C++ compiler. The weights and their names stay what they are.
        transformer_kwargs: more arguments of `AutoModel.from_pretrained`.
        tokenizer_kwargs: more arguments of `AutoTokenizer.from_pretrained`; the same as the indexer's.
        serialization_dir: the run's directory or the unpacked archive; AllenNLP passes it.

    Raises:
        ConfigurationError: a setting is none that can be, or the encoder cannot be loaded.
    """

    def __init__(
        self,
        model_name: str,
        sub_token_mode: str = "max",  # noqa: S107 - no password, in spite of the name
        train_parameters: bool = True,
        gradient_checkpointing: bool | None = None,
        max_length: int | None = None,
        word_shape_dim: int = 0,
        autocast: Literal["bf16", "fp16"] | None = None,
        compile_encoder: bool = False,
        transformer_kwargs: dict[str, Any] | None = None,
        tokenizer_kwargs: dict[str, Any] | None = None,
        serialization_dir: str | None = None,
    ) -> None:
        # Before anything is loaded, which takes time.
        word_pooling_mode, encoder_type = pooling_mode(sub_token_mode), autocast_type(autocast)
        if word_shape_dim < 0:
            raise ConfigurationError(
                f"word_shape_dim is {word_shape_dim}, but must be 0 (no word shapes) or more"
            )
        location = resolve_encoder(model_name, serialization_dir)
        saved_dir = (
            saved_encoder_dir(model_name, serialization_dir) if serialization_dir is not None else None
        )
        self_contained = location == str(saved_dir)
        with explained_load_errors(model_name), encoders_loaded_anew():
            require_hub_for(location, transformer_kwargs, tokenizer_kwargs)
            super().__init__(
                location,
                train_parameters=train_parameters,
                load_weights=not self_contained,
                tokenizer_kwargs=full_tokenizer_kwargs(model_name, tokenizer_kwargs),
                transformer_kwargs=transformer_kwargs,
                sub_token_mode=sub_token_mode,
            )
        transformer = self._matched_embedder.transformer_model
        asks_for_precision = not {"dtype", "torch_dtype"}.isdisjoint(transformer_kwargs or {})
        set_up_transformer(transformer, asks_for_precision, gradient_checkpointing)

        self._model_name = model_name
        self._pooling_mode = word_pooling_mode
        self._tokenizer = load_tokenizer(model_name, tokenizer_kwargs, serialization_dir)
        self._padding_id: int = 0 if self._tokenizer.pad_token_id is None else self._tokenizer.pad_token_id
        self._num_prefix_pieces, self._num_suffix_pieces = count_special_pieces(self._tokenizer)
        self._max_pieces = max_pieces_at_once(
            transformer, self._tokenizer, max_length, self._num_prefix_pieces + self._num_suffix_pieces
        )
        self._reader = TransformerReader(encoder_type, reads_type_ids(transformer))
        self._rows_in_parts = RowsInParts()
        self._shape_embedding = (
            nn.Embedding(len(WordShape), word_shape_dim, padding_idx=WordShape.PADDING)
            if word_shape_dim > 0
            else None
        )
        if saved_dir is not None and not self_contained:
            save_encoder_with_weights(self, transformer.config, self._tokenizer, saved_dir)
        self._awaits_weights = self_contained
        self.register_load_state_dict_post_hook(_note_loaded_weights)
        if compile_encoder:
            self.compile(dynamic=True)

    def get_output_dim(self) -> int:
        """Give the size of a word vector.

        Returns:
            H, the encoder's dimension and that of the word shapes together.
        """
        shape_dim = 0 if self._shape_embedding is None else self._shape_embedding.embedding_dim
        return self.get_sentence_dim() + shape_dim

    def get_sentence_dim(self) -> int:
        """Give the size of the sentence vector.

        Returns:
            H0, the encoder's dimension.
        """
        return cast(int, self._matched_embedder.get_output_dim())

    @property
    def max_pieces_at_once(self) -> int | None:
        """The most pieces that are read at once, special ones included; None for no limit."""
        return self._max_pieces

    @property
    def num_special_pieces(self) -> int:
        """How many special pieces each sentence has."""
        return self._num_prefix_pieces + self._num_suffix_pieces

    @property
    def max_threads(self) -> int:
        """How many threads may read with it at the same time, each on processor cores of its own."""
        return max_threads(self._matched_embedder.transformer_model)

    def set_autocast(self, autocast: Literal["bf16", "fp16"] | None) -> None:
        """Run the encoder in another precision from now on.

        Args:
            autocast: as in the constructor, checked as there.
        """
        self._reader.autocast_type = autocast_type(autocast)

    def train_on_less(self) -> bool:
        """Read half as much at a time in training as of the last batch, because that did not fit in memory.

        Returns:
            Whether there is less than that; an encoder that does not learn needs no memory until the backward pass.
        """
        learns = any(weights.requires_grad for weights in self.parameters())
        return learns and self._rows_in_parts.read_less(wants_gradients=True)

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Compile the encoder, and only it: the rest is a few operations whose shapes follow the sentences.

        Args:
            *args: as in `torch.compile`.
            **kwargs: as in `torch.compile`.
        """
        self._matched_embedder.transformer_model.compile(*args, **kwargs)

    def forward(  # type: ignore[override]
        self,
        token_ids: Tensor,
        mask: Tensor,
        offsets: Tensor,
        wordpiece_mask: Tensor,
        type_ids: Tensor | None = None,
        word_shape_ids: Tensor | None = None,
    ) -> Tensor:
        """Give the word vectors alone, as AllenNLP wants of a token embedder.

        Args:
            token_ids: as in `encode`.
            mask: as in `encode`.
            offsets: as in `encode`.
            wordpiece_mask: as in `encode`.
            type_ids: as in `encode`.
            word_shape_ids: as in `encode`.

        Returns:
            float (B, W, H).
        """
        return self.encode(token_ids, mask, offsets, wordpiece_mask, type_ids, word_shape_ids).word_vectors

    def encode(
        self,
        token_ids: Tensor,
        mask: Tensor,
        offsets: Tensor,
        wordpiece_mask: Tensor,
        type_ids: Tensor | None = None,
        word_shape_ids: Tensor | None = None,
    ) -> EncodedSentences:
        """Read a batch of sentences (paper, Eq. 2 to 4).

        Args:
            token_ids: the pieces, special ones included, integer (B, P).
            mask: True at real words, bool (B, W).
            offsets: first and last piece of each word, both inclusive, integer (B, W, 2); -1 where there is
                none.
            wordpiece_mask: True at real pieces, which come first in every row, bool (B, P).
            type_ids: the pieces' segments, integer (B, P).
            word_shape_ids: the words' shapes, integer (B, W).

        Returns:
            Word vectors, zeros where a word has no piece; and e_0, the vector of the special piece that
            starts a sentence ([CLS], <s>), averaged over the windows of a long one. For encoders without such
            a piece, e_0 is the mean of all pieces.

        Raises:
            ConfigurationError: word shapes are used, but the indexer gives none, or the other way round; or the
                trained weights that this model was built for have not been loaded.
        """
        if self._awaits_weights:
            raise ConfigurationError(
                f"the encoder {self._model_name!r} was built without pretrained weights, because trained "
                "ones lie in the model's directory, but were not loaded; load them, or train in an empty one"
            )
        check_word_shapes(self._shape_embedding is not None, word_shape_ids is not None)
        piece_vectors, sentence_vector = self._read_pieces(token_ids, wordpiece_mask, offsets, type_ids)
        # AllenNLP's own indexer gives padding words the offset 0.
        word_offsets = offsets.masked_fill(~mask.unsqueeze(2), -1)
        word_vectors = pool_words(piece_vectors, word_offsets, self._pooling_mode)  # (B, W, H0)
        if self._shape_embedding is not None:
            shape_vectors = self._shape_embedding(word_shape_ids)
            word_vectors = torch.cat([word_vectors, shape_vectors], dim=2)  # (B, W, H)
        return EncodedSentences(word_vectors, sentence_vector, mask)

    def _read_pieces(
        self, token_ids: Tensor, piece_mask: Tensor, offsets: Tensor, type_ids: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """One vector a piece, (B, P, H0), and one a sentence, (B, H0)."""
        num_rows, num_pieces = token_ids.shape
        if num_pieces == 0:
            sentence_vectors = torch.zeros(num_rows, self.get_sentence_dim(), device=token_ids.device)
            return sentence_vectors.unsqueeze(1)[:, :0], sentence_vectors
        if self._max_pieces is None or num_pieces <= self._max_pieces:
            piece_vectors = self._transform(token_ids, piece_mask, type_ids)
            return piece_vectors, self._sentence_vectors(piece_vectors, piece_mask)

        plan = plan_windows(
            piece_mask, offsets, self._max_pieces, self._num_prefix_pieces, self._num_suffix_pieces
        )
        window_vectors = read_windows(
            self._transform, plan, token_ids, type_ids, self._padding_id
        )  # (R, P', H0)
        return plan.join(window_vectors), plan.average(
            self._sentence_vectors(window_vectors, plan.piece_mask)
        )

    def _transform(self, token_ids: Tensor, piece_mask: Tensor, type_ids: Tensor | None) -> Tensor:
        """Run the encoder: its last layer, (B, P, H0)."""
        read_rows = partial(self._reader, self._matched_embedder.transformer_model)
        return self._rows_in_parts(read_rows, token_ids, piece_mask, type_ids)

    def _sentence_vectors(self, piece_vectors: Tensor, piece_mask: Tensor) -> Tensor:
        """Paper, Eq. 4: e_0, (B, H0)."""
        if self._num_prefix_pieces > 0:
            return piece_vectors[:, 0]
        sums = piece_vectors.masked_fill(~piece_mask.unsqueeze(2), 0.0).sum(1)
        return sums / piece_mask.sum(1, keepdim=True).clamp(min=1)


def _note_loaded_weights(embedder: nn.Module, _incompatible_keys: object) -> None:
    """Remember that weights have been loaded; a function, so that a copied module's hook knows the copy."""
    cast(WordPieceEmbedder, embedder)._awaits_weights = False
