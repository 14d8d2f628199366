// SpanNER on the NCBI disease corpus: the span head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ncbi,
  alpha:: 0,
  decoder:: 'span',
}
