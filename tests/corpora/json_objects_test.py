import gzip
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blner_allennlp.corpora import json_objects
from blner_allennlp.corpora.json_objects import (
    describe_json_value,
    read_json_objects,
    replace_lone_surrogates,
)
from blner_allennlp.errors import CorpusError


@pytest.fixture
def read(tmp_path):
    """Writes text or bytes to a file and reads its JSON objects."""

    def write_and_read(content: str | bytes, **options):
        path = tmp_path / "x.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(read_json_objects(path, **options))

    return write_and_read


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n \t\n"])
def test_lines_are_read_with_their_numbers(read, newline, end):
    content = ' \n\n{"a": 1}\n\n \t\n\t{"b": "\u2028\x85"} \n{"a": 2}' + end
    expected = [(3, {"a": 1}), (6, {"b": "\u2028\x85"}), (7, {"a": 2})]
    assert read(content.replace("\n", newline)) == expected
    assert read(b"\xef\xbb\xbf" + content.replace("\n", newline).encode()) == expected
    assert read(gzip.compress(content.encode())) == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n \t\n"])
def test_an_array_is_read_with_the_lines_of_its_elements(read, newline, end):
    content = '\n[\n{"a": 1}, {"b":\n [{}, "]"]\n}\n\n,{"a": "\u2028"}\n]' + end
    expected = [(3, {"a": 1}), (3, {"b": [{}, "]"]}), (7, {"a": "\u2028"})]
    assert read(content.replace("\n", newline)) == expected
    assert read(b"\xef\xbb\xbf" + content.replace("\n", newline).encode()) == expected
    assert read(gzip.compress(content.encode())) == expected


def test_what_json_loads_takes_is_taken(read):
    for brackets in ("", "[]"):
        start, end = brackets[:1], brackets[1:]
        ((_, value),) = read(start + '{"a": NaN, "b": 1e999, "c": 1, "c": 2, "d": ' + "9" * 4000 + "}" + end)
        assert str(value["a"]) == "nan"
        assert value["b"] == float("inf")
        assert (value["c"], value["d"]) == (2, int("9" * 4000))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "x.json: the file is empty: expected at least one JSON object"),
        (" \n\t\n", "x.json: the file is empty"),
        ("[ \n ]\n", "x.json: the file is empty"),
        ('{"a": 1}\n[1, 2]', r"x.json:2: expected a JSON object in braces, got a list of 2; correct"),
        ('{"a": 1}\n"b"', "x.json:2: expected a JSON object in braces, got 'b'"),
        ("null", "x.json:1: expected a JSON object in braces, got null"),
        ('{"a": 1}\n\n{"a": }', "x.json:3: expected one JSON object a line, .*Expecting value, after 6 char"),
        ('{"a":\n1}', "x.json:1: expected one JSON object a line, got something else"),
        ('{"a": 1} {"a": 2}', r"x.json:1: expected one JSON object a line, .*Extra data, after 9 characters"),
        ('{"a": ' + "9" * 5000 + "}", "x.json:1: expected one JSON object a line, .*too many digits"),
        ('{"a": ' + "[" * 100_000, "x.json:1: expected one JSON object a line, .*nested too deep"),
        ("a b c", "x.json:1: expected one JSON object a line"),
        ('{"a": 1}\n{"a": 2', "x.json:2: expected one JSON object a line"),
        ("[1]", r"x.json:1: expected a JSON object in braces, got '1\]'"),
        ('[{"a": 1},\n]', r"x.json:2: expected a JSON object in braces, got '\]'"),
        ('[{"a": 1}\n {"a": 2}]', "x.json:2: expected a comma or the end of the array, got '{\"a\": 2}]'"),
        ('[{"a": 1}]\n{"a": 2}', "x.json:2: expected nothing after the array, got '{\"a\": 2}'"),
        ('[{"a": 1}', "x.json:1: expected the array to end with `]`, but the file ends"),
        ("[", "x.json:1: expected the array to end with `]`, but the file ends"),
        ('[{"a": 1},\n', "x.json:2: expected the array to end with `]`, but the file ends"),
        ('[\n{"a":\n}]', "x.json:3: expected a JSON object, .*Expecting value, after 6 characters"),
        ('[{"a": "b', "x.json:1: expected a JSON object, .*Unterminated string"),
        ('[{"a": "b\nc"}]', "x.json:1: expected a JSON object, .*Invalid control character"),
        ('[\n{"a": ' + "9" * 5000 + "}]", "x.json:2: expected a JSON object, .*too many digits"),
        ('[\n{"a": ' + "9" * 5000, "x.json:2: expected a JSON object, .*too many digits"),
        ("[\n" + '{"a": ' * 100_000, "x.json:2: expected a JSON object, .*nested too deep"),
        (b'{"a": "\xff"}', "x.json:1: expected text in utf-8, got byte 0xFF after 7 characters"),
        (b'[{"a": 1},\n{"a": "\xff"}]', "x.json:2: expected text in utf-8, got byte 0xFF after 7 characters"),
        (gzip.compress(b'[{"a": 1}]', mtime=0)[:-9], "x.json:1: expected a whole gzip file"),
    ],
)
def test_errors_name_file_and_line(read, content, message):
    with pytest.raises(CorpusError, match=message):
        read(content)


def test_a_byte_that_is_no_text_is_placed_far_into_a_line(read, monkeypatch):
    monkeypatch.setattr(json_objects, "_CHUNK_LENGTH", 7)
    with pytest.raises(CorpusError, match=r"x.json:2: expected text in utf-8, got byte 0xFF after 30 char"):
        read(b'{"a": 1}\n{"a": "' + b"x" * 23 + b'\xff"}')


def test_another_encoding_is_read_when_named(read):
    assert read('[{"a": "señor"}]'.encode("utf-16"), encoding="utf-16") == [(1, {"a": "señor"})]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
json_documents = st.lists(
    st.dictionaries(st.text(max_size=3), json_values, max_size=3), min_size=1, max_size=5
)


@settings(max_examples=200)
@given(
    objects=json_documents,
    is_array=st.booleans(),
    ensure_ascii=st.booleans(),
    indent=st.sampled_from([None, 0, 1]),
    chunk_length=st.integers(1, 40),
)
def test_wherever_the_file_is_cut_the_objects_are_those_of_the_json_module(
    tmp_path_factory, objects, is_array, ensure_ascii, indent, chunk_length
):
    options = {"ensure_ascii": ensure_ascii}
    if is_array:
        content = json.dumps(objects, indent=indent, **options)
    else:
        content = "\n".join(json.dumps(value, **options) for value in objects)
    path = tmp_path_factory.mktemp("json") / "x"
    path.write_bytes(content.encode("utf-8", "replace"))
    expected = json.loads(path.read_bytes()) if is_array else [json.loads(line) for line in path.open("rb")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_objects, "_CHUNK_LENGTH", chunk_length)
        found = list(read_json_objects(path))
    assert [value for _, value in found] == expected
    lines = path.read_bytes().decode().split("\n")
    assert all(
        lines[line_number - 1].lstrip().removeprefix("[").lstrip()[:1] == "{" for line_number, _ in found
    )


@settings(max_examples=200)
@given(
    objects=json_documents,
    is_array=st.booleans(),
    position=st.integers(0, 10_000),
    inserted=st.sampled_from(["", '"', "\\", "{", "}", "[", "]", ",", ":", "\n", "1", "x", "\\ud800", "-"]),
    num_removed=st.integers(0, 3),
    chunk_length=st.integers(1, 40),
)
def test_what_is_broken_is_an_error_wherever_the_file_is_cut(
    tmp_path_factory, objects, is_array, position, inserted, num_removed, chunk_length
):
    content = json.dumps(objects) if is_array else "\n".join(map(json.dumps, objects))
    position %= len(content)
    content = content[:position] + inserted + content[position + num_removed :]
    is_array = content.lstrip(" \n").startswith("[")
    try:
        lines = [line for line in content.split("\n") if line.strip(" ")]
        expected = json.loads(content) if is_array else [json.loads(line) for line in lines]
        if not expected or any(not isinstance(value, dict) for value in expected):
            expected = None
    except ValueError:
        expected = None
    path = tmp_path_factory.mktemp("json") / "x"
    path.write_text(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_objects, "_CHUNK_LENGTH", chunk_length)
        try:
            found = [value for _, value in read_json_objects(path)]
        except CorpusError as error:
            found = None if error.path == path else error
    assert found == expected


def test_memory_does_not_grow_with_an_array_of_one_line_or_with_lines(tmp_path):
    for template in ("[{}]", "{}"):
        peaks = []
        for num_objects in (20_000, 60_000):
            path = tmp_path / f"{num_objects}"
            separator = ", " if template == "[{}]" else "\n"
            path.write_text(template.replace("{}", separator.join(['{"a": "some words"}'] * num_objects)))
            tracemalloc.start()
            assert sum(1 for _ in read_json_objects(path)) == num_objects
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] < peaks[0] + 100_000


def test_a_broken_element_is_reported_without_the_rest_of_the_file(tmp_path):
    path = tmp_path / "x"
    path.write_text('[{"a" 1}, ' + ", ".join(['{"a": "some words"}'] * 100_000) + "]")
    tracemalloc.start()
    with pytest.raises(CorpusError, match="Expecting ':' delimiter, after 5 characters"):
        list(read_json_objects(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000 < path.stat().st_size


def test_halves_of_surrogate_pairs_are_replaced_one_by_one():
    assert replace_lone_surrogates("a\ud800\udfffb") == "a\ufffd\ufffdb"
    assert replace_lone_surrogates("\ud7ff\ue000\U0001f600") == "\ud7ff\ue000\U0001f600"


@pytest.mark.parametrize(
    ("value", "description"),
    [
        ([1, 2], "a list of 2"),
        ({}, "an object with no field"),
        ({"some": 1, "b": 2}, "an object with the field 'some'"),
        ("x\n", r"'x\n'"),
        ("x" * 100, "'" + "x" * 40 + "'…"),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        (float("nan"), "NaN"),
        (10**100, "1" + "0" * 39),
    ],
)
def test_values_are_described_shortly(value, description):
    assert describe_json_value(value) == description
