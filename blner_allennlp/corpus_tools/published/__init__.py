"""What the paper says of its corpora, beside what was counted."""
