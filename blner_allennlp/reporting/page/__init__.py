"""One HTML page, complete in itself, with everything that was found out about one or more systems."""

from blner_allennlp.reporting.page.browser_sentence import BrowserSentence

__all__ = ["BrowserSentence"]
