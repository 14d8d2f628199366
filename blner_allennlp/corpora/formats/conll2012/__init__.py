"""CoNLL-2012 (OntoNotes)."""
