// SeqNER on CoNLL04: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conll2004,
  alpha:: 1,
  decoder:: 'seq',
}
