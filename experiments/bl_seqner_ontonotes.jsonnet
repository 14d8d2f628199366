// BL-SeqNER on OntoNotes 5.0: both heads are trained, the sequence head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ontonotes,
  alpha:: 0.1,
  decoder:: 'seq',
}
