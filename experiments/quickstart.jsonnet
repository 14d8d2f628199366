// BL-SpanNER with a small encoder on invented sentences: a trained model in a few minutes on two CPU cores.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.sample,
  alpha:: 0.1,
  decoder:: 'span',
  num_epochs:: 8,
  learning_rate:: 2e-4,
  word_shape_dim:: 16,
}
