"""How fast an archive is on this machine, and where its time goes: what `allennlp ner-benchmark` measures."""
