"""Time and peak memory of analysing one system's output: 100,000 invented sentences with two mentions each.

    OMP_NUM_THREADS=2 python -m benchmarks.analysis_speed --sentences 100000 --resamples 1000

Each figure comes from a process of its own, which makes the sentences, takes the time of what is asked, and tells its
peak memory: that of the sentences alone, and that of the whole. `write` is the JSON, the tables and the page, without
figures, whose time does not depend on the number of sentences.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import make_parser, peak_memory_mb, print_table, run_apart, write_figures
from blner_allennlp.analysis.analyze import analyze
from blner_allennlp.analysis.sentence_counts import count_by_sentence
from blner_allennlp.analysis.sentence_records import judged_sentences
from blner_allennlp.analysis.settings import AnalysisSettings
from blner_allennlp.entities import Entity, ScoredEntity, Sentence
from blner_allennlp.runs.system_output import SystemInfo, SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon

TASKS = ("count", "analyze", "write")
NUM_WORDS = 20
VOCABULARY_SIZE = 30_000
LABELS = ("Chemical", "Date", "Disease", "Event", "Person", "Place", "Product", "Team")


def make_output(num_sentences: int, seed: int = 0) -> SystemOutput:
    """Invent a system's output: two gold mentions a sentence, seven of ten of them found.

    Args:
        num_sentences: how many sentences.
        seed: random seed.

    Returns:
        The output; half of its sentences are the training data, too.
    """
    generator = random.Random(seed)
    vocabulary = [f"word{index}" for index in range(VOCABULARY_SIZE)]
    sentences, predicted = [], []
    for _ in range(num_sentences):
        starts = (generator.randrange(8), generator.randrange(10, 17))
        gold = tuple(
            Entity(start, start + generator.choice((1, 1, 2, 3)), generator.choice(LABELS))
            for start in starts
        )
        sentences.append(Sentence(tuple(generator.choices(vocabulary, k=NUM_WORDS)), gold))
        predicted.append(tuple(answer for entity in gold for answer in _answer(entity, generator)))
    lexicon = TrainingLexicon.from_sentences(sentences[: num_sentences // 2])
    info = SystemInfo("SpanNER", "invented", "test", settings={"max_width": 2})
    return SystemOutput(info, tuple(sentences), tuple(predicted), lexicon=lexicon)


def _answer(entity: Entity, generator: random.Random) -> list[ScoredEntity]:
    fate, score = generator.random(), generator.random()
    if fate < 0.7:
        return [ScoredEntity(entity, score)]
    if fate < 0.8:
        return [ScoredEntity(Entity(entity.word_start, entity.word_end, generator.choice(LABELS)), score)]
    if fate < 0.9:
        return [ScoredEntity(Entity(entity.word_start, entity.word_end + 1, entity.label), score)]
    return []


def measure(task: str, num_sentences: int, num_resamples: int) -> dict[str, float]:
    """Do one task in this process.

    Args:
        task: one of `TASKS`.
        num_sentences: how many sentences.
        num_resamples: bootstrap samples.

    Returns:
        Seconds, and MiB before and at most.
    """
    output = make_output(num_sentences)
    before = peak_memory_mb()
    settings = AnalysisSettings(num_resamples=num_resamples)
    start = time.perf_counter()
    if task == "count":
        count_by_sentence(output, settings).micro()
    elif task == "analyze":
        analyze(output, settings)
    else:
        analysis = analyze(output, settings)
        start = time.perf_counter()
        # Not before it is needed: templates and tables have memory of their own.
        from blner_allennlp.reporting.page import page
        from blner_allennlp.reporting.tables import write_analysis_tables

        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / "analysis.json").write_text(json.dumps(analysis.to_json()), encoding="utf-8")
            write_analysis_tables([analysis], Path(directory))
            sentences = judged_sentences([output], settings, analyses=[analysis])
            page.write_page(Path(directory) / "page.html", [analysis], None, sentences, "invented")
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "mib_of_sentences": before, "mib_at_most": peak_memory_mb()}


def main() -> None:
    """Measure all tasks, or in a process of its own the one that is named."""
    parser = make_parser(__doc__, with_threads=False)
    parser.add_argument("--sentences", type=int, default=100_000)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task is not None:
        print(json.dumps(measure(arguments.task, arguments.sentences, arguments.resamples)))
        return
    options = ("--sentences", arguments.sentences, "--resamples", arguments.resamples)
    figures = {task: run_apart("benchmarks.analysis_speed", "--task", task, *options) for task in TASKS}
    print(f"{arguments.sentences:,} sentences, {arguments.resamples:,} resamples")
    print_table(
        ["task", "s", "peak memory, MiB", "of which the sentences"],
        (
            [
                task,
                f"{row['seconds']:.1f}",
                *(f"{row[name]:,.0f}" for name in ("mib_at_most", "mib_of_sentences")),
            ]
            for task, row in figures.items()
        ),
    )
    write_figures(
        {"num_sentences": arguments.sentences, "num_resamples": arguments.resamples, **figures},
        arguments.output,
    )


if __name__ == "__main__":
    main()
