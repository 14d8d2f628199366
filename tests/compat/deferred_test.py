"""Stand-ins for modules: what may be done with them before anything is loaded, and what loads."""

from __future__ import annotations

import copy
import pickle
import sys
from pathlib import Path
from typing import Any, Optional, Union, get_type_hints

import pytest

from blner_allennlp.compat.deferred import DeferredModule, DeferredName
from blner_allennlp.compat.redirected_imports import import_for_allennlp

MODULE = "library_for_deferral"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeferredModule:
    package = tmp_path / MODULE
    package.mkdir()
    (package / "__init__.py").write_text(
        "__version__ = '7.1'\n"
        "class Shape:\n    def __init__(self, sides=3):\n        self.sides = sides\n    maker = "
        "staticmethod(lambda: 5)\n"
        "TABLE = {'a': 1}\n"
    )
    (package / "inner.py").write_text("class Deep:\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield_module = DeferredModule(MODULE, "some-library", {"Replaced": lambda: "instead"})
    yield yield_module
    for name in [name for name in sys.modules if name.partition(".")[0] == MODULE]:
        del sys.modules[name]


@pytest.fixture
def absent() -> DeferredModule:
    return DeferredModule("package_that_nobody_has", "its-name-on-pypi", {})


def test_naming_annotating_hashing_and_copying_load_nothing(library: DeferredModule) -> None:
    shape = library.Shape

    def measure(value: shape, other: Optional[shape] = None) -> Union[shape, str]:  # type: ignore[valid-type] # noqa: UP007, UP045
        return "measured"

    assert measure.__annotations__
    assert {shape: 1}[DeferredName(MODULE, "Shape", "some-library")] == 1
    assert copy.deepcopy(shape) == shape
    assert pickle.loads(pickle.dumps(shape)) == shape  # noqa: S301 - our own bytes
    assert not hasattr(shape, "__origin__")
    assert not isinstance(3, shape)
    assert not issubclass(int, shape)
    assert get_type_hints(measure, localns={"shape": shape})
    assert repr(shape) == f"<deferred {MODULE}.Shape>"
    assert shape.__name__ == "Shape"
    assert library.inner.Deep.__name__ == "Deep"
    assert MODULE not in sys.modules


def test_calling_loads_and_gives_the_real_thing(library: DeferredModule) -> None:
    shape = library.Shape(sides=4)
    assert type(shape) is sys.modules[MODULE].Shape
    assert shape.sides == 4
    assert isinstance(shape, library.Shape)
    assert issubclass(type(shape), library.Shape)
    assert library.Shape.maker() == 5


def test_containers_work(library: DeferredModule) -> None:
    assert library.TABLE["a"] == 1
    assert list(library.TABLE) == ["a"]
    assert "a" in library.TABLE


def test_a_class_can_be_derived(library: DeferredModule) -> None:
    class Square(library.Shape):  # type: ignore[name-defined, misc]
        pass

    assert Square().sides == 3
    assert Square.__mro__[1] is sys.modules[MODULE].Shape


def test_submodules_are_found_through_their_parent(library: DeferredModule) -> None:
    assert type(library.inner.Deep()) is sys.modules[f"{MODULE}.inner"].Deep


def test_the_version_is_the_real_string(library: DeferredModule) -> None:
    assert library.__version__ == "7.1"


def test_a_replaced_name_wins(library: DeferredModule) -> None:
    assert library.Replaced == "instead"
    assert MODULE not in sys.modules


def test_other_dunder_names_do_not_exist_before_loading(library: DeferredModule) -> None:
    with pytest.raises(AttributeError, match="is not loaded and has no attribute '__wrapped__' before it is"):
        library.__wrapped__  # noqa: B018
    with pytest.raises(AttributeError, match="has no attribute '__wrapped__' before it is loaded"):
        library.Shape.__wrapped__  # noqa: B018


def test_a_name_that_the_installed_version_lacks_is_reported(library: DeferredModule) -> None:
    with pytest.raises(ImportError, match="the installed version of some-library does not have"):
        library.Gone()


def test_an_absent_package_says_what_to_install_when_it_is_used(absent: DeferredModule) -> None:
    name = absent.Thing
    with pytest.raises(ModuleNotFoundError, match="pip install its-name-on-pypi"):
        name()
    with pytest.raises(ModuleNotFoundError, match="pip install its-name-on-pypi"):
        absent.__version__  # noqa: B018


def test_a_class_derived_from_an_absent_one_says_so_when_an_object_is_made(absent: DeferredModule) -> None:
    class Derived(absent.Base):  # type: ignore[name-defined, misc]
        pass

    with pytest.raises(ModuleNotFoundError, match="pip install its-name-on-pypi"):
        Derived(1)


def test_a_missing_dependency_of_a_present_package_is_not_taken_for_the_package(
    library: DeferredModule, tmp_path: Path
) -> None:
    (tmp_path / MODULE / "__init__.py").write_text("import a_dependency_that_nobody_has\n")
    with pytest.raises(ModuleNotFoundError, match="a_dependency_that_nobody_has") as caught:
        library.Shape()
    assert "pip install" not in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("import torchvision", ["torchvision"]),
        ("import torchvision.ops.boxes as box_ops", ["box_ops"]),
        ("from fairscale.nn import FullyShardedDataParallel as Sharded", ["Sharded"]),
        ("import wandb", ["wandb"]),
        ("from checklist.editor import Editor, MunchWithAdd", ["Editor", "MunchWithAdd"]),
    ],
)
def test_every_form_of_import_statement_gets_a_stand_in(statement: str, names: list[str]) -> None:
    import builtins

    namespace: dict[str, Any] = {"__builtins__": {**vars(builtins), "__import__": import_for_allennlp}}
    exec(statement, namespace)  # noqa: S102 - the statements above
    assert all(isinstance(namespace[name], DeferredModule | DeferredName) for name in names)


def test_late_imports_inside_functions_are_redirected_and_other_modules_are_not() -> None:
    import builtins

    source = "def late():\n    import wandb, json\n    return wandb, json"
    namespace: dict[str, Any] = {"__builtins__": {**vars(builtins), "__import__": import_for_allennlp}}
    exec(source, namespace)  # noqa: S102 - the source above
    wandb, json_module = namespace["late"]()
    assert isinstance(wandb, DeferredModule)
    assert json_module is sys.modules["json"]
