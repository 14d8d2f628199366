// SeqNER on ACE 2004: the sequence head alone.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/bundled_ner.libsonnet') {
  corpus:: corpora.ace2004,
  alpha:: 1,
  decoder:: 'seq',
}
