// SeqNER on BC5CDR: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.bc5cdr,
  alpha:: 1,
  decoder:: 'seq',
}
