"""With the fixes, what AllenNLP could no longer do works again, from its own classes."""

from __future__ import annotations

import copy
import io
import multiprocessing
import pickle
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from allennlp.common import Params, plugins
from allennlp.common.util import install_sigterm_handler
from allennlp.data import Token, Vocabulary
from allennlp.data.data_loaders import MultiProcessDataLoader
from allennlp.data.token_indexers import PretrainedTransformerIndexer, PretrainedTransformerMismatchedIndexer
from allennlp.data.tokenizers import PretrainedTransformerTokenizer
from allennlp.models import Model
from allennlp.models.archival import extracted_archive
from allennlp.training.optimizers import Optimizer

from blner_allennlp.compat.fixes import SourceEdit


class _UntrainedModel(Model):
    def __init__(self, vocab: Vocabulary) -> None:
        super().__init__(vocab)
        self.weight = torch.nn.Parameter(torch.zeros(1))


PARAMETERS = [("weight", torch.nn.Parameter(torch.tensor([1.0, -2.0])))]


@pytest.fixture
def tokenizer(tiny_encoder: Path) -> PretrainedTransformerTokenizer:
    return PretrainedTransformerTokenizer(str(tiny_encoder))


def test_text_is_tokenized_with_special_pieces_and_character_offsets(
    tokenizer: PretrainedTransformerTokenizer,
) -> None:
    tokens = tokenizer.tokenize("Anna lives")
    assert tokens[0].text == "[CLS]"
    assert tokens[-1].text == "[SEP]"
    assert "".join("Anna lives"[token.idx : token.idx_end] for token in tokens[1:-1]) == "Annalives"


def test_words_are_tokenized_one_by_one(tokenizer: PretrainedTransformerTokenizer) -> None:
    pieces, offsets = tokenizer.intra_word_tokenize(["Anna", "lives"])
    assert offsets[0] is not None
    assert offsets[0][0] == 1
    assert len(pieces) == offsets[-1][1] + 2


def test_sentence_pairs_are_joined(tokenizer: PretrainedTransformerTokenizer) -> None:
    pair = tokenizer.add_special_tokens([Token("a", text_id=5)], [Token("b", text_id=6)])
    assert [token.text_id for token in pair if token.text in ("a", "b")] == [5, 6]
    assert [token.type_id for token in pair] == [0, 0, 0, 1, 1]


def test_a_tokenizer_survives_copying_and_pickling(tokenizer: PretrainedTransformerTokenizer) -> None:
    expected = tokenizer.tokenize("Anna lives")
    assert copy.deepcopy(tokenizer).tokenize("Anna lives") == expected
    assert pickle.loads(pickle.dumps(tokenizer)).tokenize("Anna lives") == expected  # noqa: S301 - our own bytes


def test_long_texts_are_folded_into_segments_with_special_pieces_around_each(tiny_encoder: Path) -> None:
    indexer = PretrainedTransformerIndexer(str(tiny_encoder), max_length=6)
    pieces = PretrainedTransformerTokenizer(str(tiny_encoder)).tokenize("Anna lives in Bonn with Bob and Eve")
    piece_ids = indexer.tokens_to_indices(pieces, Vocabulary())["token_ids"]
    first, last = pieces[0].text_id, pieces[-1].text_id
    segments = [piece_ids[index : index + 6] for index in range(0, len(piece_ids), 6)]
    assert len(segments) > 1
    assert all(segment[0] == first and segment[-1] == last for segment in segments)
    inner = [piece_id for segment in segments for piece_id in segment[1:-1]]
    assert inner == [piece.text_id for piece in pieces[1:-1]]


def test_words_are_indexed_beside_their_pieces(tiny_encoder: Path) -> None:
    indexer = PretrainedTransformerMismatchedIndexer(str(tiny_encoder), max_length=8)
    indices = indexer.tokens_to_indices([Token(word) for word in ("Anna", "lives", "here")], Vocabulary())
    assert len(indices["offsets"]) == 3


@pytest.mark.parametrize("name", ["adamw", "huggingface_adamw", "huggingface_adafactor"])
def test_the_optimizers_that_newer_libraries_broke_take_a_step(name: str) -> None:
    weight = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer = Optimizer.from_params(Params({"type": name}), model_parameters=[("weight", weight)])
    weight.sum().backward()
    optimizer.step()
    assert weight.tolist() != [1.0, -2.0]


def test_huggingface_adamw_steps_as_torchs_adamw_does() -> None:
    weights = [torch.nn.Parameter(torch.tensor([1.0, -2.0])) for _ in range(2)]
    settings: dict[str, Any] = {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-7, "weight_decay": 0.3}
    optimizers = [
        Optimizer.from_params(
            Params({"type": "huggingface_adamw", **settings}), model_parameters=[("weight", weights[0])]
        ),
        torch.optim.AdamW([weights[1]], **settings),
    ]
    for _ in range(3):
        for weight, optimizer in zip(weights, optimizers, strict=True):
            optimizer.zero_grad()
            weight.square().sum().backward()
            optimizer.step()
    assert torch.equal(weights[0], weights[1])


def test_huggingface_adamw_without_bias_correction_is_refused() -> None:
    settings = Params({"type": "huggingface_adamw", "correct_bias": False})
    with pytest.raises(ValueError, match="correct_bias is false, which torch's AdamW does not offer"):
        Optimizer.from_params(settings, model_parameters=PARAMETERS)


def test_an_archive_is_unpacked_but_cannot_write_elsewhere(tmp_path: Path) -> None:
    harmless, harmful = tmp_path / "harmless.tar.gz", tmp_path / "harmful.tar.gz"
    for path, member in ((harmless, "config.json"), (harmful, "../escaped.json")):
        with tarfile.open(path, "w:gz") as archive:
            information = tarfile.TarInfo(member)
            information.size = 2
            archive.addfile(information, io.BytesIO(b"{}"))
    with extracted_archive(harmless) as directory:
        assert (Path(directory) / "config.json").read_text() == "{}"
    with pytest.raises(tarfile.OutsideDestinationError), extracted_archive(harmful):
        pass


def test_mixed_precision_is_set_up_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    from allennlp.nn.parallel.ddp_accelerator import DdpWrappedModel

    scaler = DdpWrappedModel.init_grad_scaler(None)  # type: ignore[arg-type]
    assert isinstance(scaler, torch.amp.GradScaler)
    assert [warning for warning in recwarn if issubclass(warning.category, FutureWarning)] == []


def test_every_command_loads_this_package_and_not_the_baselines() -> None:
    assert plugins.DEFAULT_PLUGINS == ("blner_allennlp.plugin",)


def test_the_sentence_tagger_is_made_without_a_spacy_model() -> None:
    from allennlp.predictors.sentence_tagger import SentenceTaggerPredictor

    reader: Any = object()
    predictor = SentenceTaggerPredictor(_UntrainedModel(Vocabulary()), reader)
    assert predictor._language == "en_core_web_sm"  # type: ignore[attr-defined]


def test_an_edit_for_another_version_of_allennlp_says_which_one_to_install() -> None:
    with pytest.raises(ImportError, match=r"found it 0 time\(s\).*allennlp==2\.10\.1"):
        SourceEdit("old statement", "new statement").apply("something else", "module.py")


def test_including_this_package_loads_what_registers_and_nothing_for_the_eye(tmp_path: Path) -> None:
    (tmp_path / "their_package").mkdir()
    (tmp_path / "their_package" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "their_package" / "their_model.py").write_text("", encoding="utf-8")
    script = """
import sys
from allennlp.common.util import import_module_and_submodules
import_module_and_submodules("blner_allennlp")
import_module_and_submodules("their_package")
from allennlp.models import Model
assert Model.by_name("bundled_ner").__module__ == "blner_allennlp.models.bundled_ner"
names = ("pandas", "matplotlib", "blner_allennlp.reporting", "their_package.their_model")
print([name for name in names if name in sys.modules])
"""
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert finished.stdout.strip() == "['their_package.their_model']"


def test_a_worker_of_a_data_loader_that_does_not_end_is_ended_in_silence(
    capfd: pytest.CaptureFixture[str],
) -> None:
    forked = multiprocessing.get_context("fork")
    worker = forked.Process(target=_sleep_until_sigterm)
    worker.start()
    MultiProcessDataLoader._join_workers(None, [worker], forked.JoinableQueue(), [])
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    assert capfd.readouterr().err == ""


def _sleep_until_sigterm() -> None:
    install_sigterm_handler()
    time.sleep(600)
