// What the grids of this folder share. An experiment's path is looked up beside the grid: `../` is experiments/.
{
  // BLNER_CORPORA=wnut17,conll2004 chooses from a grid's corpora.
  chosen(corpora)::
    local wanted = std.extVar('BLNER_CORPORA');
    if wanted == '' then corpora else [
      if std.member(corpora, name) then name
      else error 'BLNER_CORPORA: expected some of %s, got %s' % [std.join(',', corpora), name]
      for name in std.split(wanted, ',')
    ],

  // In the order of Table 3.
  all_corpora:: [
    'ontonotes', 'conll2003', 'conllpp', 'conll2004', 'ace2004', 'ace2005', 'bc5cdr', 'ncbi', 'scierc', 'wnut16', 'wnut17',
  ],
  // Sections 4.3 and 4.5 select the largest of each domain, and both of the social one.
  six_corpora:: ['ontonotes', 'conll2003', 'bc5cdr', 'scierc', 'wnut16', 'wnut17'],

  five_seeds:: [1, 2, 3, 4, 5],

  seqner:: { experiment: '../seqner_%(corpus)s.jsonnet' },
  spanner:: { experiment: '../spanner_%(corpus)s.jsonnet' },
  // Trained once, answered by both heads, each from its own best epoch: BL-SeqNER and BL-SpanNER.
  bl_ner:: { experiment: '../bl_spanner_%(corpus)s.jsonnet' },

  tagging:: {
    'tagging=softmax': { 'model.sequence_head.type': 'softmax' },
    'tagging=crf': { 'model.sequence_head.type': 'crf' },
  },
  representation:: {
    ['representation=' + name]: { 'model.span_head.representation': name }
    for name in ['boundary', 'pooling', 'hybrid']
  },
  alpha:: { ['alpha=0.%d' % tenths]: { 'model.alpha': tenths / 10 } for tenths in std.range(1, 9) },

  encoder(name):: {
    'model.encoder.model_name': name,
    'dataset_reader.token_indexers.pieces.model_name': name,
  },
  // What a lower-casing encoder wins capitals back with.
  word_shapes:: { 'model.encoder.word_shape_dim': 16, 'dataset_reader.token_indexers.pieces.word_shapes': true },
}
