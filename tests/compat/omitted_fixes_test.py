"""What AllenNLP does without the fixes that no library made necessary; a test that fails says that one can go.

AllenNLP cannot be imported without any help, so these processes have all fixes but those in question.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]

# Runs with all fixes but those of three modules.
LEFT_OUT = """
import json, logging, socket, sys

def refuse(*arguments, **named):
    raise OSError("no network in tests")

socket.getaddrinfo = socket.socket.connect = refuse
import blner_allennlp
from blner_allennlp.compat import fixes

for name in ("allennlp.common.registrable", "allennlp.common.plugins", "allennlp.predictors.sentence_tagger"):
    del fixes._fixes_by_module[name]
found = {}
import torch
from allennlp.commands import Subcommand

found["commands"] = Subcommand.list_available()

from allennlp.data import Vocabulary
from allennlp.models import Model
from allennlp.predictors.sentence_tagger import SentenceTaggerPredictor

class UntrainedModel(Model):
    pass

found["spacy_before"] = "spacy" in sys.modules
model = UntrainedModel(Vocabulary())
model.weight = torch.nn.Parameter(torch.zeros(1))  # a predictor asks where a model's parameters are
try:
    SentenceTaggerPredictor(model, None)
except BaseException as error:  # spaCy ends the process where it cannot download
    found["sentence_tagger"] = repr(error)
found["spacy_after"] = "spacy" in sys.modules

errors = []
handler = logging.Handler()
handler.emit = lambda record: errors.append(record.getMessage())
logging.getLogger("allennlp.common.plugins").addHandler(handler)
from allennlp.common.plugins import import_plugins

try:
    import_plugins()
except BaseException as error:
    errors.append(repr(error))
found["plugin_errors"] = errors
found["plugins"] = sorted(name for name in sys.modules if name.partition(".")[0].startswith(("allennlp_", "blner_")))
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def without_fixes_for_allennlp_itself(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, "-c", LEFT_OUT],
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        cwd=tmp_path_factory.mktemp("left_out"),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return found


def test_allennlp_alone_still_knows_none_of_our_classes(
    without_fixes_for_allennlp_itself: dict[str, Any],
) -> None:
    assert "train" in without_fixes_for_allennlp_itself["commands"]
    assert "ner-doctor" not in without_fixes_for_allennlp_itself["commands"]


@pytest.mark.skipif(PathFinder.find_spec("spacy") is None, reason="spaCy is not installed")
def test_the_sentence_tagger_alone_still_wants_a_spacy_model_before_its_first_sentence(
    without_fixes_for_allennlp_itself: dict[str, Any],
) -> None:
    assert not without_fixes_for_allennlp_itself["spacy_before"]
    assert without_fixes_for_allennlp_itself["spacy_after"]


@pytest.mark.skipif(
    PathFinder.find_spec("allennlp_models") is None, reason="allennlp-models is not installed"
)
def test_every_command_alone_still_imports_the_baselines_instead_of_this_package(
    without_fixes_for_allennlp_itself: dict[str, Any],
) -> None:
    loaded = without_fixes_for_allennlp_itself["plugins"]
    assert sum(name.startswith("allennlp_models.") for name in loaded) > 50
    assert "blner_allennlp.plugin" not in loaded
    missing = [name for name in ("ftfy", "word2number") if PathFinder.find_spec(name) is None]
    if missing:
        errors = " ".join(without_fixes_for_allennlp_itself["plugin_errors"])
        assert f"Plugin allennlp_models could not be loaded: No module named '{missing[0]}'" in errors


def test_including_this_package_still_imports_all_of_it(tmp_path: Path) -> None:
    script = """
import sys
import blner_allennlp
from blner_allennlp.compat import fixes

del fixes._fixes_by_module["allennlp.common.util"]
from allennlp.common.util import import_module_and_submodules

import_module_and_submodules("blner_allennlp")
print("pandas" in sys.modules, "matplotlib" in sys.modules)
"""
    finished = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stdout.strip() == "True True"


def test_a_broken_corpus_still_ends_in_tracebacks_of_the_command_and_its_workers(
    tmp_path: Path, allennlp_environment: dict[str, str]
) -> None:
    broken = tmp_path / "train.conll"
    broken.write_text("Ann\tB-per\nlives\tO\there\n", encoding="utf-8")
    script = f"""
import multiprocessing, sys, time
import blner_allennlp
from blner_allennlp.compat import fixes

for name in ("allennlp.__main__", "allennlp.data.data_loaders.multiprocess_data_loader"):
    del fixes._fixes_by_module[name]
from allennlp.__main__ import run
from allennlp.common.util import install_sigterm_handler
from allennlp.data.data_loaders import MultiProcessDataLoader

# A worker that is not done when a training ends, as those often are that read a corpus.
install_sigterm_handler()
forked = multiprocessing.get_context("fork")
worker = forked.Process(target=time.sleep, args=(600,))
worker.start()
MultiProcessDataLoader._join_workers(None, [worker], forked.JoinableQueue(), [])
worker.join()

settings = '{{"train_data_path": "{broken}", "data_loader.num_workers": 2}}'
sys.argv = ["allennlp", "train", "experiments/quickstart.jsonnet", "-s", "{tmp_path / "run"}", "-o", settings]
run()
"""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=allennlp_environment,
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "SigTermReceived" in ended.stderr
    assert "WorkerError: worker raised CorpusError" in ended.stderr
    assert not any(line.startswith("error: ") for line in ended.stderr.splitlines())
