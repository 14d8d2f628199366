"""What import-linter cannot see: how much of AllenNLP the middle ring knows."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "blner_allennlp"
MIDDLE_RING = [*sorted((PACKAGE / "heads").glob("*.py")), PACKAGE / "bundling.py"]
ALLOWED = {"allennlp.common.checks", "allennlp.common.registrable"}


@pytest.mark.parametrize("path", MIDDLE_RING, ids=lambda path: path.name)
def test_of_allennlp_the_middle_ring_knows_registrable_and_configuration_error(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert {name for name in imported if name.partition(".")[0] == "allennlp"} <= ALLOWED
