// SpanNER on OntoNotes 5.0: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ontonotes,
  alpha:: 0,
  decoder:: 'span',
}
