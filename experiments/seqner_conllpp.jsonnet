// SeqNER on CoNLL++: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conllpp,
  alpha:: 1,
  decoder:: 'seq',
}
