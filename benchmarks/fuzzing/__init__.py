"""Broken corpora for every format: a reader must give sentences or a `CorpusError` that names the place."""
