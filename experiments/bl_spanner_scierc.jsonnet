// BL-SpanNER on SciERC: both heads are trained, the span head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.scierc,
  alpha:: 0.1,
  decoder:: 'span',
}
