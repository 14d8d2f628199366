"""One HTML page, complete in itself, with everything that was found out about one or more systems."""

from blner_allennlp.analysis.judged_sentence import JudgedSentence
from blner_allennlp.reporting.page.page import write_page

__all__ = ["JudgedSentence", "write_page"]
