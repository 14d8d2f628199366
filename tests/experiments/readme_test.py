"""The experiments' README names every experiment with plausible figures, and its overrides apply and train."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.common import Params
from allennlp.common.params import with_overrides

PROJECT_ROOT = Path(__file__).resolve().parents[2]
README = (PROJECT_ROOT / "experiments" / "README.md").read_text(encoding="utf-8")
NAMES = sorted(path.stem for path in (PROJECT_ROOT / "experiments").glob("*.jsonnet"))
ALPHAS = [tenths / 10 for tenths in range(1, 10)]

ROWS = re.findall(
    r"^\| (?:BL-)?S\w+NER \| ([\d.]+) \| ([\d.]+) \| ([\d.]+)([¹²³]?) \| "
    r"`allennlp train experiments/(\w+)\.jsonnet -s out/(\w+)` \|$",
    README,
    flags=re.MULTILINE,
)
OVERRIDES = [json.loads(text) for text in re.findall(r"^\| .* \| `(\{.*\})` \| .* \|$", README, re.MULTILINE)]
VALUES = {
    "model.alpha": ALPHAS,
    "model.sequence_head.type": ["softmax", "crf"],
    "model.span_head.representation": ["hybrid", "boundary", "pooling"],
    "model.span_head.max_negatives": [None, 0, 7],
    "model.span_head.max_width": [1, 12],
    "model.span_head.width_embedding_dim": [0, 50],
    "model.span_head.use_sentence_vector": [False, True],
    "model.encoder.sub_token_mode": ["max", "mean", "first"],
    "dataset_reader.tag_scheme": ["BIO", "BIOES", "BIOUL", "BMEWO"],
    "dataset_reader.overlaps": ["drop_both", "keep_outer", "keep_inner", "keep_first"],
}


def test_every_experiment_of_the_paper_has_one_row_and_its_own_command() -> None:
    assert len(ROWS) == 44
    assert all(experiment == directory for *_, experiment, directory in ROWS)
    of_the_paper = {name for name in NAMES if not name.startswith(("quickstart", "crf_tagger"))}
    assert {experiment for *_, experiment, _ in ROWS} == of_the_paper


def test_every_other_experiment_is_named_too() -> None:
    commands = set(re.findall(r"`allennlp train experiments/(\w+)\.jsonnet", README))
    assert set(NAMES) - commands == {"quickstart"}
    assert commands <= set(NAMES)


def test_each_f1_is_that_of_its_precision_and_recall_unless_marked_as_an_erratum() -> None:
    marked = {}
    for precision, recall, f1, mark, experiment, _ in ROWS:
        harmonic_mean = 2 * float(precision) * float(recall) / (float(precision) + float(recall))
        # Three rounded figures: half a hundredth each way.
        if mark:
            marked[experiment] = f"{harmonic_mean:.2f}"
            assert abs(harmonic_mean - float(f1)) > 0.0101
        else:
            assert abs(harmonic_mean - float(f1)) < 0.0101, experiment
    assert marked == {"seqner_conll2004": "91.32", "bl_spanner_wnut16": "59.33", "bl_spanner_ncbi": "90.47"}


def test_mean_gains_are_those_that_the_paper_states() -> None:
    f1 = {experiment: float(printed) for _, _, printed, _, experiment, _ in ROWS}
    corpora = {experiment.split("_")[-1] for experiment in f1}
    gains = {
        model: {corpus: f1[f"bl_{model}_{corpus}"] - f1[f"{model}_{corpus}"] for corpus in corpora}
        for model in ("seqner", "spanner")
    }
    # Section 4.2: +0.88 on eleven corpora, +0.67 on the nine without W16 and W17, where SpanNER loses.
    assert sum(gains["seqner"].values()) / 11 == pytest.approx(0.88, abs=0.005)
    assert gains["seqner"]["conllpp"] == max(gains["seqner"].values()) == pytest.approx(1.57)
    first_nine = [gain for corpus, gain in gains["spanner"].items() if not corpus.startswith("wnut")]
    assert sum(first_nine) / 9 == pytest.approx(0.67, abs=0.005)
    assert gains["spanner"]["wnut16"] == pytest.approx(-0.78)
    assert gains["spanner"]["wnut17"] == pytest.approx(-0.93)
    assert max(first_nine) == gains["spanner"]["ace2005"] == pytest.approx(1.08)


def test_each_ablation_is_one_override_and_all_are_tried_here() -> None:
    assert [len(override) for override in OVERRIDES] == [1] * len(VALUES)
    assert [next(iter(override)) for override in OVERRIDES] == list(VALUES)


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("crf_tagger")])
def test_every_override_applies_to_every_experiment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("BLNER_DATA", "data")
    monkeypatch.setenv("BLNER_ENCODER", "")
    config = Params.from_file(f"experiments/{name}.jsonnet").as_dict(quiet=True)
    for override in OVERRIDES:
        changed = with_overrides(config, override)
        ((key, value),) = override.items()
        for part in key.split("."):
            changed = changed[part]
        assert changed == value


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in VALUES.items() for value in values]
)
def test_every_ablation_trains(
    key: str, value: object, tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    # SciERC has nested mentions, so that the policies for overlaps have something to do.
    metrics = train_experiment(
        "bl_spanner_scierc",
        tmp_path / "run",
        {
            "dataset_reader.max_instances": 12,
            "data_loader.batch_sampler.batch_size": 4,
            "trainer.num_epochs": 1,
            key: value,
        },
    )
    assert math.isfinite(metrics["training_loss"])
    assert math.isfinite(metrics["test_loss"])
    assert {"test_seq_f1", "test_span_f1"} <= metrics.keys()
    config = json.loads((tmp_path / "run" / "config.json").read_text(encoding="utf-8"))
    for part in key.split("."):
        config = config[part]
    assert config == value
