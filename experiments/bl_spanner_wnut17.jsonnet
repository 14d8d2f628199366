// BL-SpanNER on WNUT 2017: both heads are trained, the span head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.wnut17,
  alpha:: 0.1,
  decoder:: 'span',
}
