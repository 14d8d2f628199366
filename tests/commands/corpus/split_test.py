"""`allennlp ner-corpus split`."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from blner_allennlp.commands.corpus import split
from blner_allennlp.corpora import read_corpus
from blner_allennlp.corpora.formats.dygie import write_dygie
from blner_allennlp.entities import Entity, Sentence

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    run_allennlp: Callable[..., None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs split; its exit status, standard output and standard error."""
    monkeypatch.setenv("COLUMNS", "120")

    def run_split(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            run_allennlp("ner-corpus", "split", *arguments)
        captured = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return code or 0, captured.out, captured.err

    return run_split


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Forty documents of one to four sentences, PER in each, LOC in every fourth."""
    sentences = [
        Sentence(
            (f"w{number}", f"v{place}", "ran"),
            (Entity(0, 1, "PER"), *([Entity(1, 2, "LOC")] if number % 4 == 0 else [])),
            document_id=f"doc{number}",
        )
        for number in range(40)
        for place in range(1 + number % 4)
    ]
    path = tmp_path / "all.jsonl"
    write_dygie(sentences, path)
    return path


def content_of(path: Path) -> list[tuple[str | None, tuple[str, ...], tuple[Entity, ...]]]:
    return [(each.document_id, each.words, each.entities) for each in read_corpus(path)]


def test_the_parts_together_are_the_corpus_and_no_document_is_torn(
    run: Run, documents: Path, tmp_path: Path
) -> None:
    status, out, err = run(documents, tmp_path / "parts", "--seed", "1")
    assert (status, err) == (0, "")
    parts = {path.stem: content_of(path) for path in sorted((tmp_path / "parts").iterdir())}
    assert list(parts) == ["dev", "test", "train"]
    assert Counter(row for rows in parts.values() for row in rows) == Counter(content_of(documents))
    owners = Counter(name for rows in parts.values() for name in {document for document, _, _ in rows})
    assert set(owners.values()) == {1}
    corpus_order = content_of(documents)
    for rows in parts.values():
        assert rows == sorted(rows, key=corpus_order.index)
    assert {name: len(rows) for name, rows in parts.items()} == {"train": 80, "dev": 10, "test": 10}
    lines = [line.split() for line in out.splitlines()]
    assert ["sentences", "80", "(80.0%)", "10", "(10.0%)", "10", "(10.0%)"] in lines
    assert ["PER", "80", "(80.0%)", "10", "(10.0%)", "10", "(10.0%)"] in lines
    assert lines[0] == ["train", "dev", "test"]
    assert out.endswith(f"written to {tmp_path / 'parts'} in format dygie\n")


def test_the_same_seed_gives_the_same_files(run: Run, documents: Path, tmp_path: Path) -> None:
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert run(documents, tmp_path / name, "--seed", seed)[0] == 0
    first, again, other = ((tmp_path / name / "dev.jsonl").read_bytes() for name in "abc")
    assert first == again != other


def test_a_share_of_nothing_makes_no_file(run: Run, documents: Path, tmp_path: Path) -> None:
    status, _, _ = run(
        documents, tmp_path / "parts", "--seed", "1", "--train", "0.7", "--dev", "0.3", "--test", "0"
    )
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == ["dev.jsonl", "train.jsonl"]


def test_by_sentence_documents_are_divided(run: Run, documents: Path, tmp_path: Path) -> None:
    status, out, _ = run(documents, tmp_path / "parts", "--seed", "1", "--by", "sentence", "--to", "columns")
    assert (status, "units kept whole 80 (80.0%)" in " ".join(out.split())) == (0, True)


def test_documents_with_the_same_words_stay_together_unless_told_otherwise(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    sentences = [
        Sentence((f"w{number // 2}", "ran"), (Entity(0, 1, "PER"),), document_id=f"doc{number}")
        for number in range(60)
    ]
    write_dygie(sentences, path)
    shared = []
    for duplicates in ("together", "apart"):
        output = tmp_path / duplicates
        assert run(path, output, "--seed", "1", "--duplicates", duplicates)[0] == 0
        texts = [{words for _, words, _ in content_of(part)} for part in output.iterdir()]
        shared.append(sum(map(len, texts)) - len(set().union(*texts)))
    assert shared[0] == 0
    assert shared[1] > 0


def test_splits_of_a_corpus_are_pooled_and_their_documents_kept_apart(
    run: Run, documents: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.jsonl"
    write_dygie(
        [
            Sentence((f"x{number}", "ran"), (Entity(0, 1, "PER"),), document_id=f"doc{number}")
            for number in range(20)
        ],
        other,
    )
    status, out, _ = run(f"a={documents}", f"b={other}", tmp_path / "parts", "--seed", "1")
    assert status == 0
    units = next(line.split() for line in out.splitlines() if line.startswith("units"))
    assert sum(int(number) for number in units[3::2]) == 60


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.conll", "".join(f"w{number} B-PER\n\n" for number in range(30)), "columns"),
        (
            "a.gold_conll",
            "#begin document (a); part 0\n"
            + "".join(f"d 0 0 w{number} NN * - - - - (PER) -\n\n" for number in range(30))
            + "#end document\n",
            "jsonl",
        ),
    ],
)
def test_the_format_is_the_corpus_s_own_or_one_that_holds_it(
    run: Run, tmp_path: Path, name: str, content: str, expected: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    arguments = ["--by", "sentence"] if expected == "jsonl" else []
    status, out, err = run(path, tmp_path / "parts", "--seed", "1", *arguments)
    assert (status, f"in format {expected}\n" in out) == (0, True), err
    read = [row for part in (tmp_path / "parts").iterdir() for row in content_of(part)]
    assert sorted(words for _, words, _ in read) == sorted((f"w{number}",) for number in range(30))


def test_what_a_flat_format_leaves_out_is_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    nested = (Entity(0, 2, "LOC"), Entity(0, 1, "LOC"))
    write_dygie(
        [Sentence((f"w{number}", "ran"), nested, document_id=f"d{number}") for number in range(30)], path
    )
    status, out, _ = run(
        path, tmp_path / "parts", "--seed", "1", "--to", "columns", "--overlaps", "keep_outer"
    )
    assert (status, "train: left out: 24 overlapping" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--train", "0.8", "--dev", "0.3"],
            "--train, --dev and --test: expected shares of 0 or more that add up",
        ),
        (["--train", "nan"], "expected shares of 0 or more"),
        (["--to-options", '{"colour": 1}'], "the writer of format 'dygie' has no option 'colour'"),
    ],
)
def test_what_cannot_be_done_has_status_2_and_leaves_nothing(
    run: Run, documents: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    status, _, err = run(documents, tmp_path / "parts", "--seed", "1", *arguments)
    assert (status, message in err) == (2, True), err
    assert list(tmp_path.iterdir()) == [documents]


def test_too_few_documents_are_an_error(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text(json.dumps({"doc_key": "a", "sentences": [["x"]] * 9, "ner": [[]] * 9}))
    status, _, err = run(path, tmp_path / "parts", "--seed", "1")
    assert (status, "got 1 documents, or sentences without one, that have to stay whole" in err) == (
        2,
        True,
    ), err


def test_a_corpus_that_is_not_there_or_cannot_be_read_twice_is_an_error(run: Run, tmp_path: Path) -> None:
    status, _, err = run(tmp_path / "nowhere", tmp_path / "parts", "--seed", "1")
    assert (status, "expected a corpus here, got no such file" in err) == (2, True)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        status, _, err = run(tmp_path / "pipe", tmp_path / "parts", "--seed", "1")
        assert (status, "can be read several times, got something else" in err) == (2, True)


@pytest.mark.parametrize("num_later", [99, 101])
def test_a_corpus_that_changes_meanwhile_is_an_error(
    run: Run, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, num_later: int
) -> None:
    later = [*read_corpus(documents), Sentence(("late",))][:num_later]
    original = split._read_part
    monkeypatch.setattr(
        split,
        "_read_part",
        lambda files, parts, part: (
            monkeypatch.setattr(split, "with_progress", lambda _: later),
            original(files, parts, part),
        )[1],
    )
    status, _, err = run(documents, tmp_path / "parts", "--seed", "1")
    assert (status, "expected the 100 sentences of the first reading, got another number" in err) == (2, True)
    assert list(tmp_path.iterdir()) == [documents]
