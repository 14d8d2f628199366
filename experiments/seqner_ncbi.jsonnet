// SeqNER on the NCBI disease corpus: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ncbi,
  alpha:: 1,
  decoder:: 'seq',
}
