// SeqNER on SciERC: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.scierc,
  alpha:: 1,
  decoder:: 'seq',
}
