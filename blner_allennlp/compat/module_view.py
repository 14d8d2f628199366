"""A module seen with other values for a few of its names."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any


class ModuleView(ModuleType):
    """A module as it is, but for a few names.

    Args:
        module_name: dotted name of the module.
        replaced_names: for each name that differs, a function that makes its value.
    """

    def __init__(self, module_name: str, replaced_names: Mapping[str, Callable[[], Any]]) -> None:
        super().__init__(module_name)
        self._replaced_names = replaced_names

    def __getattr__(self, name: str) -> Any:
        if name in self._replaced_names:
            value = self._replaced_names[name]()
            setattr(self, name, value)
            return value
        return getattr(importlib.import_module(self.__name__), name)
