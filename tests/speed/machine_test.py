"""What is said of the machine, and what is not."""

from __future__ import annotations

import json
import platform
import subprocess
from pathlib import Path

import pytest
import torch

import blner_allennlp
from blner_allennlp.speed import machine
from blner_allennlp.speed.machine import describe_machine, package_commit


def test_processor_threads_and_versions_are_named_and_the_machine_is_not() -> None:
    description = describe_machine(torch.device("cpu"))
    assert description["cpu"]
    assert description["num_threads"] == torch.get_num_threads()
    assert description["versions"]["torch"].partition("+")[0] == torch.__version__.partition("+")[0]
    assert description["versions"]["blner_allennlp"] == blner_allennlp.__version__
    assert description["device_name"] is None
    assert f'"{platform.node()}"' not in json.dumps(description)


def git(directory: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", "-C", str(directory), *who, *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_checkout_has_a_commit_and_maybe_changes(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    module = package / "module.py"
    module.write_text("1\n", encoding="utf-8")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "Start")
    commit = git(tmp_path, "rev-parse", "HEAD")
    assert package_commit(package) == commit
    (tmp_path / "unknown.txt").write_text("2\n", encoding="utf-8")
    assert package_commit(package) == commit
    module.write_text("2\n", encoding="utf-8")
    assert package_commit(package) == f"{commit}+changes"


def test_a_package_in_an_environment_has_no_commit_though_a_checkout_is_around_it(tmp_path: Path) -> None:
    package = tmp_path / ".venv" / "package"
    package.mkdir(parents=True)
    git(tmp_path, "init")
    assert package_commit(package) is None


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "package").mkdir()
    assert package_commit(tmp_path / "package") is None
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    assert package_commit(tmp_path / "package") is None
