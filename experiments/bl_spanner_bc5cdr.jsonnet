// BL-SpanNER on BC5CDR: both heads are trained, the span head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.bc5cdr,
  alpha:: 0.1,
  decoder:: 'span',
}
