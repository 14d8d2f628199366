// Table 3: the four models on the eleven corpora, five seeds; 165 trainings, for both BL models come from one.
local lib = import 'lib.libsonnet';

{
  corpora: lib.chosen(lib.all_corpora),
  models: { SeqNER: lib.seqner, SpanNER: lib.spanner, 'BL-NER': lib.bl_ner },
  seeds: lib.five_seeds,
}
