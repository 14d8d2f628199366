"""Prediction files, of this package or of any other system -> what the system answered, beside the gold."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from blner_allennlp.corpora.choices import parse_choice
from blner_allennlp.corpora.lines import TextEncodingError, read_head
from blner_allennlp.entities import ScoredEntity, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.runs.answered_sentence import AnsweredSentence, ScoreCheck
from blner_allennlp.runs.prediction_columns import read_prediction_columns
from blner_allennlp.runs.prediction_objects import read_prediction_objects
from blner_allennlp.runs.run_record import Setting
from blner_allennlp.runs.system_output import SystemInfo, SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon
from blner_allennlp.tag_schemes import TagScheme

_OBJECT_START = re.compile(r"\s*(?:\[\s*)?\{")


def read_predictions(
    path: Path,
    *,
    system: str | None = None,
    corpus: str | None = None,
    split: str = "test",
    seed: int | None = None,
    variant: str = "",
    settings: Mapping[str, Setting] | None = None,
    source: str | None = None,
    training_seconds: float | None = None,
    lexicon: TrainingLexicon | None = None,
    head: str | None = None,
    scheme: TagScheme | str | None = None,
    encoding: str = "utf-8",
) -> SystemOutput:
    """Read predictions and gold from one file. Its start tells which of these it is:

    - JSON lines, or one JSON array, of objects with `tokens` (or `words`), the gold as `gold` and the predictions as
      `entities`: lists of mentions with `type`, `word_start`, `word_end` (half-open) and, for predictions, a `score`.
      Other names are `gold_entities` and `input_entities`, `predicted` and `predicted_entities`; where there are
      `entities` and `predicted`, the former are the gold. What `allennlp predict` writes for JSON lines with gold is
      such a file, also where the gold is given by character offsets.
    - JSON objects with `tokens`, `gold_tags` and `predicted_tags`.
    - Columns as conlleval reads them: the token first, the gold and the predicted tag in the last two columns, a blank
      line after each sentence.

    Args:
        path: the file, plain or gzip-compressed.
        system: the system's name; None for the file's, without what it ends with.
        corpus: the corpus's name; None for the file's.
        split: the split that was answered.
        seed: the system's random seed, where it is known.
        variant: what tells the system from its like.
        settings: what is known of the system.
        source: where the file comes from, for people; None for its path.
        training_seconds: how long the system was trained.
        lexicon: what its training data held.
        head: which head of a run's model answered, `seq` or `span`; None for systems from elsewhere.
        scheme: how tags are spelt; None to find out, for gold and predictions apart.
        encoding: the file's character encoding.

    Returns:
        What the system answered. A mention that is there twice counts once, with its higher score.

    Raises:
        CorpusError: the file cannot be read, is no text, lacks gold or predictions, has a mention beyond its sentence
            or a score that is none, or only some of the predictions have one.
    """
    if not path.is_file():
        what = "got a directory" if path.is_dir() else "but there is none"
        raise CorpusError(f"expected a file with predictions and gold, {what}; check the path", path)
    known_scheme = None if scheme is None else parse_choice(TagScheme, scheme, "a tag scheme", path)
    scores = ScoreCheck()
    try:
        with _without_garbage_collection():
            sentences, predicted = _read(path, scores, known_scheme, encoding)
    except TextEncodingError as error:
        # The commands that read other systems' files have no option for it.
        raise CorpusError(
            f"{error.expected_and_found}; save the file as UTF-8", path, error.line_number
        ) from error
    name = path.name.removesuffix(".gz")
    info = SystemInfo(
        system=system if system is not None else Path(name).stem,
        corpus=corpus if corpus is not None else name,
        split=split,
        seed=seed,
        variant=variant,
        settings=dict(settings or {}),
        source=str(path) if source is None else source,
        training_seconds=training_seconds,
        head=head,
    )
    return SystemOutput(info, tuple(sentences), tuple(predicted), scores.has_scores, lexicon)


def _read(
    path: Path, scores: ScoreCheck, scheme: TagScheme | None, encoding: str
) -> tuple[list[Sentence], list[tuple[ScoredEntity, ...]]]:
    answered: Iterator[AnsweredSentence]
    head = read_head(path)
    if "\0" in head and encoding.lower() in ("utf-8", "utf8"):
        raise CorpusError(
            "expected a text file with tokens, gold and predictions, got a binary file (it holds bytes 0); give the "
            "file that the system wrote its answers to, and if it is text in UTF-16, save it as UTF-8",
            path,
        )
    if _OBJECT_START.match(head) is not None:
        answered = read_prediction_objects(path, scores, scheme, encoding)
    else:
        scores.see(False, 1)
        answered = read_prediction_columns(path, scheme, encoding)
    sentences, predicted = [], []
    for sentence, mentions in answered:
        sentences.append(sentence)
        predicted.append(mentions)
    if not sentences:
        raise CorpusError("expected at least one sentence, got none; fetch or make the file again", path)
    return sentences, predicted


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Nothing that is read refers to itself; looking for such things again and again takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
