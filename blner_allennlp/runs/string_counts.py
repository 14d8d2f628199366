"""How often given strings of words occur in a text, as mentions or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence


def count_strings(strings: Iterable[str], sentences: Iterable[Sequence[str]]) -> dict[str, int]:
    """Count occurrences of strings of words, without regard to case; they may overlap.

    Together with the types that a string has as a mention, this gives the share of a type among all its occurrences,
    those outside mentions included, as InterpretEval counts it (https://aclanthology.org/2020.emnlp-main.489).

    Args:
        strings: words joined by blanks, lower-cased.
        sentences: the words of each sentence.

    Returns:
        For each of the strings how often it occurs, if only 0 times.
    """
    counts = dict.fromkeys(strings, 0)
    # Most words start no string that is looked for, and those that do start few.
    lengths_by_first_word: defaultdict[str, set[int]] = defaultdict(set)
    for string in counts:
        words = string.split(" ")
        lengths_by_first_word[words[0]].add(len(words))
    for sentence in sentences:
        words = [word.lower() for word in sentence]
        for start, word in enumerate(words):
            lengths = lengths_by_first_word.get(word)
            if lengths is None:
                continue
            for length in lengths:
                if start + length <= len(words):
                    string = word if length == 1 else " ".join(words[start : start + length])
                    if string in counts:
                        counts[string] += 1
    return counts
