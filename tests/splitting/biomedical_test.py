"""Sentences of abstracts: one invented text for each rule, `|` where a sentence has to start."""

from __future__ import annotations

import time

import pytest

from blner_allennlp.splitting.biomedical import biomedical_sentences


def marked(text: str) -> str:
    """The text with a bar at each start of a sentence but the first."""
    starts = biomedical_sentences(text)
    assert starts[0] == 0
    return "|".join(text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True))


@pytest.mark.parametrize(
    "expected",
    [
        # ordinary ends
        "Zol helped. |It was safe.",
        'It said "no." |We agree.',
        "It ended (p < 0.05). |Ten mice died.",
        "Does it help? |Yes! |12 mice lived.",
        "RESULTS: Fine. |METHODS: Ten mice.",
        "It rose. |\u03b2-zol fell. |\u201cYes\u201d is the answer.",
        # starts that are no capital letters
        "It rose. |mRNA fell. |p53 rose. |beta-Zol fell. |dl-Zol rose. |(+)-Zol fell.",
        "It rose. it fell.",
        # numbers
        "The dose was 5. |Ten mice got 0.5 mg.",
        "The value (P = 0. 048) was low, as was P =. 01 and 0. 5 to 1.",
        "1. Zol helped. |2. It was safe. |10. We thank.",
        "Zol in mice. |IV. Effects on sleep. |Part II. The end.",
        # abbreviations
        "As Zol et al. Have shown, Fig. 3 vs. Fig. 4 of Dr. Ng at St. Mary's, e.g. Zol, i.e. The drug.",
        "We follow Zol et al. |The mice lived.",
        "As in Zol et al. |RESULTS: Ten mice died.",
        "We gave i.v. DOPA and p.o. MPTP.",
        "We gave zol i.v. |Anaesthesia was kept. |It was then given p.o. |In mice it helped.",
        "It ran for 30 min. |Hippocampal cells died after 5 ms. |Rats lived.",
        "The U.S. Department of mice paid. |It was made in the U.S. |The mice were not.",
        # initials
        "In E. Coli, S. Aureus, by J. Zol, M. K. Ng and of St. L. Zol it rose.",
        "It fell in group B. |Mice in Group A. |Rats lived. |At 37 degrees C. |Cells died.",
        "It was 5 mmol/L. |Cells of type 2/B. |They died.",
        # brackets
        "As shown before [Nat. Zoo. 9 (2006), 17] it rose. |It fell.",
        "It rose (see Zool. Lett. Zol) again. |It fell.",
        "It was 3 (g daily. |The dose was (5) then.",
        "We show 1) sleep and 2) rest. |They (mice) agree.",
        "It fell. |We show 1) sleep as in [Nat. Zoo. 9, 17] and 2) rest. |It rose.",
        f"It was 3 (g daily. |{'Zol helped and ' * 12}it rose. |We show 1) sleep.",
        # forgotten blanks
        "We could confirm this.|Other drugs help. |The variant p.Val20 is at zol.Org/x.",
        # blank lines
        "A title\n\n|(without stop)\n\n|1. And text.\n\n|",
    ],
)
def test_sentences_of_abstracts(expected):
    assert marked(expected.replace("|", "")) == expected


@pytest.mark.parametrize(
    "unit", ["a", " ", ".", "(", ")", ". ", ".) ", "\n", "\n ", "A. ", "((. A", '."', "i.v. "]
)
def test_time_grows_with_the_text_only(unit):
    start = time.process_time()
    biomedical_sentences(unit * (100_000 // len(unit)) + " A")
    assert time.process_time() - start < 5
