"""The `__import__` of AllenNLP's own import statements."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from typing import Any

from blner_allennlp.compat.deferred import DeferredModule
from blner_allennlp.compat.import_table import DEFERRED_PACKAGES, REPLACED_NAMES

_stand_ins: dict[str, DeferredModule] = {}


def stand_in(module_name: str) -> DeferredModule:
    """Give the one object that AllenNLP gets instead of a module.

    Args:
        module_name: dotted name of a package of `DEFERRED_PACKAGES`, or of a module in one.

    Returns:
        A module that loads when it is used.
    """
    if module_name not in _stand_ins:
        parent_name, _, own_name = module_name.rpartition(".")
        package = DEFERRED_PACKAGES[module_name.partition(".")[0]]
        module = DeferredModule(module_name, package.pip_name, REPLACED_NAMES.get(module_name, {}))
        _stand_ins[module_name] = module
        if parent_name:
            # As Python does: once `a.b` is imported, `a` has the attribute `b`.
            setattr(stand_in(parent_name), own_name, module)
    return _stand_ins[module_name]


def import_for_allennlp(
    name: str,
    globals_of_importer: Mapping[str, object] | None = None,
    locals_of_importer: Mapping[str, object] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    """Do what an import statement of AllenNLP asks for; the contract is that of `builtins.__import__`.

    Args:
        name: dotted name behind `import` or `from`.
        globals_of_importer: namespace of the importing module.
        locals_of_importer: namespace of the statement; Python ignores it, and so do we.
        fromlist: the names behind `from ... import`; empty for a plain `import`.
        level: number of leading dots; 0 for an absolute import.

    Returns:
        The top-level package for a plain `import`, the module itself where `fromlist` has names.
    """
    if level == 0:
        root_name = name.partition(".")[0]
        if root_name in DEFERRED_PACKAGES:
            imported_module = stand_in(name)
            return imported_module if fromlist else stand_in(root_name)
    return builtins.__import__(name, globals_of_importer, locals_of_importer, fromlist or (), level)


# One dictionary for all modules, as it is with Python's own builtins.
BUILTINS_OF_ALLENNLP: dict[str, Any] = {**vars(builtins), "__import__": import_for_allennlp}
