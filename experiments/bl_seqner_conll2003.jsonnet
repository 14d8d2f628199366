// BL-SeqNER on CoNLL-2003: both heads are trained, the sequence head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.conll2003,
  alpha:: 0.1,
  decoder:: 'seq',
}
