"""Predictions for the eye: each text with its entities marked in it.

`python -m blner_allennlp.marked_text predictions.jsonl` shows what `allennlp predict` wrote.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from termcolor import colored


def mark_entities(prediction: dict[str, Any]) -> str:
    """Write a text with each entity in brackets, followed by its type and score.

    Args:
        prediction: one output object of `NerPredictor`.

    Returns:
        Such as `[Oslo](place 0.98) is cold.`; an entity inside another follows it. For an input that could not be
        read, its error.
    """
    if "entities" not in prediction:
        return f"line {prediction.get('line_number', '?')}: {prediction['error']}"
    text = prediction["sentence"] if prediction.get("text") is None else prediction["text"]
    pieces = []
    position = 0
    for entity in prediction["entities"]:
        pieces.append(text[position : entity["char_start"]])
        pieces.append(colored(f"[{entity['text']}]", attrs=["bold"]))
        pieces.append(colored(f"({entity['type']} {entity['score']:.2f})", "cyan"))
        position = max(position, entity["char_end"])
    return "".join([*pieces, text[position:]])


def main() -> None:
    """Print a file of predictions."""
    parser = argparse.ArgumentParser(description="Print predictions with their entities marked.")
    parser.add_argument(
        "predictions", type=Path, help="JSON lines, as written by `allennlp predict --output-file`"
    )
    path = parser.parse_args().predictions
    if not path.is_file():
        parser.error(f"there is no file {path}")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            # Half a surrogate pair, which JSON can hold, cannot be printed.
            marked = mark_entities(json.loads(line)).encode("utf-8", errors="replace")
            print(marked.decode("utf-8"))


if __name__ == "__main__":
    main()
