// SpanNER on CoNLL++: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conllpp,
  alpha:: 0,
  decoder:: 'span',
}
