// Figure 6: softmax and CRF tagging in SeqNER and in both BL models.
local lib = import 'lib.libsonnet';

{
  corpora: lib.chosen(lib.six_corpora),
  models: { SeqNER: lib.seqner, 'BL-NER': lib.bl_ner },
  variants: lib.tagging,
  seeds: lib.five_seeds,
}
