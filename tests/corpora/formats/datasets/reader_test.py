import json
import logging
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora import read_corpus
from blner_allennlp.corpora.reading import find_format
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.tag_schemes import TagScheme, entities_to_tags
from tests.corpora.sentence_strategies import any_character, any_words, content_of, sentences_with

TAGS = ["O", "B-PER", "I-PER", "B-LOC"]
CLASS_LABEL = {"names": TAGS, "_type": "ClassLabel"}
ROWS = {"id": ["0", "1"], "tokens": [["Ana", "Bo", "met", "Kil"], ["Rain"]], "ner_tags": [[1, 2, 0, 3], [0]]}
SENTENCES = [
    Sentence(("Ana", "Bo", "met", "Kil"), (Entity(0, 2, "PER"), Entity(3, 4, "LOC")), line_number=1),
    Sentence(("Rain",), line_number=2),
]
# How versions of the library `datasets` write a list of class labels down.
FEATURES = {
    "list": {"feature": CLASS_LABEL, "_type": "List"},
    "sequence": {"feature": CLASS_LABEL, "length": -1, "id": None, "_type": "Sequence"},
    "brackets": [CLASS_LABEL],
}


def table_of(rows: dict, features: dict | None = None, schema=None) -> pa.Table:
    table = pa.table(rows, schema=schema)
    if features is None:
        return table
    return table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def save_parquet(path: Path, rows: dict = ROWS, features: dict | None = None, **options) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {"ner_tags": FEATURES["list"]} if features is None else features
    pq.write_table(table_of(rows, known), path, **options)
    return path


def save_to_disk(path: Path, rows: dict = ROWS, num_shards: int = 1, **state) -> Path:
    """What `Dataset.save_to_disk` writes."""
    path.mkdir(parents=True)
    table = table_of(rows)
    names = []
    for shard in range(num_shards):
        names.append(f"data-{shard:05}-of-{num_shards:05}.arrow")
        rows_a_shard = -(-table.num_rows // num_shards)
        part = table.slice(shard * rows_a_shard, rows_a_shard)
        with pa.OSFile(str(path / names[-1]), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(part)
    files = [{"filename": name} for name in names]
    (path / "state.json").write_text(json.dumps({"_data_files": files, "_split": None, **state}))
    info = {"features": {"tokens": {}, "ner_tags": FEATURES["list"]}}
    (path / "dataset_info.json").write_text(json.dumps(info))
    return path


@pytest.mark.parametrize("form", FEATURES)
def test_numbers_of_tags_have_the_names_of_the_files_features(tmp_path, form):
    path = save_parquet(tmp_path / "train-00000-of-00001.parquet", features={"ner_tags": FEATURES[form]})
    assert list(read_corpus(path)) == list(read_corpus(tmp_path)) == SENTENCES
    assert next(read_corpus(tmp_path)).path == path


def test_numbers_of_tags_have_the_names_that_are_given(tmp_path):
    path = save_parquet(tmp_path / "x.parquet", features={})
    assert list(read_corpus(path, label_names=TAGS)) == SENTENCES
    with pytest.raises(
        CorpusError,
        match=r"x.parquet:1: field 'ner_tags\[0\]': expected the tag as text, got the number 1, .* with label_names",
    ):
        list(read_corpus(path))
    with pytest.raises(
        CorpusError, match=r"field 'ner_tags\[1\]': expected the number of one of 2 tags, got 2"
    ):
        list(read_corpus(path, label_names=TAGS[:2]))
    first = next(read_corpus(path, label_names=["O", "B-X", "I-X", "B-X"]))
    assert first.entities == (Entity(0, 2, "X"), Entity(3, 4, "X"))


def test_tags_may_be_texts_and_columns_may_have_other_names(tmp_path):
    rows = {
        "form": [["Ana", "Bo"], [], ["Kil"]],
        "ne": [["S-PER", "O"], [], ["O"]],
        "file": ["a", "b", None],
    }
    path = save_parquet(tmp_path / "x.parquet", rows)
    options = {"token_column": "form", "tag_column": "ne", "id_column": "file"}
    assert list(read_corpus(path, **options)) == [
        Sentence(("Ana", "Bo"), (Entity(0, 1, "PER"),), document_id="a", line_number=1),
        Sentence(("Kil",), document_id=None, line_number=3),
    ]
    with pytest.raises(CorpusError, match=r"x.parquet:1: unknown tag: tag 'S-PER' is not of the scheme BIO"):
        list(read_corpus(path, scheme="BIO", **options))
    with pytest.raises(CorpusError, match=r"expected a tag scheme out of .*BIOES.*, got 'B'"):
        list(read_corpus(path, scheme="B", **options))
    with pytest.raises(CorpusError, match="expected a reading out of conlleval, strict, got 'x'"):
        list(read_corpus(path, reading="x", **options))


def test_the_scheme_is_told_from_all_rows_and_ill_formed_tags_leave_remarks(tmp_path):
    # I-PER starts a mention in IOB1 only; the last row shows that B- does so here.
    rows = {"tokens": [["a"], ["b"], ["c", "d"]], "tags": [["I-PER"], ["B-PER"], ["B-PER", "B-LOC"]]}
    first, *_ = read_corpus(save_parquet(tmp_path / "x.parquet", rows))
    assert first.entities == (Entity(0, 1, "PER"),)
    assert first.remarks == (Remark(RemarkKind.ILLEGAL_TRANSITION, "PER", "a", 1, Entity(0, 1, "PER")),)
    first, *_ = read_corpus(tmp_path / "x.parquet", reading="strict")
    assert first.entities == ()


def test_the_splits_of_a_saved_dictionary_are_told_apart(tmp_path):
    for split in ("train", "test"):
        save_to_disk(tmp_path / "x" / split)
    (tmp_path / "x" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    assert list(read_corpus(tmp_path / "x", split="test")) == SENTENCES
    assert list(read_corpus(tmp_path / "x" / "train")) == SENTENCES
    with pytest.raises(CorpusError, match="x: expected a split out of test, train, got none; name one with"):
        list(read_corpus(tmp_path / "x"))
    with pytest.raises(CorpusError, match="x: expected a split out of test, train, got 'dev'"):
        list(read_corpus(tmp_path / "x", split="dev"))


def test_the_shards_of_a_saved_data_set_are_read_in_the_order_that_it_states(tmp_path):
    path = save_to_disk(tmp_path / "x", num_shards=2, _split="train")
    assert next(read_corpus(path, split="train")) == SENTENCES[0]
    assert [sentence.words for sentence in read_corpus(path)] == [sentence.words for sentence in SENTENCES]
    state = json.loads((path / "state.json").read_text())
    (path / "state.json").write_text(json.dumps({**state, "_data_files": state["_data_files"][::-1]}))
    assert [sentence.words for sentence in read_corpus(path)] == [("Rain",), SENTENCES[0].words]
    with pytest.raises(CorpusError, match="x: expected the split 'dev', got a data set of the split 'train'"):
        list(read_corpus(path, split="dev"))


@pytest.mark.parametrize(
    ("names", "split"),
    [
        (
            ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet", "test-00000-of-00001.parquet"],
            "train",
        ),
        (
            ["data/train-00000-of-00001.parquet", "data/dev-00000-of-00001.parquet", ".cache/x.parquet"],
            "train",
        ),
        (["default/train/0000.parquet", "default/test/0000.parquet"], "train"),
        (["train.parquet", "validation.parquet"], "train"),
        (["names-train.parquet", "names-test.parquet"], "train"),
        (["one.parquet", "two.parquet"], "one"),
    ],
)
def test_the_splits_of_parquet_files_are_told_from_their_names(tmp_path, names, split):
    for name in names:
        save_parquet(tmp_path / name)
    chosen = [name for name in names if split in name]
    sentences = list(read_corpus(tmp_path, split=split))
    assert list(dict.fromkeys(one.path for one in sentences)) == [tmp_path / name for name in chosen]
    assert [one.words for one in sentences] == [one.words for one in SENTENCES] * len(chosen)
    with pytest.raises(CorpusError, match=f"expected a split out of .*{split}.*, got none"):
        list(read_corpus(tmp_path))


def test_several_configurations_are_an_error(tmp_path):
    for name in ("a/train/0000.parquet", "b/train/0000.parquet"):
        save_parquet(tmp_path / name)
    with pytest.raises(
        CorpusError, match=r"expected the files of one data set, got those of .*a, .*b; name one of"
    ):
        list(read_corpus(tmp_path))
    assert list(read_corpus(tmp_path / "a")) == SENTENCES


def test_both_forms_of_arrow_files_are_read(tmp_path):
    table = table_of(ROWS, {"ner_tags": FEATURES["list"]})
    for name, make_writer in (("file", pa.ipc.new_file), ("stream", pa.ipc.new_stream)):
        with (
            pa.OSFile(str(tmp_path / f"{name}.arrow"), "wb") as sink,
            make_writer(sink, table.schema) as writer,
        ):
            writer.write_table(table, max_chunksize=1)
        assert list(read_corpus(tmp_path / f"{name}.arrow")) == SENTENCES


ENTITY_LABEL = {"names": ["PER", "LOC"], "_type": "ClassLabel"}


@pytest.mark.parametrize(
    ("entities", "features"),
    [
        ([{"start": 0, "end": 3, "label": "PER"}, {"start": 8, "end": 11, "label": "LOC"}], {}),
        (
            [{"start": 0, "end": 3, "label": 0}, {"start": 8, "end": 11, "label": 1}],
            {"feature": {"start": {}, "end": {}, "label": ENTITY_LABEL}, "_type": "List"},
        ),
        (
            {"start": [0, 8], "end": [3, 11], "label": [0, 1]},
            {"start": {}, "label": {"feature": ENTITY_LABEL, "_type": "List"}},
        ),
        ({"start": [0, 8], "end": [3, 11], "type": ["PER", "LOC"]}, {}),
    ],
    ids=["texts", "numbers", "lists of numbers", "lists of texts"],
)
def test_rows_may_be_texts_with_mentions_by_offsets(tmp_path, entities, features):
    rows = {"text": ["Ana met Kil.", "Rain."], "entities": [entities, None], "doc_id": ["a", "b"]}
    path = save_parquet(tmp_path / "x.parquet", rows, {"entities": features})
    first, second = read_corpus(path)
    assert (first.words, first.text) == (("Ana", "met", "Kil", "."), "Ana met Kil.")
    assert first.entities == (Entity(0, 1, "PER"), Entity(2, 3, "LOC"))
    assert [(one.document_id, one.line_number) for one in (first, second)] == [("a", 1), ("b", 2)]
    assert second.entities == ()


def test_texts_without_names_are_counted_through_all_files_and_options_reach_them(tmp_path):
    rows = {"body": ["\U0001f600 Kil"], "marks": [[{"start": 3, "end": 6, "kind": "PER"}]]}
    for shard in range(2):
        save_parquet(tmp_path / f"train-0000{shard}-of-00002.parquet", rows)
    options = {
        "text_column": "body",
        "entities_column": "marks",
        "label_field": "kind",
        "offset_unit": "utf16",
        "word_splitter": "whitespace",
        "sentence_splitter": "none",
    }
    sentences = list(read_corpus(tmp_path, **options))
    assert [(one.entities, one.document_id) for one in sentences] == [
        ((Entity(1, 2, "PER"),), "doc-1"),
        ((Entity(1, 2, "PER"),), "doc-2"),
    ]


def test_texts_without_mentions_are_read_with_a_warning(tmp_path, caplog):
    path = save_parquet(tmp_path / "x.parquet", {"text": ["Rain."]})
    with caplog.at_level(logging.WARNING):
        assert [one.words for one in read_corpus(path)] == [("Rain", ".")]
    assert "x.parquet: no object has a field with mentions" in caplog.text


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (
            {"a": [1]},
            {},
            "expected a column of text called 'text' or 'sentence' .*, got the columns a; name the right",
        ),
        ({"a": [1]}, {"text_column": "b"}, "expected a column of text called 'b', got the columns a"),
        (
            ROWS,
            {"tag_column": "x"},
            "expected a column of lists, of tokens or tags, called 'x', got the columns id, to",
        ),
        (ROWS, {"token_column": "id"}, "expected a column of lists, of tokens or tags, called 'id'"),
        (
            ROWS,
            {"id_column": "x"},
            "expected a column of names of documents, called 'x', got the columns id, tokens",
        ),
        (
            {"tokens": [["a"]], "tags": [[-100]]},
            {},
            r":1: field 'tags\[0\]': expected a whole number.*, got -100",
        ),
        (
            {"tokens": [["a", "b"]], "tags": [["O"]]},
            {},
            ":1: expected one tag a token, got 2 in 'tokens' and 1 in",
        ),
        (
            {"tokens": [["a"], None], "tags": [["O"], ["O"]]},
            {},
            ":2: field 'tokens': expected a list, got null",
        ),
        (
            {"tokens": [["a", None]], "tags": [["O", "O"]]},
            {},
            r":1: field 'tokens\[1\]': expected a text.*, got null",
        ),
        (
            {"tokens": [["a"]], "tags": [[None, "O"]]},
            {},
            r":1: field 'tags\[0\]': expected a whole number.*, got null",
        ),
        (
            {"tokens": [["a"], ["b"]], "tags": [["O"], ["person"]]},
            {},
            ":2: unknown tag: .*'person' is neither 'O'",
        ),
        (
            {"tokens": [["a"]], "tags": [["O"]], "doc_id": [1.5]},
            {},
            ":1: field 'doc_id': expected a text or a whole",
        ),
        ({"text": [b"x"]}, {}, ":1: field 'text': expected a text in quotes, got"),
        ({"text": ["x"], "spans": [[[0, 1]]]}, {}, r":1: field 'spans\[0\]': expected \[start, end, type\]"),
        ({"text": ["x"], "label": [3]}, {}, ":1: field 'label': expected a list, got 3"),
        ({"tokens": [[]], "tags": [[]]}, {"tag_column": "tags"}, "expected a column of lists"),
        ({"text": pa.array([], pa.string())}, {}, ": the data set is empty: expected at least one row"),
    ],
)
def test_columns_and_values_that_do_not_fit_are_errors(tmp_path, rows, options, message):
    path = save_parquet(tmp_path / "x.parquet", rows, {})
    with pytest.raises(CorpusError, match=rf"x.parquet.*{message}"):
        list(read_corpus(path, **options))


def broken_state(**state):
    def change(path: Path) -> None:
        (path / "state.json").write_text(json.dumps({"_data_files": [{"filename": "x.arrow"}], **state}))

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda path: (path / "state.json").write_text("{"), "state.json: expected a JSON object, but: "),
        (
            lambda path: (path / "state.json").write_text("[" * 100_000),
            "state.json: expected a JSON object, but: ",
        ),
        (
            lambda path: (path / "state.json").write_bytes(b"\xff"),
            "state.json: expected a JSON object, but: ",
        ),
        (
            lambda path: (path / "state.json").write_text("[]"),
            "state.json: expected a JSON object, got something",
        ),
        (
            broken_state(),
            r"state.json: expected '_data_files' to name files of this directory, got 'x.arrow'",
        ),
        (broken_state(_data_files=[{"filename": "../x/dataset_info.json"}]), "got '../x/dataset_info.json'"),
        (broken_state(_data_files=[3]), "got 'None'"),
        (broken_state(_data_files=[]), "state.json: expected a list '_data_files' of files, got none"),
        (broken_state(_data_files={}), "state.json: expected a list '_data_files' of files, got none"),
        (broken_state(_indices_data_files=[{}]), "state.json: expected rows in the order .* flatten_indices"),
        (
            lambda path: (path / "dataset_info.json").write_text("3"),
            "dataset_info.json: expected a JSON object",
        ),
        (
            lambda path: (path / "dataset_info.json").write_text('{"features": 3}'),
            "the data set does not name its tags",
        ),
        (lambda path: (path / "dataset_info.json").unlink(), "the data set does not name its tags"),
    ],
)
def test_broken_descriptions_are_errors(tmp_path, change, message):
    path = save_to_disk(tmp_path / "x")
    assert list(read_corpus(path)) == SENTENCES
    change(path)
    with pytest.raises(CorpusError, match=message):
        list(read_corpus(path))


def test_broken_metadata_leave_tags_without_names(tmp_path):
    for number, metadata in enumerate(["{", "[]", '{"info": {"features": 3}}', "[" * 100_000]):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.table(ROWS).replace_schema_metadata({"huggingface": metadata}), path)
        with pytest.raises(CorpusError, match="the data set does not name its tags"):
            list(read_corpus(path))


def invalid_text(path: Path) -> None:
    array = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, 2], pa.int32()).buffers()[1], pa.py_buffer(b"\xffx")]
    )
    pq.write_table(pa.table({"text": array}), path)


def invalid_name(path: Path) -> None:
    with pa.ipc.new_stream(str(path), table_of(ROWS).schema) as writer:
        writer.write_table(table_of(ROWS))
    path.write_bytes(path.read_bytes().replace(b"tokens", b"token\xff"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (invalid_name, "expected a Parquet or Arrow file, but: UnicodeDecodeError"),
        (lambda path: path.write_bytes(b""), "the file is empty: expected rows, got no bytes"),
        (lambda path: path.write_bytes(b"no table at all"), "expected a Parquet or Arrow file, but: "),
        (lambda path: path.write_bytes(b"PAR1"), "expected a Parquet or Arrow file, but: "),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "expected a Parquet or Arrow file, but: "),
        (lambda path: path.write_bytes(b"ARROW1\0\0"), "expected a Parquet or Arrow file, but: "),
        (invalid_text, "expected a Parquet or Arrow file, but: .*UTF"),
    ],
)
def test_damaged_files_are_errors(tmp_path, change, message):
    path = save_parquet(tmp_path / "x.parquet")
    change(path)
    with pytest.raises(CorpusError, match=rf"x.parquet: {message}"):
        list(read_corpus(path))


def test_a_directory_without_files_and_a_file_with_a_split_are_errors(tmp_path):
    with pytest.raises(CorpusError, match=r"expected a data set on disk, got no .parquet or .arrow file"):
        list(read_corpus(tmp_path, "datasets"))
    path = save_parquet(tmp_path / "x.parquet")
    with pytest.raises(
        CorpusError, match="expected a directory of which split='train' is a part, got one file"
    ):
        list(read_corpus(path, split="train"))


def test_a_missing_pyarrow_is_reported_with_its_remedy(tmp_path, monkeypatch):
    path = save_parquet(tmp_path / "x.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(CorpusError, match=r"not installed: pip install 'blner_allennlp\[datasets\]'"):
        list(read_corpus(path))


def test_data_sets_are_recognised(tmp_path):
    save_parquet(tmp_path / "deep" / "down" / "x.parquet").rename(tmp_path / "deep" / "nothing")
    assert find_format(tmp_path / "deep" / "nothing").name == "datasets"
    save_to_disk(tmp_path / "saved")
    assert find_format(tmp_path / "saved").name == "datasets"
    assert find_format(next((tmp_path / "saved").glob("*.arrow"))).name == "datasets"
    save_parquet(tmp_path / "hub" / "data" / "x.parquet")
    assert find_format(tmp_path / "hub").name == "datasets"


@given(
    sentences=sentences_with(
        words=any_words,
        # A tag is a prefix, a hyphen and the type.
        labels=st.text(any_character, min_size=1, max_size=4),
        document_ids=st.none() | st.text(any_character, max_size=3),
        nested=False,
    ),
    scheme=st.sampled_from([TagScheme.BIO, TagScheme.BIOES]),
)
def test_any_sentences_are_read_from_their_tags(tmp_path_factory, sentences, scheme):
    path = tmp_path_factory.mktemp("datasets") / "x.parquet"
    strings = pa.list_(pa.string())
    schema = pa.schema([("tokens", strings), ("ner_tags", strings), ("document_id", pa.string())])
    rows = {
        "tokens": [list(one.words) for one in sentences],
        "ner_tags": [entities_to_tags(one.entities, len(one.words), scheme) for one in sentences],
        "document_id": [one.document_id for one in sentences],
    }
    pq.write_table(pa.table(rows, schema=schema), path)
    back = list(read_corpus(path, scheme=scheme))
    assert content_of(back) == content_of(sentences)
    assert not any(sentence.remarks for sentence in back)


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_memory_does_not_grow_with_the_file(tmp_path, suffix):
    rows = {"tokens": [["some", "words"] * 12] * 4_000, "ner_tags": [["O"] * 24] * 4_000}
    table = pa.table(rows)
    path = tmp_path / f"x{suffix}"
    if suffix == ".parquet":
        pq.write_table(table, path, row_group_size=500)
    else:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=500)
    pool_before, most = pa.total_allocated_bytes(), 0
    for _ in read_corpus(path, scheme="BIO"):
        most = max(most, pa.total_allocated_bytes() - pool_before)
    assert most < table.nbytes / 4
