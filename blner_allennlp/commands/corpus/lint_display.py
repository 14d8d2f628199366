"""Lint's findings and rules for the eye."""

from __future__ import annotations

from textwrap import fill

from rich.console import Console
from rich.text import Text

from blner_allennlp.corpus_tools.lint.engine import LintReport
from blner_allennlp.corpus_tools.lint.findings import Finding, Severity
from blner_allennlp.corpus_tools.lint.rules import RULES

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold cyan"}


def print_report(report: LintReport, threshold: Severity) -> None:
    """Print the findings, the worst first, and a line on all of them.

    Args:
        report: what lint found.
        threshold: findings as bad as this or worse fail the run.
    """
    console = Console(highlight=False)
    for finding in report.findings:
        _print_finding(console, finding)
    for split in report.splits:
        ending = "" if split.is_whole else ", up to the place that cannot be read"
        _print_whole(
            console,
            f"{split.name}: {split.num_sentences:,} sentences, {split.num_words:,} words, "
            f"{split.num_mentions:,} mentions{ending} ({split.path})",
        )
    counts = [
        (severity, sum(finding.severity is severity for finding in report.findings)) for severity in Severity
    ]
    found = ", ".join(f"{count} {severity.value}{'s' * (count != 1)}" for severity, count in counts)
    verdict = "FAILED" if report.fails(threshold) else "passed"
    style = "bold red" if report.fails(threshold) else "bold green"
    tail = f": {found}; {len(report.rules)} rules checked; fails from {threshold.value} on"
    console.print(Text.assemble((verdict, style), tail))


def print_rules() -> None:
    """Print all rules with severity, meaning and remedy."""
    console = Console(highlight=False)
    for rule in RULES.values():
        console.print(Text.assemble((rule.severity.value, _STYLES[rule.severity]), " ", (rule.name, "bold")))
        _print_wrapped(console, f"{rule.meaning}. {rule.remedy}")
        console.print()


def _print_finding(console: Console, finding: Finding) -> None:
    by_split = ", ".join(f"{count:,} in {split}" for split, count in finding.counts.items() if split)
    console.print(
        Text.assemble(
            (finding.severity.value, _STYLES[finding.severity]),
            " ",
            (finding.rule, "bold"),
            f": {by_split or f'{finding.num_hits:,}'}",
        )
    )
    summary = f" ({finding.summary})" if finding.summary else ""
    _print_wrapped(console, f"{finding.meaning}{summary}")
    for example in finding.examples:
        document = f" (document {example.document_id})" if example.document_id is not None else ""
        _print_whole(console, f"    {example.place}: {example.text}{document}")
    num_more = finding.num_hits - len(finding.examples)
    if num_more and finding.examples:
        console.print(f"    ... and {num_more:,} more")
    _print_wrapped(console, f"-> {finding.remedy}", style="dim")
    console.print()


def _print_wrapped(console: Console, text: str, style: str = "") -> None:
    wrapped = fill(text, max(console.width, 40), initial_indent="  ", subsequent_indent="  ")
    console.print(Text(_printable(console, wrapped), style=style), soft_wrap=True)


def _print_whole(console: Console, line: str) -> None:
    # A place that is broken over two lines is no link any more, so the terminal may break it, but not rich.
    console.print(Text(_printable(console, line)), soft_wrap=True)


def _printable(console: Console, text: str) -> str:
    # Terminals of other encodings exist, and so do words with half a surrogate pair.
    return text.encode(console.encoding, errors="backslashreplace").decode(console.encoding)
