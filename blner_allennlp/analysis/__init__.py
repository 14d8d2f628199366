"""One system's answers beside the gold -> figures (paper, section 4.3)."""
