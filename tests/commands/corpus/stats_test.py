"""`allennlp ner-corpus stats`: counts, tables, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allennlp.commands import main

PROJECT_ROOT = Path(__file__).resolve().parents[3]
SHARED_DATA = PROJECT_ROOT.parent / "shared" / "data"

TRAIN = """Ada B-person
Quill I-person
swam O

Port B-place
Brenwick I-place
in I-place
the I-place
North I-place
"""
TEST = """Ada B-person
sank O
"""
NESTED = [
    {
        "tokens": ["Port", "Ada", "sank"],
        "entities": [{"type": "place", "start": 0, "end": 2}, {"type": "person", "start": 1, "end": 2}],
    },
    {"tokens": ["Ada", "swam"], "entities": [{"type": "person", "start": 0, "end": 1}]},
]

Run = Callable[..., tuple[str, str]]


@pytest.fixture
def run_stats(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `stats` on a wide screen; returns what it prints, and what it prints as errors."""

    def run(*arguments: str | Path, status: int = 0, width: int = 100) -> tuple[str, str]:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr(sys, "argv", ["allennlp", "ner-corpus", "stats", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main(prog="allennlp")
        captured = capsys.readouterr()
        assert ended.value.code == status, captured.err
        return captured.out, captured.err

    return run


@pytest.fixture
def corpus(tmp_path: Path) -> list[str]:
    (tmp_path / "train.conll").write_text(TRAIN, encoding="utf-8")
    (tmp_path / "test.conll").write_text(TEST, encoding="utf-8")
    return [str(tmp_path / "train.conll"), str(tmp_path / "test.conll")]


def rows(printed: str) -> dict[str, list[str]]:
    """The cells of each row of the tables by the row's first cell."""
    cells = ([cell.strip() for cell in line.split("  ") if cell.strip()] for line in printed.splitlines())
    return {first: rest for first, *rest in filter(None, cells)}


def test_the_tables_hold_the_counts_that_were_made_by_hand(run_stats: Run, corpus: list[str]) -> None:
    printed = rows(run_stats(*corpus, "--max-width", "2")[0])
    assert printed["sentences"] == ["2", "1", "3"]
    assert printed["words"] == ["8", "2", "10"]
    assert printed["entities"] == ["2", "1", "3"]
    assert printed["documents"] == ["–", "–", "–"]
    assert printed["person"] == ["1", "1", "2"]
    assert printed["place"] == ["1", "0", "1"]
    assert printed["words a sentence: mean"] == ["4.00", "2.00", "3.33"]
    assert printed["ε = 2"] == ["50.00%", "0.00%", "33.33%"]
    assert printed["ε = 5"] == ["0.00%", "0.00%", "0.00%"]
    assert printed["smallest ε for over 99%"] == ["5", "1", "5"]
    assert printed["words (OOV density, Eq. 21)"] == ["1 (50.00%)"]
    assert printed["entities, by their words"] == ["1 (100.00%)"]
    assert "With ε = 2, as chosen, no candidate span reaches 1 (33.33%) of the entities." in printed


def test_the_json_says_the_same_and_takes_the_place_of_the_tables(run_stats: Run, corpus: list[str]) -> None:
    report: dict[str, Any] = json.loads(run_stats(*corpus, "--json", "-")[0])
    assert list(report) == ["corpus", "files", "overlaps", "splits", "overall", "unseen", "paper"]
    assert report["corpus"] is report["paper"] is None
    assert report["files"] == {"train": corpus[0], "test": corpus[1]}
    assert report["overlaps"] == "drop_both"
    assert report["splits"]["train"]["words"] == 8
    assert report["overall"]["flat"]["wider_than"] == {"1": 2, "2": 1, "3": 1, "4": 1, "5": 0}
    assert report["overall"]["flat"]["smallest_sufficient_width"] == 5
    assert report["unseen"] == {
        "test": {
            "words": {"unseen": 1, "all": 2, "share": 0.5},
            "entities": {"unseen": 1, "all": 1, "share": 1.0},
        }
    }


def test_tables_and_json_can_be_had_at_once(run_stats: Run, corpus: list[str], tmp_path: Path) -> None:
    printed, _ = run_stats(*corpus, "--json", tmp_path / "counts.json")
    assert "Entities by type" in printed
    assert json.loads((tmp_path / "counts.json").read_text(encoding="utf-8"))["overall"]["words"] == 10


def test_a_json_file_that_cannot_be_written_is_an_error_after_the_tables(
    run_stats: Run, corpus: list[str], tmp_path: Path
) -> None:
    printed, error = run_stats(*corpus, "--json", tmp_path / "no" / "counts.json", status=2)
    assert "Entities by type" in printed
    assert "counts.json: expected a file that can be written" in error


@pytest.mark.parametrize(("policy", "num_left"), [("drop_both", 1), ("keep_outer", 2)])
def test_what_the_policy_leaves_out_is_counted(
    run_stats: Run, tmp_path: Path, policy: str, num_left: int
) -> None:
    path = tmp_path / "train.json"
    path.write_text(json.dumps(NESTED), encoding="utf-8")
    printed = rows(run_stats(path, "--format", "spert", "--overlaps", policy)[0])
    assert printed["entities"] == ["3"]
    assert printed["left out: overlapping"] == [str(3 - num_left)]
    assert printed[f"entities after {policy}"] == [str(num_left)]
    assert "Entities by type, overlapping ones included" in printed
    assert f"Entities by type, after {policy}" in printed


def test_pieces_are_counted_for_an_encoder(run_stats: Run, tmp_path: Path, tiny_encoder: Path) -> None:
    path = tmp_path / "train.conll"
    # A piece a letter; an invisible word; 511 words, which with two special pieces are too many at once.
    path.write_text("a O\n\u200b B-x\n\n" + "a O\n" * 511, encoding="utf-8")
    printed, _ = run_stats(path, "--encoder", tiny_encoder)
    counted = rows(printed)
    assert counted["pieces"] == ["513"]
    assert counted["pieces a word"] == ["1.00"]
    assert counted["pieces a sentence, at most"] == ["511"]
    assert counted["words without pieces"] == ["1"]
    assert counted["sentences beyond 512 pieces"] == ["1"]
    assert r"Words without pieces are read as unknown: '\u200b' (1)" in printed
    assert "Sentences beyond the encoder's limit are read in windows." in printed


def test_an_encoder_that_the_user_names_has_to_be_there(
    run_stats: Run, corpus: list[str], tmp_path: Path
) -> None:
    printed, error = run_stats(*corpus, "--encoder", tmp_path / "nothing", status=2)
    assert printed == ""
    assert "cannot be loaded" in error


def test_an_encoder_that_only_the_experiment_names_may_be_missing(
    run_stats: Run, corpus: list[str], tmp_path: Path
) -> None:
    config = {
        "dataset_reader": {
            "type": "ner_corpus",
            "token_indexers": {"pieces": {"model_name": str(tmp_path / "nothing")}},
        },
        "train_data_path": corpus[0],
    }
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    printed, error = run_stats(tmp_path / "config.json")
    assert rows(printed)["words"] == ["8"]
    assert "word pieces are not counted: the encoder" in error
    _, silent = run_stats(tmp_path / "config.json", "--no-pieces")
    assert "not counted" not in silent


def test_a_shipped_experiment_is_counted_and_compared_with_the_paper(
    run_stats: Run, monkeypatch: pytest.MonkeyPatch, tiny_encoder: Path
) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("BLNER_DATA", "fixtures/data")
    monkeypatch.setenv("BLNER_ENCODER", str(tiny_encoder))
    printed, _ = run_stats("experiments/spanner_wnut17.jsonnet")
    counted = rows(printed)
    assert counted["sentences"] == ["120", "40", "40", "200"]
    assert "The paper's W17 (Tables 1 and 2)" in printed
    # The invented corpus is not the published one.
    assert counted["entities, train"][0] == "1,975"
    assert "so these may be others" in printed
    assert "With ε = 6, as chosen" in printed


def test_the_user_can_say_which_corpus_it_is(run_stats: Run, corpus: list[str]) -> None:
    report = json.loads(run_stats(*corpus, "--corpus", "conllpp", "--json", "-")[0])
    assert report["corpus"] == "conllpp"
    assert report["paper"]["title"] == "CoNLL++"
    assert [number["published"] for number in report["paper"]["numbers"]] == [23_499, 5_702]


def test_brackets_in_a_type_are_printed_as_they_are(run_stats: Run, tmp_path: Path) -> None:
    path = tmp_path / "train.conll"
    path.write_text("Ada B-[bold]\n:smile: B-[/bold]\n", encoding="utf-8")
    assert rows(run_stats(path)[0]).keys() >= {"[bold]", "[/bold]"}


@pytest.mark.parametrize("width", [46, 60, 200])
def test_no_split_is_lost_on_a_narrow_screen(run_stats: Run, corpus: list[str], width: int) -> None:
    dev = Path(corpus[1]).with_name("dev.conll")
    dev.write_text(TEST, encoding="utf-8")
    printed, _ = run_stats(*corpus, dev, width=width)
    tables = printed.partition("Counts")[2]
    assert max(map(len, tables.splitlines())) <= width
    counts = tables.partition("Entities by type")[0]
    assert rows(counts)["words"] == ["8", "2", "2", "12"]


def test_a_broken_corpus_is_an_error_with_its_line(run_stats: Run, tmp_path: Path) -> None:
    path = tmp_path / "train.conll"
    path.write_text("Ada B-person\nswam\n", encoding="utf-8")
    printed, error = run_stats(path, status=2)
    assert printed == ""
    assert f"error: {path}:2: " in error


def test_a_corpus_that_is_not_there_is_an_error(run_stats: Run, tmp_path: Path) -> None:
    _, error = run_stats(tmp_path / "train.conll", status=2)
    assert "expected a corpus here, got no such file or directory" in error


# Mentions in the file by split; sentences, words.
REAL = {
    "wnut17": (
        ["wnut17/wnut17train.conll", "wnut17/emerging.dev.conll", "wnut17/emerging.test.annotated"],
        [1975, 836, 1079],
        6,
    ),
    "bc5cdr": (
        [f"bc5cdr/CDR_{split}Set.PubTator.txt" for split in ("Training", "Development", "Test")],
        [9385, 9591, 9809],
        2,
    ),
    "scierc": ([f"scierc/{split}.json" for split in ("train", "dev", "test")], [5598, 811, 1685], 6),
    "conll2004": (
        [f"conll04/conll04_{split}.json" for split in ("train", "dev", "test")],
        [3377, 893, 1079],
        4,
    ),
}


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the real corpora are not here")
@pytest.mark.parametrize("name", REAL)
def test_the_real_corpora_have_the_counts_of_the_paper_but_for_its_known_errors(
    run_stats: Run, name: str
) -> None:
    paths, num_mentions, num_types = REAL[name]
    report = json.loads(
        run_stats(*(SHARED_DATA / path for path in paths), "--corpus", name, "--json", "-")[0]
    )
    assert list(report["splits"]) == ["train", "dev", "test"]
    assert [counts["entities_in_file"] for counts in report["splits"].values()] == num_mentions
    assert len(report["overall"]["annotated"]["by_type"]) == num_types
    if name == "bc5cdr":
        assert [counts["documents"] for counts in report["splits"].values()] == [500, 500, 500]
    differing = {
        number["quantity"]: (number["published"], number["counted"])
        for number in report["paper"]["numbers"]
        if number["published"] != number["counted"] and number["quantity"] != "max_width"
    }
    known = {"wnut17": {"dev": (835, 836)}, "bc5cdr": {"dev": (9353, 9591)}}
    assert differing == known.get(name, {})
