// AllenNLP's own CRF tagger on the instances of this package: the reader, encoder and training of bundled_ner.libsonnet.
// The full name of the class finds it without `--include-package`.
(import 'bundled_ner.libsonnet') {
  local experiment = self,

  model: {
    type: 'allennlp_models.tagging.models.crf_tagger.CrfTagger',
    text_field_embedder: {
      token_embedders: {
        pieces: {
          type: 'word_pieces',
          model_name: experiment.encoder,
          sub_token_mode: experiment.sub_token_mode,
          word_shape_dim: experiment.word_shape_dim,
        },
      },
    },
    // Hands the word vectors on.
    encoder: {
      type: 'word_pieces_pass_through',
      model_name: experiment.encoder,
      word_shape_dim: experiment.word_shape_dim,
    },
    label_namespace: 'tags',
    label_encoding: 'BIO',  // the reader's default
    dropout: 0.1,
  },

  trainer+: { validation_metric: '+f1-measure-overall' },
}
