// SpanNER on BC5CDR: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.bc5cdr,
  alpha:: 0,
  decoder:: 'span',
}
