"""Which benchmarks there are, how each is run, and which target it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from benchmarks import found_figures
from benchmarks.targets import Target

ARCHIVE = "{archive}"
TRAIN = "{train}"
TEST = "{test}"
CORPUS = "{corpus}"
CUDA_DEVICE = "{cuda_device}"
THREADS = "{threads}"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A script that writes figures with `--output FILE`.

    Args:
        name: of the script, and of its figures.
        about: what it measures.
        arguments: of its command line; some stand for values that are known when it is run.
        targets: what its figures answer.
        corpus_arguments: more of them, for when a corpus was named.
    """

    name: str
    about: str
    arguments: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    corpus_arguments: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """What `python -m` runs."""
        return f"benchmarks.{self.name}"

    @property
    def needs_archive(self) -> bool:
        """Whether it measures a trained model."""
        return ARCHIVE in self.arguments

    def filled_arguments(self, values: Mapping[str, str]) -> list[str]:
        """Write its command line.

        Args:
            values: what the arguments in braces stand for; `CORPUS` only if a corpus was named.

        Returns:
            The arguments.
        """
        more = self.corpus_arguments if CORPUS in values else ()
        return [values.get(argument, argument) for argument in (*self.arguments, *more)]


BENCHMARKS = (
    Benchmark(
        "training_step",
        "a training step of every model beside the bare encoder's",
        ("--corpus", TRAIN),
        (
            Target(
                "training step, both heads with softmax / bare encoder",
                1.08,
                partial(found_figures.training_step, "both, softmax"),
                limit_on_gpu=1.10,
            ),
            Target(
                "training step, both heads with CRF / bare encoder",
                1.15,
                partial(found_figures.training_step, "both, CRF"),
            ),
        ),
    ),
    Benchmark("training_memory", "memory of training, epoch by epoch", ("--corpus", TRAIN)),
    Benchmark("optimizer_speed", "a step of the optimizer beside AllenNLP's"),
    Benchmark("crf_speed", "the CRF beside AllenNLP's"),
    Benchmark(
        "evaluation_shares",
        "where the time of evaluation goes",
        ("--corpus", TEST),
        (Target("decoding and scoring, of evaluation", 0.02, found_figures.decoding_and_scoring, unit="%"),),
    ),
    Benchmark(
        "predict_speed",
        "prediction from file to file beside the bare encoder",
        (ARCHIVE, TRAIN, "--cuda-device", CUDA_DEVICE),
        (
            Target(
                "`allennlp predict`, words/s / bare encoder",
                0.93,
                found_figures.ratio_of_rounds,
                limit_on_gpu=0.85,
                is_lowest=True,
            ),
        ),
    ),
    Benchmark(
        "predict_startup",
        "prediction's way to the first answer",
        (ARCHIVE,),
        (Target("start of `allennlp predict` / libraries and weights", 1.3, found_figures.ratio_of_rounds),),
    ),
    Benchmark(
        "predict_scaling",
        "prediction's time and memory against the number of sentences",
        ("--corpus", TRAIN),
        (
            Target(
                "CPU time a word, ten times the sentences",
                1.15,
                partial(found_figures.growth, "cpu_seconds"),
            ),
            Target(
                "peak memory, ten times the sentences",
                1.15,
                partial(found_figures.growth, "peak_memory_mb"),
            ),
        ),
    ),
    Benchmark(
        "long_text",
        "memory of one long text",
        ("--corpus", TRAIN),
        (Target("10,000 words, above the encoder", 300, found_figures.memory_above_encoder, unit="MB"),),
    ),
    Benchmark(
        "reading_speed",
        "the reader of every format, on the sample; or of the corpus, if one is named",
        corpus_arguments=("--files", CORPUS),
    ),
    Benchmark(
        "file_to_batches",
        "from a file to batches",
        (),
        (
            Target(
                "reading, indexing, batching, of a first CPU epoch",
                0.05,
                found_figures.data_in_first_epoch,
                unit="%",
            ),
            Target(
                "the loop's wait for data, of an epoch whose step leaves it 10 ms (a stand-in for a GPU's)",
                0.05,
                found_figures.wait_for_data,
                unit="%",
            ),
        ),
        corpus_arguments=("--corpus", CORPUS),
    ),
    Benchmark("indexing_speed", "the word-piece indexer beside AllenNLP's", ("--corpus", TRAIN)),
    Benchmark("batch_padding", "how much of batches is padding", (TRAIN,)),
    Benchmark("compile_speed", "what `torch.compile` gains and costs", ("--corpus", TRAIN)),
    Benchmark("analysis_speed", "the analysis of 100,000 invented sentences"),
    Benchmark("overfit", "whether every variant can learn twenty sentences by heart", ("--corpus", TRAIN)),
    Benchmark(
        "peers",
        "beside other taggers, each in an environment of its own (9 GB in .peers/)",
        ("--corpus", TRAIN, "--threads", THREADS),
        (
            Target(
                "words/s / fastest of the other taggers",
                1,
                partial(found_figures.slowest_lead, "prediction"),
                is_lowest=True,
                is_reached_at_limit=False,
            ),
            Target(
                "training sentences/s / fastest of the other taggers",
                1,
                partial(found_figures.slowest_lead, "training"),
                is_lowest=True,
                is_reached_at_limit=False,
            ),
            Target(
                "peak memory of prediction / least of the other taggers",
                1,
                partial(found_figures.memory_beside_peers, "prediction"),
                is_reached_at_limit=False,
            ),
            Target(
                "peak memory of training / least of the other taggers",
                1,
                partial(found_figures.memory_beside_peers, "training"),
                is_reached_at_limit=False,
            ),
        ),
    ),
)
"""In the order in which they are run."""
