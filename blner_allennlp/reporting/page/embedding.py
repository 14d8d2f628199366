"""JSON inside a page: nothing in it may end the script element or start markup."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

_ESCAPES = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
_TABLE = str.maketrans(_ESCAPES)


def script_json(value: Any) -> Markup:
    """Plain JSON values as text that may stand in a `script` element.

    `<`, `>`, `&` and JavaScript's two line separators can occur inside JSON's strings only, where an escape stands for
    the same character.

    Args:
        value: plain JSON values; a number that is not finite, which JSON cannot say, is a `ValueError` of `json`.

    Returns:
        Compact JSON, marked as safe for templates.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # A lone surrogate, which damaged text may hold, cannot be written as UTF-8.
    text = text.encode("utf-8", "replace").decode("utf-8")
    return Markup(text.translate(_TABLE))  # noqa: S704 - all that could be markup is escaped
