// allennlp-models' crf_tagger on WNUT 2017: the same sentences, encoder and training, another house's tagger.
local corpora = import 'lib/corpora.libsonnet';

(import 'lib/crf_tagger.libsonnet') {
  corpus:: corpora.wnut17,
}
