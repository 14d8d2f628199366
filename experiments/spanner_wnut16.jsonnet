// SpanNER on WNUT 2016: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.wnut16,
  alpha:: 0,
  decoder:: 'span',
}
