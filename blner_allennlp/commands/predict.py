"""What `allennlp predict` does with an NER predictor: broken lines are reported by number, the rest is answered.

AllenNLP's own loop parses line by line without counting, ends at the first line that is no JSON, and sends sentences
to the model one by one unless told otherwise. AllenNLP offers no way to say which loop a predictor wants, so the class
that its command instantiates is replaced by a choice: our loop for our predictor, its own for every other.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from allennlp.commands import predict as allennlp_predict
from allennlp.common.file_utils import open_compressed
from allennlp.common.tqdm import Tqdm
from more_itertools import chunked

from blner_allennlp.predictors import NerPredictor
from blner_allennlp.predictors.output_objects import JsonObject, is_unanswered
from blner_allennlp.predictors.prepared_inputs import PreparedInputs
from blner_allennlp.predictors.started_sentences import StartedSentences

logger = logging.getLogger(__name__)

_AllenNlpPredictManager = allennlp_predict._PredictManager

# How many lines are read at a time: few at first, so that the first answers come soon, then so many that there is
# hardly any padding where they are sorted by length.
_LINES_PER_CHUNK = (128, 512, 2048, 4096)
# Documents a line would fill the memory.
_MAX_BYTES_PER_CHUNK = 1 << 22

Line = tuple[int, bytes]
StartedChunk = tuple[list[Line], PreparedInputs, StartedSentences]


class NerPredictManager(_AllenNlpPredictManager):
    """The loop of `allennlp predict` for `NerPredictor`.

    Reads many inputs ahead, lets the predictor batch them by length, and writes the answers in the order of the inputs
    as soon as they are there. While the model is busy with one chunk, the next is read and cut into pieces. With
    `--batch-size` above 1 it reads so many ahead; from standard input it reads `--batch-size` lines (one by default),
    and none while it answers others, so that a program at the other end of a pipe is answered at once.
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
            for lines, outputs in self._answered_chunks():
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

    def _answered_chunks(self) -> Iterator[tuple[list[Line], list[JsonObject]]]:
        """Chunks with their answers; while one is waited for, the next may be on its way already.

        At the end of a chunk there is not always work for all processor cores.
        """
        waiting: deque[StartedChunk] = deque()
        try:
            for lines, prepared in self._prepared_chunks():
                started = self._predictor.start(prepared)
                waiting.append((lines, prepared, started))
                # From a file the next lines come at once; whoever writes to a pipe may want the answers first.
                may_wait = started.is_under_way and Path(self._input_file).is_file()
                while len(waiting) > may_wait:
                    yield self._first_answered(waiting)
        except Exception:
            # Lines that cannot be read do not take those with them that are on their way.
            while waiting:
                yield self._first_answered(waiting)
            raise
        else:
            while waiting:
                yield self._first_answered(waiting)
        finally:
            _cancel(waiting)

    def _first_answered(self, waiting: deque[StartedChunk]) -> tuple[list[Line], list[JsonObject]]:
        lines, prepared, started = waiting.popleft()
        try:
            return lines, self._predictor.answer(prepared, started)
        except Exception:
            _cancel(waiting)  # nothing is written after a gap
            raise

    def _answer_instances(self) -> None:
        index = 0
        chunk_size = self._batch_size if self._batch_size > 1 else _LINES_PER_CHUNK[-1]
        for instances in chunked(self._get_instance_data(), chunk_size):
            for output in self._predictor.predict_batch_instance(instances):
                self._write(index, output, json.dumps(output["tokens"]))
                index += 1
            self._flush()

    def _prepared_chunks(self) -> Iterator[tuple[list[Line], PreparedInputs]]:
        chunks = self._chunks()

        def prepare_next() -> tuple[list[Line], PreparedInputs] | None:
            lines = next(chunks, None)
            return None if lines is None else (lines, self._predictor.prepare_lines(lines))

        if not self._reads_ahead():
            yield from iter(prepare_next, None)
            return
        with ThreadPoolExecutor(max_workers=1) as thread:
            coming = thread.submit(prepare_next)
            while (prepared := coming.result()) is not None:
                coming = thread.submit(prepare_next)
                yield prepared

    def _reads_ahead(self) -> bool:
        """Whether the next chunk is prepared while the model is busy with this one."""
        return bool(self._input_file != "-")

    def _chunks(self) -> Iterator[list[Line]]:
        if self._batch_size > 1 or self._input_file == "-":
            yield from chunked(self._numbered_lines(), self._batch_size)
            return
        num_lines = chain(_LINES_PER_CHUNK, repeat(_LINES_PER_CHUNK[-1]))
        chunk: list[Line] = []
        room, num_bytes = next(num_lines), 0
        for line_number, line in self._numbered_lines():
            chunk.append((line_number, line))
            num_bytes += len(line)
            if len(chunk) == room or num_bytes >= _MAX_BYTES_PER_CHUNK:
                yield chunk
                chunk, room, num_bytes = [], next(num_lines), 0
        if chunk:
            yield chunk

    def _numbered_lines(self) -> Iterator[Line]:
        if self._input_file == "-":
            yield from _with_numbers(sys.stdin.buffer)
        else:
            with open_compressed(self._input_file, "rb", encoding=None) as lines:
                yield from _with_numbers(lines)

    def _progress(self) -> Any:
        # With the answers on the screen a progress bar would run through them.
        return Tqdm.tqdm(desc="predicting", unit=" lines", disable=self._print_to_console)

    def _write(self, index: int, output: dict[str, Any], model_input: str) -> None:
        self._maybe_print_to_console_and_file(index, self._predictor.dump_line(output), model_input)

    def _flush(self) -> None:
        if self._print_to_console:
            sys.stdout.flush()
        if self._output_file is not None:
            self._output_file.flush()


def _with_numbers(lines: Any) -> Iterator[Line]:
    """Number all lines from 1, then leave the blank ones out, as AllenNLP does."""
    for line_number, line in enumerate(lines, start=1):
        if not line.isspace():
            yield line_number, line


def _cancel(waiting: deque[StartedChunk]) -> None:
    while waiting:
        _, _, started = waiting.popleft()
        started.cancel()


def _predict_manager(predictor: Any, *args: Any, **kwargs: Any) -> _AllenNlpPredictManager:
    manager_class = NerPredictManager if isinstance(predictor, NerPredictor) else _AllenNlpPredictManager
    return manager_class(predictor, *args, **kwargs)


allennlp_predict._PredictManager = _predict_manager
