// SeqNER on ACE 2005: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ace2005,
  alpha:: 1,
  decoder:: 'seq',
}
