"""Where sentences end in abstracts of biomedical papers: a rule, without a model."""

from __future__ import annotations

import re

# A stop, what may close after it, white space, and what can start a sentence: a capital letter, a digit, a Greek
# letter, a name such as `mRNA`, `p53`, `beta-Blocker`, `dl-Sotalol` or `(+)-Propranolol`. Where the white space was
# forgotten, only two plain words make a border. The last case are blank lines.
_STOP = re.compile(
    r"""
    [.?!][\"'\u201d\u2019)\]]*\s+
    (?=
        [\"'\u201c\u2018(\[]*
        (?: [A-Z0-9\u0391-\u03c9] | [a-z]{1,2}[A-Z] | p[0-9]{2} | (?:dl|[dl])-[A-Z]
        | (?:alpha|beta|gamma|delta|epsilon|kappa|sigma)[-0-9] )
      | \([-+]
    )
    | (?<=[a-z]{4})\.(?=[A-Z][a-z]+\s)
    | \n[^\S\n]*\n
    """,
    flags=re.VERBOSE,
)
# After one of these the text goes on; compared in lower case, without the stop.
_ABBREVIATIONS = frozenset(
    """
    al approx ca cf co conc corp deg dr eq eqs etc ed eds exp fig figs gen inc incl jr ltd mr mrs no nos pp prof ref
    refs resp sect sp spp ssp st suppl temp tab v var viz vol vs
    """.split()  # noqa: SIM905 - a list would take a line each
)
_NEVER_LAST = frozenset({"e.g", "i.e"})
# With one of these a new sentence starts even after what looks like an abbreviation.
_STARTER = re.compile(
    r"""
    A\s[a-z] | [A-Z]{4,}[A-Z\s]*:
    | (?: After | All | Although | An | As | At | Before | Both | But | By | Compared | During | Each | For
    | Furthermore | He | Here | However | If | In | It | Moreover | No | Of | On | One | Our | Patients
    | Results | She | Similarly | Since | Some | That | The | There | Therefore | These | They | This | Those
    | Thus | To | Two | Unlike | We | When
    | Whereas | While | With )\b(?!-)
    """,
    flags=re.VERBOSE,
)
_PLAIN_WORD = re.compile(r"[A-Z][a-z]{2,}\b(?!-)")
_LAST_WORD = re.compile(r"[\w.]*\Z")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]\Z")
_NUMBER_OF_SENTENCE = re.compile(r"\s*(?:[Pp]art\s+|[Cc]ase\s+)?(?:[0-9]{1,2}|[IVX]+)\Z")
_TORN_NUMBER = re.compile(r"(?:(?<![0-9.])0|=\s?)\Z")
# What stands before the initial of a name.
_BEFORE_INITIAL = re.compile(
    r"""
    (?: [,;:(&.] | \b(?: by | from | of
    | (?!(?:Class|Factor|Grade|Group|Hepatitis|Phase|Stage|Type|Vitamin)\b) [A-Z][a-z]+ ) )\s+\Z
    | \A\s*\Z
    """,
    flags=re.VERBOSE,
)
_BRACKET = re.compile(r"[()\[\]]")
_MAX_BRACKET = 150
# As far back from a stop as anything is looked at.
_MAX_LOOK_BACK = 40


def biomedical_sentences(text: str) -> list[int]:
    """Find the sentences of an abstract.

    A sentence ends after `.`, `?` or `!` and white space before what looks like the start of another one, and at a
    blank line. It does not end after a known abbreviation or after initials and dotted units (`i.v.`, `U.S.`) unless a
    common first word follows, after the number of a sentence or part (`3.`, `IV.`), inside a number with a blank in it
    (`0. 05`) or inside brackets.

    Args:
        text: the text.

    Returns:
        The places in the text at which sentences start, in order, 0 included.
    """
    starts = [0]
    depth, counted_to = 0, 0  # of the brackets that are open, since the sentence started
    for stop in _STOP.finditer(text):
        if stop.group().count("\n") < 2:
            depth = _bracket_depth(text, counted_to, stop.start(), depth)
            counted_to = stop.start()
            if (depth and _is_closed_later(text, stop.start(), depth)) or _goes_on(text, stop, starts[-1]):
                continue
        starts.append(stop.end())
        depth, counted_to = 0, stop.end()
    return starts


def _bracket_depth(text: str, start: int, end: int, depth: int) -> int:
    for bracket in _BRACKET.finditer(text, start, end):
        # A bracket that closes nothing belongs to an enumeration: `1) ...`.
        depth = depth + 1 if bracket.group() in "([" else max(0, depth - 1)
    return depth


def _is_closed_later(text: str, position: int, depth: int) -> bool:
    """Whether the bracket that is open at a place is closed soon; some never are."""
    open_brackets = depth
    for bracket in _BRACKET.finditer(text, position, position + _MAX_BRACKET):
        open_brackets += 1 if bracket.group() in "([" else -1
        if open_brackets < depth:
            return True
    return False


def _goes_on(text: str, stop: re.Match[str], sentence_start: int) -> bool:
    """Whether a stop ends an abbreviation, an initial or a number instead of a sentence."""
    mark = stop.group().rstrip()
    if mark != ".":
        return False
    position, following = stop.start(), stop.end()
    before = text[max(sentence_start, position - _MAX_LOOK_BACK) : position]
    if position - sentence_start < _MAX_LOOK_BACK and _NUMBER_OF_SENTENCE.match(before):
        return True
    if text[following].isdigit() and _TORN_NUMBER.search(before):
        return True
    last_word = _LAST_WORD.search(before)
    word = last_word.group() if last_word is not None else ""
    if word.lower() in _NEVER_LAST:
        return True
    if _STARTER.match(text, following):
        return False
    if _DOTTED.fullmatch(word):
        # `5 mg/kg i.v. Naloxone`, but `U.S. Department`.
        return word[-1].isupper() or _PLAIN_WORD.match(text, following) is None
    if len(word) == 1 and word.isupper():
        # `group B. Mice`, but `E. Coli` and `J. Smith`.
        return _BEFORE_INITIAL.search(before[: -len(word)]) is not None
    return word.lower() in _ABBREVIATIONS
