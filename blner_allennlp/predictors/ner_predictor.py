"""Text in, entities out."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Optional

from allennlp.common.checks import ConfigurationError
from allennlp.data import DatasetReader, Instance
from allennlp.models import Model
from allennlp.predictors import Predictor

from blner_allennlp.dataset_readers import NerCorpusReader
from blner_allennlp.entities import ScoredEntity, Sentence
from blner_allennlp.heads.scheme_setting import parse_scheme_setting
from blner_allennlp.models import BundledNer
from blner_allennlp.predictors.input_text import InputError, named_splitter, parse_line, to_sentence
from blner_allennlp.predictors.output_objects import JsonObject, answer_object, error_object
from blner_allennlp.predictors.prepared_inputs import PreparedInputs
from blner_allennlp.predictors.sentence_answerer import SentenceAnswerer
from blner_allennlp.predictors.sentence_indexer import SentenceIndexer
from blner_allennlp.predictors.started_sentences import StartedSentences
from blner_allennlp.splitting import WORD_SPLITTERS
from blner_allennlp.tag_schemes import entities_to_tags


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
        language: whose rules split raw text into words; they need no download. None to split as the corpus was
            split, because a model should meet the words that it was trained on.
        word_splitter: one of `splitting.WORD_SPLITTERS`; None for `rules` where `language` is given, else the corpus's.
        include_tags: add `tags`, the answer as one tag a word.
        tag_scheme: the scheme of those tags.
        max_pieces_per_batch: how much goes through the model at a time, counted in pieces, padding included
            (`blner_allennlp.batching`); None for what suits the device. Batches that a CPU reads side by side share
            it. Where that does not fit in memory, less is tried.
        autocast: `bf16` or `fp16` to run the encoder in that precision; None leaves it as the model has it.
        compile_encoder: let `torch.compile` translate the encoder, which takes minutes at the first batches.

    Raises:
        ConfigurationError: the model is no `BundledNer`, or a setting is none that can be.
    """

    def __init__(
        self,
        model: Model,
        dataset_reader: DatasetReader,
        frozen: bool = True,
        language: Optional[str] = None,  # noqa: UP045 (AllenNLP builds no `X | None`)
        word_splitter: Optional[str] = None,  # noqa: UP045
        include_tags: bool = False,
        tag_scheme: str = "BIO",
        max_pieces_per_batch: Optional[int] = None,  # noqa: UP045
        autocast: Optional[Literal["bf16", "fp16"]] = None,  # noqa: UP045
        compile_encoder: bool = False,
    ) -> None:
        if not isinstance(model, BundledNer):
            raise ConfigurationError(
                f"predictor: the model is a {type(model).__name__}, but must be of type 'bundled_ner'; other models "
                "have predictors of their own"
            )
        super().__init__(model, dataset_reader, frozen)
        self._splitting = _choose_splitting(dataset_reader, word_splitter, language)
        self._include_tags = include_tags
        self._tag_scheme = parse_scheme_setting(tag_scheme, "predictor: tag_scheme")
        # A model that was just trained in memory would otherwise train on, and answer nothing.
        model.eval()
        if autocast is not None:
            model.encoder.set_autocast(autocast)
        if compile_encoder:
            # Each batch has another shape; none of them is worth a translation of its own.
            model.encoder.compile(dynamic=True)
        self._index = SentenceIndexer(dataset_reader, model.vocab)
        try:
            self._answerer = SentenceAnswerer(model, self._index, self.cuda_device, max_pieces_per_batch)
        except ValueError as error:
            raise ConfigurationError(f"predictor: max_pieces_per_batch: {error}") from error

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
        return self.answer(self.prepare(inputs))

    def predict_lines(self, lines: Iterable[tuple[int, bytes]]) -> list[JsonObject]:
        """Find the entities of lines of JSON, some of which may be broken.

        Args:
            lines: line numbers, counted from 1, and the lines as they stand in the file.

        Returns:
            One output object a line, in the same order; for a broken line `{"line_number": …, "error": …}`.
        """
        return self.answer(self.prepare_lines(lines))

    def predict_sentences(self, sentences: Sequence[Sentence]) -> list[list[ScoredEntity]]:
        """Find the entities of sentences that are split into words.

        Args:
            sentences: any number of sentences; one without words has no entities.

        Returns:
            For each sentence its entities, in order of their first word.

        Raises:
            MemoryError: a sentence does not fit in memory, even alone.
        """
        with_words = [sentence for sentence in sentences if sentence.words]
        indexed = self._index([sentence.words for sentence in with_words])
        found = []
        for answer in self._answerer(with_words, indexed):
            if isinstance(answer, MemoryError):
                raise MemoryError(str(answer))
            found.append(answer)
        answers = iter(found)
        return [next(answers) if sentence.words else [] for sentence in sentences]

    def prepare_lines(self, lines: Iterable[tuple[int, bytes]]) -> PreparedInputs:
        """Do for lines of JSON what can be done without the model.

        Args:
            lines: line numbers, counted from 1, and the lines as they stand in the file.

        Returns:
            What `answer` takes.
        """
        line_numbers, inputs = [], []
        for line_number, line in lines:
            line_numbers.append(line_number)
            try:
                inputs.append(parse_line(line))
            except InputError as error:
                inputs.append(error)
        return self.prepare(inputs, line_numbers)

    def prepare(self, inputs: Sequence[Any], line_numbers: Sequence[int] | None = None) -> PreparedInputs:
        """Do for inputs what can be done without the model; another thread may do so while the model is busy.

        Args:
            inputs: input objects (see the class), or errors in place of some.
            line_numbers: the line of each input, counted from 1; None where inputs are no lines.

        Returns:
            What `answer` takes.
        """
        readings = [self._read(fields) for fields in inputs]
        sentences = [reading for reading in readings if isinstance(reading, Sentence) and reading.words]
        indexed = self._index([sentence.words for sentence in sentences])
        return PreparedInputs(inputs, readings, sentences, indexed, line_numbers)

    def start(self, prepared: PreparedInputs) -> StartedSentences:
        """Have inputs go through the model, where several batches go at a time, while something else is done.

        Args:
            prepared: what `prepare` or `prepare_lines` gave.

        Returns:
            What `answer` takes beside the inputs.
        """
        return self._answerer.start(prepared.sentences, prepared.indexed)

    def answer(self, prepared: PreparedInputs, started: StartedSentences | None = None) -> list[JsonObject]:
        """Send inputs through the model.

        Args:
            prepared: what `prepare` or `prepare_lines` gave.
            started: what `start` gave for these inputs; None to start now.

        Returns:
            The output objects, in the order of the inputs.
        """
        found = iter(self._answerer.finish(self.start(prepared) if started is None else started))
        outputs = []
        for index, (fields, reading) in enumerate(zip(prepared.fields, prepared.readings, strict=True)):
            answer: InputError | MemoryError | list[ScoredEntity] = []
            if isinstance(reading, InputError):
                answer = reading
            elif reading.words:
                answer = next(found)
            if isinstance(answer, Exception):
                line_number = None if prepared.line_numbers is None else prepared.line_numbers[index]
                outputs.append(error_object(fields, answer, line_number))
            else:
                outputs.append(self._with_tags(answer_object(fields, reading, answer), answer))
        return outputs

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
        if isinstance(fields, InputError):
            return fields
        # Not every input needs splitting: spaCy is loaded with the first one that does.
        try:
            return to_sentence(fields, lambda text: named_splitter(*self._splitting)(text))
        except InputError as error:
            return error

    def _with_tags(self, output: JsonObject, entities: list[ScoredEntity]) -> JsonObject:
        if self._include_tags:
            output["tags"] = entities_to_tags(
                [found.entity for found in entities], len(output["tokens"]), self._tag_scheme
            )
        return output


def _choose_splitting(reader: DatasetReader, name: str | None, language: str | None) -> tuple[str, str]:
    """Return the word splitter's name and its language."""
    corpus_name, corpus_language = ("rules", "en")
    if isinstance(reader, NerCorpusReader):
        corpus_name, corpus_language = reader.word_splitting
    if name is None:
        name = corpus_name if language is None else "rules"
    if name not in WORD_SPLITTERS:
        raise ConfigurationError(
            f"predictor: expected a word_splitter out of {', '.join(WORD_SPLITTERS)}, got {name!r}"
        )
    return name, corpus_language if language is None else language
