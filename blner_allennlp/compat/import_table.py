"""What AllenNLP's own import statements get instead of the real thing, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from blner_allennlp.compat import replacements


@dataclass(frozen=True, slots=True)
class DeferredPackage:
    """A package that AllenNLP imports at its top and seldom uses.

    Args:
        pip_name: what to install where it is missing.
        reason: why the import is put off.
    """

    pip_name: str
    reason: str


DEFERRED_PACKAGES: Mapping[str, DeferredPackage] = {
    "cached_path": DeferredPackage("cached-path", "loads the clients of Google Cloud and Amazon S3"),
    "checklist": DeferredPackage("allennlp-checklist", "behavioural test suites only"),
    "fairscale": DeferredPackage("fairscale", "sharded training only"),
    "h5py": DeferredPackage("h5py", "ELMo weights and HDF5 embeddings only"),
    "huggingface_hub": DeferredPackage(
        "huggingface_hub", "`push-to-hf` only; version 1 lacks what it imports"
    ),
    "lmdb": DeferredPackage("lmdb", "the tensor cache of the vision readers only"),
    "nltk": DeferredPackage("nltk", "tree metrics and spelling suggestions only; loads scipy and sklearn"),
    "pytest": DeferredPackage("pytest", "AllenNLP's own test helpers only"),
    "scipy": DeferredPackage(
        "scipy", "rank correlation and fairness metrics only; loads hundreds of modules"
    ),
    "sklearn": DeferredPackage("scikit-learn", "area under the curve and bias directions only; loads scipy"),
    "spacy": DeferredPackage("spacy", "splitting raw text only; loads hundreds of modules"),
    "tensorboardX": DeferredPackage("tensorboardX", "the TensorBoard callback only; loads protobuf"),
    "torchvision": DeferredPackage("torchvision", "images only"),
    "transformers": DeferredPackage(
        "transformers", "naming one of its model classes loads hundreds of modules"
    ),
    "wandb": DeferredPackage("wandb", "the Weights & Biases callback only"),
}

REPLACED_NAMES: Mapping[str, Mapping[str, Callable[[], Any]]] = {
    "cached_path": {"cached_path": replacements.cached_path_that_knows_local_files},
    "cached_path.file_lock": {"FileLock": replacements.file_lock_without_downloads},
    # transformers dropped its own AdamW in 4.50.
    "transformers": {"AdamW": replacements.adamw_with_optional_bias_correction},
}
