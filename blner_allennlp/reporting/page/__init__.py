"""One HTML page, complete in itself, with everything that was found out about one or more systems."""

from blner_allennlp.reporting.page.browser_sentence import BrowserSentence
from blner_allennlp.reporting.page.page import write_page

__all__ = ["BrowserSentence", "write_page"]
