// SeqNER on WNUT 2017: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.wnut17,
  alpha:: 1,
  decoder:: 'seq',
}
