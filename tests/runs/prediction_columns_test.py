"""Columns with gold and predicted tags, read as the corpus reader reads either column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus
from blner_allennlp.entities import Entity
from blner_allennlp.errors import CorpusError
from blner_allennlp.runs.prediction_files import read_predictions
from blner_allennlp.runs.system_output import SystemOutput


def write(directory: Path, text: str) -> Path:
    path = directory / "answers.txt"
    path.write_text(text, encoding="utf-8")
    return path


def found(output: SystemOutput) -> list[list[Entity]]:
    return [[scored.entity for scored in answer] for answer in output.predicted]


def test_gold_and_predictions_stand_in_the_last_two_columns(tmp_path: Path) -> None:
    output = read_predictions(
        write(
            tmp_path,
            "-DOCSTART- -X- O O O\n\nRain NN B-W B-W\nover IN O O\nNew NNP B-P O\nOslo NNP I-P B-P\n\n"
            "\n-DOCSTART- -X- O O O\n\n# NN O O\n. . O O\n",
        )
    )
    assert [sentence.words for sentence in output.sentences] == [("Rain", "over", "New", "Oslo"), ("#", ".")]
    assert [sentence.entities for sentence in output.sentences] == [
        (Entity(0, 1, "W"), Entity(2, 4, "P")),
        (),
    ]
    assert found(output) == [[Entity(0, 1, "W"), Entity(3, 4, "P")], []]
    assert [sentence.document_id for sentence in output.sentences] == ["doc-1", "doc-2"]
    assert [sentence.line_number for sentence in output.sentences] == [3, 11]
    assert not output.has_scores


TOKENS = st.sampled_from(["rain", "#", "# a", "-DOCSTART-x", "\u00a0", "New Oslo", "B-W", "O", "'"])
BIO = st.sampled_from(["O", "B-W", "I-W", "B-P", "I-P"])
BIOES = st.sampled_from(["O", "S-W", "B-W", "I-W", "E-W", "E-P", "S-P"])
LINES = st.tuples(TOKENS, st.sampled_from(["NN", ""]), BIO, BIOES)


@given(
    st.lists(st.lists(LINES, min_size=1, max_size=5), min_size=1, max_size=4),
    st.sampled_from(["\t", " "]),
    st.sampled_from(["", "\n", "# rain\n"]),
)
def test_each_column_reads_as_a_corpus_of_its_own(
    tmp_path_factory: pytest.TempPathFactory,
    sentences: list[list[tuple[str, str, str, str]]],
    separator: str,
    head: str,
) -> None:
    if separator == " ":
        sentences = [
            [(token.replace(" ", "_"), tag or "NN", *tags) for token, tag, *tags in lines]
            for lines in sentences
        ]
    text = head + "\n".join("".join(separator.join(line) + "\n" for line in lines) for lines in sentences)
    path = write(tmp_path_factory.mktemp("runs"), text)
    output = read_predictions(path)
    gold = list(read_corpus(path, "columns", tag_column=-2))
    predicted = list(read_corpus(path, "columns", tag_column=-1))
    assert [sentence.words for sentence in output.sentences] == [sentence.words for sentence in gold]
    assert [sentence.entities for sentence in output.sentences] == [sentence.entities for sentence in gold]
    assert [sentence.line_number for sentence in output.sentences] == [
        sentence.line_number for sentence in gold
    ]
    assert found(output) == [list(sentence.entities) for sentence in predicted]


@pytest.mark.parametrize(
    ("text", "line_number", "message"),
    [
        ("Rain B-W\nover O\n", 1, "expected at least three columns, .* got 'Rain B-W'"),
        ("Rain NN B-W\n", 1, "expected at least three columns"),
        ("Rain\n", 1, "expected at least three columns, .* got 'Rain'; write both tags for each token"),
        ("Rain B-W B-W\nover O\n", 2, "wrong number of columns: expected 3 columns"),
        ("Rain B-W B-W\nover O rain\n", 2, "unknown predicted tag 'rain' of token 'over'"),
        ("Rain B-W B-W\nover rain O\n", 2, "unknown gold tag 'rain' of token 'over'"),
        ("over O NN\n", 1, "unknown predicted tag 'NN' .* gold and predicted tags as the last two columns"),
        ("Rain\tB-W\tB-W\nover\t\tO\n", 2, "token 'over' has no gold tag"),
        ("Rain\tB-W\tB-W\nover\tO\t\n", 2, "token 'over' has no predicted tag"),
        ("Rain over New Oslo .\n", 1, "unknown gold tag 'Oslo' .* the last two columns"),
        ("Rain B-W B-W\n\nover O U-W\nNew O M-W\n", 3, "unknown predicted tag '[UM]-W' in the sentence"),
        ("a S-W O\nb O O\n\nNew L-W O\n", 4, "unknown gold tag 'L-W' in the sentence that starts here"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, text: str, line_number: int, message: str
) -> None:
    with pytest.raises(CorpusError, match=message) as caught:
        read_predictions(write(tmp_path, text))
    assert caught.value.line_number == line_number
    # A prediction file is read without options.
    assert "option" not in str(caught.value)
    assert "tag_column" not in str(caught.value)
    assert "name the format" not in str(caught.value)
