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
    assert config["train_data_path"] == "my/train.jsonl"
    assert config["dataset_reader"]["corpus_format"] is None
    assert config["model"]["span_head"]["max_width"] == 8
    assert config["model"]["encoder"]["model_name"] == "minilm"


@pytest.mark.parametrize(
    ("name", "first_line", "words_after"),
    [("mine.conll", "Ada +B-person", ()), ("mine.jsonl", r"\{\"text\": \"Ada Quill", (".",))],
)
def test_the_examples_of_own_data_are_corpora(
    tmp_path: Path, name: str, first_line: str, words_after: tuple[str, ...]
) -> None:
    from blner_allennlp import Entity, read_corpus

    (block,) = re.findall(rf"```\n( *{first_line}.*?)```", README, flags=re.DOTALL)
    path = tmp_path / name
    path.write_text("".join(line.strip() + "\n" for line in block.strip().splitlines()), encoding="utf-8")
    (sentence,) = read_corpus(path)
    assert sentence.words == ("Ada", "Quill", "sailed", "to", "Brenwick", *words_after)
    assert sentence.entities == (Entity(0, 2, "person"), Entity(4, 5, "place"))


@pytest.mark.parametrize("target", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_every_link_leads_somewhere(target: str) -> None:
    path, _, section = target.partition("#")
    assert (PROJECT_ROOT / path).exists()
    if section:
        text = (PROJECT_ROOT / path).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
        assert section in [heading.lower().replace(" ", "-") for heading in headings]
