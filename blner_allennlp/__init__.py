"""Win-Win Cooperation: Bundling Sequence and Span Models for NER, as a plugin of AllenNLP 2.10.1.

Importing the package is cheap: it installs the hook that lets AllenNLP run on today's libraries, and loads
neither AllenNLP nor torch. AllenNLP knows the package's classes as soon as it is asked for one by name.
"""

from __future__ import annotations

from blner_allennlp.compat import install as _install_compat

# Type checkers know the name; importing `typing` would cost every process of the environment milliseconds.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from blner_allennlp.corpora import read_corpus
    from blner_allennlp.entities import Entity, ScoredEntity, Sentence

__version__ = "0.1.0"

__all__ = ["Entity", "ScoredEntity", "Sentence", "__version__", "read_corpus"]

_HOME_OF_NAME = {
    "Entity": "blner_allennlp.entities",
    "ScoredEntity": "blner_allennlp.entities",
    "Sentence": "blner_allennlp.entities",
    "read_corpus": "blner_allennlp.corpora",
}

_install_compat()


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOME_OF_NAME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF_NAME})
