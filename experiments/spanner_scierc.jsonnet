// SpanNER on SciERC: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.scierc,
  alpha:: 0,
  decoder:: 'span',
}
