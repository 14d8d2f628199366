"""Loads one module of AllenNLP: with mended source where needed, and with import statements of its own."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType

from blner_allennlp.compat.fixes import fixes_of
from blner_allennlp.compat.redirected_imports import BUILTINS_OF_ALLENNLP


class AllenNlpLoader(SourceFileLoader):
    """Executes a module of AllenNLP with the fixes that are listed for it.

    Args:
        fullname: dotted name of the module.
        path: its source file.
    """

    def get_code(self, fullname: str) -> CodeType | None:
        """Compile the module, from mended source if a fix edits it.

        Args:
            fullname: dotted name of the module.

        Returns:
            The module's code. Only unedited modules take theirs from Python's cache of compiled files, and
            nothing edited is ever written there.
        """
        edits = [edit for fix in fixes_of(fullname) for edit in fix.edits]
        if not edits:
            return super().get_code(fullname)
        source = self.get_data(self.path).decode("utf-8")
        for edit in edits:
            source = edit.apply(source, self.path)
        return compile(source, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module, then apply what has to come after.

        Args:
            module: the new, empty module.
        """
        # Functions inherit the builtins of the module that defines them, and an import statement calls the
        # `__import__` it finds there. So late imports inside AllenNLP's functions are covered, and no other
        # package is.
        module.__dict__["__builtins__"] = BUILTINS_OF_ALLENNLP
        super().exec_module(module)
        # A module may put something else in its own place, as transformers does.
        finished_module = sys.modules.get(module.__name__, module)
        for fix in fixes_of(module.__name__):
            if fix.after_import is not None:
                fix.after_import(finished_module)
