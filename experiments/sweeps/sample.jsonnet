// The four models on the invented sentences of this project, to see how a sweep goes: a few minutes each on two cores.
local lib = import 'lib.libsonnet';

{
  corpora: ['sample'],
  models: {
    SeqNER: { experiment: '../quickstart.jsonnet', overrides: { 'model.alpha': 1, 'model.decoder': 'seq' } },
    SpanNER: { experiment: '../quickstart.jsonnet', overrides: { 'model.alpha': 0 } },
    'BL-NER': { experiment: '../quickstart.jsonnet' },
  },
  seeds: [1, 2],
  overrides: { 'trainer.num_epochs': 3 },
}
