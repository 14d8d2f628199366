"""`allennlp ner-corpus convert`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from blner_allennlp.corpora import CORPUS_FORMATS, read_corpus
from blner_allennlp.entities import Entity

Run = Callable[..., tuple[int, str, str]]

COLUMNS = "-DOCSTART- O\n\nAna B-PER\nmet O\nBo B-PER\n\nhi O\n\n-DOCSTART- O\n\nLund B-LOC\nAlto I-LOC\n"
NESTED = {
    "doc_key": "one",
    "sentences": [["Lund", "Alto", "Sea"], ["hi", "Bo"]],
    "ner": [[[0, 2, "LOC"], [0, 0, "LOC"]], [[4, 4, "PER"]]],
}


@pytest.fixture
def run(run_allennlp: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs convert; its exit status, standard output and standard error."""

    def run_convert(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            run_allennlp("ner-corpus", "convert", *arguments)
        captured = capsys.readouterr()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return code or 0, captured.out, captured.err

    return run_convert


def content_of(path: Path) -> list[tuple[tuple[str, ...], tuple[Entity, ...]]]:
    return [(sentence.words, sentence.entities) for sentence in read_corpus(path)]


@pytest.mark.parametrize("target", [name for name, known in CORPUS_FORMATS.items() if known.write])
def test_every_writable_format_holds_what_columns_hold(run: Run, tmp_path: Path, target: str) -> None:
    source, output = tmp_path / "train.conll", tmp_path / "new" / "written"
    source.write_text(COLUMNS)
    status, out, err = run(source, output, "--to", target)
    assert (status, err) == (0, "")
    options = {"brat": {"word_splitter": "whitespace", "sentence_splitter": "lines"}}.get(target, {})
    written = [
        (sentence.words, sentence.entities) for sentence in read_corpus(output, format=target, **options)
    ]
    assert written == content_of(source)
    assert out == (f"{source} -> {output}: 3 sentences, 6 words, 3 mentions written; no mention left out\n")
    assert [path.name for path in output.parent.iterdir()] == ["written"]


def test_nested_mentions_stay_where_the_format_can_hold_them(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "one.json"
    source.write_text(json.dumps(NESTED))
    outer, inner, other = Entity(0, 3, "LOC"), Entity(0, 1, "LOC"), Entity(1, 2, "PER")
    for index, (options, kept, loss) in enumerate(
        [
            (["--to", "spert"], (outer, inner), None),
            (["--to", "columns"], (), "2 overlapping"),
            (["--to", "columns", "--overlaps", "keep_outer"], (outer,), "1 overlapping"),
            (["--to", "spert", "--overlaps", "keep_inner"], (inner,), "1 overlapping"),
        ]
    ):
        output = tmp_path / f"written{index}"
        status, out, _ = run(source, output, *options)
        assert status == 0
        assert content_of(output) == [(("Lund", "Alto", "Sea"), kept), (("hi", "Bo"), (other,))]
        assert (f"left out: {loss}" if loss else "no mention left out") in out


def test_sentences_without_words_are_counted(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "empty.jsonl"
    source.write_text(
        '{"text": "  ", "entities": [[0, 2, "PER"]]}\n{"text": "Bo", "entities": [[0, 2, "PER"]]}\n'
    )
    status, out, err = run(source, tmp_path / "out.conll", "--format", "jsonl", "--to", "columns")
    assert status == 0, err
    assert "2 sentences (1 without words), 1 words, 1 mentions written; left out: 1 without_words" in out


def test_options_of_reader_and_writer_are_passed_on(run: Run, tmp_path: Path) -> None:
    source, output = tmp_path / "a.txt", tmp_path / "b.txt"
    source.write_bytes("Lõ B-PER X\nhi O X\n".encode("latin-1"))
    status, _, _ = run(
        source, output, "--format", "columns", "--options", '{"tag_column": 1, "encoding": "latin-1"}',
        "--to", "columns", "--to-options", '{"scheme": "BIOES", "separator": " "}',
    )  # fmt: skip
    assert (status, output.read_text(encoding="utf-8")) == (0, "Lõ S-PER\nhi O\n\n")


def test_several_splits_become_files_of_a_directory(run: Run, tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.conll").write_text(COLUMNS.replace("Ana", name))
    output = tmp_path / "out"
    status, out, _ = run(
        f"train={tmp_path / 'first.conll'}", f"dev={tmp_path / 'second.conll'}", output, "--to", "jsonl"
    )
    assert status == 0
    assert sorted(path.name for path in output.iterdir()) == ["dev.jsonl", "train.jsonl"]
    assert content_of(output / "dev.jsonl")[0][0] == ("second", "met", "Bo")
    assert f"{tmp_path / 'second.conll'} -> {output / 'dev.jsonl'}: 3 sentences" in out


def test_an_experiment_is_converted_whole(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("experiments/quickstart.jsonnet", tmp_path / "out", "--to", "dygie")
    assert (status, out.count("\n")) == (0, 3)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "dev.jsonl", "test.jsonl", "train.jsonl"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (COLUMNS + "odd\n", "train.conll:13: token 'odd' has no tag"),
        (COLUMNS + "\nx y\tO\n\n\n", "train.conll:14: "),
    ],
    ids=["unreadable", "unwritable"],
)
def test_after_an_error_nothing_is_left(run: Run, tmp_path: Path, content: str, message: str) -> None:
    source = tmp_path / "train.conll"
    source.write_text(content)
    status, out, err = run(
        source, tmp_path / "out.conll", "--to", "columns", "--to-options", '{"separator": " "}'
    )
    assert (status, out, message in err) == (2, "", True), err
    assert list(tmp_path.iterdir()) == [source]


def test_a_broken_split_takes_the_others_with_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.conll").write_text(COLUMNS)
    (tmp_path / "dev.conll").write_text(COLUMNS + "odd\n")
    status, _, err = run(tmp_path / "train.conll", tmp_path / "dev.conll", tmp_path / "out", "--to", "jsonl")
    assert (status, "dev.conll:13:" in err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_errors_name_the_place_asked_for_and_not_the_draft(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "train.conll"
    source.write_text(COLUMNS)
    output = tmp_path / "out.conll"
    status, _, err = run(source, output, "--to", "columns", "--to-options", '{"scheme": "BILBO"}')
    assert (status, err.startswith(f"error: {output}: expected a tag scheme out of ")) == (2, True), err
    for inputs in ([source], [source, f"dev={source}"]):
        status, _, err = run(*inputs, output, "--to", "columns", "--to-options", '{"sheme": "BIO"}')
        place = output if len(inputs) == 1 else output / "train.conll"
        assert (status, err.startswith(f"error: {place}: the writer of format 'columns' has no option")) == (
            2,
            True,
        ), err


def test_nothing_is_written_over(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "train.conll"
    source.write_text(COLUMNS)
    status, _, err = run(source, source, "--to", "columns")
    assert (status, "expected a path at which nothing is, got one that exists" in err) == (2, True)
    assert source.read_text() == COLUMNS
    full, empty = tmp_path / "full", tmp_path / "empty"
    full.mkdir()
    (full / "mine").write_text("mine")
    empty.mkdir()
    splits = (f"train={source}", f"dev={source}")
    assert run(*splits, full, "--to", "columns")[0] == 2
    assert [path.name for path in full.iterdir()] == ["mine"]
    assert run(*splits, empty, "--to", "columns")[0] == 0
    assert len(list(empty.iterdir())) == 2
    assert run(source, full / "mine" / "out", "--to", "columns")[0] == 2


def test_split_names_must_be_file_names(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "train.conll"
    source.write_text(COLUMNS)
    status, _, err = run(f"../a={source}", f"b={source}", tmp_path / "out", "--to", "columns")
    assert (status, "expected a split's name that can be a file's, got '../a'" in err) == (2, True)
    assert list(tmp_path.iterdir()) == [source]
