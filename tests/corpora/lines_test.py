import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blner_allennlp.corpora.lines import read_chunks, read_head, read_lines
from blner_allennlp.errors import CorpusError


def test_lines_end_at_all_three_newlines_and_nowhere_else(tmp_path):
    path = tmp_path / "file"
    path.write_bytes("a\r\nb\rc\n\x0bd\x85\u2028\x1ce\x0c".encode())
    assert list(read_lines(path)) == [(1, "a"), (2, "b"), (3, "c"), (4, "\x0bd\x85\u2028\x1ce\x0c")]


def test_a_byte_order_mark_is_dropped_at_the_start_only(tmp_path):
    path = tmp_path / "file"
    path.write_bytes("\ufeffa\n\ufeffb".encode())
    assert list(read_lines(path)) == [(1, "a"), (2, "\ufeffb")]


def test_gzip_is_known_by_its_bytes_not_by_its_name(tmp_path):
    path = tmp_path / "file.txt"
    path.write_bytes(gzip.compress("ä\nb".encode()))
    assert list(read_lines(path)) == [(1, "ä"), (2, "b")]
    assert read_head(path, num_bytes=2) == "ä"


@given(
    lines=st.lists(st.text(st.characters(exclude_characters="\r\n", codec="utf-8"), min_size=1), min_size=1)
)
def test_what_is_written_is_read(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("lines") / "file"
    path.write_bytes("\ufeff".encode() + "\n".join(lines).encode())
    assert [line for _, line in read_lines(path)] == lines


def test_bad_utf8_is_reported_with_its_line_and_byte(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"good\nno\xe9l\n")
    with pytest.raises(CorpusError, match=r"file:2: expected text in utf-8, got byte 0xE9 after 2 .*latin-1"):
        list(read_lines(path))
    assert list(read_lines(path, encoding="latin-1")) == [(1, "good"), (2, "noél")]


def test_utf16_is_read_when_named_and_reported_when_broken(tmp_path):
    path = tmp_path / "file"
    path.write_bytes("a\nb\n".encode("utf-16"))
    assert list(read_lines(path, encoding="utf-16")) == [(1, "a"), (2, "b")]
    path.write_bytes("a\nb\n".encode("utf-16")[:-1])
    with pytest.raises(CorpusError, match="expected text in utf-16"):
        list(read_lines(path, encoding="utf-16"))


@pytest.mark.parametrize("encoding", ["utf-99", "hex"])
def test_an_unknown_encoding_is_reported(tmp_path, encoding):
    path = tmp_path / "file"
    path.write_bytes(b"a\n")
    with pytest.raises(CorpusError, match=f"name of a character encoding, got encoding='{encoding}'"):
        list(read_lines(path, encoding=encoding))


def test_damaged_gzip_is_reported(tmp_path):
    path = tmp_path / "file.gz"
    whole = gzip.compress(b"token\tO\n" * 1000)
    for damaged in (whole[:-9], whole[:20] + b"\0\0\0\0" + whole[24:]):
        path.write_bytes(damaged)
        with pytest.raises(CorpusError, match="expected a whole gzip file, got one that breaks off"):
            list(read_lines(path))
    path.write_bytes(whole[:11])
    with pytest.raises(CorpusError, match="cannot be read"):
        read_head(path)


def test_a_directory_is_reported(tmp_path):
    with pytest.raises(CorpusError, match="cannot be read"):
        list(read_lines(tmp_path))
    with pytest.raises(CorpusError, match="cannot be read"):
        read_head(tmp_path)


@given(
    text=st.text(st.characters(codec="utf-8") | st.sampled_from("\r\n"), min_size=1),
    num_characters=st.integers(1, 9),
    has_mark=st.booleans(),
)
def test_chunks_add_up_to_the_text_with_line_feeds(tmp_path_factory, text, num_characters, has_mark):
    path = tmp_path_factory.mktemp("chunks") / "file"
    path.write_bytes((b"\xef\xbb\xbf" if has_mark else b"") + text.encode())
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    chunks = list(read_chunks(path, num_characters=num_characters))
    assert "".join(chunks) == (expected if has_mark else expected.removeprefix("\ufeff"))
    assert all(0 < len(chunk) <= num_characters for chunk in chunks)


@pytest.mark.parametrize("num_characters", [1, 2, 3, 5, 100])
def test_bad_bytes_in_chunks_are_reported_as_those_in_lines(tmp_path, num_characters):
    path = tmp_path / "file"
    for content in (b"good\nno\xe9l\n", b"\xff", b"\xef\xbb\xbfab\r\n\r\n\xc3\xa9\xe9", b"a\nbcdefgh\xe9\nx"):
        path.write_bytes(content)
        with pytest.raises(CorpusError) as of_lines:
            list(read_lines(path))
        with pytest.raises(CorpusError) as of_chunks:
            list(read_chunks(path, num_characters=num_characters))
        assert str(of_chunks.value) == str(of_lines.value)
    assert list(read_chunks(path, "latin-1")) == ["a\nbcdefgh\xe9\nx"]
