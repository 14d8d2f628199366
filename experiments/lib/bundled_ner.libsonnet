// The experiment that every file of this folder varies (paper, Sections 3.1 and 4.1.2). A file states `corpus`, `alpha`
// and `decoder`; whatever else it wants to change is a hidden field here, or any visible field.
local encoders = import 'encoders.libsonnet';

{
  local experiment = self,

  corpus:: error 'an experiment must set `corpus::`, one of lib/corpora.libsonnet',
  alpha:: error 'an experiment must set `alpha::`, the weight of the sequence head in [0, 1]',
  decoder:: error "an experiment must set `decoder::`, 'seq' or 'span'",

  encoder:: encoders.choose(experiment.corpus.encoder),
  sub_token_mode:: 'max',
  word_shape_dim:: 0,  // above 0: a word-shape feature, worth having with lower-casing encoders
  tagging:: 'softmax',  // or 'crf'
  representation:: 'hybrid',  // or 'boundary', 'pooling'
  num_epochs:: 20,
  learning_rate:: 5e-5,
  seed:: 13370,

  random_seed: experiment.seed,
  numpy_seed: experiment.seed,
  pytorch_seed: experiment.seed,

  dataset_reader: {
    type: 'ner_corpus',
    corpus_format: experiment.corpus.format,
    corpus_options: experiment.corpus.options,
    token_indexers: {
      pieces: {
        type: 'word_pieces',
        model_name: experiment.encoder,
        word_shapes: experiment.word_shape_dim > 0,
      },
    },
  },
  train_data_path: experiment.corpus.train,
  validation_data_path: experiment.corpus.dev,
  test_data_path: experiment.corpus.test,
  evaluate_on_test: true,

  model: {
    type: 'bundled_ner',
    alpha: experiment.alpha,
    decoder: experiment.decoder,
    encoder: {
      type: 'word_pieces',
      model_name: experiment.encoder,
      sub_token_mode: experiment.sub_token_mode,
      word_shape_dim: experiment.word_shape_dim,
    },
    sequence_head: { type: experiment.tagging, dropout: 0.1 },
    span_head: {
      representation: experiment.representation,
      max_width: experiment.corpus.max_span_width,
      width_embedding_dim: 25,
      max_negatives: 100,
      dropout: 0.1,
    },
  },

  data_loader: {
    type: 'prefetching',  // the next batches are made while the model computes
    batch_sampler: { type: 'bucket_by_pieces', batch_size: experiment.corpus.batch_size },
  },
  validation_data_loader: {
    type: 'prefetching',
    batch_sampler: { type: 'bucket_by_pieces', batch_size: 64, shuffle: false },
  },

  trainer: {
    num_epochs: experiment.num_epochs,
    validation_metric: '+f1',  // of the head that answers; '+seq_f1' and '+span_f1' name one
    grad_norm: 1.0,
    optimizer: {
      type: 'fused_adamw',  // AllenNLP's `adamw`, but faster
      lr: experiment.learning_rate,
      weight_decay: 1e-2,
      // No decay on biases and normalisation layers, whatever an encoder calls them.
      parameter_groups: [[['bias$', '[Nn]orm'], { weight_decay: 0 }]],
    },
    learning_rate_scheduler: { type: 'linear_with_warmup_ratio', warmup_ratio: 0.1 },
    checkpointer: { type: 'crash_safe', keep_most_recent_by_count: 1 },
    callbacks: [
      { type: 'return_freed_memory' },  // or each epoch on the CPU takes more than the one before
      { type: 'fit_batches_in_memory' },  // steps are taken again in parts where memory runs out
    ],
  },
}
