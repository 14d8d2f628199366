"""Checks an installation: `allennlp ner-doctor` or `python -m blner_allennlp.doctor`.

The second form needs nothing but Python, so it also works where AllenNLP is missing or cannot be imported.
Nothing here opens a network connection.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import importlib.metadata
import json
import os
import site
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from blner_allennlp.compat import INSTALL_ALLENNLP, NO_COMPAT_VARIABLE, START_UP_FILE, installed_finder
from blner_allennlp.diagnosis import (
    TRIED_LIBRARIES,
    TRIED_PYTHON,
    Finding,
    Health,
    compare_versions,
)
from blner_allennlp.encoder_diagnosis import check_encoders

ALLENNLP_VERSION = "2.10.1"


def installed_version(distribution: str) -> str | None:
    """Look up the version of an installed distribution.

    Args:
        distribution: its name on the package index.

    Returns:
        Its version, or None where it is not installed.
    """
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_python() -> Finding:
    """Compare the running Python with those that were tried."""
    version = ".".join(str(number) for number in sys.version_info[:3])
    remedy = f"make a new environment: make setup PYTHON=python{TRIED_PYTHON.pinned}"
    return compare_versions("Python", version, TRIED_PYTHON, remedy)


def check_libraries() -> list[Finding]:
    """Compare the installed libraries with those that were tried."""
    return [
        compare_versions(
            distribution,
            installed_version(distribution),
            tried,
            f"{sys.executable} -m pip install {distribution}=={tried.pinned}",
        )
        for distribution, tried in TRIED_LIBRARIES.items()
    ]


def check_allennlp() -> list[Finding]:
    """Look for AllenNLP in the one version that the fixes are made for, and for its baselines."""
    findings = []
    version = installed_version("allennlp")
    if version == ALLENNLP_VERSION:
        findings.append(Finding("allennlp", Health.OK, version))
    else:
        found = (
            "not installed"
            if version is None
            else f"{version}, but the fixes are made for {ALLENNLP_VERSION}"
        )
        findings.append(Finding("allennlp", Health.FAIL, found, INSTALL_ALLENNLP))
    models_version = installed_version("allennlp-models")
    if models_version is None:
        findings.append(
            Finding(
                "allennlp-models",
                Health.WARN,
                "not installed; only AllenNLP's own taggers (crf_tagger) need it",
                f"pip install --no-deps allennlp-models=={ALLENNLP_VERSION}",
            )
        )
    else:
        findings.append(Finding("allennlp-models", Health.OK, models_version))
    return findings


def check_start_up() -> Finding:
    """See whether every process of this environment gets the hook that AllenNLP needs."""
    subject = "start-up hook"
    if os.environ.get(NO_COMPAT_VARIABLE) == "1":
        return Finding(
            subject, Health.FAIL, f"switched off by {NO_COMPAT_VARIABLE}=1", f"unset {NO_COMPAT_VARIABLE}"
        )
    if installed_finder() is None:
        return Finding(
            subject, Health.FAIL, "not active", "import blner_allennlp before allennlp, or: pip install -e ."
        )
    directories = {*site.getsitepackages(), site.getusersitepackages(), sysconfig.get_path("purelib")}
    if not any((Path(directory) / START_UP_FILE).is_file() for directory in directories):
        return Finding(
            subject,
            Health.WARN,
            f"active here, but {START_UP_FILE} is not in site-packages, so the command `allennlp` starts "
            f"without it",
            "pip install -e .",
        )
    return Finding(subject, Health.OK, "active in every process of this environment")


def check_imports() -> list[Finding]:
    """Import what every command imports: jsonnet's module, AllenNLP, and this package's classes."""
    findings = []
    for module_name, remedy in (
        ("_jsonnet", f"pip install --force-reinstall jsonnet=={TRIED_LIBRARIES['jsonnet'].pinned}"),
        ("allennlp.commands", "repair what is marked FAIL above; for a fresh environment: make setup"),
        ("blner_allennlp.plugin", "repair what is marked FAIL above; for a fresh environment: make setup"),
    ):
        subject = f"import {module_name}"
        try:
            importlib.import_module(module_name)
        except Exception as error:  # whatever it is, the user has to see it
            findings.append(Finding(subject, Health.FAIL, f"{type(error).__name__}: {error}", remedy))
        else:
            findings.append(Finding(subject, Health.OK, "works"))
    return findings


def check_accelerator() -> Finding:
    """See what torch can train on."""
    subject = "GPU"
    try:
        import torch
    except Exception as error:  # the reason is among the libraries
        remedy = f"pip install torch=={TRIED_LIBRARIES['torch'].pinned}"
        return Finding(subject, Health.FAIL, f"torch cannot be imported: {error}", remedy)
    if torch.cuda.is_available():
        names = ", ".join(torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))
        return Finding(subject, Health.OK, f"{names} (CUDA {torch.version.cuda})")
    if torch.version.cuda is None and torch.version.hip is None:
        return Finding(
            subject, Health.OK, "none: this build of torch knows only the CPU; training works, slowly"
        )
    return Finding(
        subject,
        Health.WARN,
        f"torch is built for CUDA {torch.version.cuda} but sees no GPU; training runs on the CPU",
        "nvidia-smi must list the GPU, with a driver for that CUDA version; CUDA_VISIBLE_DEVICES must not "
        "hide it",
    )


def examine() -> list[Finding]:
    """Run all checks.

    Returns:
        What they found, in the order in which to repair it.
    """
    return [
        check_python(),
        *check_libraries(),
        *check_allennlp(),
        check_start_up(),
        *check_imports(),
        *check_encoders(),
        check_accelerator(),
    ]


def report(findings: Sequence[Finding], as_json: bool = False) -> int:
    """Print what was found.

    Args:
        findings: what the checks found.
        as_json: print one JSON object instead of lines.

    Returns:
        The process's exit status: 1 if something is broken, else 0.
    """
    is_broken = any(finding.health is Health.FAIL for finding in findings)
    if as_json:
        records = [{**dataclasses.asdict(finding), "health": finding.health.value} for finding in findings]
        print(json.dumps({"works": not is_broken, "findings": records}, indent=2))
    else:
        for finding in findings:
            print(f"{finding.health.value:<4}  {finding.subject}: {finding.found}")
            if finding.health is not Health.OK and finding.remedy:
                print(f"      -> {finding.remedy}")
    return 1 if is_broken else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the installation from the command line.

    Args:
        arguments: the command line without the program's name; None for that of the process.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m blner_allennlp.doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    return report(examine(), as_json=parser.parse_args(arguments).json)


if __name__ == "__main__":
    sys.exit(main())
