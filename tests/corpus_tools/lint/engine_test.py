"""A clean corpus and one fault after the other in it; what each rule must and must not find."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from blner_allennlp.corpora import read_corpus
from blner_allennlp.corpus_tools.counting.pieces import EncoderLimits, SentencePieces
from blner_allennlp.corpus_tools.lint.engine import LintReport, SplitToCheck, lint
from blner_allennlp.corpus_tools.lint.findings import Severity
from blner_allennlp.corpus_tools.lint.rule import LintSettings, Rule
from blner_allennlp.corpus_tools.lint.rules import RULES, choose_rules
from blner_allennlp.entities import Entity, Remark, RemarkKind, Sentence
from blner_allennlp.errors import CorpusError
from blner_allennlp.flattening import OverlapPolicy

REAL_WNUT17 = Path(__file__).parents[3].parent / "shared/data/wnut17"
PATHS = {split: Path(f"{split}.conll") for split in ("train", "dev", "test")}


def count_pieces(sentences: Sequence[Sequence[str]]) -> Iterator[SentencePieces]:
    """A piece a character; of the word `~` nothing is left."""
    for words in sentences:
        unreadable = tuple(index for index, word in enumerate(words) if word == "~")
        yield SentencePieces(sum(map(len, words)), unreadable)


SETTINGS = LintSettings(
    max_width=3,
    overlaps=OverlapPolicy.KEEP_OUTER,
    max_words=12,
    min_mentions=2,
    count_pieces=count_pieces,
    encoder=EncoderLimits("tiny", max_pieces=60, num_special_pieces=2),
)


def sentence(text: str, *spans: tuple[int, int, str], line: int = 1, **more) -> Sentence:
    """Words parted by single blanks; a word `_` is empty."""
    words = tuple("" if word == "_" else word for word in text.split(" ")) if text else ()
    return Sentence(words, tuple(Entity(*span) for span in spans), line_number=line, **more)


CLEAN = {
    "train": (
        sentence("Ana Kovo met Bo in Lund .", (0, 2, "PER"), (3, 4, "PER"), (5, 6, "LOC"), line=1),
        sentence("nothing happens here", line=9),
        sentence("all is well .", line=10),
        sentence("Ola left \u00c5re at 6 .", (0, 1, "PER"), (2, 3, "LOC"), line=13),
    ),
    "dev": (sentence("Umi likes Lund \U0001f468\u200d\U0001f469 .", (0, 1, "PER"), (2, 3, "LOC"), line=2),),
    "test": (sentence("Bo sleeps ( Oslo ) .", (0, 1, "PER"), (3, 4, "LOC"), line=5),),
}


ALL_RULES = tuple(RULES.values())


def check(
    corpus: dict[str, Iterable[Sentence]],
    settings: LintSettings = SETTINGS,
    rules: Iterable[Rule] = ALL_RULES,
) -> LintReport:
    return lint(
        [
            SplitToCheck(split, PATHS[split], in_file(sentences, PATHS[split]))
            for split, sentences in corpus.items()
        ],
        settings,
        rules,
    )


def in_file(sentences: Iterable[Sentence], path: Path) -> Iterator[Sentence]:
    return (replace(each, path=path) for each in sentences)


def with_more(split: str, *sentences: Sentence) -> dict[str, tuple[Sentence, ...]]:
    return {**CLEAN, split: (*CLEAN[split], *sentences)}


def remark(kind: RemarkKind) -> dict[str, tuple[Sentence, ...]]:
    remarks = (Remark(kind, "LOC", "Na gano", line_number=44),)
    return with_more("dev", sentence("Umi naps .", (0, 1, "PER"), line=40, remarks=remarks))


def broken_file() -> Iterator[Sentence]:
    yield CLEAN["dev"][0]
    raise CorpusError("expected a tag, got none", PATHS["dev"], 7)


FOUR_SLIPS = tuple(
    Remark(RemarkKind.ILLEGAL_TRANSITION, "PER", "x", line_number=50 + index) for index in range(4)
)

# Rule: a corpus that breaks it once, the place, a part of what is said there, other rules broken by it.
FAULTS = {
    "unreadable": ({**CLEAN, "dev": broken_file()}, "dev.conll:7", "expected a tag", set()),
    "illegal-transition": (remark(RemarkKind.ILLEGAL_TRANSITION), "dev.conll:44", "'Na gano' (LOC)", set()),
    "ill-formed": (remark(RemarkKind.ILL_FORMED), "dev.conll:44", "'Na gano' (LOC)", set()),
    "mixed-schemes": (
        with_more("dev", sentence("a b c d", (0, 1, "PER"), remarks=FOUR_SLIPS)),
        "dev.conll",
        "4 broken transitions on 3 mentions",
        {"illegal-transition"},
    ),
    "text-mismatch": (remark(RemarkKind.TEXT_MISMATCH), "dev.conll:44", "'Na gano' (LOC)", set()),
    "outside-text": (remark(RemarkKind.OUTSIDE_TEXT), "dev.conll:44", "'Na gano' (LOC)", set()),
    "without-words": (remark(RemarkKind.WITHOUT_WORDS), "dev.conll:44", "'Na gano' (LOC)", set()),
    "inside-word": (remark(RemarkKind.INSIDE_WORD), "dev.conll:44", "'Na gano' (LOC)", set()),
    "beyond-words": (remark(RemarkKind.BEYOND_WORDS), "dev.conll:44", "'Na gano' (LOC)", set()),
    "across-sentences": (remark(RemarkKind.ACROSS_SENTENCES), "dev.conll:44", "'Na gano' (LOC)", set()),
    "sentences-joined": (remark(RemarkKind.SENTENCES_JOINED), "dev.conll:44", "'Na gano' (LOC)", set()),
    "discontinuous": (remark(RemarkKind.DISCONTINUOUS), "dev.conll:44", "'Na gano' (LOC)", set()),
    "duplicate-mention": (
        with_more("dev", sentence("Umi naps", (0, 1, "PER"), (0, 1, "PER"), line=40)),
        "dev.conll:40",
        "'Umi' (PER)",
        set(),
    ),
    "no-entities": (
        {**CLEAN, "test": (sentence("Nobody is here now ."),)},
        "test.conll",
        "no mention in the whole split",
        set(),
    ),
    "overlapping-mentions": (
        with_more("dev", sentence("near Lund Alto", (1, 3, "LOC"), (1, 2, "LOC"), line=40, remarks=())),
        "dev.conll:40",
        "'Lund' (LOC) is left out",
        set(),
    ),
    "wide-mention": (
        with_more("dev", sentence("in Lund by the Sea", (1, 5, "LOC"), line=40)),
        "dev.conll:40",
        "4 words, LOC: 'Lund by the Sea'",
        set(),
    ),
    "mention-border": (
        with_more("dev", sentence("in Lund , too", (1, 3, "LOC"), line=40)),
        "dev.conll:40",
        "'Lund ,' (LOC)",
        set(),
    ),
    "unknown-label": (
        with_more("dev", sentence("eat Rambu now", (1, 2, "FOOD"), line=40)),
        "dev.conll:40",
        "type 'FOOD' has 1 mentions, but none in train; first: 'Rambu'",
        set(),
    ),
    "unscored-label": (
        {**CLEAN, "test": (sentence("Bo naps", (0, 1, "PER")),)},
        "train.conll:1",
        "type 'LOC' has 2 mentions in train, but none in test; first: 'Lund'",
        set(),
    ),
    "rare-label": (
        {
            split: (*sentences, sentence("try Rambu", (1, 2, "FOOD"), line=40))
            for split, sentences in CLEAN.items()
        },
        "train.conll:40",
        "type 'FOOD' has 1 mention; first: 'Rambu'",
        set(),
    ),
    "label-spelling": (
        {
            split: (
                *sentences,
                sentence("Rambu Tamu", *((i, i + 1, "Lo-c") for i in range(1 + (split == "train"))), line=40),
            )
            for split, sentences in CLEAN.items()
        },
        "train.conll:40",
        "type 'Lo-c' (4 mentions) beside 'LOC' (4); first: 'Rambu'",
        set(),
    ),
    "label-prefix": (
        with_more("dev", sentence("Umi naps", (0, 1, "B-PER"), line=40)),
        "dev.conll:40",
        "type 'B-PER' (1 mentions)",
        {"unknown-label", "ambiguous-surface"},
    ),
    "ambiguous-surface": (
        with_more("dev", sentence("Lund sang", (0, 1, "PER"), line=40)),
        "dev.conll:40",
        "'Lund': LOC 2, PER 1",
        set(),
    ),
    "split-leak": (
        with_more("test", sentence("Ola left \u00c5re at 6 .", (0, 1, "PER"), (2, 3, "LOC"), line=40)),
        "test.conll:40",
        "is also in train, train.conll:13",
        set(),
    ),
    "repeated-sentence": (
        with_more("train", sentence("Ola left \u00c5re at 6 .", (0, 1, "PER"), (2, 3, "LOC"), line=40)),
        "train.conll:40",
        "'Ola left \u00c5re at 6 .' is also in train, line 13",
        set(),
    ),
    "contradicting-duplicate": (
        with_more("test", sentence("Ola left \u00c5re at 6 .", (0, 1, "PER"), line=40)),
        "test.conll:40",
        "is also in train, train.conll:13",
        {"split-leak"},
    ),
    "blank-word": (with_more("dev", sentence("a _ b", line=40)), "dev.conll:40", "word 1 is empty", set()),
    "invisible-character": (
        with_more("dev", sentence("so Lu\u200bnd", line=40)),
        "dev.conll:40",
        r"U+200B in 'Lu\u200bnd'",
        set(),
    ),
    "control-character": (
        with_more("dev", sentence("a\x07b c", line=40)),
        "dev.conll:40",
        r"U+0007 in 'a\x07b'",
        set(),
    ),
    "private-use": (with_more("dev", sentence("\ue010 c", line=40)), "dev.conll:40", r"U+E010 in", set()),
    "replacement-character": (
        with_more("dev", sentence("caf\ufffd c", line=40)),
        "dev.conll:40",
        r"U+FFFD in 'caf\ufffd'",
        set(),
    ),
    "mojibake": (
        with_more("dev", sentence("caf\u00c3\u00a9 c", line=40)),
        "dev.conll:40",
        r"U+00C3 U+00A9 in 'caf\xc3\xa9'",
        set(),
    ),
    "not-nfc": (
        with_more("dev", sentence("cafe\u0301 c", line=40)),
        "dev.conll:40",
        r"'cafe\u0301' instead of 'caf\xe9'",
        set(),
    ),
    "empty-sentence": (with_more("dev", sentence("", line=40)), "dev.conll:40", "no words", set()),
    "long-sentence": (
        with_more("dev", sentence(" ".join("abcdefghijklm"), line=40)),
        "dev.conll:40",
        "13 words",
        set(),
    ),
    "without-pieces": (with_more("dev", sentence("a ~ b", line=40)), "dev.conll:40", "'~'", set()),
}


def test_a_clean_corpus_has_no_finding_under_any_rule():
    report = check(CLEAN)
    assert report.findings == ()
    assert report.rules == tuple(RULES)
    assert [(split.num_sentences, split.num_words, split.num_mentions) for split in report.splits] == [
        (4, 20, 5), (1, 5, 2), (1, 6, 2)
    ]  # fmt: skip


def test_every_rule_has_a_fault():
    assert set(FAULTS) == set(RULES)


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_found_once_and_placed(rule):
    corpus, place, text, others = FAULTS[rule]
    if rule == "unreadable":
        corpus = {**CLEAN, "dev": broken_file()}  # a stream can be read once only
    findings = {finding.rule: finding for finding in check(corpus).findings}
    assert set(findings) == {rule, *others}
    finding = findings[rule]
    assert finding.num_hits == 1
    (example,) = finding.examples
    assert (example.place, text in example.text) == (place, True), example
    assert finding.counts == {example.split: 1}
    assert finding.remedy == RULES[rule].remedy


def broken_rules(*sentences: Sentence, settings: LintSettings = SETTINGS) -> set[str]:
    """What is found in a corpus whose dev set holds these sentences, too."""
    return {finding.rule for finding in check(with_more("dev", *sentences), settings).findings}


@pytest.mark.parametrize(
    "harmless",
    [
        pytest.param(sentence("by Ann _x_", (1, 2, "PER")), id="words with underscores"),
        pytest.param(
            sentence("Ola Bo naps", (0, 1, "PER"), (1, 2, "PER")), id="mentions that touch do not overlap"
        ),
        pytest.param(sentence("in Lund by Sea", (1, 4, "LOC")), id="a mention as wide as the limit"),
        pytest.param(sentence('saw " Lu "', (1, 4, "PER")), id="both quotes inside"),
        pytest.param(sentence("a ( Lu )", (1, 4, "PER")), id="both brackets inside"),
        pytest.param(sentence("see U.S. now", (1, 2, "LOC")), id="a word that ends with a full stop"),
        pytest.param(sentence("saw C++ ++x", (1, 2, "PER")), id="signs that are no punctuation"),
        pytest.param(sentence("nothing happens here"), id="a repetition of three words"),
        pytest.param(sentence("all is well ."), id="a repetition of four words"),
        pytest.param(sentence("\u2764\ufe0f \U0001f468\u200d\U0001f469"), id="emoji with joiners"),
        pytest.param(sentence("\u0645\u06cc\u200c\u062e"), id="a Persian word with a non-joiner"),
        pytest.param(sentence("S\u00c3O \u00c2ngela Spa\u00df\u00bb \u00d0orde"), id="words like mojibake"),
        pytest.param(sentence("\ubbf8\uad6d \u3042\u3044"), id="composed Hangul and Kana"),
        pytest.param(sentence("a\u00a0b 5\u202f000"), id="blanks inside words"),
        pytest.param(sentence(" ".join("abcdefghijkl")), id="as many words as allowed"),
        pytest.param(sentence("x" * 58), id="as many pieces as the encoder reads"),
    ],
)
def test_harmless_sentences_are_left_alone(harmless):
    assert broken_rules(harmless) == set()


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (sentence("x" * 59), "long-sentence"),
        (sentence("said ' Lu", (1, 3, "PER")), "mention-border"),
        (sentence("said Lu )", (1, 3, "PER")), "mention-border"),
        (sentence("said -LRB- Lu", (1, 3, "PER")), "mention-border"),
        (sentence("a \u3000 b"), "blank-word"),
        (sentence("a \ufe0f b"), "blank-word"),
        (sentence("it\u00e2\u20ac\u2122s on"), "mojibake"),
        (sentence("it\u00e2\u0080\u0099s on"), "mojibake"),
        (sentence("\u00f0\u0178\u02dc\u20ac yes"), "mojibake"),
        (sentence("\u00d0\u00bf\u00d1\u20ac\u00d0\u00b8 yes"), "mojibake"),
        (sentence("\ufeffa b"), "invisible-character"),
        (sentence("a\u00adb"), "invisible-character"),
        (sentence("a\u202eb"), "invisible-character"),
        (sentence("a\ud800b"), "control-character"),
        (sentence("a\tb"), "control-character"),
    ],
)
def test_further_faults_are_found(fault, rule):
    found = broken_rules(fault)
    assert rule in found
    assert found <= {rule, "control-character"}


def test_labels_that_only_begin_like_tags_are_none():
    labels = ("E-mail", "I", "Bio-entity", "S-expression")
    corpus = {
        split: (*sentences, *(sentence(f"w{index} w", (0, 1, label)) for label in labels))
        for index, (split, sentences) in enumerate(CLEAN.items())
    }
    settings = replace(SETTINGS, min_mentions=1)
    found = {finding.rule for finding in check(corpus, settings).findings}
    assert found == {"ambiguous-surface"}
    corpus["dev"] = (*corpus["dev"], sentence("x y", (0, 1, "mail")))
    (finding,) = check(corpus, settings, [RULES["label-prefix"]]).findings
    assert finding.counts == {"train": 1, "dev": 1, "test": 1}  # `mail` makes `E-mail` a tag in all of them


def test_documents_are_named_where_there_are_any():
    text = "Ola left \u00c5re at 6 ."
    copies = [sentence(text, line=1, document_id=f"d{index}") for index in range(2)]
    (finding,) = check({"train": tuple(copies)}, rules=[RULES["repeated-sentence"]]).findings
    (example,) = finding.examples
    assert (example.document_id, example.text.endswith("is also in train, line 1, document d0")) == (
        "d1",
        True,
    )
    assert example.to_json()["document_id"] == "d1"


def test_some_slips_are_no_other_scheme():
    slips = FOUR_SLIPS[:2]
    assert broken_rules(sentence("a b c d", remarks=slips)) == {"illegal-transition"}
    people = [
        sentence(f"Umi{index} went by", (0, 1, "PER"), remarks=FOUR_SLIPS[:1] if index < 4 else ())
        for index in range(45)
    ]
    assert broken_rules(*people) == {"illegal-transition"}
    assert broken_rules(*people[:30]) == {"illegal-transition", "mixed-schemes"}


def test_what_the_strict_reading_leaves_out_counts_for_the_scheme_as_well():
    lost = tuple(replace(slip, kind=RemarkKind.ILL_FORMED) for slip in FOUR_SLIPS)
    (finding,) = check(
        {"train": (sentence("a b c d", remarks=lost),)}, rules=[RULES["mixed-schemes"]]
    ).findings
    assert finding.examples[0].text == "4 broken transitions on 4 mentions"


def test_overlaps_are_counted_by_kind_and_by_what_the_policy_does():
    crowded = sentence(
        "a b c d e f g h",
        (0, 3, "PER"), (1, 2, "LOC"), (2, 4, "PER"), (5, 6, "LOC"), (5, 6, "PER"), (7, 8, "LOC"),
    )  # fmt: skip
    summaries = {}
    for policy in OverlapPolicy:
        report = check(
            {"train": (crowded,)}, replace(SETTINGS, overlaps=policy), [RULES["overlapping-mentions"]]
        )
        (finding,) = report.findings
        pairs, _, summaries[policy.value] = finding.summary.partition("; ")
        assert pairs == ("1 nested and 1 crossing pairs, 1 pairs of the same words with different types")
        assert finding.num_hits == int(summaries[policy.value].split("leaves out ")[1].split(" of 6 ")[0])
    assert summaries == {
        "drop_both": "the policy drop_both leaves out 5 of 6 mentions (83.3%)",
        "keep_outer": "the policy keep_outer leaves out 3 of 6 mentions (50.0%)",
        "keep_inner": "the policy keep_inner leaves out 2 of 6 mentions (33.3%)",
        "keep_first": "the policy keep_first leaves out 3 of 6 mentions (50.0%)",
    }


def test_wide_mentions_come_with_the_widths_that_would_do():
    wide = [sentence(f"a{index} b c d e f", (0, 1, "PER")) for index in range(198)]
    wide += [sentence("x b c d e f g", (0, 4, "PER")), sentence("y b c d e f g", (0, 6, "PER"))]
    (finding,) = check({"train": tuple(wide)}, rules=[RULES["wide-mention"]]).findings
    assert finding.summary == (
        "1.00% of 200 mentions are wider than \u03b5 = 3; \u03b5 = 4 reaches over 99 %, \u03b5 = 6 all"
    )


def test_ambiguous_surfaces_come_with_their_share_the_most_frequent_first():
    mentions = [("Lu", "PER"), ("Lu", "LOC"), ("Wa", "LOC"), ("Wa", "PER"), ("Wa", "PER"), ("Xi", "PER")]
    sentences = tuple(sentence(surface, (0, 1, label)) for surface, label in mentions)
    (finding,) = check({"train": sentences}, rules=[RULES["ambiguous-surface"]]).findings
    assert [example.text for example in finding.examples] == ["'Wa': PER 2, LOC 1", "'Lu': PER 1, LOC 1"]
    assert finding.summary == "2 of 3 surfaces, 83.3% of 6 mentions"


def test_without_a_training_set_types_are_compared_with_none_and_rare_in_all_together():
    corpus = {"test": (*CLEAN["test"], sentence("Bo", (0, 1, "PER")), sentence("Lu", (0, 1, "LOC")))}
    assert check(corpus).findings == ()
    (finding,) = check({"test": CLEAN["test"]}).findings
    assert (finding.rule, finding.num_hits) == ("rare-label", 2)


def test_without_an_encoder_only_words_are_counted():
    settings = replace(SETTINGS, count_pieces=None, encoder=None)
    assert broken_rules(sentence("x" * 59), sentence("~ a"), settings=settings) == set()
    assert "without-pieces" not in check(CLEAN, settings).rules


def test_only_the_first_examples_are_kept_but_all_hits_counted():
    report = check(
        with_more("dev", *(sentence("\ue010 c", line=index) for index in range(300))),
        replace(SETTINGS, num_examples=2),
    )
    (finding,) = report.findings
    assert (finding.num_hits, [example.line_number for example in finding.examples]) == (300, [0, 1])


def test_what_stands_before_an_unreadable_place_and_in_other_files_is_checked():
    def dev() -> Iterator[Sentence]:
        for index in range(300):
            yield sentence(f"word{index} \ue010", (0, 1, "PER"), line=index, path=PATHS["dev"])
        raise CorpusError("expected a tag, got none", PATHS["dev"], 7)

    corpus = {**CLEAN, "dev": dev(), "test": (*CLEAN["test"], sentence("\ue010", line=1))}
    report = check(corpus)
    counts = {finding.rule: finding.counts for finding in report.findings}
    assert counts["private-use"] == {"dev": 300, "test": 1}
    assert [(split.num_sentences, split.is_whole) for split in report.splits] == [
        (4, True), (300, False), (2, True)
    ]  # fmt: skip
    with pytest.raises(CorpusError, match=r"dev\.conll:7: expected a tag"):
        check({**CLEAN, "dev": dev()}, rules=choose_rules(ignored=["unreadable"]))


def test_the_worst_comes_first_and_decides():
    report = check({**CLEAN, "test": (sentence("Umi naps \ue010 ."), sentence("cafe\u0301"))})
    assert [finding.rule for finding in report.findings] == ["no-entities", "private-use", "not-nfc"]
    assert report.fails(Severity.ERROR)
    warned = check(with_more("dev", sentence("\ue010")))
    assert (warned.fails(Severity.ERROR), warned.fails(Severity.WARNING)) == (False, True)
    informed = check(with_more("dev", sentence("cafe\u0301")))
    assert (informed.fails(Severity.WARNING), informed.fails(Severity.INFO)) == (False, True)


def test_the_report_as_json():
    report = check(with_more("dev", sentence("\ue010", line=40)))
    rule = RULES["private-use"]
    assert report.to_json() == {
        "splits": [
            {"split": name, "path": f"{name}.conll", "sentences": sentences, "words": words,
             "mentions": mentions, "read_to_the_end": True}
            for name, sentences, words, mentions in (("train", 4, 20, 5), ("dev", 2, 6, 2), ("test", 1, 6, 2))
        ],
        "rules": list(RULES),
        "findings_by_severity": {"error": 0, "warning": 1, "info": 0},
        "findings": [
            {
                "rule": "private-use",
                "severity": "warning",
                "count": 1,
                "count_by_split": {"dev": 1},
                "meaning": rule.meaning,
                "summary": "",
                "remedy": rule.remedy,
                "examples": [
                    {"text": r"U+E010 in '\ue010'", "split": "dev", "path": "dev.conll", "line_number": 40}
                ],
            }
        ],
    }  # fmt: skip


def test_rules_are_chosen_by_name():
    assert [rule.name for rule in choose_rules(["not-nfc", "mojibake"])] == ["mojibake", "not-nfc"]
    assert "mojibake" not in {rule.name for rule in choose_rules(ignored=["mojibake"])}
    with pytest.raises(ValueError, match="there is no rule 'nfc'; the rules are unreadable, "):
        choose_rules(["nfc"])
    with pytest.raises(ValueError, match="expected at least one rule to check, got none"):
        choose_rules(["not-nfc"], ["not-nfc"])


def test_illegal_tags_of_a_column_file_are_found_with_the_line_of_the_word(tmp_path):
    path = tmp_path / "train.conll"
    path.write_text("a O\nb I-X\nc O\n\nd B-X\n\ne B-X\n")
    (finding,) = lint(
        [SplitToCheck("train", path, read_corpus(path))], SETTINGS, [RULES["illegal-transition"]]
    ).findings
    assert [example.place for example in finding.examples] == [f"{path}:2"]


def many_sentences(count: int) -> Iterator[Sentence]:
    for index in range(count):
        words = tuple(f"w{(index * 7919 + place * 31) % 9973}" for place in range(20))
        yield Sentence(
            words, (Entity(3, 5, "PER"), Entity(9, 10, "LOC")), line_number=index, path=PATHS["train"]
        )


def test_memory_holds_hashes_instead_of_sentences():
    peaks = []
    for count in (500, 3000):
        tracemalloc.start()
        lint([SplitToCheck("train", PATHS["train"], many_sentences(count))], SETTINGS, choose_rules())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # A sentence of these takes some 3 kB, and so would its mentions' surfaces if they were not always new.
    assert (peaks[1] - peaks[0]) / 2500 < 1500


@pytest.mark.slow
def test_a_hundred_thousand_sentences_take_well_under_a_minute():
    started = time.process_time()
    lint([SplitToCheck("train", PATHS["train"], many_sentences(100_000))], LintSettings(), choose_rules())
    assert time.process_time() - started < 40


@pytest.mark.shared_data
@pytest.mark.skipif(not REAL_WNUT17.is_dir(), reason="the real WNUT 2017 files are not here")
def test_what_is_known_of_wnut17_is_found():
    files = {
        "train": "wnut17train.conll", "dev": "emerging.dev.conll", "test": "emerging.test.annotated"
    }  # fmt: skip
    report = lint(
        [
            SplitToCheck(split, REAL_WNUT17 / name, read_corpus(REAL_WNUT17 / name))
            for split, name in files.items()
        ],
        LintSettings(max_width=6, num_examples=50),
        choose_rules(),
    )
    findings = {finding.rule: finding for finding in report.findings}
    assert not report.fails(Severity.ERROR)
    # Counted in the files themselves, with grep.
    invisible = {example.text for example in findings["invisible-character"].examples}
    assert invisible == {r"U+200B in 'watched\u200bwas'", r"U+FEFF in 'Dubbz\ufeff'"}
    assert findings["blank-word"].counts == {"dev": 4, "test": 3}
    assert any(example.text.startswith("25 words") for example in findings["wide-mention"].examples)
    assert "0.72% of 3890 mentions" in findings["wide-mention"].summary
