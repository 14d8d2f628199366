// SpanNER on CoNLL-2003: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conll2003,
  alpha:: 0,
  decoder:: 'span',
}
