// Figure 7: three span representations in SpanNER and in both BL models.
local lib = import 'lib.libsonnet';

{
  corpora: lib.chosen(lib.six_corpora),
  models: { SpanNER: lib.spanner, 'BL-NER': lib.bl_ner },
  variants: lib.representation,
  seeds: lib.five_seeds,
}
