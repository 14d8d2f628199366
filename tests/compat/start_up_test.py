"""What the `allennlp` command loads and does before it has anything to do, and what it leaves alone."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]

ALLENNLP_HELP = """
import contextlib, io, json, socket, sys, warnings
connections = []
socket.socket.connect = lambda self, address: connections.append(str(address))
socket.getaddrinfo = lambda *arguments, **named: connections.append(str(arguments)) or []
import blner_allennlp
sys.argv = ["allennlp", "--help"]
output = io.StringIO()
with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(output):
    warnings.simplefilter("always")
    from allennlp.__main__ import run
    with contextlib.suppress(SystemExit):
        run()
loaded = sorted({name.partition(".")[0] for name in sys.modules})
json.dump({
    "loaded": loaded,
    "transformers": [name for name in sys.modules if name.startswith("transformers.")],
    "num_stand_ins": sum(
        type(module).__module__.startswith("blner_allennlp.compat") for module in sys.modules.values()
    ),
    "connections": connections,
    "warnings": [str(warning.message) for warning in caught if "allennlp" in warning.filename],
    "help": output.getvalue(),
}, sys.stdout)
"""

OTHER_IMPORTS = """
import json, sys
import blner_allennlp
before = set(sys.modules)
import allennlp.common.util
from allennlp.data.fields.text_field import SpacyToken
loaded_by_allennlp = "{package}" in sys.modules
import {package}
from blner_allennlp.compat.deferred import DeferredModule
print(json.dumps({{
    "loaded_by_allennlp": loaded_by_allennlp,
    "others_get_the_real_one": not isinstance({package}, DeferredModule) and {package}.__spec__ is not None,
}}))
"""

LIGHT_IMPORT = """
import json, os, sys
before = set(sys.modules)
import blner_allennlp.compat
after_our_import = set(sys.modules) - before
import json, sqlite3, email
from blner_allennlp.compat import installed_finder
print(json.dumps({
    "added": sorted(after_our_import),
    "declined": [installed_finder().find_spec(name) for name in ("torch", "spacy", "allennlp_other", "json")],
    "variables": "BLNER_ENCODER" in __import__("os").environ,
}))
"""


def run_python(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "OMP_NUM_THREADS": "1", **variables}
    environment.pop("BLNER_ENCODER", None)
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        cwd=PROJECT_ROOT / "tests",
    )


@pytest.fixture(scope="module")
def help_run() -> tuple[dict[str, Any], str]:
    finished = run_python(ALLENNLP_HELP)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout), finished.stderr


def test_help_loads_nothing_heavy_that_it_does_not_need(help_run: tuple[dict[str, Any], str]) -> None:
    heavy = {
        "spacy", "sklearn", "scipy", "nltk", "h5py", "lmdb", "tensorboardX", "google", "boto3", "cached_path",
        "torchvision", "fairscale", "wandb", "checklist", "pytest", "matplotlib", "allennlp_models",
    }  # fmt: skip
    assert heavy & set(help_run[0]["loaded"]) == set()
    # Half a second and two seconds, for whoever names one of their classes where a module begins.
    assert {"transformers.models.auto", "transformers.modeling_utils"} & set(
        help_run[0]["transformers"]
    ) == set()


def test_help_opens_no_connection(help_run: tuple[dict[str, Any], str]) -> None:
    assert help_run[0]["connections"] == []


def test_help_is_quiet(help_run: tuple[dict[str, Any], str]) -> None:
    assert help_run[0]["warnings"] == []
    assert help_run[1] == ""


def test_help_lists_the_doctor(help_run: tuple[dict[str, Any], str]) -> None:
    assert "ner-doctor" in help_run[0]["help"]


def test_no_stand_in_is_registered_as_a_module(help_run: tuple[dict[str, Any], str]) -> None:
    assert help_run[0]["num_stand_ins"] == 0


@pytest.mark.parametrize("package", ["spacy"])
def test_others_import_the_real_package_after_allennlp_got_a_stand_in(package: str) -> None:
    pytest.importorskip(package)
    finished = run_python(OTHER_IMPORTS.format(package=package))
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == {"loaded_by_allennlp": False, "others_get_the_real_one": True}


def test_the_hook_loads_three_own_modules_and_declines_what_is_not_allennlp() -> None:
    # -S, because where the package is installed its start-up file has imported everything before.
    code = f"import sys; sys.path.insert(0, {str(PROJECT_ROOT)!r})\n{LIGHT_IMPORT}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BLNER")}
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], env=environment, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stderr
    found = json.loads(finished.stdout)
    assert set(found["added"]) == {
        "__future__",
        "blner_allennlp",
        "blner_allennlp.compat",
        "blner_allennlp.compat.startup",
    }
    assert found["declined"] == [None] * 4
    assert not found["variables"]


def test_importing_the_package_after_a_bare_allennlp_says_what_to_do() -> None:
    # An empty module is enough: what matters is that AllenNLP was there before the hook.
    code = "import sys, types; sys.modules['allennlp'] = types.ModuleType('allennlp'); import blner_allennlp"
    finished = run_python(
        f"import sys; sys.meta_path[:] = [f for f in sys.meta_path if 'AllenNlp' not in type(f).__name__]; "
        f"sys.modules.pop('blner_allennlp', None); sys.modules.pop('blner_allennlp.compat', None); {code}"
    )
    assert finished.returncode != 0
    assert "import blner_allennlp first, or install the package (pip install -e .)" in finished.stderr


def test_a_missing_allennlp_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from blner_allennlp import compat

    monkeypatch.delitem(sys.modules, "allennlp", raising=False)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    with pytest.raises(ModuleNotFoundError, match=r"pip install --no-deps allennlp==2\.10\.1"):
        compat.require_allennlp()


def test_a_script_that_imports_only_this_package_finds_its_classes_by_name() -> None:
    code = (
        "import blner_allennlp; from allennlp.common import Registrable; from allennlp.commands import "
        "Subcommand; import sys; print('ner-doctor' in Subcommand.list_available(), "
        "'blner_allennlp.plugin' in sys.modules)"
    )
    finished = run_python(code)
    assert finished.stdout.split() == ["True", "True"], finished.stderr


def test_asking_for_allennlp_gives_the_configurations_their_variables() -> None:
    code = (
        "import os, blner_allennlp, importlib.util; importlib.util.find_spec('allennlp'); "
        "print(os.environ['BLNER_DATA'], repr(os.environ['BLNER_ENCODER']))"
    )
    assert run_python(code, BLNER_DATA="corpora").stdout.split() == ["corpora", "''"]


@pytest.mark.slow
def test_help_costs_little_more_than_torch_and_transformers(allennlp_environment: dict[str, str]) -> None:
    commands = {"help": ["-m", "allennlp", "--help"], "libraries": ["-c", "import torch, transformers"]}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    # In turn, so that a busy machine is as hard on one as on the other; CPU time, so that it hardly matters.
    for _ in range(3):
        for name, arguments in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            subprocess.run(
                [sys.executable, *arguments], env=allennlp_environment, capture_output=True, check=True
            )
            seconds[name].append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    assert min(seconds["help"]) / min(seconds["libraries"]) < 1.5
