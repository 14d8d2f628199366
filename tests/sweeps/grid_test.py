"""What a grid may say, and how it is told that it may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from allennlp.common.checks import ConfigurationError

from blner_allennlp.sweeps.grid import Grid, GridModel, read_grid

SMALLEST: dict[str, Any] = {
    "corpora": ["wnut17"],
    "models": {"SeqNER": {"experiment": "seqner_%(corpus)s.jsonnet"}},
    "seeds": [1],
}


def read(tmp_path: Path, **changes: Any) -> Grid:
    values = {key: value for key, value in {**SMALLEST, **changes}.items() if value is not None}
    path = tmp_path / "grid.jsonnet"
    path.write_text(json.dumps(values), encoding="utf-8")
    return read_grid(path)


def test_the_smallest_grid_has_one_variant_without_a_name(tmp_path: Path) -> None:
    grid = read(tmp_path)
    assert grid == Grid(
        path=tmp_path / "grid.jsonnet",
        corpora={"wnut17": {}},
        models={"SeqNER": GridModel("seqner_%(corpus)s.jsonnet", {})},
        seeds=(1,),
        variants={"": {}},
        overrides={},
        exclude=(),
        single_checkpoint=False,
    )


def test_every_field_is_read(tmp_path: Path) -> None:
    grid = read(
        tmp_path,
        corpora={"mine": {"train_data_path": "train.conll"}, "yours": {}},
        models={"A": {"experiment": "a.jsonnet", "overrides": {"model.alpha": 0.5}}},
        seeds=[3, 0],
        variants={"alpha=0.1": {"model.alpha": 0.1}},
        overrides={"trainer.num_epochs": 4},
        exclude=[{"corpus": "yours", "seed": [0, 3]}],
        single_checkpoint=True,
    )
    assert grid.corpora == {"mine": {"train_data_path": "train.conll"}, "yours": {}}
    assert grid.models == {"A": GridModel("a.jsonnet", {"model.alpha": 0.5})}
    assert grid.seeds == (3, 0)
    assert grid.variants == {"alpha=0.1": {"model.alpha": 0.1}}
    assert grid.overrides == {"trainer.num_epochs": 4}
    assert grid.exclude == ({"corpus": ("yours",), "seed": ("0", "3")},)
    assert grid.single_checkpoint


def test_it_is_jsonnet_and_sees_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grid.jsonnet"
    path.write_text(
        "{ corpora: [std.extVar('MY_CORPUS'), 'a' + std.extVar('BLNER_CORPORA')], seeds: std.range(1, 3),"
        " models: { M: { experiment: 'm.jsonnet' } } }",
        encoding="utf-8",
    )
    monkeypatch.setenv("MY_CORPUS", "from_outside")
    monkeypatch.delenv("BLNER_CORPORA", raising=False)
    assert list(read_grid(path).corpora) == ["from_outside", "a"]
    monkeypatch.setenv("BLNER_CORPORA", "b")
    grid = read_grid(path)
    assert list(grid.corpora) == ["from_outside", "ab"]
    assert grid.seeds == (1, 2, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"corpus": []}, r"expected only corpora, .*, got `corpus`; did you mean `corpora`\?"),
        ({"something": 1}, r"got `something`$"),
        ({"seeds": None}, r"`seeds` is missing"),
        ({"models": None}, r"`models` is missing"),
        (
            {"corpora": []},
            r"corpora: expected at least one, got none; with an empty axis there is nothing to run",
        ),
        ({"corpora": {}}, r"corpora: expected at least one"),
        ({"corpora": "wnut17"}, r'corpora: expected an object of names, got "wnut17"'),
        ({"corpora": [17]}, r"corpora: expected names, got 17"),
        ({"corpora": ["a", "a"]}, r'corpora: "a" stands there twice'),
        ({"corpora": ["a/b"]}, r"corpora: the name 'a/b' becomes a directory's"),
        ({"corpora": [".."]}, r"corpora: the name '\.\.' becomes a directory's"),
        ({"models": {}}, r"models: expected at least one"),
        ({"models": {"M": {}}}, r"models\.M: `experiment` is missing"),
        ({"models": {"M": "m.jsonnet"}}, r"models\.M: expected an object with experiment, overrides, got"),
        ({"models": {"M": {"experiment": ""}}}, r"models\.M\.experiment: expected a file's path, got \"\""),
        ({"models": {"M": {"experiment": "m", "override": {}}}}, r"models\.M: .* did you mean `overrides`"),
        ({"seeds": []}, r"seeds: expected a list of whole numbers, got \[\]"),
        ({"seeds": 5}, r"seeds: expected a list of whole numbers, got 5"),
        ({"seeds": [1, True]}, r"seeds: expected whole numbers from 0 to 4294967295, got true"),
        ({"seeds": [-1]}, r"seeds: expected whole numbers from 0 to 4294967295, got -1"),
        ({"seeds": [4294967296]}, r"got 4294967296"),
        ({"seeds": [0.5]}, r"got 0\.5"),
        ({"seeds": [2, 2]}, r"seeds: 2 stands there twice"),
        ({"variants": {}}, r"variants: expected at least one"),
        ({"variants": {"v": 3}}, r"variants\.v: expected overrides such as .*, got 3"),
        ({"overrides": []}, r"overrides: expected overrides such as"),
        ({"overrides": {"numpy_seed": 3}}, r"overrides: `numpy_seed` comes from the grid's `seeds`"),
        ({"exclude": {}}, r"exclude: expected a list such as"),
        ({"exclude": [{}]}, r"exclude\[0\]: would leave out every run"),
        ({"exclude": [{"modle": "M"}]}, r"exclude\[0\]: .* did you mean `model`"),
        ({"exclude": [{"model": "M"}]}, r"exclude\[0\]\.model: expected one of SeqNER, got 'M'"),
        ({"exclude": [{"seed": 2}]}, r"exclude\[0\]\.seed: expected one of 1, got '2'"),
        ({"single_checkpoint": "yes"}, r'single_checkpoint: expected true or false, got "yes"'),
    ],
)
def test_what_it_may_not_say_is_named_with_file_and_field(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        read(tmp_path, **changes)
    assert str(caught.value).startswith(f"{tmp_path / 'grid.jsonnet'}: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ corpora: ", "expected jsonnet that can be evaluated, got"),
        ("{ corpora: std.extVar('BLNER_NOT_SET_BY_ANYONE') }", "BLNER_NOT_SET_BY_ANYONE"),
        ("[]", r"expected an object, got \[\]"),
    ],
)
def test_what_is_no_object_in_jsonnet_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "grid.jsonnet"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        read_grid(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.jsonnet: expected a file in jsonnet, found none"):
        read_grid(tmp_path / "none.jsonnet")
