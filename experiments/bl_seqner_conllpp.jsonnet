// BL-SeqNER on CoNLL++: both heads are trained, the sequence head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conllpp,
  alpha:: 0.1,
  decoder:: 'seq',
}
