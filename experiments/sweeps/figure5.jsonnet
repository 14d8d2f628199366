// Figure 5: α from 0.1 to 0.9 on the six corpora of Section 4.5, both heads.
local lib = import 'lib.libsonnet';

{
  corpora: lib.chosen(lib.six_corpora),
  models: { 'BL-NER': lib.bl_ner },
  variants: lib.alpha,
  seeds: lib.five_seeds,
}
