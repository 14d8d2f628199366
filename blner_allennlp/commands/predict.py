"""What `allennlp predict` does with an NER predictor: broken lines are reported by number, the rest is answered.

AllenNLP's own loop parses line by line without counting, ends at the first line that is no JSON, and sends sentences
to the model one by one unless told otherwise. AllenNLP offers no way to say which loop a predictor wants, so the class
that its command instantiates is replaced by a choice: our loop for our predictor, its own for every other.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

from allennlp.commands import predict as allennlp_predict
from allennlp.common.file_utils import open_compressed
from allennlp.common.tqdm import Tqdm
from more_itertools import chunked

from blner_allennlp.predictors import NerPredictor
from blner_allennlp.predictors.output_objects import is_unanswered

logger = logging.getLogger(__name__)

_AllenNlpPredictManager = allennlp_predict._PredictManager

# Enough lines that sorting them by length saves most of the padding, few enough to stream.
_READ_AHEAD = 1024


class NerPredictManager(_AllenNlpPredictManager):
    """The loop of `allennlp predict` for `NerPredictor`.

    Reads many inputs ahead, lets the predictor batch them by length, and writes the answers in the order of the inputs
    as soon as they are there. With `--batch-size` above 1 it reads so many ahead; from standard input it reads
    `--batch-size` lines (one by default), so that a program at the other end of a pipe is answered at once.
    """

    def run(self) -> None:
        """Answer all inputs, then close the output file; fail where not a single line could be read."""
        try:
            if self._dataset_reader is not None:
                self._answer_instances()
            else:
                self._answer_lines()
        finally:
            if self._output_file is not None:
                self._output_file.close()

    def _answer_lines(self) -> None:
        index = 0
        unanswered = []
        with self._progress() as progress:
            for lines in chunked(self._numbered_lines(), self._read_ahead()):
                outputs = self._predictor.predict_lines(lines)
                for (_, line), output in zip(lines, outputs, strict=True):
                    self._write(index, output, line.decode("utf-8", errors="replace").strip())
                    index += 1
                    if is_unanswered(output):
                        unanswered.append(output)
                self._flush()
                progress.update(len(lines))
        if unanswered:
            logger.warning(
                "%d of %d lines have no answer; their records say why. The first is line %d: %s",
                len(unanswered), index, unanswered[0]["line_number"], unanswered[0]["error"],
            )  # fmt: skip
        if index and len(unanswered) == index:
            sys.exit(1)

    def _answer_instances(self) -> None:
        index = 0
        for instances in chunked(self._get_instance_data(), self._read_ahead()):
            for output in self._predictor.predict_batch_instance(instances):
                self._write(index, output, json.dumps(output["tokens"]))
                index += 1
            self._flush()

    def _numbered_lines(self) -> Iterator[tuple[int, bytes]]:
        if self._input_file == "-":
            yield from _with_numbers(sys.stdin.buffer)
        else:
            with open_compressed(self._input_file, "rb", encoding=None) as lines:
                yield from _with_numbers(lines)

    def _progress(self) -> Any:
        # With the answers on the screen a progress bar would run through them.
        return Tqdm.tqdm(desc="predicting", unit=" lines", disable=self._print_to_console)

    def _read_ahead(self) -> int:
        if self._batch_size > 1 or self._input_file == "-":
            return self._batch_size
        return _READ_AHEAD

    def _write(self, index: int, output: dict[str, Any], model_input: str) -> None:
        self._maybe_print_to_console_and_file(index, self._predictor.dump_line(output), model_input)

    def _flush(self) -> None:
        if self._print_to_console:
            sys.stdout.flush()
        if self._output_file is not None:
            self._output_file.flush()


def _with_numbers(lines: Any) -> Iterator[tuple[int, bytes]]:
    """Number all lines from 1, then leave the blank ones out, as AllenNLP does."""
    for line_number, line in enumerate(lines, start=1):
        if not line.isspace():
            yield line_number, line


def _predict_manager(predictor: Any, *args: Any, **kwargs: Any) -> _AllenNlpPredictManager:
    manager_class = NerPredictManager if isinstance(predictor, NerPredictor) else _AllenNlpPredictManager
    return manager_class(predictor, *args, **kwargs)


allennlp_predict._PredictManager = _predict_manager
