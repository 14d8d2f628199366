// SeqNER on OntoNotes 5.0: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ontonotes,
  alpha:: 1,
  decoder:: 'seq',
}
