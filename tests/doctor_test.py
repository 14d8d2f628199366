"""The checks of an installation and their remedies."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from blner_allennlp import doctor
from blner_allennlp.compat import START_UP_FILE
from blner_allennlp.diagnosis import TRIED_LIBRARIES, Finding, Health, TriedVersions, compare_versions

PROJECT_ROOT = Path(__file__).resolve().parents[1]
TRIED = TriedVersions(lowest="2.1", highest="3.4", pinned="3.4.1")


@given(st.lists(st.integers(0, 30), min_size=2, max_size=3), st.sampled_from(["", "+cpu", "rc1", ".post0"]))
def test_versions_are_judged_as_the_packaging_library_orders_them(numbers: list[int], suffix: str) -> None:
    version = ".".join(str(number) for number in numbers)
    health = compare_versions("library", version + suffix, TRIED, "remedy").health
    if Version(version) < Version("2.1"):
        assert health is Health.FAIL
    elif Version(version) < Version("3.5"):
        assert health is Health.OK
    else:
        assert health is Health.WARN


def test_a_missing_library_fails_and_the_remedy_is_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "installed_version", lambda distribution: None)
    by_subject = {finding.subject: finding for finding in doctor.check_libraries()}
    assert by_subject["torch"].health is Health.FAIL
    assert by_subject["torch"].remedy == f"{sys.executable} -m pip install torch==2.13.0"
    assert by_subject["matplotlib"].health is Health.WARN
    assert "needed only for allennlp find-lr" in by_subject["matplotlib"].found


def test_an_unknown_distribution_has_no_version() -> None:
    assert doctor.installed_version("a-distribution-that-nobody-has") is None


@pytest.mark.parametrize("version", [None, "2.9.0"])
def test_another_or_no_allennlp_fails_with_the_command_that_installs_the_right_one(
    monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    monkeypatch.setattr(doctor, "installed_version", lambda distribution: version)
    finding = doctor.check_allennlp()[0]
    assert finding.health is Health.FAIL
    assert "pip install --no-deps allennlp==2.10.1" in finding.remedy


def test_missing_baselines_are_only_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"allennlp": "2.10.1"}
    monkeypatch.setattr(doctor, "installed_version", versions.get)
    assert [finding.health for finding in doctor.check_allennlp()] == [Health.OK, Health.WARN]


def test_the_hook_that_is_switched_off_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLNER_NO_COMPAT", "1")
    finding = doctor.check_start_up()
    assert (finding.health, finding.remedy) == (Health.FAIL, "unset BLNER_NO_COMPAT")


def test_the_hook_that_is_missing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "installed_finder", lambda: None)
    assert doctor.check_start_up().health is Health.FAIL


def test_the_start_up_file_makes_the_difference_between_a_warning_and_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor.site, "getsitepackages", lambda: [str(tmp_path)])
    monkeypatch.setattr(doctor.site, "getusersitepackages", lambda: str(tmp_path))
    monkeypatch.setattr(doctor.sysconfig, "get_path", lambda name: str(tmp_path))
    assert doctor.check_start_up().health is Health.WARN
    (tmp_path / START_UP_FILE).touch()
    assert doctor.check_start_up().health is Health.OK


def test_an_import_that_raises_fails_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(doctor.importlib, "import_module", refuse)
    findings = doctor.check_imports()
    assert {finding.health for finding in findings} == {Health.FAIL}
    assert findings[0].found == "RuntimeError: broken on purpose"
    assert "jsonnet==" in findings[0].remedy


@pytest.mark.parametrize(
    ("is_available", "cuda", "health"),
    [(True, "13.0", Health.OK), (False, None, Health.OK), (False, "13.0", Health.WARN)],
)
def test_the_gpu_is_judged_by_what_torch_was_built_for(
    monkeypatch: pytest.MonkeyPatch, is_available: bool, cuda: str | None, health: Health
) -> None:
    torch = types.SimpleNamespace(
        version=types.SimpleNamespace(cuda=cuda, hip=None),
        cuda=types.SimpleNamespace(
            is_available=lambda: is_available, device_count=lambda: 1, get_device_name=lambda index: "a GPU"
        ),
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert doctor.check_accelerator().health is health


def test_a_torch_that_cannot_be_imported_is_replaced_by_the_pinned_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    finding = doctor.check_accelerator()
    assert finding.health is Health.FAIL
    assert finding.remedy == f"pip install torch=={TRIED_LIBRARIES['torch'].pinned}"


def test_a_failure_sets_the_exit_status_and_a_warning_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    fine = Finding("Python", Health.OK, "3.11.7")
    doubtful = Finding("torch", Health.WARN, "9.0", "pip install torch")
    broken = Finding("allennlp", Health.FAIL, "not installed", "pip install allennlp")
    assert doctor.report([fine, doubtful]) == 0
    assert doctor.report([fine, doubtful, broken]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "FAIL  allennlp: not installed",
        "      -> pip install allennlp",
    ]


def test_json_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.report([Finding("torch", Health.FAIL, "none", "install it")], as_json=True) == 1
    assert json.loads(capsys.readouterr().out) == {
        "works": False,
        "findings": [{"subject": "torch", "health": "FAIL", "found": "none", "remedy": "install it"}],
    }


def test_it_runs_where_no_library_is_installed() -> None:
    # -S hides site-packages and -I the user's own: what a bare Python has.
    code = (
        f"import sys; sys.path.insert(0, {str(PROJECT_ROOT)!r}); "
        "from blner_allennlp.doctor import main; sys.exit(main([]))"
    )
    finished = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert finished.returncode == 1
    assert finished.stderr == ""
    assert "FAIL  torch: not installed" in finished.stdout
    assert "WARN  encoders: not checked, for that needs AllenNLP and transformers" in finished.stdout
    assert "pip install --no-deps allennlp==2.10.1 allennlp-models==2.10.1" in finished.stdout
