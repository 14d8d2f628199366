// SpanNER on WNUT 2017: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.wnut17,
  alpha:: 0,
  decoder:: 'span',
}
