// BL-SpanNER on ACE 2005: both heads are trained, the span head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ace2005,
  alpha:: 0.1,
  decoder:: 'span',
}
