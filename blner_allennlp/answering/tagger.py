"""Taggers of other houses, trained on this package's instances, answer as well."""

from collections.abc import Sequence
from pathlib import Path

from allennlp.models import Model
from more_itertools import chunked

from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.entities import Entity, Sentence
from blner_allennlp.errors import RunError
from blner_allennlp.tag_schemes import tags_to_entities

_SENTENCES_A_BATCH = 64


class Tagger:
    """Any model of AllenNLP whose readable output has `tags`, one a word, such as allennlp-models' `crf_tagger`.

    Args:
        model: the model.
        reader: the reader that it was trained with, whose tag scheme its tags are in.
        run_directory: its run, for messages.
    """

    def __init__(self, model: Model, reader: NerCorpusReader, run_directory: Path) -> None:
        self._model = model.eval()
        self._reader = reader
        self._run_directory = run_directory

    def predict_sentences(self, sentences: Sequence[Sentence]) -> list[list[Entity]]:
        """Find the entities of sentences that are split into words.

        Args:
            sentences: any number of sentences, each with one word at least.

        Returns:
            For each sentence its entities, in order of their first word, read off the tags by conlleval's rule. Such
            models give no probabilities for them.

        Raises:
            RunError: the model's output has no tags, or not one for each word.
        """
        answers: list[list[Entity]] = [[] for _ in sentences]
        order = sorted(range(len(sentences)), key=lambda index: -len(sentences[index].words))
        for batch in chunked(order, _SENTENCES_A_BATCH):
            instances = [self._reader.text_to_instance(sentences[index].words) for index in batch]
            for instance in instances:
                self._reader.apply_token_indexers(instance)
            for index, output in zip(batch, self._model.forward_on_instances(instances), strict=True):
                tags = output.get("tags")
                num_words = len(sentences[index].words)
                if not isinstance(tags, Sequence) or len(tags) != num_words:
                    found = f"{len(tags)} tags" if isinstance(tags, Sequence) else "none"
                    raise RunError(
                        f"the model is a {type(self._model).__name__}; expected `tags` in its output, one for each of "
                        f"{num_words} words, got {found}; let its own predictor answer and give its predictions as a "
                        "file, JSON lines or columns with gold and predicted tags",
                        self._run_directory,
                    )
                answers[index] = list(tags_to_entities(tags, self._reader.tag_scheme))
        return answers
