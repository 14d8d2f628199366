"""Stand-ins for modules and names that are loaded when they are first used, if ever."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any


class DeferredModule(ModuleType):
    """A module that hands out `DeferredName`s and is not imported for that.

    Args:
        module_name: dotted name of the module.
        pip_name: what to install where it is missing.
        replaced_names: for each name that newer versions dropped or changed, a function that makes its value.
    """

    def __init__(
        self, module_name: str, pip_name: str, replaced_names: Mapping[str, Callable[[], Any]]
    ) -> None:
        super().__init__(module_name)
        self._pip_name = pip_name
        self._replaced_names = replaced_names

    def __getattr__(self, name: str) -> Any:
        if name in self._replaced_names:
            value = self._replaced_names[name]()
        elif name.startswith("__"):
            # `__version__`, `__path__` and their like are wanted as they are: a string that comes later is no
            # string.
            if name not in ("__version__", "__all__"):
                raise AttributeError(
                    f"module {self.__name__!r} is not loaded and has no attribute {name!r} before it is"
                )
            value = getattr(load_module(self.__name__, self._pip_name), name)
        else:
            value = DeferredName(self.__name__, name, self._pip_name)
        setattr(self, name, value)
        return value


class DeferredName:
    """A class, function or other value of a module that is loaded at the first real use of the value.

    Naming it is no use: it can be imported, re-exported, written into an annotation and compared with
    `isinstance` while the module stays unloaded. Calling it, deriving from it or reading one of its
    attributes is.

    Args:
        module_name: the module that has the value.
        name: the value's name there; dotted where it is an attribute of something in the module.
        pip_name: what to install where the module is missing.
    """

    def __init__(self, module_name: str, name: str, pip_name: str) -> None:
        self._module_name = module_name
        self._name = name
        self._pip_name = pip_name

    def resolve(self) -> Any:
        """Load the module and give the value itself; an ImportError says what is missing.

        Returns:
            The value.
        """
        value: Any = load_module(self._module_name, self._pip_name)
        path = self._module_name
        for part in self._name.split("."):
            path = f"{path}.{part}"
            value = self._attribute(value, part, path)
        return value

    def _attribute(self, owner: Any, name: str, path: str) -> Any:
        try:
            return getattr(owner, name)
        except AttributeError:
            # `import a` followed by `a.b.c()` is how some packages are used whose `a` does not import `a.b`
            # itself.
            try:
                return importlib.import_module(path)
            except ModuleNotFoundError as error:
                raise ImportError(
                    f"AllenNLP 2.10.1 uses {path}, which the installed version of {self._pip_name} does not "
                    "have; the part of AllenNLP that you called cannot work with that version",
                    name=path,
                ) from error

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            # `typing`, `inspect`, `copy` and `pickle` ask every object for such names; none of them is a use.
            if name in ("__name__", "__qualname__"):
                return self._name.rpartition(".")[2]
            raise AttributeError(f"{self!r} has no attribute {name!r} before it is loaded")
        if name[:1].isupper() and not self._is_package_loaded():
            # A class of a submodule, as in the annotation `spacy.tokens.doc.Doc`.
            return DeferredName(self._module_name, f"{self._name}.{name}", self._pip_name)
        return getattr(self.resolve(), name)

    def _is_package_loaded(self) -> bool:
        return self._module_name.partition(".")[0] in sys.modules

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.resolve()(*args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return self.resolve()[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.resolve())

    def __contains__(self, item: object) -> bool:
        return item in self.resolve()

    def __instancecheck__(self, instance: object) -> bool:
        # Nothing can be an instance of a class whose package nobody has loaded.
        if not self._is_package_loaded():
            return False
        return isinstance(instance, self.resolve())

    def __subclasscheck__(self, subclass: type) -> bool:
        if not self._is_package_loaded():
            return False
        return issubclass(subclass, self.resolve())

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        try:
            return (self.resolve(),)
        except ModuleNotFoundError as error:
            # AllenNLP derives classes from packages that its user may well not have. Such a class can be
            # defined; making an object of it says what is missing.
            return (_placeholder_class(self._name, str(error)),)

    def __reduce__(self) -> tuple[type[DeferredName], tuple[str, str, str]]:
        return DeferredName, (self._module_name, self._name, self._pip_name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeferredName) and (self._module_name, self._name) == (
            other._module_name,
            other._name,
        )

    def __hash__(self) -> int:
        return hash((self._module_name, self._name))

    def __repr__(self) -> str:
        return f"<deferred {self._module_name}.{self._name}>"


def load_module(module_name: str, pip_name: str) -> ModuleType:
    """Import a module that AllenNLP uses.

    Args:
        module_name: dotted name.
        pip_name: what to install where it is missing.

    Returns:
        The module.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        root_name = module_name.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != root_name:
            raise
        raise ModuleNotFoundError(
            f"this part of AllenNLP needs {module_name}, which is not installed; to use it: pip install "
            f"{pip_name}",
            name=error.name,
        ) from error


def _placeholder_class(name: str, message: str) -> type:
    def refuse(_self: object, *_args: Any, **_kwargs: Any) -> None:
        raise ModuleNotFoundError(message)

    return type(name, (), {"__init__": refuse})
