// BL-SpanNER on CoNLL04: both heads are trained, the span head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conll2004,
  alpha:: 0.1,
  decoder:: 'span',
}
