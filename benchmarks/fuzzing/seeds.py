"""Small valid corpora of every format, to be broken."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from blner_allennlp.corpora import write_corpus
from blner_allennlp.entities import Entity, Sentence

Files = dict[str, bytes]
"""The files of a small corpus by relative path; the empty path stands for a corpus of one file."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A small valid corpus.

    Args:
        format_name: its format.
        files: its files.
        options: options of the format without which it cannot be read.
    """

    format_name: str
    files: Files
    options: dict[str, Any] = field(default_factory=dict)


COLUMNS = """-DOCSTART- -X- O O

Ada NNP I-NP I-PER
Quorth NNP I-NP I-PER
met VBD I-VP O
Orm NNP I-NP B-PER
. . O O

Zephbix\tNNP\tI-NP\tI-LOC
sleeps VBZ I-VP O
"""

CSV = """No,Word,Tag
1,Ada,B-PER
1,"Quorth, the elder",I-PER
1,slept,O
2,"the ""old"" Orm",B-PER
,in,O
,Zephbix,B-LOC
"""

CONLL2012 = """#begin document (nw/invented/00/invented_0000); part 000
nw/invented/00/invented_0000   0   0   Ada     NNP  (TOP(S*   -    -   -   -   (PERSON*   *     (0
nw/invented/00/invented_0000   0   1   Quorth  NNP  *         -    -   -   -   *)         *     0)
nw/invented/00/invented_0000   0   2   slept   VBD  *))       sleep 01 -   -   *          (V*)  -

nw/invented/00/invented_0000   0   0   Oslot   NNP  (TOP(S*))   -    -   -   -   (GPE)   -
#end document
"""

SPERT = """[{"tokens": ["Ada", "Quorth", "met", "Orm"], "entities": [{"type": "Peop", "start": 0, "end": 2},
 {"type": "Peop", "start": 3, "end": 4}], "relations": [], "orig_id": 7},
 {"tokens": ["In", "Zephbix", "."], "entities": [{"type": "Loc", "start": 1, "end": 2}], "relations": [{"head": 0, "tail": 0,
 "type": "Near"}], "orig_id": "x8"}]"""

DYGIE = """{"doc_key": "d1", "sentences": [["A", "tall", "otter", "model"], ["It", "sinks"]], "ner": [[[1, 3, "Method"], \
[2, 2, "Thing"]], [[4, 4, "Generic"]]], "clusters": [[[1, 3], [4, 4]]], "relations": [[], []]}
{"doc_key": "d2", "sentences": [["Nothing"]], "ner": [[]]}"""

PUBTATOR = """
101|t|Otterine calms the restless knee.
101|a|Two doses of otterine-B helped. Knee pain went away in 5% of otters.
101\t0\t8\tOtterine\tChemical\tD001
101\t19\t32\trestless knee\tDisease\tD002
101\t47\t57\totterine-B\tChemical\tD001\tx
101\tCID\tD001\tD002

102|t|Second paper
102|a|
102\t0\t6\tSecond\tDisease\t-1
"""

JSONL = """{"id": 1, "text": "Ada Quorth met Orm.", "label": [[0, 10, "PER"], [15, 18, "PER"]]}
{"id": 2, "text": "In Zephbix \\ud83d\\ude00 today", "entities": [{"id": 4, "label": "LOC", "start_offset": 3, "end_offset": 10}]}
{"text": "Orm left.", "spans": [{"start": 0, "end": 3, "label": "PER", "token_start": 0, "token_end": 0}], "tokens": \
[{"text": "Orm", "start": 0, "end": 3, "id": 0, "ws": true}, {"text": "left", "start": 4, "end": 8, "id": 1, "ws": false}, \
{"text": ".", "start": 8, "end": 9, "id": 2}], "answer": "accept"}
{"data": {"text": "Oslot is big"}, "annotations": [{"result": [{"type": "labels", "value": {"start": 0, "end": 5, \
"text": "Oslot", "labels": ["LOC"]}}]}]}
"""

TAGGED = """{"id": "a", "tokens": ["Ada", "Quorth", "slept", "."], "ner_tags": ["B-PER", "I-PER", "O", "O"]}
{"id": "b", "tokens": ["In", "Zephbix"], "ner_tags": ["O", "B-LOC"]}
"""

BRAT_TEXT = "Ada Quorth met Orm\nin Zephbix. They\nslept well.\n"
BRAT_ANNOTATION = """T1\tPER 0 10\tAda Quorth
T2\tPER 15 18\tOrm
T3\tLOC 22 29\tZephbix
T4\tEvent 31 35;36 41\tThey slept
T5\tPair 0 3;15 18\tAda Orm
R1\tMeets Arg1:T1 Arg2:T2
A1\tSure T1
#1\tAnnotatorNotes T1\twho?
"""

ACE_TEXT = """<DOC>
<DOCID> invented.0001 </DOCID>
<DOCTYPE SOURCE="newswire"> NEWS STORY </DOCTYPE>
<BODY>
<HEADLINE>
Otters win
</HEADLINE>
<TEXT>
The mayor of Zephbix, Ada Quorth, slept.
Orm &amp; Co. did not.
</TEXT>
</BODY>
</DOC>
"""


def _ace() -> Files:
    text = ACE_TEXT
    for tag in (
        "<DOC>", "<DOCID>", "</DOCID>", '<DOCTYPE SOURCE="newswire">', "</DOCTYPE>", "<BODY>", "<HEADLINE>", "</HEADLINE>",
        "<TEXT>", "</TEXT>", "</BODY>", "</DOC>",
    ):  # fmt: skip
        text = text.replace(tag, "")

    def mention(number: int, surface: str) -> str:
        start = text.index(surface)
        charseq = f'<charseq START="{start}" END="{start + len(surface) - 1}">{surface}</charseq>'
        return f'<entity_mention ID="E{number}-1" TYPE="NAM"><extent>{charseq}</extent><head>{charseq}</head></entity_mention>'

    entities = "\n".join(
        f'<entity ID="E{number}" TYPE="{label}" SUBTYPE="x" CLASS="SPC">\n{mention(number, surface)}\n</entity>'
        for number, (label, surface) in enumerate(
            [("PER", "The mayor of Zephbix"), ("GPE", "Zephbix"), ("PER", "Ada Quorth"), ("PER", "Orm")],
            start=1,
        )
    )
    annotation = (
        '<?xml version="1.0"?>\n<!DOCTYPE source_file SYSTEM "apf.v5.1.1.dtd">\n'
        '<source_file URI="invented.0001.sgm" SOURCE="newswire" TYPE="text" AUTHOR="x" ENCODING="UTF-8">\n'
        f'<document DOCID="invented.0001">\n{entities}\n</document>\n</source_file>\n'
    )
    return {"nw/invented.0001.sgm": ACE_TEXT.encode(), "nw/invented.0001.apf.xml": annotation.encode()}


SENTENCES = (
    Sentence(
        ("Ada", "Quorth", "met", "Orm", "."), (Entity(0, 2, "PER"), Entity(3, 4, "PER")), document_id="d1"
    ),
    Sentence(("In", "Zephbix", "!"), (Entity(1, 2, "LOC"),), document_id="d1"),
    Sentence(("Rain",), (), document_id="d2"),
)


def _docbin() -> Files:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "corpus.spacy"
        write_corpus(SENTENCES, path, "docbin")
        return {"": path.read_bytes()}


def _datasets() -> Files:
    import pyarrow
    import pyarrow.parquet

    features = {
        "ner_tags": {
            "feature": {"names": ["O", "B-PER", "I-PER"], "_type": "ClassLabel"},
            "_type": "Sequence",
        }
    }
    table = pyarrow.table(
        {"id": ["0", "1"], "tokens": [["Ada", "Quorth", "slept"], ["Orm"]], "ner_tags": [[1, 2, 0], [1]]}
    ).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink)
    return {"train-00000-of-00001.parquet": sink.getvalue()}


def make_seeds() -> dict[str, Seed]:
    """Make one small corpus a format, and one for each other form of a format.

    Returns:
        The corpora by the names of their forms.
    """
    files_by_format: dict[str, Files] = {
        "columns": {"": COLUMNS.encode()},
        "conll2012": {"": CONLL2012.encode()},
        "spert": {"": SPERT.encode()},
        "dygie": {"": DYGIE.encode()},
        "ace": _ace(),
        "pubtator": {"": PUBTATOR.encode()},
        "jsonl": {"": JSONL.encode()},
        "brat": {"a.txt": BRAT_TEXT.encode(), "a.ann": BRAT_ANNOTATION.encode()},
        "docbin": _docbin(),
        "datasets": _datasets(),
    }
    csv_options = {"token_column": "Word", "tag_column": "Tag", "sentence_column": "No", "quotes": True}
    return {
        **{name: Seed(name, files) for name, files in files_by_format.items()},
        "csv": Seed("columns", {"": CSV.encode()}, csv_options),
        "tagged": Seed("jsonl", {"": TAGGED.encode()}),
    }
