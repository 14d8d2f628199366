"""Large corpora in every format: by the package's own writers, and by small ones for the formats that it only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from xml.sax.saxutils import quoteattr

from more_itertools import chunked

from blner_allennlp.corpora import write_corpus
from blner_allennlp.corpora.documents import Document, group_documents
from blner_allennlp.entities import Sentence

_ROWS_A_GROUP = 1000


def write_conll2012(sentences: Iterable[Sentence], path: Path) -> None:
    """Write one file with names in the eleventh column and dashes in the others.

    Args:
        sentences: the sentences, without overlapping mentions.
        path: the new file.
    """
    with path.open("w", encoding="utf-8") as stream:
        for document in group_documents(sentences):
            stream.write(f"#begin document ({document.document_id}); part 000\n")
            for sentence in document.sentences:
                names = ["*"] * len(sentence.words)
                for entity in sentence.entities:
                    names[entity.word_start] = f"({entity.label}" + ("*" if entity.num_words > 1 else ")")
                    if entity.num_words > 1:
                        names[entity.word_end - 1] = "*)"
                for index, (word, name) in enumerate(zip(sentence.words, names, strict=True)):
                    stream.write(f"{document.document_id} 0 {index} {word} NN * - - - - {name} -\n")
                stream.write("\n")
            stream.write("#end document\n")


def write_pubtator(sentences: Iterable[Sentence], path: Path) -> None:
    """Write each document as a title, its first sentence, and an abstract, the others.

    Args:
        sentences: the sentences.
        path: the new file.
    """
    with path.open("w", encoding="utf-8") as stream:
        for number, document in enumerate(group_documents(sentences), start=1):
            title, _, abstract = document.text.partition("\n")
            text = document.text.replace("\n", " ")
            stream.write(f"{number}|t|{title}\n{number}|a|{abstract.replace(chr(10), ' ')}\n")
            for start, end, label in document.char_spans():
                stream.write(f"{number}\t{start}\t{end}\t{text[start:end]}\t{label}\t-1\n")
            stream.write("\n")


def write_ace(sentences: Iterable[Sentence], path: Path) -> None:
    """Write a pair of files a document.

    Args:
        sentences: the sentences.
        path: the new directory.
    """
    path.mkdir()
    for document in group_documents(sentences):
        _write_ace_document(document, path / f"{document.document_id}")


def _write_ace_document(document: Document, stem: Path) -> None:
    head = f"<DOC>\n<DOCID> {stem.name} </DOCID>\n<BODY>\n<TEXT>\n"
    shift = len(f"\n {stem.name} \n\n\n")
    stem.with_suffix(".sgm").write_text(
        f"{head}{document.text}\n</TEXT>\n</BODY>\n</DOC>\n", encoding="utf-8"
    )
    entities = []
    for number, (start, end, label) in enumerate(document.char_spans()):
        surface = _escape(document.text[start:end])
        charseq = f'<charseq START="{start + shift}" END="{end - 1 + shift}">{surface}</charseq>'
        entities.append(
            f'<entity ID="E{number}" TYPE={quoteattr(label)}><entity_mention ID="E{number}-1" TYPE="NAM">'
            f"<extent>{charseq}</extent><head>{charseq}</head></entity_mention></entity>\n"
        )
    stem.with_suffix(".apf.xml").write_text(
        f'<?xml version="1.0"?>\n<source_file URI="{stem.name}.sgm"><document DOCID="{stem.name}">\n'
        f"{''.join(entities)}</document></source_file>\n",
        encoding="utf-8",
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def write_datasets(sentences: Iterable[Sentence], path: Path) -> None:
    """Write a Parquet file with columns `tokens` and `ner_tags`, the tags as text.

    Args:
        sentences: the sentences, without overlapping mentions.
        path: the new directory.
    """
    import pyarrow
    import pyarrow.parquet

    from blner_allennlp.tag_schemes import TagScheme, entities_to_tags

    path.mkdir()
    words = pyarrow.list_(pyarrow.string())
    schema = pyarrow.schema([("id", pyarrow.string()), ("tokens", words), ("ner_tags", words)])
    with pyarrow.parquet.ParquetWriter(path / "train-00000-of-00001.parquet", schema) as writer:
        for group in chunked(sentences, _ROWS_A_GROUP):
            columns = {
                "id": [sentence.document_id for sentence in group],
                "tokens": [list(sentence.words) for sentence in group],
                "ner_tags": [
                    entities_to_tags(sentence.entities, len(sentence.words), TagScheme.BIO)
                    for sentence in group
                ],
            }
            writer.write_table(pyarrow.table(columns, schema=schema))


WRITERS: dict[str, Callable[[Iterable[Sentence], Path], None]] = {
    "columns": partial(write_corpus, format="columns"),
    "conll2012": write_conll2012,
    "spert": partial(write_corpus, format="spert"),
    "dygie": partial(write_corpus, format="dygie"),
    "ace": write_ace,
    "pubtator": write_pubtator,
    "jsonl": partial(write_corpus, format="jsonl"),
    "brat": partial(write_corpus, format="brat"),
    "docbin": partial(write_corpus, format="docbin"),
    "datasets": write_datasets,
}
