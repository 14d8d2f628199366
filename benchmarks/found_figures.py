"""Where in a benchmark's JSON the figure of a target stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.targets import Figures, Measured

_OUR_SYSTEMS = ("bl_spanner", "seqner")
_STEP_MILLISECONDS = 10


def clock_of(on_gpu: bool) -> str:
    """Which clock counts: on a CPU the processor's, which other work leaves alone; it does not see a GPU's work."""
    return "wall" if on_gpu else "cpu"


def training_step(model: str, figures: Figures, on_gpu: bool) -> Measured:
    """Of `benchmarks.training_step`: a model's step, as a multiple of the bare encoder's.

    Args:
        model: its name there.
        figures: what was measured.
        on_gpu: whether on a GPU.

    Returns:
        The ratio.
    """
    row, clock = figures[model], clock_of(on_gpu)
    return Measured(*(row[f"{clock}_ratio{end}"] for end in ("", "_min", "_max")))


def ratio_of_rounds(figures: Figures, on_gpu: bool) -> Measured:
    """Of `benchmarks.predict_speed` and `benchmarks.predict_startup`: their ratio."""
    return Measured(*(figures[clock_of(on_gpu)][f"ratio{end}"] for end in ("", "_min", "_max")))


def decoding_and_scoring(figures: Figures, on_gpu: bool) -> Measured:  # noqa: ARG001 (its clock fits both)
    """Of `benchmarks.evaluation_shares`: the share of decoding and scoring, of the model where it is larger."""
    shares = {name: row["decoding"] + row["scoring"] for name, row in figures.items()}
    largest = max(shares, key=shares.__getitem__)
    return Measured(shares[largest], note=largest)


def memory_above_encoder(figures: Figures, on_gpu: bool) -> Measured:  # noqa: ARG001 (a process's memory)
    """Of `benchmarks.long_text`: what a long text takes beside what the encoder alone takes for it."""
    return Measured(figures["memory_above_encoder_mb"])


def data_in_first_epoch(figures: Figures, on_gpu: bool) -> Measured:
    """Of `benchmarks.file_to_batches`: the share of data in an epoch that reads, indexes, batches and trains.

    Args:
        figures: what was measured.
        on_gpu: whether on a GPU.

    Returns:
        The share.

    Raises:
        KeyError: it was measured on a GPU, behind whose work the data are meant to hide.
    """
    if on_gpu:
        raise KeyError("device")
    seconds_of_data = 1 / figures["first_epoch_ours_words_per_second"]
    seconds_of_training = 1 / figures["encoder_training_words_per_second"]
    return Measured(seconds_of_data / (seconds_of_data + seconds_of_training))


def wait_for_data(figures: Figures, on_gpu: bool) -> Measured:  # noqa: ARG001 (its device only waits)
    """Of `benchmarks.file_to_batches`: the share of waiting, with batches made ahead of need.

    Args:
        figures: what was measured.
        on_gpu: whether on a GPU.

    Returns:
        The share.

    Raises:
        KeyError: no step of that length was measured.
    """
    for row in figures["share_of_time_waiting_for_data"]:
        if row["step_milliseconds"] == _STEP_MILLISECONDS:
            share = row["prefetch_4"]["epoch"]
            return Measured(share["median"], *share["range"])
    raise KeyError("step_milliseconds")


def growth(figure: str, figures: Figures, on_gpu: bool) -> Measured:  # noqa: ARG001 (a process's time and memory)
    """Of `benchmarks.predict_scaling`: the largest size against the second smallest, where start-up counts no more.

    Args:
        figure: `cpu_seconds`, which is taken by the word, or `peak_memory_mb`.
        figures: what was measured.
        on_gpu: whether on a GPU.

    Returns:
        The ratio.

    Raises:
        KeyError: fewer than three sizes were measured.
    """
    rows = sorted(figures, key=lambda row: row["num_sentences"])
    if len(rows) < 3:
        raise KeyError("num_sentences")

    def cost(row: dict[str, float]) -> float:
        return row[figure] / row["num_words"] if figure == "cpu_seconds" else row[figure]

    note = f"{rows[-1]['num_sentences']:,} sentences against {rows[1]['num_sentences']:,}"
    return Measured(cost(rows[-1]) / cost(rows[1]), note=note)


def slowest_lead(task: str, figures: Figures, on_gpu: bool) -> Measured:
    """Of `benchmarks.peers`: how many times as fast this package is as the fastest of the others.

    Args:
        task: `prediction` or `training`.
        figures: what was measured.
        on_gpu: whether on a GPU.

    Returns:
        The ratio, with the other's name.
    """
    label = "our_speed" if on_gpu else "our_speed_by_cpu_time"
    peers = {title: row for title, row in _peers(task, figures) if label in row}
    closest = min(peers, key=lambda title: peers[title][label], default=None)
    if closest is None:
        raise KeyError(label)
    low, high = peers[closest][f"{label}_range"]
    return Measured(peers[closest][label], low, high, _note(closest, figures))


def memory_beside_peers(task: str, figures: Figures, on_gpu: bool) -> Measured:  # noqa: ARG001 (as the workers tell)
    """Of `benchmarks.peers`: our peak memory as a multiple of that of the most sparing of the others.

    Args:
        task: `prediction` or `training`.
        figures: what was measured.
        on_gpu: whether on a GPU.

    Returns:
        The ratio, with the other's name.
    """
    peers = dict(_peers(task, figures))
    least = min(peers, key=lambda title: peers[title]["peak_memory_mb"], default=None)
    if least is None:
        raise KeyError("peak_memory_mb")
    ours = figures["systems"][_OUR_SYSTEMS[0]][task]["peak_memory_mb"]
    return Measured(ours / peers[least]["peak_memory_mb"], note=_note(least, figures))


def _peers(task: str, figures: Figures) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, row in figures["systems"].items():
        if name not in _OUR_SYSTEMS and task in row:
            yield row["title"], row[task]


def _note(closest: str, figures: Figures) -> str:
    failed = [row["title"] for row in figures["systems"].values() if "failure" in row]
    return closest + (f"; not measured: {', '.join(failed)}" if failed else "")
