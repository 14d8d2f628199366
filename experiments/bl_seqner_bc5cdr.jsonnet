// BL-SeqNER on BC5CDR: both heads are trained, the sequence head answers.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.bc5cdr,
  alpha:: 0.1,
  decoder:: 'seq',
}
