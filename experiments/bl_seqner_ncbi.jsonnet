// BL-SeqNER on the NCBI disease corpus: both heads are trained, the sequence head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ncbi,
  alpha:: 0.1,
  decoder:: 'seq',
}
