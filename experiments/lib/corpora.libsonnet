// The corpora of the paper: where their files lie, and what Table 2 says of each.
// The environment variable BLNER_DATA moves the data directory (default: data).
local encoders = import 'encoders.libsonnet';
local data = std.extVar('BLNER_DATA');

// An LDC release as it is unpacked, and lists of its documents for the splits, one a line.
local ace(directory, release) = {
  train: directory + '/train.txt',
  dev: directory + '/dev.txt',
  test: directory + '/test.txt',
  format: 'ace',
  options: { root: directory + '/' + release },
  max_span_width: 10,
  batch_size: 8,
  encoder: encoders.bert_large_cased,
};

{
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

  // CoNLL-2003 with a corrected test set
  conllpp: {
    train: data + '/conllpp/conllpp_train.txt',
    dev: data + '/conllpp/conllpp_dev.txt',
    test: data + '/conllpp/conllpp_test.txt',
    format: 'columns',
    options: { scheme: 'BIO' },
    max_span_width: 5,
    batch_size: 32,
    encoder: encoders.bert_large_cased,
  },

  // CoNLL04, news with relations, as prepared for SpERT
  conll2004: {
    train: data + '/conll2004/conll04_train.json',
    dev: data + '/conll2004/conll04_dev.json',
    test: data + '/conll2004/conll04_test.json',
    format: 'spert',
    options: {},
    max_span_width: 10,
    batch_size: 2,
    encoder: encoders.bert_large_cased,
  },

  ace2004: ace(data + '/ace2004', 'LDC2005T09'),
  ace2005: ace(data + '/ace2005', 'LDC2006T06'),

  // BioCreative V: chemicals and diseases in abstracts
  bc5cdr: {
    train: data + '/bc5cdr/CDR_TrainingSet.PubTator.txt',
    dev: data + '/bc5cdr/CDR_DevelopmentSet.PubTator.txt',
    test: data + '/bc5cdr/CDR_TestSet.PubTator.txt',
    format: 'pubtator',
    options: {},
    max_span_width: 7,
    batch_size: 16,
    encoder: encoders.biobert,
  },

  // Its four types count as one.
  ncbi: {
    train: data + '/ncbi/NCBItrainset_corpus.txt',
    dev: data + '/ncbi/NCBIdevelopset_corpus.txt',
    test: data + '/ncbi/NCBItestset_corpus.txt',
    format: 'pubtator',
    options: {
      label_map: {
        [type]: 'Disease'
        for type in ['SpecificDisease', 'DiseaseClass', 'Modifier', 'CompositeMention']
      },
    },
    max_span_width: 7,
    batch_size: 16,
    encoder: encoders.biobert,
  },

  // Abstracts of computer science with nested entities
  scierc: {
    train: data + '/scierc/train.json',
    dev: data + '/scierc/dev.json',
    test: data + '/scierc/test.json',
    format: 'dygie',
    options: {},
    max_span_width: 8,
    batch_size: 12,
    encoder: encoders.scibert,
  },

  // WNUT 2016, ten types in tweets
  wnut16: {
    train: data + '/wnut16/train',
    dev: data + '/wnut16/dev',
    test: data + '/wnut16/test',
    format: 'columns',
    options: { scheme: 'BIO' },
    max_span_width: 6,
    batch_size: 32,
    encoder: encoders.bert_large_cased,
  },

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
