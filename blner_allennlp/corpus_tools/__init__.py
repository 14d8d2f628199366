"""What there is to know about a corpus before training on it: counts, findings, splits."""
