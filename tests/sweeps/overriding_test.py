"""Several sets of overrides have the effect of one after the other, and slips are found."""

from __future__ import annotations

from typing import Any

import pytest
from allennlp.common.checks import ConfigurationError
from allennlp.common.params import with_overrides
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.sweeps.overriding import combined, overridden

CONFIG: dict[str, Any] = {
    "model": {
        "type": "bundled_ner",
        "alpha": 0.1,
        "encoder": {"type": "word_pieces", "model_name": "minilm", "dims": [1, {"size": 2}]},
        "sequence_head": {"type": "softmax", "dropout": 0.1},
    },
    "trainer": {"num_epochs": 20, "optimizer": {"type": "adamw", "lr": 5e-5}},
    "train_data_path": "train.conll",
}
# Each of them fits CONFIG, alone or after any of the others.
SOUND = st.fixed_dictionaries(
    {},
    optional={
        "model": st.just({**CONFIG["model"], "alpha": 0.7}),
        "model.alpha": st.floats(0, 1),
        "model.encoder": st.just({"type": "word_pieces", "model_name": "mpnet", "dims": [5, {"size": 6}]}),
        "model.encoder.model_name": st.sampled_from(["a", "b"]),
        "model.encoder.dims.1.size": st.integers(),
        "model.sequence_head": st.just({"type": "crf"}),
        "trainer": st.just({"num_epochs": 3, "optimizer": {"type": "sgd"}}),
        "trainer.num_epochs": st.integers(1, 50),
        "trainer.callbacks": st.just([{"type": "x"}]),
        "evaluate_on_test": st.booleans(),
    },
)


@given(st.lists(SOUND, max_size=4))
def test_combined_overrides_do_what_they_do_one_after_the_other(overrides: list[dict[str, Any]]) -> None:
    one_by_one: dict[str, Any] = CONFIG
    for each in overrides:
        # Within one set AllenNLP refuses overrides of what another replaces.
        for key in sorted(each):
            one_by_one = with_overrides(one_by_one, {key: each[key]})
    in_order = [{key: each[key]} for each in overrides for key in sorted(each)]
    assert with_overrides(CONFIG, combined(*in_order)) == one_by_one


@given(SOUND)
def test_it_does_what_allennlp_does(overrides: dict[str, Any]) -> None:
    config = CONFIG
    for key in sorted(overrides):
        config = with_overrides(config, {key: overrides[key]})
    ordered = {key: overrides[key] for key in sorted(overrides)}
    assert overridden(CONFIG, ordered, "grid") == config


def test_neither_configuration_nor_overrides_are_changed_or_shared() -> None:
    value = {"type": "crf"}
    changed = overridden(CONFIG, {"model.sequence_head": value}, "grid")
    changed["model"]["sequence_head"]["more"] = 1
    assert value == {"type": "crf"}
    assert CONFIG["model"]["sequence_head"] == {"type": "softmax", "dropout": 0.1}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"modle.alpha": 1},
            r"override `modle\.alpha`: the experiment has no `modle` to change; did you mean `model`",
        ),
        ({"model.encodr.x": 1}, r"has no `model\.encodr` to change; did you mean `encoder`"),
        ({"model.zzz.x": 1}, r"has no `model\.zzz` to change; there is type, alpha, encoder, sequence_head"),
        ({"model.alpha.x": 1}, r"`model\.alpha` is 0\.1, no object"),
        ({"model.alpha.x.y": 1}, r"has no `model\.alpha\.x` to change; there is nothing"),
        ({"model.encoder.dims.2": 1}, r"has no `model\.encoder\.dims\.2` to change; there is 0, 1"),
        ({"trainer.num_epoch": 1}, r"no such field; did you mean `num_epochs`"),
        (
            {"train_data_paths": 1},
            r"`allennlp train` knows no `train_data_paths`; did you mean `train_data_path`",
        ),
        ({"zzz": 1}, r"`allennlp train` knows no `zzz`; there are batch_weight_key, "),
        (
            {"trainer": {"num_epochs": 4}},
            r"an object replaces the whole of the old one, and optimizer would be gone; .* \"trainer\.num_epochs\"",
        ),
        ({"trainer.optimizer": {"type": "adamw"}}, r"and lr would be gone"),
        ({"trainer.optimizer": {}}, r"and type, lr would be gone"),
    ],
)
def test_slips_are_found(overrides: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        overridden(CONFIG, overrides, "grid.jsonnet: overrides")
    assert str(caught.value).startswith("grid.jsonnet: overrides: override `")
