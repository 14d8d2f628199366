import gzip
import json
import logging
import os
import threading
import tracemalloc

import pytest

from blner_allennlp.corpora import read_corpus
from blner_allennlp.corpora.reading import find_format
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError

TEXT = "Ana Bo met Kil."
WORDS = ("Ana", "Bo", "met", "Kil", ".")
PEOPLE = (Entity(0, 2, "PER"), Entity(3, 4, "PER"))


@pytest.fixture
def read(tmp_path):
    """Writes objects as JSON lines, or a text as it is, to a file and reads it."""

    def write_and_read(*objects: dict | str, **options) -> list[Sentence]:
        path = tmp_path / "x.jsonl"
        lines = [fields if isinstance(fields, str) else json.dumps(fields) for fields in objects]
        path.write_text("\n".join(lines), encoding="utf-8")
        return list(read_corpus(path, format="jsonl", **options))

    return write_and_read


def task(*annotations: dict, text: str = TEXT, **data) -> dict:
    return {"id": 9, "data": {"text": text, **data}, "annotations": list(annotations), "predictions": []}


def annotation(*mentions: tuple, **others) -> dict:
    result = [
        {
            "from_name": "x",
            "to_name": "text",
            "type": "labels",
            "value": {"start": a, "end": b, "labels": labels},
        }
        for a, b, labels in mentions
    ]
    return {"result": result, **others}


def tokens_of(text: str, *spans: tuple[int, int]) -> list[dict]:
    return [
        {"text": text[start:end], "start": start, "end": end, "id": index, "ws": text[end : end + 1] == " "}
        for index, (start, end) in enumerate(spans)
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": TEXT, "label": [[0, 6, "PER"], [11, 14, "PER"]]},
        {"text": TEXT, "labels": [[0, 6, "PER"], [11, 14, "PER"]], "Comments": []},
        {"data": TEXT, "label": [[0, 6, "PER"], [11, 14, "PER"]]},
        {"text": TEXT, "entities": [[11, 14, "PER"], [0, 6, "PER"]]},
        {
            "text": TEXT,
            "entities": [
                {"id": 4, "label": "PER", "start_offset": 0, "end_offset": 6},
                {"id": 5, "label": "PER", "start_offset": 11, "end_offset": 14},
            ],
            "relations": [{"id": 0, "from_id": 4, "to_id": 5, "type": "met"}],
        },
        {
            "text": TEXT,
            "_input_hash": 1,
            "spans": [
                {"start": 0, "end": 6, "label": "PER", "token_start": 0, "token_end": 1},
                {"start": 11, "end": 14, "label": "PER", "text": "Kil"},
            ],
            "label": "PER",
            "answer": "accept",
        },
        task(annotation((0, 6, ["PER"]), (11, 14, ["PER"]))),
        {
            "text": TEXT,
            "annotator": 1,
            "label": [
                {"start": 0, "end": 6, "text": "Ana Bo", "labels": ["PER"]},
                {"start": 11, "end": 14, "text": "Kil", "labels": ["PER"]},
            ],
        },
        {
            "text": TEXT,
            "tokens": list(WORDS),
            "entities": [
                {"type": "PER", "word_start": 0, "word_end": 2, "char_start": 0, "char_end": 6, "score": 0.9},
                {
                    "type": "PER",
                    "word_start": 3,
                    "word_end": 4,
                    "char_start": 11,
                    "char_end": 14,
                    "text": "Kil",
                },
            ],
        },
        {"sentence": TEXT, "entities": [{"type": "PER", "char_start": 0, "char_end": 6}, [11, 14, "PER"]]},
    ],
    ids=[
        "doccano",
        "old doccano",
        "doccano with data",
        "spacy",
        "doccano with relations",
        "prodigy",
        "label studio",
        "label studio min",
        "predictions",
        "predictions for a sentence",
    ],
)
def test_the_forms_of_all_tools_give_the_same(read, fields):
    (sentence,) = read(fields)
    assert (sentence.words, sentence.entities, sentence.remarks) == (WORDS, PEOPLE, ())
    assert sentence.text == TEXT
    assert sentence.char_offsets == ((0, 3), (4, 6), (7, 10), (11, 14), (14, 15))


def test_each_object_tells_its_own_form_and_is_a_document(read):
    sentences = read(
        {"text": "Ana left. Bo stayed.", "label": [[0, 3, "PER"], [10, 12, "PER"]]},
        "",
        task(annotation((0, 3, ["PER"])), text="Kil"),
        {"doc_id": "seven", "text": "no one", "spans": []},
        {"id": 0, "document_id": None, "text": "x"},
    )
    assert [(sentence.words, sentence.document_id, sentence.line_number) for sentence in sentences] == [
        (("Ana", "left", "."), "doc-1", 1),
        (("Bo", "stayed", "."), "doc-1", 1),
        (("Kil",), "9", 3),
        (("no", "one"), "seven", 4),
        (("x",), None, 5),
    ]
    assert [sentence.entities for sentence in sentences[:3]] == [(Entity(0, 1, "PER"),)] * 3
    assert sentences[0].path.name == "x.jsonl"


def test_an_array_is_read_like_lines_and_so_is_a_compressed_file(tmp_path):
    objects = [{"text": TEXT, "label": [[0, 6, "PER"]]}, {"text": "Kil", "label": []}]
    (tmp_path / "a.json").write_text(json.dumps(objects, indent=2))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, objects)).encode()))
    array, lines = (list(read_corpus(tmp_path / name)) for name in ("a.json", "b.jsonl.gz"))
    assert (
        [sentence.words for sentence in array] == [sentence.words for sentence in lines] == [WORDS, ("Kil",)]
    )
    assert [sentence.line_number for sentence in array] == [2, 12]


def test_other_names_of_fields_can_be_given(read):
    fields = {"body": TEXT, "marks": [{"start": 0, "end": 6, "kind": "PER", "label": "no"}], "key": 3}
    options = {
        "text_field": "body",
        "entities_field": "marks",
        "label_field": "kind",
        "id_field": "key",
    }
    (sentence,) = read({**fields, "label": [[11, 14, "no"]]}, **options)
    assert (sentence.entities, sentence.document_id) == (PEOPLE[:1], "3")
    (sentence,) = read(task(annotation((0, 6, ["PER"])), key="k"), id_field="key")
    assert (sentence.entities, sentence.document_id) == (PEOPLE[:1], "k")


def test_a_mention_with_several_types_is_several_mentions(read):
    (sentence,) = read(task(annotation((0, 6, ["PER", "TEAM"]))))
    assert sentence.entities == (Entity(0, 2, "PER"), Entity(0, 2, "TEAM"))


def test_nested_mentions_stay_and_repeated_misspelt_and_misplaced_ones_leave_remarks(read):
    (sentence,) = read(
        {
            "text": TEXT,
            "spans": [
                {"start": 0, "end": 6, "label": "A"},
                {"start": 4, "end": 6, "label": "B", "text": "Bob"},
                {"start": 0, "end": 6, "label": "A"},
                {"start": 12, "end": 14, "label": "C"},
                {"start": 11, "end": 99, "label": "D"},
                {"start": 7, "end": 7, "label": "E"},
            ],
        }
    )
    assert sentence.words == ("Ana", "Bo", "met", "K", "il", ".")
    assert sentence.entities == (Entity(0, 2, "A"), Entity(1, 2, "B"), Entity(4, 5, "C"))
    assert sorted((remark.kind.value, remark.label) for remark in sentence.remarks) == [
        ("duplicate", "A"),
        ("inside_word", "C"),
        ("outside_text", "D"),
        ("text_mismatch", "B"),
        ("without_words", "E"),
    ]
    assert {remark.line_number for remark in sentence.remarks} == {1}


def test_given_tokens_are_the_words_and_white_space_among_them_is_none(read):
    text = "New York  is\nbig"
    fields = {"text": text, "spans": [{"start": 0, "end": 8, "label": "LOC"}]}
    (sentence,) = read({**fields, "tokens": tokens_of(text, (0, 8), (8, 10), (10, 12), (12, 13), (13, 16))})
    assert (sentence.words, sentence.entities) == (("New York", "is", "big"), (Entity(0, 1, "LOC"),))
    (sentence,) = read({**fields, "tokens": ["New", "York", " ", "is", "\n", "big"]})
    assert (sentence.words, sentence.entities) == (("New", "York", "is", "big"), (Entity(0, 2, "LOC"),))


def test_given_sentence_starts_are_the_borders_and_mentions_across_them_are_remarked_on(read):
    text = "Ana left. Bo stayed."
    fields = {
        "text": text,
        "spans": [{"start": 4, "end": 12, "label": "X"}, {"start": 0, "end": 3, "label": "PER"}],
        "tokens": tokens_of(text, (0, 3), (4, 8), (8, 9), (10, 12), (13, 19), (19, 20)),
    }
    borders = [sentence.words for sentence in read({**fields, "sentence_starts": [0, 1, 3]})]
    assert borders == [("Ana",), ("left", "."), ("Bo", "stayed", ".")]
    joined = read(fields)
    assert [sentence.words for sentence in joined] == [("Ana", "left", ".", "Bo", "stayed", ".")]
    first, second, _ = read({**fields, "sentence_starts": [0, 1, 3]})
    assert first.entities == (Entity(0, 1, "PER"),)
    assert [remark.kind for remark in second.remarks] == [RemarkKind.ACROSS_SENTENCES]


def test_splitters_are_options(read):
    text = "5-HT rises. e.g. here"
    fields = {"text": text, "label": [[0, 4, "CHEM"]]}
    assert [one.words for one in read(fields, word_splitter="whitespace", sentence_splitter="none")] == [
        ("5-HT", "rises.", "e.g.", "here")
    ]
    with pytest.raises(CorpusError, match="expected a word splitter out of rules, whitespace, biomedical"):
        read(fields, word_splitter="x")
    with pytest.raises(CorpusError, match=r"has no rules|cannot split its words"):
        read(fields, language="qq-none")


def test_offsets_may_count_utf16_units_or_bytes(read):
    text = "\U0001f600é Kil"
    mentions = {"characters": [3, 6], "utf16": [4, 7], "bytes": [7, 10]}
    for unit, (start, end) in mentions.items():
        tokens = [{"text": "Kil", "start": start, "end": end}]
        for fields in ({}, {"tokens": tokens}):
            (sentence,) = read(
                {"text": text, "label": [[start, end, "PER"]], **fields},
                offset_unit=unit,
                word_splitter="whitespace",
            )
            assert [sentence.words_of(entity) for entity in sentence.entities] == ["Kil"]
            assert sentence.remarks == ()
    with pytest.raises(CorpusError, match=r"x.jsonl:1: field 'label\[0\]\[0\]': 1 lies inside a character"):
        read({"text": text, "label": [[1, 7, "PER"]]}, offset_unit="utf16")
    with pytest.raises(CorpusError, match="expected an offset unit out of characters, utf16, bytes, got 'b'"):
        read({"text": text, "label": []}, offset_unit="b")


def test_of_several_annotations_the_true_one_or_the_first_that_counts_is_read(read, caplog):
    first, second = annotation((0, 3, ["A"])), annotation((4, 6, ["B"]))
    cancelled = {**annotation((0, 6, ["C"])), "was_cancelled": True}
    with caplog.at_level(logging.WARNING):
        sentences = read(
            task(cancelled, first, second),
            task(first, {**second, "ground_truth": True}, cancelled),
        )
    assert [sentence.entities for sentence in sentences] == [(Entity(0, 1, "A"),), (Entity(1, 2, "B"),)]
    assert "x.jsonl: 2 further annotations of the same texts are not read" in caplog.text


def test_results_of_label_studio_that_are_no_mentions_are_passed_over(read):
    results = [{"type": "choices", "value": {"choices": ["good"]}}, {"type": "relation", "from_id": "a"}]
    (sentence,) = read(task({"result": [*results, *annotation((0, 6, ["PER"]))["result"]]}))
    assert sentence.entities == PEOPLE[:1]


def test_what_annotators_left_out_is_counted_in_a_warning(read, caplog):
    with caplog.at_level(logging.WARNING):
        sentences = read(
            {"text": "one", "spans": [], "answer": "accept"},
            {"text": "two", "spans": [], "answer": "reject"},
            {"text": "three", "spans": [], "answer": "ignore"},
            {"text": "four", "spans": [], "answer": "ignore"},
            task(),
            task({**annotation(), "was_cancelled": True}),
            {"text": "x", "error": "expected …", "line_number": 3},
        )
    assert [sentence.words for sentence in sentences] == [("one",)]
    (record,) = caplog.records
    message, _, reasons = record.getMessage().partition(" objects are left out: ")
    assert message.endswith("x.jsonl: 6 of 7")
    assert set(reasons.split("; ")) == {
        "1 with the answer 'reject' (Prodigy)",
        "2 with the answer 'ignore' (Prodigy)",
        "1 without annotation (Label Studio)",
        "1 whose annotations were all cancelled (Label Studio)",
        "1 with an error in place of an answer (`allennlp predict`)",
    }


def test_a_file_of_which_nothing_is_left_is_an_error(read):
    with pytest.raises(
        CorpusError, match=r"x.jsonl: expected at least one annotated object, but all are left"
    ):
        read({"text": "two", "spans": [], "answer": "reject"})


def test_text_without_mentions_is_read_with_a_warning(read, caplog):
    with caplog.at_level(logging.WARNING):
        assert [sentence.words for sentence in read({"text": "one"}, {"text": "two", "label": None})] == [
            ("one",),
            ("two",),
        ]
    assert "no object has a field with mentions ('spans', 'entities', 'label', 'labels')" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        read({"text": "one"}, {"text": "two", "label": []})
    assert not caplog.records


def test_halves_of_surrogate_pairs_are_replaced_and_offsets_still_hold(read):
    (sentence,) = read(
        '{"text": "\\ud800 Kil", "spans": [{"start": 2, "end": 5, "label": "\\udc00", "text": "Kil"}]}'
    )
    assert sentence.words == ("\ufffd", "Kil")
    assert sentence.entities == (Entity(1, 2, "\ufffd"),)
    assert sentence.remarks == ()


def span(**fields) -> dict:
    return {"text": TEXT, "spans": [fields]}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"txt": "x"},
            "expected a field 'text' or 'sentence' or 'data' with the text, got only 'txt'; name the",
        ),
        ({}, "expected a field 'text' .*, got an empty object"),
        ({"text": 1}, "field 'text': expected a text in quotes, got 1"),
        ({"text": TEXT, "id": 1.5}, "field 'id': expected a text or a whole number, got 1.5"),
        ({"text": TEXT, "id": True}, "field 'id': expected a text or a whole number, got true"),
        ({"text": TEXT, "label": "PER"}, "field 'label': expected a list, got 'PER'"),
        ({"text": TEXT, "label": {"x": 1}}, "field 'label': expected a list, got an object"),
        ({"text": TEXT, "label": ["PER"]}, r"field 'label\[0\]': expected an object, got 'PER'"),
        (
            {"text": TEXT, "label": [[0, 3]]},
            r"field 'label\[0\]': expected \[start, end, type\], got a list of 2",
        ),
        ({"text": TEXT, "label": [[0, 3, ""]]}, r"field 'label\[0\]\[2\]': expected an entity type, got ''"),
        ({"text": TEXT, "label": [[0, 3, None]]}, r"field 'label\[0\]\[2\]': expected a text .*, got null"),
        ({"text": TEXT, "label": [[0, 3, 7]]}, r"field 'label\[0\]\[2\]': expected a text in quotes, got 7"),
        (
            {"text": TEXT, "label": [[-1, 3, "X"]]},
            r"field 'label\[0\]\[0\]': expected a whole number.*, got -1",
        ),
        (
            {"text": TEXT, "label": [[0, 3.0, "X"]]},
            r"field 'label\[0\]\[1\]': expected a whole number.*, got 3.0",
        ),
        (
            {"text": TEXT, "label": [[0, True, "X"]]},
            r"field 'label\[0\]\[1\]': expected a whole .*, got true",
        ),
        (
            {"text": TEXT, "label": [["0", 3, "X"]]},
            r"field 'label\[0\]\[0\]': expected a whole number.*, got '0'",
        ),
        (
            {"text": TEXT, "label": [[6, 3, "X"]]},
            r"field 'label\[0\]\[1\]': expected an end at 6 or later, where the mention starts, got 3; swap the two",
        ),
        (
            {"text": TEXT, "label": {"start": [0], "end": [3, 4], "label": ["X"]}},
            "field 'label': expected lists of the same length",
        ),
        (
            span(end=3, label="X"),
            r"field 'spans\[0\]': expected a field 'start' or .* with the mention's start, got",
        ),
        (
            span(start=3, label="X"),
            r"field 'spans\[0\]': expected a field 'end' or .* with the mention's end",
        ),
        (
            span(start=0, end=3),
            r"field 'spans\[0\]': .* 'labels' with the mention's type, got only 'start', 'end'",
        ),
        (span(), r"field 'spans\[0\]': .*, got an empty object"),
        (
            span(start=0, end=3, labels=[]),
            r"field 'spans\[0\].labels': expected at least one entity type, got none",
        ),
        (
            span(start=0, end=3, labels=[3]),
            r"field 'spans\[0\].labels\[0\]': expected a text in quotes, got 3",
        ),
        (
            span(start=0, end=3, label="X", text=3),
            r"field 'spans\[0\].text': expected a text in quotes, got 3",
        ),
        (
            {"text": TEXT, "spans": [], "entities": []},
            "the fields 'spans' and 'entities' could both hold the mentions; name the right one with entities_field",
        ),
        (
            {"data": {"image": "x"}, "annotations": [{"result": []}]},
            "expected a field 'text' or .*, got only 'image'; name the field with text_field",
        ),
        (task({"x": 1}), r"field 'annotations\[0\].result': expected a list, got null"),
        (task(annotation(), 3), r"field 'annotations\[1\]': expected an object, got 3"),
        ({**task(), "annotations": {"x": 1}}, "field 'annotations': expected a list, got an object"),
        (task({"result": [3]}), r"field 'annotations\[0\].result\[0\]': expected an object, got 3"),
        (
            task({"result": [{"type": "labels"}]}),
            r"field 'annotations\[0\].result\[0\].value': expected an object, got null",
        ),
        (
            task({"result": [{"type": "hypertextlabels", "value": {}}]}),
            r"field 'annotations\[0\].result\[0\].type': expected labels of plain text, got 'hypertextlabels'",
        ),
        ({"text": TEXT, "tokens": "Ana"}, "field 'tokens': expected a list, got 'Ana'"),
        ({"text": TEXT, "tokens": [{"start": -1, "end": 2}]}, r"field 'tokens\[0\]': .*, got -1 and 2"),
        ({"text": TEXT, "tokens": [{"start": False, "end": 2}]}, r"field 'tokens\[0\].start': .*, got false"),
        (
            {"text": TEXT, "tokens": [{"start": 0, "end": 3, "text": 3}]},
            r"field 'tokens\[0\].text': expected a text in quotes, got 3",
        ),
        (
            {"text": TEXT, "tokens": [3]},
            r"field 'tokens\[0\]': expected a text or an object with its offsets, got 3",
        ),
        (
            {"text": TEXT, "tokens": ["Ana", "Ana"]},
            r"field 'tokens\[1\]': 'Ana' does not occur in the text after character 3",
        ),
        (
            {"text": TEXT, "tokens": [{"start": 0, "end": 16}]},
            r"field 'tokens\[0\]': expected a start and an end inside the text of 15 characters, got 0 and 16",
        ),
        (
            {"text": TEXT, "tokens": [{"start": 3, "end": 2}]},
            r"field 'tokens\[0\]': expected a start and an end",
        ),
        (
            {"text": TEXT, "tokens": [{"start": 3}]},
            r"field 'tokens\[0\].end': expected a whole number.*, got null",
        ),
        (
            {"text": TEXT, "tokens": [{"start": 0, "end": 3, "text": "An"}]},
            r"field 'tokens\[0\]': expected 'Ana', which stands at its offsets, got 'An'",
        ),
        (
            {"text": TEXT, "tokens": tokens_of(TEXT, (0, 6), (4, 6))},
            r"field 'tokens\[1\]': expected tokens in order and without overlap",
        ),
        (
            {"text": TEXT, "tokens": tokens_of(TEXT, (0, 6), (6, 6)), "sentence_starts": [0]},
            "expected words in order, of at least one character each",
        ),
        *(
            (
                {"text": TEXT, "tokens": tokens_of(TEXT, (0, 3), (4, 6)), "sentence_starts": starts},
                "field 'sentence_starts': expected indices of the 2 tokens, ascending from 0",
            )
            for starts in ([], [1], [0, 2], [0, 1, 1], [0, 1, 0])
        ),
        (
            {"text": " ", "tokens": [], "sentence_starts": [0]},
            "field 'sentence_starts': expected indices of the 0 tokens",
        ),
    ],
)
def test_errors_name_file_line_and_field(read, fields, message):
    with pytest.raises(CorpusError, match=f"x.jsonl:2: {message}"):
        read({"text": "fine", "label": []}, fields)


def test_a_document_without_the_name_that_is_asked_for_is_an_error(read):
    with pytest.raises(
        CorpusError, match=r"x.jsonl:1: expected a field 'key' with the document's name, got only"
    ):
        read({"text": "x"}, id_field="key")
    with pytest.raises(
        CorpusError, match=r"x.jsonl:1: expected a field 'body' with the text, got only 'text'"
    ):
        read({"text": "x"}, text_field="body")


def test_broken_json_and_an_empty_file_are_errors(read):
    with pytest.raises(CorpusError, match=r"x.jsonl:2: expected one JSON object a line"):
        read({"text": "x"}, '{"text": ')
    with pytest.raises(CorpusError, match=r"x.jsonl: the file is empty"):
        read("")


@pytest.mark.parametrize(
    ("content", "format_name"),
    [
        ('{"id": 1, "text": "a", "label": []}', "jsonl"),
        (' \n[ {\n  "data": {"text": "' + "a" * 9000, "jsonl"),
        ('{"text": "a", "tokens": ["a"], "entities": []}', "jsonl"),
        ('{"text": "sentences", "spans": [], "tokens": [{"text": "a"', "jsonl"),
        ("{ O\n} O\n", "columns"),
        ('"text" O\n', "columns"),
    ],
)
def test_files_are_recognised_by_their_start(tmp_path, content, format_name):
    path = tmp_path / "x"
    path.write_text(content)
    assert find_format(path).name == format_name


def test_what_the_predictor_writes_is_read_as_gold(read, tiny_archive, run_allennlp, tmp_path):
    inputs, outputs = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    texts = [
        "Jesara Tolric moved to Veldex Harbour.",
        "\U0001f600 Nobody knows   why. Engineers at Quobix Textiles do.",
    ]
    inputs.write_text(
        "\n".join([json.dumps({"text": texts[0]}), json.dumps({"sentence": texts[1], "id": 7}), "broken"])
    )
    run_allennlp("predict", tiny_archive, inputs, "--output-file", outputs, "--silent")
    predicted = [json.loads(line) for line in outputs.read_text(encoding="utf-8").splitlines()]
    assert sum(len(output.get("entities", ())) for output in predicted) > 0
    sentences = list(read_corpus(outputs, "jsonl", sentence_splitter="none"))
    assert [sentence.document_id for sentence in sentences] == ["doc-1", "7"]
    for sentence, output in zip(sentences, predicted, strict=False):
        assert list(sentence.words) == output["tokens"]
        found = [entity.to_json() for entity in sentence.entities]
        wanted = [
            {name: one[name] for name in ("type", "word_start", "word_end")} for one in output["entities"]
        ]
        assert sorted(found, key=str) == sorted(wanted, key=str)


def test_memory_does_not_grow_with_the_file(tmp_path):
    peaks = []
    # Python keeps up to 2,000 tuples of each small length for later use.
    for num_objects in (2_500, 5_000):
        path = tmp_path / str(num_objects)
        path.write_text('{"text": "Ana Bo met Kil.", "label": [[0, 6, "PER"]]}\n' * num_objects)
        options = {"word_splitter": "whitespace", "sentence_splitter": "none"}
        tracemalloc.start()
        assert sum(1 for _ in read_corpus(path, "jsonl", **options)) == num_objects
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 100_000


def test_a_remark_spells_the_mention_out(read):
    (sentence,) = read({"text": TEXT, "label": [[0, 6, "A"], [0, 6, "A"]]})
    assert sentence.remarks == (Remark(RemarkKind.DUPLICATE, "A", "Ana Bo", 1, Entity(0, 2, "A")),)


TAGGED = {"id": "0", "tokens": list(WORDS), "ner_tags": ["B-PER", "I-PER", "O", "B-PER", "O"]}
TAG_NAMES = ["O", "B-PER", "I-PER"]


@pytest.mark.parametrize(
    ("fields", "options"),
    [
        (TAGGED, {}),
        ({**TAGGED, "text": TEXT}, {}),
        ({"words": list(WORDS), "labels": TAGGED["ner_tags"]}, {}),
        ({**TAGGED, "ner_tags": [1, 2, 0, 1, 0]}, {"label_names": TAG_NAMES}),
        ({"w": list(WORDS), "t": TAGGED["ner_tags"]}, {"token_field": "w", "tag_field": "t"}),
        ({**TAGGED, "entities": []}, {"tag_field": "ner_tags"}),
        ({**TAGGED, "ner_tags": ["B-PER", "E-PER", "O", "S-PER", "O"]}, {}),
    ],
)
def test_objects_with_tokens_and_tags_are_sentences(read, fields, options):
    empty = {name: [] if isinstance(value, list) else value for name, value in fields.items()}
    assert read(fields, empty, fields, **options) == [
        Sentence(WORDS, PEOPLE, line_number=1),
        Sentence(WORDS, PEOPLE, line_number=3),
    ]


def test_tagged_objects_are_told_from_spert_s_and_may_name_documents(read, tmp_path):
    assert read({**TAGGED, "doc_id": "a"})[0].document_id == "a"
    assert read(TAGGED, id_field="id")[0].document_id == "0"
    assert find_format(tmp_path / "x.jsonl").name == "jsonl"
    read({"tokens": ["a"], "labels": ["O"]})
    assert find_format(tmp_path / "x.jsonl").name == "jsonl"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": TEXT, "tokens": list(WORDS), "labels": []},
        {"text": TEXT, "tokens": list(WORDS), "labels": [[0, 6, "PER"]]},
        {"text": TEXT, "tokens": list(WORDS), "entities": [], "tags": ["O"] * 5},
        {"text": TEXT, "tags": ["news"]},
    ],
)
def test_other_lists_beside_a_text_are_no_tags(read, fields):
    assert "".join(sentence.text for sentence in read(fields)) == TEXT


def test_tags_are_read_as_the_scheme_and_the_reading_say(read):
    fields = {"tokens": ["a", "b"], "tags": ["O", "I-X"]}
    assert read(fields, scheme="BIO", reading="strict")[0].entities == ()
    (remark,) = read(fields, scheme="BIO", reading="strict")[0].remarks
    assert remark == Remark(RemarkKind.ILL_FORMED, "X", "b", 1, Entity(1, 2, "X"))


@pytest.mark.parametrize(
    ("objects", "options", "message"),
    [
        ([{**TAGGED, "ner_tags": [1]}], {}, r":1: .*got the number 1, .* list them .* with label_names"),
        (
            [TAGGED, {"tokens": ["a"]}],
            {},
            r":2: expected a field 'ner_tags', as those before .* only 'tokens'; add",
        ),
        (
            [TAGGED, {"tokens": ["a"], "ner_tags": ["O", "O"]}],
            {},
            ":2: expected one tag a token, got 1 .* and 2",
        ),
        ([TAGGED], {"tag_field": "pos"}, ":1: expected a field 'pos'"),
        ([{"text": TEXT}], {"tag_field": "text"}, ":1: expected a field 'tokens'"),
        ([TAGGED], {"scheme": "B"}, "expected a tag scheme out of IOB1"),
        ([TAGGED], {"reading": "B"}, "expected a reading out of conlleval, strict, got 'B'"),
        ([{"tokens": [], "tags": []}], {}, "x.jsonl: expected at least one sentence with words, got none"),
        ([{"text": "", "label": []}], {}, "x.jsonl: expected at least one sentence with words, got none"),
        ([TAGGED, {"tokens": ["a"], "ner_tags": ["X-X"]}], {}, ":2: unknown tag"),
    ],
)
def test_tagged_objects_that_are_none_are_errors_with_their_line(read, objects, options, message):
    with pytest.raises(CorpusError, match=message):
        read(*objects, **options)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_tagged_objects_are_read_from_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(json.dumps(TAGGED),))
    writer.start()
    assert list(read_corpus(pipe, "jsonl")) == [Sentence(WORDS, PEOPLE, line_number=1)]
    writer.join()
