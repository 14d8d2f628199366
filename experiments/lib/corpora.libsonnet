// The corpora of the paper: where their files lie, and what Table 2 says of each.
// The environment variable BLNER_DATA moves the data directory (default: data).
local encoders = import 'encoders.libsonnet';
local data = std.extVar('BLNER_DATA');

{
  // WNUT 2017, emerging and rare entities
  wnut17: {
    train: data + '/wnut17/wnut17train.conll',
    dev: data + '/wnut17/emerging.dev.conll',
    test: data + '/wnut17/emerging.test.annotated',
    format: 'columns',
    options: { scheme: 'BIO' },
    max_span_width: 6,
    batch_size: 24,
    encoder: encoders.bert_large_cased,
  },

  conll2003: {
    train: data + '/conll2003/eng.train',
    dev: data + '/conll2003/eng.testa',
    test: data + '/conll2003/eng.testb',
    format: 'columns',
    options: { scheme: 'IOB1' },
    max_span_width: 5,
    batch_size: 32,
    encoder: encoders.bert_large_cased,
  },

  // OntoNotes 5.0, as prepared for CoNLL-2012
  ontonotes: {
    train: data + '/ontonotes/train',
    dev: data + '/ontonotes/development',
    test: data + '/ontonotes/test',
    format: 'conll2012',
    options: {},
    max_span_width: 10,
    batch_size: 12,
    encoder: encoders.bert_large_cased,
  },

  // Invented sentences that come with the project
  sample: {
    train: 'fixtures/data/sample/train.conll',
    dev: 'fixtures/data/sample/dev.conll',
    test: 'fixtures/data/sample/test.conll',
    format: 'columns',
    options: { scheme: 'BIO' },
    max_span_width: 8,
    batch_size: 8,
    encoder: encoders.minilm,
  },
}
