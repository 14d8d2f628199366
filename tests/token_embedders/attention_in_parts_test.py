"""Attention in parts, against the attention that it stands in for."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoModel,
    DistilBertConfig,
    ElectraConfig,
    ModernBertConfig,
    MPNetConfig,
    RobertaConfig,
    RobertaModel,
)

from blner_allennlp.token_embedders import WordPieceEmbedder, attention_in_parts
from blner_allennlp.token_embedders.attention_in_parts import compute_attention_in_parts
from blner_allennlp.token_embedders.transformer_setup import set_up_transformer

NUM_SENTENCES, NUM_PIECES = 7, 19
SMALL: dict[str, Any] = {
    "vocab_size": 60,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
}
FAMILIES = {
    "roberta": RobertaConfig(**SMALL),
    "electra": ElectraConfig(**SMALL, embedding_size=32),
    "distilbert": DistilBertConfig(
        vocab_size=60, dim=32, n_layers=2, n_heads=4, hidden_dim=48, attention_dropout=0.1
    ),
    "modernbert": ModernBertConfig(
        **SMALL, attention_dropout=0.1, pad_token_id=0, bos_token_id=1, eos_token_id=2, cls_token_id=1
    ),
}

in_transformers_5 = pytest.mark.skipif(
    not RobertaModel._can_set_attn_implementation(),
    reason="encoders of transformers 4 know only their own attention",
)


@pytest.fixture(params=[1, 3, NUM_SENTENCES - 1])
def sentences_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many sentences are a part; none of them divides their number but the first."""
    num_heads = 4
    scores = request.param * num_heads * NUM_PIECES**2
    monkeypatch.setattr(attention_in_parts, "_MAX_SCORES_AT_ONCE", scores)
    return int(request.param)


@pytest.fixture
def inputs() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(5)
    lengths = torch.tensor([NUM_PIECES, 3, 19, 11, 1, 7, 18])
    return {
        "input_ids": torch.randint(3, 60, (NUM_SENTENCES, NUM_PIECES), generator=generator),
        "attention_mask": (torch.arange(NUM_PIECES) < lengths.unsqueeze(1)).long(),
    }


@pytest.fixture(autouse=True)
def _same_random_numbers_afterwards() -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        yield


def make(config: Any, *, in_parts: bool) -> torch.nn.Module:
    torch.manual_seed(0)
    transformer = AutoModel.from_config(deepcopy(config)).train()  # models change their configuration
    if in_parts:
        compute_attention_in_parts(transformer)
    return transformer


def step(transformer: torch.nn.Module, inputs: dict[str, Tensor], seed: int = 1) -> list[Tensor]:
    """The vectors, all gradients, and the next random number."""
    torch.manual_seed(seed)
    vectors = transformer(**inputs).last_hidden_state
    (vectors * torch.linspace(-1, 1, vectors.shape[-1])).square().sum().backward()
    gradients = [weight.grad for weight in transformer.parameters() if weight.grad is not None]
    return [vectors.detach(), *gradients, torch.rand(3)]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("masked", [True, False])
def test_vectors_gradients_and_random_numbers_are_those_of_the_stock_attention(
    family: str, masked: bool, sentences_at_once: int, inputs: dict[str, Tensor]
) -> None:
    if not masked:
        inputs["attention_mask"][:] = 1
    stock = step(make(FAMILIES[family], in_parts=False), inputs)
    ours = step(make(FAMILIES[family], in_parts=True), inputs)
    assert len(stock) > 15
    assert len(ours) == len(stock)
    for theirs, mine in zip(stock, ours, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-6)


def test_layers_that_are_computed_anew_as_well_change_nothing(
    sentences_at_once: int, inputs: dict[str, Tensor]
) -> None:
    transformer = make(FAMILIES["roberta"], in_parts=True)
    plain = step(transformer, inputs)
    transformer.zero_grad()
    set_up_transformer(transformer, keep_precision=False, gradient_checkpointing=True)
    for theirs, mine in zip(plain, step(transformer, inputs), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-6)


def test_dropout_is_drawn_anew_each_time(sentences_at_once: int, inputs: dict[str, Tensor]) -> None:
    transformer = make(FAMILIES["roberta"], in_parts=True)
    assert not torch.equal(step(transformer, inputs, seed=1)[0], step(transformer, inputs, seed=2)[0])


def num_squares_kept(transformer: torch.nn.Module, inputs: dict[str, Tensor]) -> int:
    """How many matrices of (P, P) the forward pass keeps for the backward pass."""
    kept = 0

    def count(tensor: Tensor) -> Tensor:
        nonlocal kept
        if tensor.shape[-2:] == (NUM_PIECES, NUM_PIECES) and tensor.dtype != torch.bool:
            kept += tensor.numel() // NUM_PIECES**2
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(count, lambda tensor: tensor):
        transformer(**inputs)
    return kept


@in_transformers_5
def test_no_matrix_of_piece_by_piece_is_kept_for_the_backward_pass(
    sentences_at_once: int, inputs: dict[str, Tensor]
) -> None:
    config = FAMILIES["roberta"]
    assert num_squares_kept(make(config, in_parts=False), inputs) >= 2 * NUM_SENTENCES * 4 * 2
    assert num_squares_kept(make(config, in_parts=True), inputs) == 0


@in_transformers_5
def test_without_dropout_or_gradients_the_stock_attention_reads_the_whole_batch(
    sentences_at_once: int, inputs: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("computed in parts")

    monkeypatch.setattr(attention_in_parts, "checkpoint", never)
    transformer = make(FAMILIES["roberta"], in_parts=True)
    with torch.no_grad():
        transformer(**inputs)
    transformer.eval()(**inputs)
    with pytest.raises(AssertionError, match="computed in parts"):
        transformer.train()(**inputs)


def test_an_encoder_with_another_attention_is_left_alone() -> None:
    for config, kind in ((FAMILIES["roberta"], "eager"), (MPNetConfig(**SMALL), None)):
        transformer = AutoModel.from_config(deepcopy(config), attn_implementation=kind)
        before = transformer.config._attn_implementation
        compute_attention_in_parts(transformer)
        assert transformer.config._attn_implementation == before == "eager"


@in_transformers_5
def test_the_embedder_takes_it_and_no_saved_configuration_names_it(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    embedder = WordPieceEmbedder(str(tiny_encoder))
    transformer = embedder._matched_embedder.transformer_model
    assert transformer.config._attn_implementation == "sdpa_in_parts"
    transformer.config.save_pretrained(tmp_path)
    assert "in_parts" not in (tmp_path / "config.json").read_text(encoding="utf-8")
    assert AutoModel.from_config(AutoConfig.from_pretrained(tmp_path)).config._attn_implementation == "sdpa"


def test_an_encoder_that_cannot_take_it_is_left_alone_without_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(RobertaModel, "_can_set_attn_implementation", lambda *_: False)
    transformer = make(FAMILIES["roberta"], in_parts=True)
    assert transformer.config._attn_implementation == "sdpa"
    assert not caplog.records


def test_an_attention_that_is_asked_for_stays(tiny_encoder: Path) -> None:
    embedder = WordPieceEmbedder(str(tiny_encoder), transformer_kwargs={"attn_implementation": "eager"})
    assert embedder._matched_embedder.transformer_model.config._attn_implementation == "eager"
