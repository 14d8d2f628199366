"""`allennlp ner-compare` on runs and prediction files that are made for the purpose."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from blner_allennlp.commands.compare import NerCompare
from blner_allennlp.commands.compare.found_runs import find_inputs
from blner_allennlp.errors import RunError
from blner_allennlp.runs.system_output import SystemOutput
from blner_allennlp.runs.training_lexicon import TrainingLexicon
from tests.comparison.invented_systems import answer, draw_gold

GOLD = {"test": draw_gold(60), "dev": draw_gold(60, seed=1)}
HEADS = {
    "SeqNER": {"seq": ("SeqNER", 0.5)},
    "SpanNER": {"span": ("SpanNER", 0.55)},
    "BL-NER": {"seq": ("BL-SeqNER", 0.7), "span": ("BL-SpanNER", 0.75)},
}
ALPHAS = {"SeqNER": 1.0, "SpanNER": 0.0, "BL-NER": 0.1}
FAST = ("--resamples", "30", "--rounds", "30", "--figures")


def write_predictions(path: Path, output: SystemOutput) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for sentence, answered in zip(output.sentences, output.predicted, strict=True):
            value = {
                "tokens": sentence.words,
                "gold": [entity.to_json() for entity in sentence.entities],
                "entities": [scored.to_json() for scored in answered],
            }
            file.write(json.dumps(value) + "\n")


def write_run(
    directory: Path, model: str, seed: int, corpus: str = "aviary", splits: Sequence[str] = ("test", "dev")
) -> None:
    for split in splits:
        for head, (system, luck) in HEADS[model].items():
            output = answer(GOLD[split], luck, system, seed=seed, split=split)
            write_predictions(directory / "predictions" / f"{split}.{head}.jsonl", output)
    lexicon = TrainingLexicon.from_sentences(draw_gold(60, seed=2))
    (directory / "predictions" / "training_lexicon.json").write_text(json.dumps(lexicon.to_json()))
    write_record(directory, model, seed, corpus=corpus, status="done", seconds={"train": 20.0})


def write_record(directory: Path, model: str, seed: int, **more: object) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    record = {"format": 1, "model": model, "seed": seed, "settings": {"alpha": ALPHAS[model]}, **more}
    (directory / "run.json").write_text(json.dumps(record))


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sweep")
    for model in HEADS:
        for seed in (9, 10):
            write_run(directory / "aviary" / model / f"seed-{seed}", model, seed)
    write_record(
        directory / "aviary" / "SeqNER" / "seed-11",
        "SeqNER",
        11,
        corpus="aviary",
        status="failed",
        error="out of memory\nat line 3",
    )
    write_record(directory / "aviary" / "SeqNER" / "seed-12", "SeqNER", 12, corpus="aviary", status="running")
    return directory


def call(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    NerCompare().add_subparser(parser.add_subparsers())
    parsed = parser.parse_args(["ner-compare", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        parsed.func(parsed)
    assert isinstance(end.value.code, int)
    return end.value.code


def test_a_sweep_gives_json_tables_and_a_page_and_is_printed(
    sweep: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = call(sweep, "--output-dir", tmp_path / "out", *FAST)

    printed = capsys.readouterr().out
    assert status == 0
    comparison = json.loads((tmp_path / "out" / "comparison.json").read_text())
    (row,) = comparison["main"]
    assert [system["system"] for system in row["systems"]] == ["SeqNER", "BL-SeqNER", "SpanNER", "BL-SpanNER"]
    assert row["systems"][0]["seeds"] == [9, 10]
    assert (row["split"], comparison["bucket_maps"][0]["split"]) == ("test", "dev")
    assert (comparison["num_resamples"], comparison["num_rounds"]) == (30, 30)
    assert len(json.loads((tmp_path / "out" / "analyses.json").read_text())) == 8
    assert list((tmp_path / "out" / "tables").glob("*.csv"))
    assert "BL-SpanNER" in (tmp_path / "out" / "page.html").read_text()
    assert not (tmp_path / "out" / "figures").exists()
    for text in (
        "aviary, test: means and deviations over 2 runs",
        "F1 by bucket against SpanNER",
        "Conclusion #1: ",
    ):
        assert text in printed
    mean = 100 * row["systems"][3]["f1"]["mean"]
    assert f"{mean:.2f} ± " in printed
    assert "it has failed: out of memory" in " ".join(printed.split())
    assert "its status is 'running'" in " ".join(printed.split())
    assert "at line 3" not in printed


def test_no_text_keeps_the_words_of_the_corpus_out(sweep: Path, tmp_path: Path) -> None:
    call(sweep, "--output-dir", tmp_path / "with", *FAST)
    call(sweep, "--output-dir", tmp_path / "without", "--no-text", *FAST)

    def has_words(directory: Path) -> bool:
        files = [path for path in directory.rglob("*") if path.is_file()]
        return any("Fenwick" in path.read_text(encoding="utf-8") for path in files)

    assert has_words(tmp_path / "with")
    assert not has_words(tmp_path / "without")


def test_files_of_other_systems_are_compared_by_the_names_that_they_are_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, luck in (("rules", 0.4), ("big", 0.8)):
        write_predictions(tmp_path / f"{name}.jsonl", answer(GOLD["test"], luck, name))

    status = call(
        f"by hand={tmp_path / 'rules.jsonl'}", tmp_path / "big.jsonl", "--output-dir", tmp_path / "out", *FAST
    )

    assert status == 0, capsys.readouterr().err
    comparison = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert {(one["system"], one["base"]) for one in comparison["main"][0]["differences"]} == {
        ("big", "by hand")
    }
    assert comparison["bucket_maps"][0]["standard"] == "by hand"
    assert [one["verdict"] for one in comparison["conclusions"]] == ["not checked", "not checked"]


def test_a_file_beside_runs_answers_to_their_corpus(
    sweep: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_predictions(tmp_path / "rules.jsonl", answer(GOLD["test"], 0.4, "rules"))

    status = call(sweep, tmp_path / "rules.jsonl", "--output-dir", tmp_path / "out", "--heads", "span", *FAST)

    printed = " ".join(capsys.readouterr().out.split())
    assert status == 0
    comparison = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert [one["system"] for one in comparison["main"][0]["systems"]] == ["SpanNER", "BL-SpanNER", "rules"]
    assert list(comparison["bucket_maps"][0]["rows"]) == ["SpanNER", "BL-SpanNER"]
    assert (
        "buckets, errors and variants, which are of dev, leave them out (--why-split test takes them in)"
        in printed
    )


def test_named_runs_are_variants(sweep: Path, tmp_path: Path) -> None:
    runs = sweep / "aviary" / "SeqNER"

    call(runs / "seed-9", f"again={runs / 'seed-10'}", "--output-dir", tmp_path / "out", *FAST)

    comparison = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert [one["variant"] for one in comparison["main"][0]["systems"]] == ["", "again"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere: expected a run's directory, a directory with runs, or a prediction file"),
        (["empty"], "empty: expected a run of `allennlp train` or `allennlp ner-sweep` in it or below it"),
        (
            ["broken"],
            "broken: expected at least one finished run, but 1 cannot take part; this one: it has failed",
        ),
        (
            ["a.jsonl", "--output-dir", "a.jsonl/out"],
            "--output-dir a.jsonl/out: expected a directory that can be",
        ),
        (["a.jsonl", "--buckets", '{"eLen": [3, 1]}'], "--buckets"),
        (["two", "a.jsonl"], "the runs are of several corpora (aviary, brook); say with --corpus to which"),
        (["two/SeqNER", "--train", "a.jsonl"], "--train is for prediction files, but there are none"),
        (["two/SeqNER", "--heads", "span"], "--heads span: no run has answers of such a head"),
        (["two/SeqNER", "--split", "train"], "expected predictions for the split 'train'"),
        (["a.jsonl", "b.jsonl"], "cannot be compared"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    write_record(Path("broken"), "SeqNER", 1, corpus="aviary", status="failed")
    write_run(Path("two/SeqNER"), "SeqNER", 1)
    write_run(Path("two/SpanNER"), "SpanNER", 1, corpus="brook")
    write_predictions(Path("a.jsonl"), answer(GOLD["test"], 0.5))
    write_predictions(Path("b.jsonl"), answer(GOLD["dev"], 0.5))

    directory = () if "--output-dir" in arguments else ("--output-dir", "out")
    status = call(*arguments, *directory, *FAST)

    captured = capsys.readouterr()
    assert status == 2
    assert captured.err.strip().splitlines()[-1].startswith("error: ")
    assert message in captured.err


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--close-gap", "2"), "expected a share between 0 and 1, such as 0.02 for two points, got '2'"),
        (("--rounds", "0"), "expected a whole number above 0, got '0'"),
        (("--seed", "-1"), "expected a whole number of at least 0, got '-1'"),
    ],
)
def test_numbers_out_of_range_are_refused(
    option: tuple[str, str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    NerCompare().add_subparser(parser.add_subparsers())

    with pytest.raises(SystemExit):
        parser.parse_args(["ner-compare", "run", "--output-dir", "out", f"{option[0]}={option[1]}"])

    assert message in capsys.readouterr().err


def test_runs_are_found_once_and_in_the_order_of_their_numbers(sweep: Path) -> None:
    found = find_inputs([str(sweep / "aviary" / "BL-NER"), str(sweep)])

    assert [run.path.name for run in found.runs[:2]] == ["seed-9", "seed-10"]
    assert len(found.runs) == 6
    assert [path.name for path, _ in found.left_out] == ["seed-11", "seed-12"]


def test_a_plain_training_that_has_not_finished_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")

    with pytest.raises(
        RunError, match=r"its training has not finished: it holds neither model\.tar\.gz nor predictions"
    ):
        find_inputs([str(tmp_path)])
