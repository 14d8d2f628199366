"""A trained model -> prediction files of its splits, of both heads where it has two."""

from blner_allennlp.answering.answer_run import answer_run

__all__ = ["answer_run"]
