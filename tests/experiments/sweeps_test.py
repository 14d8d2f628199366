"""The shipped grids are the paper's tables and figures, and every run of them is a sound configuration."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError

from blner_allennlp.compat.startup import CONFIGURATION_DEFAULTS
from blner_allennlp.runs.run_description import describe_config
from blner_allennlp.sweeps.grid import read_grid
from blner_allennlp.sweeps.planned_run import PlannedRun
from blner_allennlp.sweeps.planning import missing_data, plan_runs

PROJECT_ROOT = Path(__file__).resolve().parents[2]
GRIDS = PROJECT_ROOT / "experiments" / "sweeps"
ELEVEN = {
    "ontonotes", "conll2003", "conllpp", "conll2004", "ace2004", "ace2005", "bc5cdr", "ncbi", "scierc", "wnut16",
    "wnut17",
}  # fmt: skip
SIX = {"ontonotes", "conll2003", "bc5cdr", "scierc", "wnut16", "wnut17"}
# Corpora, models, how many variants and seeds.
SHAPES = {
    "table3": (ELEVEN, {"SeqNER", "SpanNER", "BL-NER"}, 1, 5),
    "figure5": (SIX, {"BL-NER"}, 9, 5),
    "figure6": (SIX, {"SeqNER", "BL-NER"}, 2, 5),
    "figure7": (SIX, {"SpanNER", "BL-NER"}, 3, 5),
    "small": ({"wnut17", "conll2004"}, {"SeqNER", "SpanNER", "BL-NER"}, 1, 3),
    "small_figure5": ({"conll2004"}, {"BL-NER"}, 4, 1),
    "sample": ({"sample"}, {"SeqNER", "SpanNER", "BL-NER"}, 1, 2),
}

Plan = Callable[..., list[PlannedRun]]


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Plans a shipped grid where the user has set no variable but those that are given."""
    planned: dict[tuple[str, ...], list[PlannedRun]] = {}

    def plan_grid(name: str, **variables: str) -> list[PlannedRun]:
        key = (name, *variables.values())
        if key not in planned:
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(PROJECT_ROOT)
                for variable, value in {**CONFIGURATION_DEFAULTS, "BLNER_CORPORA": "", **variables}.items():
                    patch.setenv(variable, value)
                planned[key] = plan_runs(read_grid(GRIDS / f"{name}.jsonnet"), Path("out"))
        return planned[key]

    return plan_grid


def test_every_grid_is_tested() -> None:
    assert {path.stem for path in GRIDS.glob("*.jsonnet")} == set(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_it_has_the_paper_s_corpora_models_and_seeds(plan: Plan, name: str) -> None:
    corpora, models, num_variants, num_seeds = SHAPES[name]
    runs = plan(name)
    assert {run.corpus for run in runs} == corpora
    assert {run.model for run in runs} == models
    assert len({run.variant for run in runs}) == num_variants
    assert len({run.seed for run in runs}) == num_seeds
    assert len(runs) == len(corpora) * len(models) * num_variants * num_seeds
    for run in runs:
        described = describe_config(run.config)
        # The grid's name for a model is what its configuration is.
        assert described.model == run.model
        assert described.seed == run.seed
        callbacks = [callback["type"] for callback in run.config["trainer"]["callbacks"]]
        kept = ["best_of_each_head"] if run.model == "BL-NER" else []
        assert callbacks == ["return_freed_memory", "fit_batches_in_memory", *kept]


@pytest.mark.parametrize("name", ["table3", "figure5", "figure6", "figure7"])
def test_what_is_not_varied_is_the_experiment_s_own(plan: Plan, name: str) -> None:
    varied = {"figure5": {"alpha"}, "figure6": {"tagging"}, "figure7": {"representation"}, "table3": set()}[
        name
    ]
    for run in plan(name):
        settings = describe_config(run.config).settings
        expected = {"tagging": "softmax", "representation": "hybrid", "num_epochs": 20, "learning_rate": 5e-5}
        if run.model == "BL-NER":
            expected["alpha"] = 0.1
        for setting in expected.keys() - varied:
            assert settings.get(setting, expected[setting]) == expected[setting]


def test_the_figures_vary_what_they_show(plan: Plan) -> None:
    def varied(name: str, setting: str) -> Counter[Any]:
        runs = [run for run in plan(name) if run.corpus == "wnut17" and run.model == "BL-NER"]
        for run in runs:
            value = describe_config(run.config).settings[setting]
            assert run.variant == f"{setting}={value}"
        return Counter(describe_config(run.config).settings[setting] for run in runs)

    assert varied("figure5", "alpha") == {tenths / 10: 5 for tenths in range(1, 10)}
    assert varied("figure6", "tagging") == {"softmax": 5, "crf": 5}
    assert varied("figure7", "representation") == {"boundary": 5, "pooling": 5, "hybrid": 5}


def test_the_small_one_is_small(plan: Plan) -> None:
    for run in plan("small"):
        settings = describe_config(run.config).settings
        assert (settings["encoder"], settings["num_epochs"], settings["learning_rate"]) == ("minilm", 4, 2e-4)
        assert run.config["dataset_reader"]["token_indexers"]["pieces"] == {
            "type": "word_pieces", "model_name": "minilm", "word_shapes": True,
        }  # fmt: skip
        assert run.config["model"]["encoder"]["word_shape_dim"] == 16


@pytest.mark.parametrize("name", SHAPES)
def test_allennlp_evaluates_the_same(plan: Plan, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    for variable, value in CONFIGURATION_DEFAULTS.items():
        monkeypatch.setenv(variable, value)
    runs = plan(name)
    # The first seed of each of a corpus's models and variants.
    for run in [run for run in runs if run.seed == runs[0].seed and run.corpus == runs[-1].corpus]:
        assert Params.from_file(run.experiment, json.dumps(run.overrides)).as_dict(quiet=True) == run.config


def test_corpora_are_chosen_by_a_variable(plan: Plan) -> None:
    assert {run.corpus for run in plan("figure6", BLNER_CORPORA="scierc,wnut16")} == {"scierc", "wnut16"}
    with pytest.raises(
        ConfigurationError, match=r"BLNER_CORPORA: expected some of .*conll2003.*, got conll2004"
    ):
        plan("figure6", BLNER_CORPORA="wnut17,conll2004")


def test_the_sample_s_data_are_there(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    assert missing_data(plan("sample")) == {}


@pytest.mark.parametrize("name", ["figure6", "figure7", "small"])
def test_a_run_of_it_trains(
    plan: Plan, name: str, tmp_path: Path, train_experiment: Callable[..., dict[str, Any]]
) -> None:
    run = next(
        run
        for run in plan(name)
        if run.corpus == "wnut17" and run.model == "BL-NER" and "hybrid" not in run.variant
    )
    few_steps = {"dataset_reader.max_instances": 12, "trainer.num_epochs": 1}
    encoder = {key: value for key, value in run.overrides.items() if not key.endswith("model_name")}
    metrics = train_experiment(run.experiment.stem, tmp_path / "run", {**encoder, **few_steps})
    assert 0 <= metrics["validation_seq_f1"] <= 1
    assert 0 <= metrics["validation_span_f1"] <= 1
