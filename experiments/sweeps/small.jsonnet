// The four models on two small corpora with a small encoder that pip installs: two hours on two CPU cores.
local lib = import 'lib.libsonnet';

{
  corpora: {
    wnut17: {},
    // The paper's batches of 2 keep small machines busy with small change.
    conll2004: { 'data_loader.batch_sampler.batch_size': 8 },
  },
  models: { SeqNER: lib.seqner, SpanNER: lib.spanner, 'BL-NER': lib.bl_ner },
  seeds: [1, 2, 3],
  overrides: lib.encoder('minilm') + lib.word_shapes {
    'trainer.num_epochs': 4,
    'trainer.optimizer.lr': 2e-4,
    // Takes 0.6 of the time on processors that have instructions for it; on others set null.
    'model.encoder.autocast': 'bf16',
  },
}
