// SpanNER on CoNLL04: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conll2004,
  alpha:: 0,
  decoder:: 'span',
}
