"""Each fix is still needed: what it mends is still broken in the installed libraries.

A test that fails here says that a fix, or an import that is put off, can go. What concerns AllenNLP alone is in
`omitted_fixes_test.py`.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import PathFinder
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from blner_allennlp.compat.fixes import ALL_FIXES
from blner_allennlp.compat.import_table import DEFERRED_PACKAGES, REPLACED_NAMES

PROJECT_ROOT = Path(__file__).resolve().parents[2]
MAJOR_OF_TRANSFORMERS = int(version("transformers").partition(".")[0])
MAJOR_OF_HUGGINGFACE_HUB = int(version("huggingface_hub").partition(".")[0])

# Put off although they are installed with this package: for what they load.
PUT_OFF_FOR_START_UP = {"cached_path", "nltk", "scipy", "spacy", "transformers"}

# Runs in a process without the hook, so that it sees the libraries and AllenNLP as they are.
EXPERIMENTS = """
import io, json, sys, tarfile, warnings
import torch, transformers
found = {}

def outcome(action):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            action()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return " ".join(f"{warning.category.__name__}: {warning.message}" for warning in caught)

def load_tokenizer(**kwargs):
    return transformers.AutoTokenizer.from_pretrained(sys.argv[1], **kwargs)

tokenizer = load_tokenizer()
found["finders"] = [type(finder).__name__ for finder in sys.meta_path]
found["adamw"] = hasattr(transformers, "AdamW")
found["add_special_tokens"] = outcome(lambda: load_tokenizer(add_special_tokens=False))
found["encode_plus"] = hasattr(tokenizer, "encode_plus")
found["build_inputs_with_special_tokens"] = hasattr(tokenizer, "build_inputs_with_special_tokens")
found["autocast"] = outcome(lambda: torch.cuda.amp.autocast(False))
found["grad_scaler"] = outcome(lambda: torch.cuda.amp.GradScaler(enabled=False))
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w") as archive:
    archive.addfile(tarfile.TarInfo("../outside.txt"), io.BytesIO(b""))
buffer.seek(0)
with tarfile.open(fileobj=buffer) as archive:
    found["extraction"] = outcome(lambda: archive.extractall(sys.argv[2] + "/inside"))

# What each package adds to torch and transformers, and to those before it in this list: a lower bound.
found["num_modules"] = {}
for name in ("transformers.models.bert.modeling_bert", "cached_path", "spacy", "scipy.stats", "sklearn", "nltk"):
    before = set(sys.modules)
    found["num_modules"][name] = 0 if outcome(lambda: __import__(name)).startswith("ModuleNotFoundError") else len(
        set(sys.modules) - before
    )
found["loaded"] = sorted(sys.modules)

def import_commands():
    import allennlp.commands
found["allennlp"] = outcome(import_commands)

import huggingface_hub
found["push_to_hf"] = [hasattr(huggingface_hub, name) for name in ("HfFolder", "Repository")]
print(json.dumps(found))
"""


@pytest.fixture
def required_distributions(
    load_script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> set[str]:
    """What pip installs with this package, without building anything."""
    monkeypatch.setattr("setuptools.setup", lambda **settings: None)
    requirements = load_script("setup.py").INSTALL_REQUIRES
    return {canonicalize_name(Requirement(requirement).name) for requirement in requirements}


@pytest.fixture(scope="module")
def bare(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    directory = tmp_path_factory.mktemp("bare")
    (directory / "inside").mkdir()
    finished = subprocess.run(
        [sys.executable, "-c", EXPERIMENTS, str(tiny_encoder), str(directory)],
        env={**os.environ, "BLNER_NO_COMPAT": "1", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        cwd=directory,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    found["wrote_outside"] = (directory / "outside.txt").exists()
    return found


def test_the_switch_leaves_allennlp_alone(bare: dict[str, Any]) -> None:
    assert "AllenNlpFinder" not in bare["finders"]


def test_allennlp_still_cannot_be_imported_without_help(bare: dict[str, Any]) -> None:
    assert "Error: " in bare["allennlp"]


def test_transformers_still_lacks_adamw(bare: dict[str, Any]) -> None:
    assert REPLACED_NAMES["transformers"].keys() == {"AdamW"}
    assert not bare["adamw"]


def test_tokenizers_still_refuse_add_special_tokens_when_they_are_made(bare: dict[str, Any]) -> None:
    assert "add_special_tokens conflicts with the method" in bare["add_special_tokens"]


@pytest.mark.skipif(MAJOR_OF_TRANSFORMERS < 5, reason="transformers 4 has both methods")
def test_tokenizers_still_lack_the_methods_that_allennlp_calls(bare: dict[str, Any]) -> None:
    assert not bare["encode_plus"]
    assert not bare["build_inputs_with_special_tokens"]


def test_mixed_precision_still_warns_where_allennlp_looks_for_it(bare: dict[str, Any]) -> None:
    assert "FutureWarning" in bare["autocast"]
    assert "FutureWarning" in bare["grad_scaler"]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python 3.14 checks the paths by default")
def test_archives_are_still_unpacked_without_a_check(bare: dict[str, Any]) -> None:
    assert bare["wrote_outside"]
    assert ("DeprecationWarning" in bare["extraction"]) == (sys.version_info >= (3, 12))


@pytest.mark.parametrize("fix", ALL_FIXES, ids=lambda fix: fix.name)
def test_every_edited_statement_still_stands_in_allennlp(fix: Any) -> None:
    source = (ALLENNLP_DIRECTORY.parent / (fix.module_name.replace(".", "/") + ".py")).read_text(
        encoding="utf-8"
    )
    edited = source
    for edit in fix.edits:
        edited = edit.apply(edited, fix.module_name)
    assert len(edited.splitlines()) == len(source.splitlines())
    compile(edited, fix.module_name, "exec")


def test_allennlp_still_imports_every_package_that_is_put_off() -> None:
    assert set(DEFERRED_PACKAGES) <= imported_packages(ALLENNLP_DIRECTORY)


@pytest.mark.parametrize("package", sorted(set(DEFERRED_PACKAGES) - PUT_OFF_FOR_START_UP))
def test_what_is_put_off_because_it_may_be_missing_is_no_requirement(
    package: str, required_distributions: set[str]
) -> None:
    assert canonicalize_name(DEFERRED_PACKAGES[package].pip_name) not in required_distributions


@pytest.mark.parametrize("package", sorted(PUT_OFF_FOR_START_UP))
def test_what_is_put_off_although_it_is_required_still_loads_much(
    bare: dict[str, Any], package: str, required_distributions: set[str]
) -> None:
    assert canonicalize_name(DEFERRED_PACKAGES[package].pip_name) in required_distributions
    imported = {"scipy": "scipy.stats", "transformers": "transformers.models.bert.modeling_bert"}.get(
        package, package
    )
    # BERT's module alone loads 78 further ones with transformers 4.57; 5.23 and the other packages load over 200.
    assert bare["num_modules"][imported] > 50


def test_the_reasons_for_putting_off_name_what_is_loaded(bare: dict[str, Any]) -> None:
    loaded = set(bare["loaded"])
    assert "clients of Google Cloud and Amazon S3" in DEFERRED_PACKAGES["cached_path"].reason
    assert {"google.cloud.storage", "boto3"} <= loaded
    if bare["num_modules"]["sklearn"]:
        assert bare["num_modules"]["scipy.stats"] > 100
        assert bare["num_modules"]["sklearn"] > 100


@pytest.mark.skipif(MAJOR_OF_HUGGINGFACE_HUB < 1, reason="huggingface_hub 0 has both names")
def test_the_hub_still_lacks_what_pushing_to_it_imports(bare: dict[str, Any]) -> None:
    assert "version 1 lacks what it imports" in DEFERRED_PACKAGES["huggingface_hub"].reason
    assert bare["push_to_hf"] == [False, False]


def test_what_is_not_put_off_is_required_by_our_setup() -> None:
    provided_by_requirements = {
        "_jsonnet", "base58", "dill", "matplotlib", "more_itertools", "numpy", "termcolor", "torch", "tqdm",
    }  # fmt: skip
    others = imported_packages(ALLENNLP_DIRECTORY) - set(DEFERRED_PACKAGES) - set(sys.stdlib_module_names)
    assert others - {"allennlp", "allennlp_models"} == provided_by_requirements


def _allennlp_directory() -> Path:
    spec = PathFinder.find_spec("allennlp")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


ALLENNLP_DIRECTORY = _allennlp_directory()


def imported_packages(directory: Path) -> set[str]:
    """Top-level names behind every absolute import statement below a directory, by Python's own parser."""
    names: set[str] = set()
    for path in directory.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module is not None:
                names.add(node.module.partition(".")[0])
    return names
