"""What the training data held, for all systems of a corpus, where at least one of them tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from blner_allennlp.runs.system_output import SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon


def share_lexicons(outputs: Iterable[SystemOutput]) -> list[SystemOutput]:
    """Give outputs without a training lexicon that of another system of the same corpus.

    Attributes such as label consistency are of the corpus, not of the system. Prediction files from elsewhere do not
    tell what the training data held, while runs beside them do.

    Args:
        outputs: answers of any systems.

    Returns:
        The outputs in the same order.
    """
    outputs = list(outputs)
    known: dict[str, TrainingLexicon] = {}
    # In order of their names, so that the order in which systems are given does not matter.
    for output in sorted(outputs, key=lambda one: (one.info.corpus, one.info.title, one.info.source)):
        if output.lexicon is not None:
            known.setdefault(output.info.corpus, output.lexicon)
    return [
        replace(output, lexicon=known[output.info.corpus])
        if output.lexicon is None and output.info.corpus in known
        else output
        for output in outputs
    ]
