"""A corpus -> train, dev and test."""
