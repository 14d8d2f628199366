"""`allennlp ner-corpus lint`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from blner_allennlp.corpus_tools.lint.rules import RULES

Run = Callable[..., tuple[int, str, str]]

TRAIN = "Ana B-PER\nmet O\nBo B-PER\nin O\nLund B-LOC\n. O\n\nOla B-PER\nleft O\nOslo B-LOC\n. O\n"


@pytest.fixture
def run(
    run_allennlp: Callable[..., None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs lint; its exit status, standard output and standard error."""
    monkeypatch.setenv("COLUMNS", "200")

    def run_lint(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            run_allennlp("ner-corpus", "lint", *arguments)
        captured = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return code or 0, captured.out, captured.err

    return run_lint


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def write_file(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write_file


def test_a_clean_corpus_passes(run: Run, write: Callable[[str, str], Path]) -> None:
    path = write("train.conll", TRAIN)
    status, out, err = run(path, "--min-mentions", "2", "--strict")
    assert (status, err) == (0, "")
    assert f"train: 2 sentences, 10 words, 5 mentions ({path})" in out
    assert "passed: 0 errors, 0 warnings, 0 infos" in out


def test_findings_name_file_line_and_remedy_and_decide_the_status(
    run: Run, write: Callable[[str, str], Path]
) -> None:
    train = write("train.conll", TRAIN)
    dev = write("dev.conll", "Umi B-FOOD\nran O\n\nx\u200by O\nz O\n")
    arguments = (f"train={train}", f"dev={dev}", "--min-mentions", "1")
    status, out, _ = run(*arguments)
    assert status == 1
    assert "error unknown-label: 1 in dev\n" in out
    assert f"{dev}:1: type 'FOOD' has 1 mentions, but none in train; first: 'Umi'\n" in out
    assert f"{dev}:4: U+200B in 'x\\u200by'\n" in out
    assert RULES["unknown-label"].remedy[:60] in out
    assert out.index("unknown-label") < out.index("invisible-character")
    assert "FAILED: 1 error, 1 warning, 1 info; " in out
    assert "fails from error on" in out

    assert run(*arguments, "--ignore", "unknown-label")[0] == 0
    status, out, _ = run(*arguments, "--ignore", "unknown-label", "--strict")
    assert status == 1
    assert "fails from warning on" in out
    assert run(*arguments, "--ignore", "unknown-label,invisible-character", "--strict")[0] == 0
    status, out, _ = run(*arguments, "--select", "mojibake", "--select", "not-nfc,private-use")
    assert (status, "3 rules checked" in out) == (0, True)


def test_examples_are_as_many_as_asked_for(run: Run, write: Callable[[str, str], Path]) -> None:
    path = write("train.conll", TRAIN + "\n\ue000 O\n" * 9)
    _, out, _ = run(path, "--select", "private-use", "--examples", "2")
    assert out.count("U+E000") == 2
    assert "... and 7 more" in out
    _, out, _ = run(path, "--select", "private-use", "--examples", "0")
    assert "U+E000" not in out
    assert "more" not in out


def test_an_unreadable_place_is_a_finding_and_the_other_files_are_checked(
    run: Run, write: Callable[[str, str], Path]
) -> None:
    train = write("train.conll", TRAIN + "odd\n\n\ue000 O\n")
    dev = write("dev.conll", "\ue000 O\nUmi B-PER\n")
    status, out, _ = run(f"train={train}", f"dev={dev}", "--min-mentions", "1")
    assert status == 1
    assert f"{train}:12: token 'odd' has no tag" in out
    assert f"{train}: " not in out.replace(f"{train}:12: ", "")
    assert "private-use: 1 in dev" in out
    assert "up to the place that cannot be read" in out


def test_json_goes_to_a_file_or_to_standard_output(
    run: Run, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    path = write("train.conll", TRAIN + "\nx\ue000 O\n")
    status, out, _ = run(path, "--min-mentions", "1", "--json", "-", "--strict")
    report = json.loads(out)
    assert (status, report["exit_status"]) == (1, 1)
    (finding,) = report["findings"]
    assert finding["examples"] == [
        {"text": r"U+E000 in 'x\ue000'", "split": "train", "path": str(path), "line_number": 13}
    ]
    status, out, _ = run(path, "--min-mentions", "1", "--json", tmp_path / "report.json")
    assert (status, "private-use" in out) == (0, True)
    written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert written == {**report, "exit_status": 0}
    status, _, err = run(path, "--json", tmp_path / "nowhere" / "report.json")
    assert (status, "--json" in err, "expected a file that can be written" in err) == (2, True, True)


def test_the_training_set_is_read_first_whatever_the_order(
    run: Run, write: Callable[[str, str], Path]
) -> None:
    train, test = write("train.conll", TRAIN), write("test.conll", TRAIN)
    _, out, _ = run(f"test={test}", f"train={train}", "--select", "split-leak")
    assert "split-leak: 1 in test" in out
    assert f"{test}:1: 'Ana met Bo in Lund .' is also in train, {train}:1" in out


def test_an_experiment_gives_files_options_encoder_and_width(run: Run) -> None:
    status, out, err = run("experiments/quickstart.jsonnet", "--json", "-")
    report = json.loads(out)
    assert (status, err) == (report["exit_status"], "")
    assert [split["split"] for split in report["splits"]] == ["train", "dev", "test"]
    assert "without-pieces" in report["rules"]


def test_an_encoder_that_is_not_there_is_an_error_only_where_the_user_names_it(
    run: Run, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("train.conll", TRAIN)
    status, _, err = run(path, "--encoder", "no/such/directory")
    assert (status, "no/such/directory" in err) == (2, True)
    experiment = write(
        "mine.jsonnet",
        json.dumps(
            {
                "train_data_path": str(path),
                "dataset_reader": {
                    "type": "ner_corpus",
                    "token_indexers": {"pieces": {"type": "word_pieces", "model_name": "no/such/directory"}},
                },
                "model": {"span_head": {"max_width": 1}},
            }
        ),
    )
    status, out, err = run(experiment, "--json", "-", "--min-mentions", "1")
    assert status == 0
    assert err.startswith("note: the rules on pieces are not checked: ")
    assert "without-pieces" not in json.loads(out)["rules"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "speling"], "there is no rule 'speling'; the rules are unreadable, "),
        (["--select", "not-nfc", "--ignore", "not-nfc"], "expected at least one rule"),
        (["--examples", "-1"], "expected a whole number of 0 or more, got '-1'"),
        (["nowhere.conll"], "expected a corpus here, got no such file or directory"),
    ],
)
def test_what_cannot_be_done_has_status_2(
    run: Run, write: Callable[[str, str], Path], arguments: list[str], message: str
) -> None:
    status, _, err = run(write("train.conll", TRAIN), *arguments)
    assert (status, message in err) == (2, True), err


def test_all_rules_are_listed_without_any_input(run: Run) -> None:
    status, out, _ = run("--list")
    assert status == 0
    words = " ".join(out.split())
    for rule in RULES.values():
        assert f"{rule.severity.value} {rule.name} {rule.meaning}. {rule.remedy}" in words


def test_a_terminal_without_unicode_shows_escapes(
    write: Callable[[str, str], Path], allennlp_environment: dict[str, str]
) -> None:
    path = write("train.conll", "Zo\u00e9 B-PER\nand I-PER\n")
    command = [sys.executable, "-m", "allennlp", "ner-corpus", "lint", str(path), "--max-width", "1"]
    ended = subprocess.run(
        command, env={**allennlp_environment, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert rb"2 words, PER: 'Zo\xe9 and'" in ended.stdout
    assert rb"wider than \u03b5 = 1" in ended.stdout


def test_the_documentation_has_every_rule_with_its_severity_and_meaning() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "ner_corpus.md").read_text(encoding="utf-8")
    documented = [line for line in page.splitlines() if line.startswith("| `")]
    assert documented == [
        f"| `{rule.name}` | {rule.severity.value} | {rule.meaning} |" for rule in RULES.values()
    ]
