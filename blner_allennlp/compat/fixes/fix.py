"""What a fix is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True, slots=True)
class SourceEdit:
    """One statement of AllenNLP and what stands in its place.

    Args:
        old: text of the statement, as AllenNLP 2.10.1 has it.
        new: text that replaces it, of as many lines, so that tracebacks keep pointing at the right ones.
        num_occurrences: how often the statement stands in the module.
    """

    old: str
    new: str
    num_occurrences: int = 1

    def apply(self, source: str, path: str) -> str:
        """Edit the source of a module.

        Args:
            source: the module's source.
            path: its file, for the message.

        Returns:
            The edited source.

        Raises:
            ImportError: the module is not the one that the edit was written for.
        """
        num_found = source.count(self.old)
        if num_found != self.num_occurrences:
            raise ImportError(
                f"{path}: expected {self.old!r} {self.num_occurrences} time(s), found it {num_found} "
                "time(s); the fixes are made for AllenNLP 2.10.1: pip install --no-deps --force-reinstall "
                "allennlp==2.10.1"
            )
        return source.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing of AllenNLP that today's libraries broke, and how it is mended.

    Args:
        name: short name, as the tests use it.
        module_name: the module of AllenNLP that it concerns.
        mends: what goes wrong without it.
        versions: the versions it is for.
        edits: statements to exchange before the module is compiled.
        after_import: changes the finished module.
    """

    name: str
    module_name: str
    mends: str
    versions: str
    edits: tuple[SourceEdit, ...] = ()
    after_import: Callable[[ModuleType], None] | None = None
