"""The table of lint's rules; a new rule is one row in the module of its family."""

from __future__ import annotations

from collections.abc import Collection

from blner_allennlp.corpus_tools.lint import duplicates, labels, length, mentions, offsets, tags, text
from blner_allennlp.corpus_tools.lint.rule import Rule

RULES: dict[str, Rule] = {
    rule.name: rule
    for family in (tags, offsets, mentions, labels, duplicates, text, length)
    for rule in family.RULES
}


def choose_rules(selected: Collection[str] = (), ignored: Collection[str] = ()) -> tuple[Rule, ...]:
    """Take some rules out of the table.

    Args:
        selected: names of the only rules to take; none for all of them.
        ignored: names of rules to leave out.

    Returns:
        The rules, in the order of the table.

    Raises:
        ValueError: there is no rule of such a name, or none is left.
    """
    for name in (*selected, *ignored):
        if name not in RULES:
            raise ValueError(f"there is no rule {name!r}; the rules are {', '.join(RULES)}")
    rules = tuple(
        rule for name, rule in RULES.items() if (not selected or name in selected) and name not in ignored
    )
    if not rules:
        raise ValueError("expected at least one rule to check, got none: all selected rules are ignored, too")
    return rules
