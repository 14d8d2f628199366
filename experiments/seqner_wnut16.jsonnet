// SeqNER on WNUT 2016: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.wnut16,
  alpha:: 1,
  decoder:: 'seq',
}
