import pytest

from blner_allennlp.corpora.formats.ace.text import read_ace_text, resolve_references


@pytest.fixture
def read(tmp_path):
    """Writes a text file and reads it."""

    def write_and_read(content: str, with_headers: bool = False):
        path = tmp_path / "x.sgm"
        path.write_text(content, encoding="utf-8")
        return read_ace_text(path, "utf-8", with_headers)

    return write_and_read


def test_tags_go_and_references_become_characters(read):
    text = read("<DOC>\nA<DATE\nx='1'>&AMP;\n<TEXT kind='y'>\nB &lt; C&UR;<P>D</P>\n</TEXT>\nE</DOC>\n")
    assert text.text == "\nA&\n\nB < C&UR;D\n\nE"
    body_start, body_end = text.body
    assert text.text[body_start:body_end] == "\nB < C&UR;D\n"
    assert (text.body_line, text.has_lines) == (4, True)
    assert [text.text[:tag] for tag in text.tags] == [
        "",
        "\nA",
        "\nA&\n",
        "\nA&\n\nB < C&UR;",
        "\nA&\n\nB < C&UR;D",
        "\nA&\n\nB < C&UR;D\n",
        "\nA&\n\nB < C&UR;D\n\nE",
    ]


def test_the_body_reaches_to_the_last_end_tag_or_to_the_end(read):
    for source, body in [
        ("a<TEXT>b</TEXT>c<text>d</text>e", "bcd"),
        ("a<TEXT>b", "b"),
        ("a</TEXT>b<TEXTS>c<TEXT>d</TEXT>e", "d"),
    ]:
        text = read(source)
        assert text.text[slice(*text.body)] == body
        assert text.text == "".join(character for character in source if character.islower()).replace(
            "text", ""
        )
    text = read("a<TEXT>b</TEXT>c", with_headers=True)
    assert text.text[slice(*text.body)] == "abc"


def test_offsets_into_the_file_lead_to_the_characters_that_are_meant(read):
    # Tagless: "a&amp;b&lt;&gt;c", in the text "a&b<>c".
    text = read("<TEXT>a&amp;b<P>&lt;&gt;c</TEXT>")
    meant = {
        (0, 1): "a",
        (1, 6): "&",
        (6, 7): "b",
        (0, 7): "a&b",
        (7, 11): "<",
        (11, 15): ">",
        (7, 16): "<>c",
        (15, 16): "c",
    }
    for offsets, expected in meant.items():
        assert text.text[slice(*text.locate(*offsets))] == expected
    # A reference that is cut in the middle belongs to the span.
    for offsets, expected in {(3, 7): "&b", (0, 3): "a&", (2, 4): "&", (8, 13): "<>"}.items():
        assert text.text[slice(*text.locate(*offsets))] == expected
    assert text.locate(30, 40) == (20, 30)


def test_references_are_resolved_once():
    assert resolve_references("&amp;lt; &LT;&quot;&apos;&copy;&amp") == "&lt; <\"'&copy;&amp"
