"""A grid becomes runs whose configurations are those that AllenNLP will evaluate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.common import Params
from allennlp.common.checks import ConfigurationError

from blner_allennlp.sweeps.grid import read_grid
from blner_allennlp.sweeps.planned_run import PlannedRun, differences, fingerprint
from blner_allennlp.sweeps.planning import choose_runs, missing_data, plan_runs

EXPERIMENT = {
    "dataset_reader": {"type": "ner_corpus", "corpus_format": "columns"},
    "train_data_path": "train.conll",
    "model": {"type": "bundled_ner", "alpha": 1, "decoder": "seq"},
    "trainer": {"num_epochs": 20, "optimizer": {"type": "adamw", "lr": 5e-5}},
    "random_seed": 13370,
    "numpy_seed": 13370,
    "pytorch_seed": 13370,
}
BUNDLED = {**EXPERIMENT, "model": {"type": "bundled_ner", "alpha": 0.1, "decoder": "span"}}

Plan = Callable[..., list[PlannedRun]]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Plans a grid of experiments that lie beside it."""
    for name, config in {"seq_a": EXPERIMENT, "seq_b": EXPERIMENT, "both": BUNDLED}.items():
        (tmp_path / f"{name}.jsonnet").write_text(json.dumps(config), encoding="utf-8")

    def plan_grid(**fields: Any) -> list[PlannedRun]:
        values = {
            "corpora": {"a": {}, "b": {"train_data_path": "b.conll"}},
            "models": {"Seq": {"experiment": "seq_%(corpus)s.jsonnet"}},
            "seeds": [1],
            **fields,
        }
        path = tmp_path / "grid.jsonnet"
        path.write_text(json.dumps(values), encoding="utf-8")
        return plan_runs(read_grid(path), tmp_path / "out")

    return plan_grid


def test_every_combination_is_a_run_seed_by_seed(plan: Plan, tmp_path: Path) -> None:
    variants = {"x": {"model.alpha": 0}, "y": {"model.decoder": "span"}}
    runs = plan(seeds=[2, 1], variants=variants)
    assert [run.name for run in runs] == [
        f"{corpus}/Seq/{variant}/seed-{seed}" for seed in (2, 1) for corpus in "ab" for variant in "xy"
    ]
    run = runs[1]
    assert (run.corpus, run.model, run.variant, run.seed) == ("a", "Seq", "y", 2)
    assert run.directory == tmp_path / "out" / "a" / "Seq" / "y" / "seed-2"
    assert run.experiment == tmp_path / "seq_a.jsonnet"
    assert run.num_epochs == 20


def test_without_variants_there_is_no_level_for_them(plan: Plan) -> None:
    assert [run.name for run in plan()] == ["a/Seq/seed-1", "b/Seq/seed-1"]


def test_later_levels_win_and_the_seed_is_set_everywhere(plan: Plan) -> None:
    (run,) = plan(
        corpora={"a": {"trainer.num_epochs": 2, "trainer.optimizer.lr": 2.0}},
        models={
            "Seq": {"experiment": "seq_a.jsonnet", "overrides": {"trainer.num_epochs": 3, "model.alpha": 0}}
        },
        variants={"v": {"trainer.num_epochs": 4}},
        overrides={"trainer.num_epochs": 1, "trainer.optimizer.lr": 1.0, "trainer.patience": 1},
        seeds=[7],
    )
    assert run.config["trainer"] == {
        "num_epochs": 4,
        "optimizer": {"type": "adamw", "lr": 2.0},
        "patience": 1,
    }
    assert run.config["model"]["alpha"] == 0
    assert [run.config[f"{kind}_seed"] for kind in ("random", "numpy", "pytorch")] == [7, 7, 7]


def test_the_configuration_is_what_allennlp_evaluates(plan: Plan) -> None:
    runs = plan(
        models={"Seq": {"experiment": "seq_%(corpus)s.jsonnet"}, "Both": {"experiment": "both.jsonnet"}},
        variants={"v": {"model.alpha": 0.3, "trainer": {**EXPERIMENT["trainer"], "num_epochs": 2}}, "w": {}},
        overrides={"trainer.num_epochs": 9},
        seeds=[1, 2],
    )
    assert len(runs) == 16
    for run in runs:
        assert Params.from_file(run.experiment, json.dumps(run.overrides)).as_dict(quiet=True) == run.config


def test_only_bundled_models_keep_the_best_of_each_head(plan: Plan) -> None:
    models = {
        "Seq": {"experiment": "seq_a.jsonnet"},
        "Both": {"experiment": "both.jsonnet"},
        "Span": {"experiment": "both.jsonnet", "overrides": {"model.alpha": 0}},
        "Mine": {
            "experiment": "both.jsonnet",
            "overrides": {"model.alpha": 0.2, "trainer.callbacks": [{"type": "m"}]},
        },
        "Kept": {
            "experiment": "both.jsonnet",
            "overrides": {"model.alpha": 0.3, "trainer.callbacks": [{"type": "best_of_each_head"}]},
        },
    }
    best = {"type": "best_of_each_head"}
    runs = plan(corpora=["a"], models=models)
    callbacks = {run.model: run.config["trainer"].get("callbacks") for run in runs}
    assert callbacks == {
        "Seq": None,
        "Both": [best],
        "Span": None,
        "Mine": [{"type": "m"}, best],
        "Kept": [best],
    }
    runs = plan(corpora=["a"], models=models, single_checkpoint=True)
    callbacks = {run.model: run.config["trainer"].get("callbacks") for run in runs}
    assert callbacks == {"Seq": None, "Both": None, "Span": None, "Mine": [{"type": "m"}], "Kept": [best]}


def test_excluded_combinations_are_left_out(plan: Plan) -> None:
    runs = plan(seeds=[1, 2, 3], exclude=[{"corpus": "a", "seed": [2, 3]}, {"seed": 3}])
    assert [run.name for run in runs] == ["a/Seq/seed-1", "b/Seq/seed-1", "b/Seq/seed-2"]


def test_an_experiment_is_found_in_the_working_directory_too(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "there.jsonnet").write_text(json.dumps(EXPERIMENT), encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    (run,) = plan(corpora=["a"], models={"M": {"experiment": "there.jsonnet"}})
    assert run.experiment == Path("there.jsonnet")
    # What lies beside the grid goes first.
    (tmp_path / "there.jsonnet").write_text(json.dumps(BUNDLED), encoding="utf-8")
    (run,) = plan(corpora=["a"], models={"M": {"experiment": "there.jsonnet"}})
    assert run.experiment == tmp_path / "there.jsonnet"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"models": {"M": {"experiment": "no_%(corpus)s.jsonnet"}}}, r"models\.M\.experiment: expected an experiment "
         r"for a, found no .*no_a\.jsonnet and no no_a\.jsonnet"),
        ({"models": {"M": {"experiment": "%(model)s.jsonnet"}}}, r"only %\(corpus\)s stands for something"),
        ({"models": {"M": {"experiment": "100%.jsonnet"}}}, r"only %\(corpus\)s stands for something"),
        ({"models": {"M": {"experiment": "both.jsonnet"}}, "corpora": ["a", "b"]},
         r"a/M/seed-1 and b/M/seed-1 have the same configuration; exclude one of them"),
        ({"variants": {"v": {"model.apha": 1}}}, r"variants\.v: override `model\.apha`: .* did you mean `alpha`"),
        ({"overrides": {"modl.alpha": 1}}, r"grid\.jsonnet: overrides: override `modl\.alpha`"),
        ({"corpora": {"a": {"x": 1}}}, r"corpora\.a: override `x`"),
        ({"exclude": [{"corpus": ["a", "b"]}]}, r"exclude: leaves no run"),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_found_before(plan: Plan, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        plan(**fields)


def test_a_broken_experiment_is_found_before(plan: Plan, tmp_path: Path) -> None:
    plan()
    (tmp_path / "seq_b.jsonnet").write_text("{ model: ", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"seq_b\.jsonnet: expected jsonnet that can be evaluated"):
        plan()


def test_runs_are_chosen_by_patterns(plan: Plan) -> None:
    runs = plan(seeds=[1, 2])
    assert choose_runs(runs, []) == runs
    assert [run.name for run in choose_runs(runs, ["a/*"])] == ["a/Seq/seed-1", "a/Seq/seed-2"]
    assert [run.name for run in choose_runs(runs, ["b/*/seed-1", "a/Seq/seed-2"])] == [
        "b/Seq/seed-1", "a/Seq/seed-2",
    ]  # fmt: skip
    with pytest.raises(
        ConfigurationError, match=r"--only c/\*: matches none of 4 runs, such as a/Seq/seed-1"
    ):
        choose_runs(runs, ["a/*", "c/*"])


def test_missing_data_are_named_by_corpus(plan: Plan, tmp_path: Path) -> None:
    there = tmp_path / "there.conll"
    there.touch()
    runs = plan(
        corpora={
            "a": {"train_data_path": str(there)},
            "b": {
                "train_data_path": "gone.conll",
                "validation_data_path": "gone too",
                "test_data_path": "s3://x/y",
            },
        },
        seeds=[1, 2],
    )
    assert missing_data(runs) == {"b": ["gone.conll", "gone too"]}
    another_reader = {"train_data_path": "gone.conll", "dataset_reader.type": "another"}
    assert missing_data(plan(corpora={"a": another_reader})) == {}


def test_a_fingerprint_depends_on_values_alone() -> None:
    config = {"a": {"b": 1, "c": [1, 2]}, "d": "ü"}
    assert fingerprint(config) == fingerprint({"d": "ü", "a": {"c": [1, 2], "b": 1}})
    others = [
        {"a": {"b": 2, "c": [1, 2]}, "d": "ü"}, {"a": {"b": 1, "c": [2, 1]}, "d": "ü"}, {"a": {"b": 1, "c": [1, 2]}},
        {"a": {"b": "1", "c": [1, 2]}, "d": "ü"},
    ]  # fmt: skip
    assert len({fingerprint(other) for other in [config, *others]}) == 5


def test_differences_name_each_value() -> None:
    old = {"model": {"alpha": 0.1, "encoder": {}}, "same": [1], "gone": None}
    new = {"model": {"alpha": 0.2, "encoder": {"dim": 3}}, "same": [1], "new": "x"}
    assert differences(old, new) == [
        "gone: null -> (nothing)",
        "model.alpha: 0.1 -> 0.2",
        "model.encoder: {} -> (nothing)",
        "model.encoder.dim: (nothing) -> 3",
        'new: (nothing) -> "x"',
    ]
    assert differences(old, old) == []
