"""Column files (CoNLL-2003, WNUT 2017 and the like)."""
