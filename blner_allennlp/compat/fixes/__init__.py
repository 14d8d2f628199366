"""Statements of AllenNLP that no longer work, each mended in the module that has it."""

from __future__ import annotations

from blner_allennlp.compat.fixes import (
    archives,
    command_line,
    mixed_precision,
    plugins,
    predictors,
    registry,
    tokenizers,
)
from blner_allennlp.compat.fixes.fix import Fix, SourceEdit

ALL_FIXES: tuple[Fix, ...] = (
    *tokenizers.FIXES,
    *archives.FIXES,
    *command_line.FIXES,
    *mixed_precision.FIXES,
    *plugins.FIXES,
    *predictors.FIXES,
    *registry.FIXES,
)

_fixes_by_module: dict[str, tuple[Fix, ...]] = {
    module_name: tuple(fix for fix in ALL_FIXES if fix.module_name == module_name)
    for module_name in {fix.module_name for fix in ALL_FIXES}
}


def fixes_of(module_name: str) -> tuple[Fix, ...]:
    """List the fixes of one module.

    Args:
        module_name: dotted name of a module of AllenNLP.

    Returns:
        Its fixes, in order of application; empty for most modules.
    """
    return _fixes_by_module.get(module_name, ())


__all__ = ["ALL_FIXES", "Fix", "SourceEdit", "fixes_of"]
