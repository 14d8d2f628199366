// allennlp-models' crf_tagger on OntoNotes 5.0: the same sentences, encoder and training, another house's tagger.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/crf_tagger.libsonnet') {
  corpus:: corpora.ontonotes,
}
