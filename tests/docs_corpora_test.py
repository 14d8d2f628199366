"""What docs/corpora.md shows can be read, and says what the real corpora hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from blner_allennlp.commands.corpus.inputs import CorpusFile, CorpusInput
from blner_allennlp.commands.corpus.stats import count_corpus, to_json
from blner_allennlp.corpora import CORPUS_FORMATS, CORPUS_SOURCES, read_corpus
from blner_allennlp.corpus_tools.published.rows import PUBLISHED_ROWS
from blner_allennlp.flattening import OverlapPolicy

PROJECT_ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = PROJECT_ROOT.parent / "shared" / "data"
PAGE = (PROJECT_ROOT / "docs" / "corpora.md").read_text(encoding="utf-8")

EXAMPLES = re.findall(
    r"^`(?P<name>\S+)`, read as `(?P<format>\w+)`(?: with `(?P<options>\{.*?\})`)?:\n\n```\n(?P<text>.*?)```"
    r"(?:\n\nwith `(?P<other>\S+)` beside it:\n\n```\n(?P<other_text>.*?)```)?",
    PAGE,
    flags=re.DOTALL | re.MULTILINE,
)
REAL = {
    "W17": ("wnut17/wnut17train.conll", "wnut17/emerging.dev.conll", "wnut17/emerging.test.annotated"),
    "BC5CDR": tuple(f"bc5cdr/CDR_{split}Set.PubTator.txt" for split in ("Training", "Development", "Test")),
    "SciERC": tuple(f"scierc/{split}.json" for split in ("train", "dev", "test")),
    "CoNLL04": tuple(f"conll04/conll04_{split}.json" for split in ("train", "dev", "test")),
}


@pytest.mark.parametrize(("name", "corpus_format", "options", "text", "other", "other_text"), EXAMPLES)
def test_each_example_is_a_corpus_whose_format_is_told_from_it(
    tmp_path: Path, name: str, corpus_format: str, options: str, text: str, other: str, other_text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    if other:
        (tmp_path / other).write_text(other_text, encoding="utf-8")
    known_options = json.loads(options or "{}")
    sentences = list(read_corpus(tmp_path / name, **known_options))
    assert sentences == list(read_corpus(tmp_path / name, corpus_format, **known_options))
    mentions = [sentence.words_of(entity) for sentence in sentences for entity in sentence.entities]
    # Every example has a name; none of them is left out or moved.
    assert set(mentions) <= {"Ada Quill", "Ada", "Quill", "Brenwick", "Brenwick fever"}
    assert mentions
    assert not any(sentence.remarks for sentence in sentences)


def test_there_is_an_example_of_each_format_in_plain_text() -> None:
    assert {corpus_format for _, corpus_format, *_ in EXAMPLES} == {
        "columns", "jsonl", "brat", "spert", "dygie", "pubtator",
    }  # fmt: skip


def test_every_format_and_every_corpus_has_its_place() -> None:
    for corpus_format in CORPUS_FORMATS:
        assert f"\n| `{corpus_format}` | " in PAGE
    for name in PUBLISHED_ROWS:
        assert re.search(rf"^### .*`{name}`", PAGE, flags=re.MULTILINE), name


@pytest.mark.parametrize(
    "name", sorted(PUBLISHED_ROWS.keys() - {"bc5cdr", "ncbi"})
)  # archives with those names inside
def test_the_commands_make_the_files_that_the_experiments_expect(name: str) -> None:
    (section,) = re.findall(rf"^### [^\n]*`{name}`.*?(?=^##)", PAGE, flags=re.DOTALL | re.MULTILINE)
    for file in CORPUS_SOURCES[name].files:
        # One name stands for the files of all splits where a variable or a pattern says so.
        names = {file, re.sub("train|dev|test", "$split", file), re.sub("train|dev|test", "*", file)}
        assert any(form in section for form in names), file


@pytest.mark.parametrize("target", re.findall(r"\]\(((?!http)[^)]+)\)", PAGE))
def test_every_link_inside_the_page_leads_somewhere(target: str) -> None:
    headings = re.findall(r"^#+ (.*)$", PAGE, flags=re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert target in anchors


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="the real corpora are not here")
@pytest.mark.parametrize("title", REAL)
def test_the_counts_of_the_page_are_those_of_the_files(title: str) -> None:
    files = tuple(
        CorpusFile(split, SHARED_DATA / path)
        for split, path in zip(("train", "dev", "test"), REAL[title], strict=True)
    )
    corpus = CorpusInput(None, files, OverlapPolicy.DROP_BOTH, None, None)
    report = json.loads(json.dumps(to_json(None, corpus, count_corpus(corpus), None)))
    for split, counts in report["splits"].items():
        unseen = report["unseen"].get(split)
        cells = [
            title,
            split,
            f"{counts['documents']:,}" if counts["documents"] else "",
            f"{counts['sentences']:,}",
            f"{counts['words']:,}",
            f"{counts['annotated']['entities']:,}",
            f"{counts['flat']['entities']:,}",
            *(f"{100 * unseen[what]['share']:.2f}" if unseen else "" for what in ("words", "entities")),
            str(counts["flat"]["smallest_sufficient_width"]),
        ]
        assert f"| {' | '.join(cells)} |" in PAGE
