"""What all corpora together say of a conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blner_allennlp.comparison.results import Conclusion, Finding
from blner_allennlp.comparison.wording import listed

HOLDS = "holds"
UNDECIDED = "undecided"
FAILS = "fails"
MIXED = "mixed"
NOT_CHECKED = "not checked"


def conclude(
    number: int, claim: str, findings: Sequence[Finding], not_checked: Mapping[str, Sequence[str]]
) -> Conclusion:
    """Put the findings of all corpora together.

    Args:
        number: the conclusion's number in the paper.
        claim: the conclusion in our words.
        findings: corpus by corpus.
        not_checked: by corpus what is missing there, such as models.

    Returns:
        The conclusion. Its verdict is that of all findings where they agree, else `mixed`; without any it is
        `not checked`.
    """
    lacking = "; ".join(f"{corpus} lacks {listed(missing)}" for corpus, missing in not_checked.items())
    if not findings:
        sentence = f"Not checked: {lacking}." if lacking else "Not checked: there are no runs to check it on."
        return Conclusion(number, claim, NOT_CHECKED, sentence, ())
    by_verdict = {
        verdict: [finding.corpus for finding in findings if finding.verdict == verdict]
        for verdict in (HOLDS, UNDECIDED, FAILS)
    }
    found = [verdict for verdict, corpora in by_verdict.items() if corpora]
    parts = [
        f"{verb} {len(by_verdict[verdict])} of {len(findings)} ({listed(by_verdict[verdict])})"
        for verdict, verb in ((HOLDS, "holds on"), (UNDECIDED, "is undecided on"), (FAILS, "fails on"))
        if by_verdict[verdict]
    ]
    sentence = f"The conclusion {listed(parts)}." + (f" Not checked: {lacking}." if lacking else "")
    return Conclusion(number, claim, found[0] if len(found) == 1 else MIXED, sentence, tuple(findings))
