// BL-SeqNER on WNUT 2016: both heads are trained, the sequence head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.wnut16,
  alpha:: 0.1,
  decoder:: 'seq',
}
