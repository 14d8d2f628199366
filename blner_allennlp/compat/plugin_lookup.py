"""Imports `blner_allennlp.plugin` when AllenNLP's registry is first asked for something."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Any

PLUGIN_MODULE = "blner_allennlp.plugin"

_LOOKUPS = ("by_name", "resolve_class_name", "list_available")


def register_on_first_lookup(registrable_class: Any) -> None:
    """Wrap the lookups of AllenNLP's registry.

    Args:
        registrable_class: AllenNLP's `Registrable`.
    """
    for lookup_name in _LOOKUPS:
        original = registrable_class.__dict__[lookup_name].__func__
        setattr(registrable_class, lookup_name, classmethod(_with_plugin(original)))


def _with_plugin(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def lookup(cls: Any, *args: Any, **kwargs: Any) -> Any:
        _import_plugin_once()
        return original(cls, *args, **kwargs)

    return lookup


def _import_plugin_once() -> None:
    # While AllenNLP itself is being imported its modules look each other up; importing the plugin then would
    # import modules of AllenNLP that are half done. A plugin that is being imported is in `sys.modules`
    # already.
    if PLUGIN_MODULE in sys.modules or "blner_allennlp" not in sys.modules or _allennlp_is_being_imported():
        return
    importlib.import_module(PLUGIN_MODULE)


def _allennlp_is_being_imported() -> bool:
    return any(
        getattr(getattr(module, "__spec__", None), "_initializing", False)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == "allennlp"
    )
