"""What the README tells people to write works."""

import json
import re
from pathlib import Path

import _jsonnet
import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[1]
README = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")


def test_the_experiment_for_own_data_evaluates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    (block,) = re.findall(r"```\n( *\(import 'lib/bundled_ner.libsonnet'\).*?)```", README, flags=re.DOTALL)
    # jsonnet resolves imports against the file's own directory, so the name is the one that the README gives.
    ext_vars = {"BLNER_DATA": "data", "BLNER_ENCODER": ""}
    config = json.loads(_jsonnet.evaluate_snippet("experiments/my.jsonnet", block, ext_vars=ext_vars))
    assert config["train_data_path"] == "my/train.conll"
    assert config["model"]["span_head"]["max_width"] == 8
    assert config["model"]["encoder"]["model_name"] == "minilm"


def test_the_tag_example_is_a_corpus(tmp_path: Path) -> None:
    from blner_allennlp import Entity, read_corpus

    (block,) = re.findall(r"```\n( *Ada +B-person.*?)```", README, flags=re.DOTALL)
    path = tmp_path / "example.conll"
    path.write_text("".join(line.strip() + "\n" for line in block.strip().splitlines()), encoding="utf-8")
    (sentence,) = read_corpus(path)
    assert sentence.words == ("Ada", "sails", "to", "Port", "Nowhere")
    assert sentence.entities == (Entity(0, 1, "person"), Entity(3, 5, "place"))


@pytest.mark.parametrize("target", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (PROJECT_ROOT / target).exists()
