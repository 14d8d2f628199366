"""Registers this package's classes as soon as somebody asks AllenNLP for one by name."""

from __future__ import annotations

from types import ModuleType

from blner_allennlp.compat.fixes.fix import Fix
from blner_allennlp.compat.plugin_lookup import register_on_first_lookup


def _mend(registrable_module: ModuleType) -> None:
    register_on_first_lookup(registrable_module.Registrable)


FIXES = (
    Fix(
        name="registration_on_first_lookup",
        module_name="allennlp.common.registrable",
        mends="`import blner_allennlp` must not load AllenNLP, and yet its classes must be known to a "
        "script that does no more than that",
        versions="every version",
        after_import=_mend,
    ),
)
