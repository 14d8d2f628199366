"""What pip installs: the start-up file has to be in a wheel and in an editable installation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from blner_allennlp.diagnosis import TRIED_LIBRARIES, TriedVersions
from blner_allennlp.doctor import ALLENNLP_VERSION
from blner_allennlp.encoders import PACKAGED_ENCODERS

PROJECT_ROOT = Path(__file__).resolve().parents[1]
START_UP_FILE = "blner_allennlp.pth"


@pytest.fixture(scope="module")
def source_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("source")
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", START_UP_FILE):
        shutil.copy(PROJECT_ROOT / name, directory)
    for name in ("README.md", "LICENSE"):
        if (PROJECT_ROOT / name).exists():
            shutil.copy(PROJECT_ROOT / name, directory)
    shutil.copytree(
        PROJECT_ROOT / "blner_allennlp",
        directory / "blner_allennlp",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    return directory


@pytest.mark.parametrize("hook", ["build_wheel", "build_editable"])
def test_the_start_up_file_lies_at_the_root_of_what_is_installed(
    source_tree: Path, tmp_path: Path, hook: str
) -> None:
    code = f"from setuptools import build_meta; print(build_meta.{hook}({str(tmp_path)!r}))"
    finished = subprocess.run([sys.executable, "-c", code], cwd=source_tree, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    wheel = zipfile.ZipFile(tmp_path / finished.stdout.split()[-1])
    assert wheel.read(START_UP_FILE) == (PROJECT_ROOT / START_UP_FILE).read_bytes()
    has_package = "blner_allennlp/compat/fixes/tokenizers.py" in wheel.namelist()
    assert has_package == (hook == "build_wheel")
    page = PROJECT_ROOT / "blner_allennlp" / "reporting" / "page" / "assets"
    parts = {str(path.relative_to(PROJECT_ROOT)) for path in page.rglob("*.*") if path.is_file()}
    assert len(parts) > 20
    assert (parts <= set(wheel.namelist())) == (hook == "build_wheel")


def test_setup_without_allennlp_says_how_to_install_it(source_tree: Path) -> None:
    code = (
        "import importlib.util, runpy, sys; importlib.util.find_spec = lambda name: None; "
        "sys.argv = ['setup.py', '--name']; runpy.run_path('setup.py', run_name='__main__')"
    )
    finished = subprocess.run([sys.executable, "-c", code], cwd=source_tree, capture_output=True, text=True)
    assert "pip install --no-deps allennlp==2.10.1 allennlp-models==2.10.1" in finished.stderr


def test_a_package_without_a_version_is_not_built(source_tree: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(source_tree, broken)
    (broken / "blner_allennlp" / "__init__.py").write_text("")
    finished = subprocess.run(
        [sys.executable, "setup.py", "--version"], cwd=broken, capture_output=True, text=True
    )
    assert "expected a line `__version__ = " in finished.stderr


def test_the_start_up_file_is_harmless_where_the_package_is_gone(tmp_path: Path) -> None:
    shutil.copy(PROJECT_ROOT / START_UP_FILE, tmp_path)
    code = f"import site, sys; site.addsitedir({str(tmp_path)!r}); print('blner_allennlp' in sys.modules)"
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ},
    )
    assert (finished.stdout, finished.stderr) == ("False\n", "")


@pytest.fixture
def setup_module(load_script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """setup.py's values, without building anything."""
    monkeypatch.setattr("setuptools.setup", lambda **settings: None)
    return load_script("setup.py")


def pins(file_name: str) -> dict[str, Version]:
    """The versions of a requirements file, by the library that defines their syntax."""
    lines = (PROJECT_ROOT / file_name).read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"==[^,*]+", str(requirement.specifier)) for requirement in requirements)
    return {
        canonicalize_name(requirement.name): Version(str(requirement.specifier)[2:])
        for requirement in requirements
    }


def tried_by_canonical_name() -> dict[str, TriedVersions]:
    return {canonicalize_name(name): tried for name, tried in TRIED_LIBRARIES.items()}


def test_the_doctor_checks_every_library_that_setup_asks_for_in_the_same_range(
    setup_module: ModuleType,
) -> None:
    required = {
        canonicalize_name(requirement.name): requirement.specifier
        for requirement in map(Requirement, setup_module.INSTALL_REQUIRES)
    }
    tried = tried_by_canonical_name()
    assert tried.keys() == required.keys()
    for name, specifier in required.items():
        lowest = [Version(bound.version) for bound in specifier if bound.operator == ">="]
        assert lowest == [Version(tried[name].lowest)], name
        # `2.1` stands for every 2.1.x.
        assert f"{tried[name].highest}.99" in specifier, name


def test_the_pins_of_the_doctor_are_those_that_make_setup_installs() -> None:
    pinned = pins("requirements.txt")
    for name, tried in tried_by_canonical_name().items():
        assert pinned[name] == Version(tried.pinned), name
        num_parts = len(Version(tried.highest).release)
        assert Version(tried.lowest) <= pinned[name], name
        assert pinned[name].release[:num_parts] <= Version(tried.highest).release, name


def test_allennlp_and_the_packaged_encoders_have_one_version_everywhere(setup_module: ModuleType) -> None:
    assert pins("requirements-allennlp.txt") == {
        "allennlp": Version(ALLENNLP_VERSION),
        "allennlp-models": Version(ALLENNLP_VERSION),
    }
    for name, package in PACKAGED_ENCODERS.items():
        assert setup_module.EXTRAS_REQUIRE[name] == [package.requirement]
        requirement = Requirement(package.requirement)
        assert str(pins("requirements.txt")[canonicalize_name(requirement.name)]) in requirement.specifier
