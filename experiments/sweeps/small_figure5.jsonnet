// Figure 5 on CoNLL04 in the small: BL-NER of small.jsonnet with other weights of the sequence loss than 0.1, one seed.
local small = import 'small.jsonnet';

small + {
  corpora: { conll2004: small.corpora.conll2004 },
  models: { 'BL-NER': small.models['BL-NER'] },
  variants: { ['alpha=0.%d' % tenths]: { 'model.alpha': tenths / 10 } for tenths in [3, 5, 7, 9] },
  seeds: [1],
}
