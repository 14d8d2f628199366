"""Word vectors handed on as they are, to models of AllenNLP that want a sequence encoder over the embedder."""

from typing import Optional

from allennlp.modules.seq2seq_encoders import PassThroughEncoder, Seq2SeqEncoder

from blner_allennlp.encoders import explained_load_errors, resolve_encoder


@Seq2SeqEncoder.register("word_pieces_pass_through")
class WordPiecePassThrough(PassThroughEncoder):
    """Returns its input, and is as wide as the vectors of a `word_pieces` embedder with the same settings.

    AllenNLP's `pass_through` wants that width as a number, which a configuration cannot know of an encoder that the
    user names.

    Args:
        model_name: the encoder, as the embedder names it.
        word_shape_dim: as the embedder has it.
        serialization_dir: the run's directory or the unpacked archive; AllenNLP passes it.
    """

    def __init__(
        self,
        model_name: str,
        word_shape_dim: int = 0,
        serialization_dir: Optional[str] = None,  # noqa: UP045 (AllenNLP builds no `X | None`)
    ) -> None:
        from transformers import AutoConfig  # loads much: only where the class is used

        with explained_load_errors(model_name):
            config = AutoConfig.from_pretrained(resolve_encoder(model_name, serialization_dir))
        super().__init__(config.hidden_size + word_shape_dim)
