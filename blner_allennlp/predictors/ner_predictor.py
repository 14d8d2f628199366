"""Text in, entities out."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from allennlp.data import Batch, DatasetReader, Instance
from allennlp.models import Model
from allennlp.nn.util import move_to_device
from allennlp.predictors import Predictor

from blner_allennlp.entities import ScoredEntity, Sentence
from blner_allennlp.heads.scheme_setting import parse_scheme_setting
from blner_allennlp.predictors.input_text import InputError, rule_based_splitter, to_sentence
from blner_allennlp.tag_schemes import entities_to_tags

JsonObject = dict[str, Any]


@Predictor.register("ner")
class NerPredictor(Predictor):
    """Finds entities in raw text or in given words.

    An input is `{"text": …}`, `{"sentence": …}` or `{"tokens": […]}`; its other fields are kept in the output. The
    output adds `tokens`, and `entities`, each with `type`, `word_start`, `word_end`, `char_start`, `char_end` (all
    half-open), `text` (`text[char_start:char_end]`) and `score`. An input's own `entities` come back as
    `input_entities`. An input that cannot be read gives `{"error": …}` and does not stop the others.

    Args:
        model: a `BundledNer`.
        dataset_reader: the reader that the model was trained with.
        frozen: as in AllenNLP's own predictors.
        language: whose rules split raw text into words; they need no download.
        include_tags: add `tags`, the answer as one tag a word.
        tag_scheme: the scheme of those tags.
        max_words_per_batch: how many words, padding included, go through the model at a time.
    """

    def __init__(
        self,
        model: Model,
        dataset_reader: DatasetReader,
        frozen: bool = True,
        language: str = "en",
        include_tags: bool = False,
        tag_scheme: str = "BIO",
        max_words_per_batch: int = 2048,
    ) -> None:
        super().__init__(model, dataset_reader, frozen)
        self._language = language
        self._include_tags = include_tags
        self._tag_scheme = parse_scheme_setting(tag_scheme, "predictor: tag_scheme")
        # A model that was just trained in memory would otherwise train on, and answer nothing.
        model.eval()
        self._max_words_per_batch = max_words_per_batch

    def predict(self, text: str) -> JsonObject:
        """Find the entities of one text.

        Args:
            text: any text; it is split into words by rule.

        Returns:
            The output object (see the class).
        """
        return self.predict_json({"text": text})

    def predict_json(self, inputs: JsonObject) -> JsonObject:
        """Find the entities of one input object.

        Args:
            inputs: an input object (see the class).

        Returns:
            The output object.
        """
        return self.predict_batch_json([inputs])[0]

    def predict_batch_json(self, inputs: Sequence[JsonObject]) -> list[JsonObject]:
        """Find the entities of many input objects.

        Args:
            inputs: input objects (see the class).

        Returns:
            The output objects, in the same order.
        """
        readings = [self._read(fields) for fields in inputs]
        sentences = [reading for reading in readings if isinstance(reading, Sentence)]
        found = iter(self.predict_sentences(sentences))
        return [
            {**_kept_fields(fields), "error": str(reading)}
            if isinstance(reading, InputError)
            else self._to_json(fields, reading, next(found))
            for fields, reading in zip(inputs, readings, strict=True)
        ]

    def predict_lines(self, lines: Iterable[tuple[int, bytes]]) -> list[JsonObject]:
        """Find the entities of lines of JSON, some of which may be broken.

        Args:
            lines: line numbers, counted from 1, and the lines as they stand in the file.

        Returns:
            One output object a line, in the same order; for a broken line `{"line_number": …, "error": …}`.
        """
        numbers, parsed = [], []
        for line_number, line in lines:
            numbers.append(line_number)
            parsed.append(_parse(line))
        outputs = iter(
            self.predict_batch_json([fields for fields in parsed if not isinstance(fields, InputError)])
        )
        return [
            _with_line_number(
                {"error": str(fields)} if isinstance(fields, InputError) else next(outputs), line_number
            )
            for line_number, fields in zip(numbers, parsed, strict=True)
        ]

    def predict_sentences(self, sentences: Sequence[Sentence]) -> list[list[ScoredEntity]]:
        """Find the entities of sentences that are split into words.

        Args:
            sentences: any number of sentences; one without words has no entities.

        Returns:
            For each sentence its entities, in order of their first word.
        """
        answers: list[list[ScoredEntity]] = [[] for _ in sentences]
        for batch in self._batches_by_length(sentences):
            instances = [self._dataset_reader.text_to_instance(sentences[index].words) for index in batch]
            for index, entities in zip(batch, self._answer(instances), strict=True):
                answers[index] = entities
        return answers

    def predict_instance(self, instance: Instance) -> JsonObject:
        """The entities of one instance, as `allennlp predict --use-dataset-reader` asks for them.

        Args:
            instance: an instance of `NerCorpusReader`.

        Returns:
            The output object (see the class).
        """
        return self.predict_batch_instance([instance])[0]

    def predict_batch_instance(self, instances: list[Instance]) -> list[JsonObject]:
        """The entities of many instances.

        Args:
            instances: instances of `NerCorpusReader`.

        Returns:
            The output objects, in the same order.
        """
        sentences = [instance["metadata"].metadata["sentence"] for instance in instances]
        inputs = [{"tokens": list(sentence.words)} for sentence in sentences]
        return self.predict_batch_json(inputs)

    def _json_to_instance(self, json_dict: JsonObject) -> Instance:
        reading = self._read(json_dict)
        if isinstance(reading, InputError):
            raise reading
        return self._dataset_reader.text_to_instance(reading.words)

    def _read(self, fields: Any) -> Sentence | InputError:
        # Not every input needs splitting: spaCy is loaded with the first one that does.
        try:
            return to_sentence(fields, lambda text: rule_based_splitter(self._language)(text))
        except InputError as error:
            return error

    def _batches_by_length(self, sentences: Sequence[Sentence]) -> Iterator[list[int]]:
        """Indices of the sentences, longest first, so that a batch has little padding."""
        order = sorted(
            (index for index, sentence in enumerate(sentences) if sentence.words),
            key=lambda index: -len(sentences[index].words),
        )
        position = 0
        while position < len(order):
            longest = len(sentences[order[position]].words)
            batch_size = max(1, self._max_words_per_batch // longest)
            yield order[position : position + batch_size]
            position += batch_size

    def _answer(self, instances: list[Instance]) -> list[list[ScoredEntity]]:
        for instance in instances:
            self._dataset_reader.apply_token_indexers(instance)
        batch = Batch(instances)
        batch.index_instances(self._model.vocab)
        with torch.inference_mode():
            tensors = move_to_device(batch.as_tensor_dict(), self.cuda_device)
            return self._model(**tensors)["entities"]

    def _to_json(self, fields: JsonObject, sentence: Sentence, entities: list[ScoredEntity]) -> JsonObject:
        output = {**_kept_fields(fields), "tokens": list(sentence.words)}
        if output.get("text") is None and output.get("sentence") is None:
            output["text"] = sentence.text
        output["entities"] = [_entity_to_json(sentence, found) for found in entities]
        if self._include_tags:
            output["tags"] = entities_to_tags(
                [found.entity for found in entities], len(sentence.words), self._tag_scheme
            )
        return output


def is_unread(output: JsonObject) -> bool:
    """Whether an output object stands for an input that could not be read.

    Args:
        output: an output object of `NerPredictor`.

    Returns:
        True for an error record; an answer may hold the input's own field `error`.
    """
    return "error" in output and "entities" not in output


def _entity_to_json(sentence: Sentence, found: ScoredEntity) -> JsonObject:
    char_start = sentence.char_offsets[found.entity.word_start][0]
    char_end = sentence.char_offsets[found.entity.word_end - 1][1]
    return {
        **found.entity.to_json(),
        "char_start": char_start,
        "char_end": char_end,
        "text": sentence.text[char_start:char_end],
        "score": round(found.score, 6),
    }


def _kept_fields(fields: Any) -> JsonObject:
    """The input's own fields; its `entities` under a name that the answer does not take."""
    if not isinstance(fields, dict):
        return {}
    return {"input_entities" if name == "entities" else name: value for name, value in fields.items()}


def _with_line_number(output: JsonObject, line_number: int) -> JsonObject:
    return {**output, "line_number": line_number} if is_unread(output) else output


def _refuse_constant(name: str) -> None:
    """Python reads and writes these, but no other reader of the output would."""
    raise ValueError(f"{name} is no JSON value")


def _parse(line: bytes) -> Any:
    try:
        # Given bytes, the parser would guess at UTF-16 and UTF-32 as well.
        text = line.decode("utf-8").removeprefix("\ufeff")
        return json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        return InputError(
            f"expected UTF-8, got byte 0x{line[error.start]:02x} at position {error.start} of the line"
        )
    except (ValueError, RecursionError) as error:
        # Broken, a number of thousands of digits, or nested too deeply.
        return InputError(f"expected one JSON object a line, but: {error}")
