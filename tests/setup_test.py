"""What pip installs: the start-up file has to be in a wheel and in an editable installation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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
