"""Measurements of speed and memory, each a command of its own."""

# In a checkout that is not installed, this makes AllenNLP run on today's libraries; it has to come first.
import blner_allennlp  # noqa: F401
