"""`allennlp ner-analyze` as a whole: what it prints and writes, and its errors."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from allennlp.commands import main

from blner_allennlp.analysis.results import SMALL_BUCKET
from blner_allennlp.commands.analyze import command
from tests.analysis.outputs import Mention

Run = Callable[..., object]
Line = tuple[str, Sequence[Mention], Sequence[tuple[int, int, str, float]]]

# Bergen is found twice and once taken for a person; Oslo is missing; a word is made up.
LINES: list[Line] = [
    ("rain over Bergen", [(2, 3, "Place")], [(2, 3, "Place", 0.9)]),
    ("Bergen is wet", [(0, 1, "Place")], [(0, 1, "Person", 0.75)]),
    ("Oslo and Bergen", [(0, 1, "Place"), (2, 3, "Place")], [(2, 3, "Place", 0.8)]),
    ("unforeseeable sunshine", [], [(0, 2, "Weather", 0.6)]),
]


def write_predictions(path: Path, lines: Sequence[Line] = LINES) -> Path:
    """A prediction file as any other system may write it."""

    def mentions(of: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
        names = ("word_start", "word_end", "type", "score")
        return [dict(zip(names, mention, strict=False)) for mention in of]

    objects = (
        {"tokens": text.split(), "gold": mentions(gold), "entities": mentions(found)}
        for text, gold, found in lines
    )
    path.write_text("".join(json.dumps(each) + "\n" for each in objects), encoding="utf-8")
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the command in an empty directory, with few resamples and without figures; returns its exit status."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run_command(*arguments: str | Path) -> object:
        quick = [] if "--resamples" in arguments else ["--resamples", "20"]
        quick += [] if "--figures" in arguments else ["--figures"]
        monkeypatch.setattr(sys, "argv", ["allennlp", "ner-analyze", *map(str, arguments), *quick])
        with pytest.raises(SystemExit) as ended:
            main(prog="allennlp")
        return ended.value.code

    return run_command


def read_analysis(directory: Path) -> dict[str, Any]:
    return json.loads((directory / "analysis.json").read_text(encoding="utf-8"))


def all_text(directory: Path) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.suffix != ".png"
    )


def test_a_prediction_file_is_analysed_and_everything_is_written(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_predictions(tmp_path / "crf.jsonl")
    assert run(path, "--corpus", "cities", "--output-dir", "out", "--figures", "svg") == 0
    printed = capsys.readouterr().out
    assert "cities, test: 4 sentences, 11 words, 4 mentions" in printed
    assert "'Bergen' is Place, not Person: score 0.750, sentence 2" in printed
    assert "'Oslo' (Place) is missing: sentence 3" in printed
    assert "'unforeseeable sunshine' (Weather) is made up: score 0.600, sentence 4" in printed
    assert "crf: the training data are not known" in printed
    assert "open out/page.html" in printed

    written = read_analysis(Path("out"))
    (analysis,) = written["analyses"]
    micro = analysis["micro"]
    assert (micro["true_positives"], micro["num_predicted"], micro["num_gold"]) == (2, 4, 4)
    assert micro["f1"]["value"] == 0.5
    assert analysis["info"]["system"] == "crf"
    assert analysis["num_resamples"] == written["settings"]["num_resamples"] == 20
    assert written["settings"]["buckets"]["eLen"] == ["1", "2", "[3, 4]", "≥ 5"]
    assert list(Path("out/tables").glob("*.csv"))
    assert list(Path("out/figures").glob("*.svg"))
    assert "sunshine" in Path("out/page.html").read_text(encoding="utf-8")


def test_without_an_output_directory_nothing_is_written(run: Run, tmp_path: Path) -> None:
    path = write_predictions(tmp_path / "crf.jsonl")
    assert run(path) == 0
    assert list(tmp_path.iterdir()) == [path]


def test_several_systems_stand_side_by_side(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = write_predictions(tmp_path / "one.jsonl")
    blind = write_predictions(tmp_path / "two.jsonl", [(text, gold, []) for text, gold, _ in LINES])
    assert run(f"sighted={one}", f"blind={blind}", "--corpus", "cities", "--output-dir", "out") == 0
    printed = capsys.readouterr().out
    (heads,) = [line.split() for line in printed.splitlines() if line.split() == ["sighted", "blind"]][:1]
    assert heads
    assert printed.count("cities, test") == 1
    names = [analysis["info"]["system"] for analysis in read_analysis(Path("out"))["analyses"]]
    assert names == ["sighted", "blind"]
    # The page's sentences have both answers.
    page = Path("out/page.html").read_text(encoding="utf-8")
    assert "sighted" in page
    assert "blind" in page


def test_files_of_different_corpora_are_analysed_apart(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = write_predictions(tmp_path / "one.jsonl")
    other = write_predictions(tmp_path / "other.jsonl", LINES[:2])
    assert run(one, other, "--output-dir", "out") == 0
    printed = capsys.readouterr().out
    assert "one.jsonl, test: 4 sentences" in printed
    assert "other.jsonl, test: 2 sentences" in printed


def test_more_systems_than_columns_have_lines_each(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_predictions(tmp_path / "one.jsonl")
    assert run(*(f"system{number}={path}" for number in range(7)), "--corpus", "cities") == 0
    printed = capsys.readouterr().out
    assert [
        line.split()[0] for line in printed.splitlines() if "50.00" in line and line.startswith("system")
    ] == [f"system{number}" for number in range(7)]


def test_only_the_span_head_is_said_to_miss_wide_gold(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run" / "predictions").mkdir(parents=True)
    model = {"type": "bundled_ner", "alpha": 0.1, "span_head": {"max_width": 1}}
    config = {"train_data_path": "cities/train.conll", "model": model}
    (tmp_path / "run" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    lines: list[Line] = [("New Bergen", [(0, 2, "Place")], [])]
    for head in ("seq", "span"):
        write_predictions(tmp_path / "run" / "predictions" / f"test.{head}.jsonl", lines)
    assert run("run", "--output-dir", "out") == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if "wider than" in line]
    assert len(notes) == 1
    assert notes[0].startswith("BL-SpanNER: 1 of 1 gold mentions (100.00 %) are wider than ε = 1")
    reach = {each["info"]["system"]: each["reach"] for each in read_analysis(Path("out"))["analyses"]}
    assert reach["BL-SeqNER"]["max_width"] is None
    assert reach["BL-SpanNER"]["num_beyond"] == 1


def test_training_data_give_the_attributes_that_need_them(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_predictions(tmp_path / "crf.jsonl")
    (tmp_path / "train.conll").write_text(
        "Bergen\tB-Place\n\nthe\tO\nBergen\tO\n\nOslo\tB-Team\n", encoding="utf-8"
    )
    found = {}
    for choice in ("surface", "literal", "tokens"):
        assert run(path, "--train", "train.conll", "--consistency", choice, "--output-dir", "out") == 0
        (analysis,) = read_analysis(Path("out"))["analyses"]
        (consistency,) = [each for each in analysis["attributes"] if each["attribute"] == "eCon"]
        found[choice] = [bucket["scores"]["num_gold"] for bucket in consistency["buckets"]]
        assert len(analysis["attributes"]) == 7
        assert analysis["oov_density"] == 7 / 11
    # Three times Bergen, once Oslo, which is no place in training.
    assert found == {"surface": [1, 0, 0, 3], "literal": [0, 4, 0, 0], "tokens": [1, 3, 0, 0]}
    assert "training data are not known" not in capsys.readouterr().out


def test_buckets_density_and_sides_are_the_users(run: Run, tmp_path: Path) -> None:
    lines: list[Line] = [("a b c d", [(0, 2, "A"), (2, 3, "A")], [(0, 3, "A", 0.5)])]
    path = write_predictions(tmp_path / "x.jsonl", lines)
    arguments = (path, "--buckets", '{"eLen": [2], "eDen": [0.6]}', "--output-dir", "out")

    def labels_and_gold(attribute: str) -> dict[str, int]:
        (analysis,) = read_analysis(Path("out"))["analyses"]
        (figures,) = [each for each in analysis["attributes"] if each["attribute"] == attribute]
        return {bucket["label"]: bucket["scores"]["num_gold"] for bucket in figures["buckets"]}

    assert run(*arguments) == 0
    assert labels_and_gold("eLen") == {"[1, 2]": 2, "≥ 3": 0}
    assert labels_and_gold("eDen") == {"[0, 0.6]": 2, "(0.6, 1]": 0}
    assert read_analysis(Path("out"))["analyses"][0]["errors"]["boundary_errors"] == 1
    assert run(*arguments, "--density", "tokens", "--gold-side-errors") == 0
    assert labels_and_gold("eDen") == {"[0, 0.6]": 0, "(0.6, 1]": 2}
    assert read_analysis(Path("out"))["analyses"][0]["errors"]["boundary_errors"] == 2


def test_without_text_no_word_of_the_corpus_is_printed_or_written(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_predictions(tmp_path / "crf.jsonl")
    assert run(path, "--no-text", "--output-dir", "out", "--figures", "svg") == 0
    everything = all_text(Path("out")) + capsys.readouterr().out
    assert "Place" in everything
    for word in ("Bergen", "Oslo", "sunshine", "unforeseeable"):
        assert word not in everything


def test_small_buckets_are_marked(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[Line] = [("a", [(0, 1, "A")], [(0, 1, "A", 1.0)])] * SMALL_BUCKET
    assert run(write_predictions(tmp_path / "x.jsonl", lines)) == 0
    rows = {tuple(line.split()[:3]) for line in capsys.readouterr().out.splitlines()}
    assert ("eLen", "1", "30") in rows
    assert ("2", "0", "*") in rows


def test_a_run_that_has_not_answered_answers_first_with_both_heads(
    run: Run,
    tmp_path: Path,
    tiny_archive: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    directory = tmp_path / "tiny"
    shutil.copytree(tiny_archive.parent, directory)
    monkeypatch.chdir(Path(__file__).resolve().parents[3])
    out = tmp_path / "out"
    assert run(directory, "--split", "dev", "--output-dir", out) == 0
    printed = capsys.readouterr().out
    metrics = json.loads((directory / "metrics.json").read_text(encoding="utf-8"))
    seq, span = read_analysis(out)["analyses"]
    assert (seq["info"]["system"], span["info"]["system"]) == ("BL-SeqNER", "BL-SpanNER")
    # The head that answers has the weights of the best epoch, the other one has its own or the same.
    assert span["micro"]["f1"]["value"] == pytest.approx(metrics["best_validation_f1"])
    assert seq["micro"]["f1"]["value"] > 0.1
    assert len(seq["attributes"]) == 7
    assert span["reach"]["max_width"] == 8
    assert "BL-SeqNER" in printed

    def no_second_answer(*arguments: object, **options: object) -> None:
        raise AssertionError("the run has answered already")

    monkeypatch.setattr("blner_allennlp.answering.answer_run", no_second_answer)
    for head, system in (("seq", "BL-SeqNER"), ("span", "BL-SpanNER")):
        assert run(directory, "--split", "dev", "--head", head, "--output-dir", out) == 0
        assert [each["info"]["system"] for each in read_analysis(out)["analyses"]] == [system]
    assert (
        run(f"wide={directory}", "--split", "dev", "--head", "span", "--system", "mine", "--output-dir", out)
        == 0
    )
    (info,) = [each["info"] for each in read_analysis(out)["analyses"]]
    assert (info["system"], info["variant"]) == ("mine", "wide")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["missing.jsonl"],
            "missing.jsonl: expected a run's directory, a directory with runs, or a prediction file",
        ),
        (["empty"], "expected a run of `allennlp train` or `allennlp ner-sweep` in it or below it"),
        (["x.jsonl", "--buckets", '{"eLen": []}'], "--buckets: eLen: expected a list of upper ends"),
        (["x.jsonl", "--buckets", '{"eLen": ["[2,]"]}'], "--buckets: eLen: the intervals begin with [2,]"),
        (["x.jsonl", "--train", "gone.conll"], "gone.conll"),
        (["a=x.jsonl", "b=x.jsonl", "--system", "c"], "--system c: expected one system, got 2: a, b"),
        (
            ["x.jsonl", "--output-dir", "x.jsonl"],
            "--output-dir x.jsonl: expected a directory that can be written to",
        ),
        (
            ["x.jsonl", "--output-dir", "full"],
            "--output-dir full: expected a new directory, or one of an earlier",
        ),
        (["bad.jsonl"], "bad.jsonl"),
        (["wild.jsonl"], "wild.jsonl"),
        (["x.jsonl", "y.jsonl", "--corpus", "c", "--output-dir", "out"], "have 4 and 1 sentences"),
        (["run", "--head", "seq"], "--head seq: no run's model has such a head"),
        (["run", "--split", "dev"], "expected predictions for the split 'dev'"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    write_predictions(tmp_path / "x.jsonl")
    write_predictions(tmp_path / "y.jsonl", LINES[:1])
    write_predictions(tmp_path / "wild.jsonl", [("a", [], [(0, 1, "A", 7.0)])])
    (tmp_path / "bad.jsonl").write_text('{"tokens": ["a"]}\n', encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "run" / "predictions").mkdir(parents=True)
    write_predictions(tmp_path / "run" / "predictions" / "test.span.jsonl")
    (tmp_path / "run" / "run.json").write_text(
        json.dumps({"format": 1, "model": "SpanNER", "corpus": "c", "status": "done"}), encoding="utf-8"
    )
    assert run(*arguments) == 2
    captured = capsys.readouterr()
    lines = [line for line in captured.err.splitlines() if line.strip()]
    assert lines[-1].startswith("error: ")
    assert message in lines[-1]
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    "arguments", [["--resamples", "-1"], ["--seed", "x"], ["--figures", "gif"], ["--buckets", "{"]]
)
def test_arguments_of_another_form_are_rejected_by_the_parser(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert run(write_predictions(tmp_path / "x.jsonl"), *arguments) == 2
    assert arguments[0] in capsys.readouterr().err


def test_the_parser_needs_no_analysis_tables_or_figures() -> None:
    # `allennlp --help` loads the parsers of all commands; pandas, scipy and matplotlib would take a second.
    tree = ast.parse(Path(command.__file__).read_text(encoding="utf-8"))
    imported = {
        node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module is not None
    }
    assert {name for name in imported if name.startswith("blner_allennlp")} == {
        "blner_allennlp.commands.corpus.inputs",
        "blner_allennlp.commands.package_command",
        "blner_allennlp.corpora",
        "blner_allennlp.errors",
    }
