// SeqNER on CoNLL-2003: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conll2003,
  alpha:: 1,
  decoder:: 'seq',
}
