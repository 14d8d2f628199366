"""Profiles: whose time a stage's, a package's and a function's is."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from benchmarks.profiles import __main__ as command
from benchmarks.profiles import model_profile
from benchmarks.profiles.epochs import make_loader, take_all
from benchmarks.profiles.report import to_markdown
from benchmarks.profiles.sample_shares import divide, shares
from benchmarks.profiles.sampling import Frame, Sample, make_frame, read_samples, record
from benchmarks.profiles.stage_ranges import PREFIX, WHOLE, as_stage, model_ranges
from benchmarks.profiles.stage_shares import milliseconds_by_stage, most_expensive_operators
from benchmarks.variants import build_model, read_batches

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SAMPLE = PROJECT_ROOT / "fixtures" / "data" / "sample" / "dev.conll"


def an_event(
    name: str, start: float, end: float, parent: Any = None, number: int = -1, own: float = 0
) -> Any:
    """An event of torch's profiler, in microseconds."""
    return SimpleNamespace(
        name=name,
        time_range=SimpleNamespace(start=start, elapsed_us=lambda: end - start),
        cpu_parent=parent,
        sequence_nr=number,
        self_cpu_time_total=own,
        self_device_time_total=0,
    )


def test_a_stage_has_what_stages_within_it_leave() -> None:
    whole = an_event(f"{PREFIX}whole", 0, 10_000)
    outer = an_event(f"{PREFIX}outer", 1_000, 8_000, whole)
    operator = an_event("aten::mm", 2_000, 6_000, outer)
    inner = an_event(f"{PREFIX}inner", 3_000, 5_000, operator)
    again = an_event(f"{PREFIX}inner", 9_000, 10_000, whole)
    events = [whole, outer, operator, inner, again]
    assert milliseconds_by_stage(events, split_backward=True) == {"outer": 5.0, "inner": 3.0, "whole": 2.0}


def test_gradients_belong_to_the_stage_that_computed_what_they_are_of() -> None:
    head = an_event(f"{PREFIX}head", 0, 10_000)
    # Without gradient, and so with the number that is the loss's then.
    counted = an_event("aten::sum", 1_000, 2_000, head, number=7)
    loss = an_event(f"{PREFIX}loss", 10_000, 20_000)
    operator = an_event("aten::mm", 11_000, 12_000, loss, number=7)
    other = an_event("aten::mm", 3_000, 4_000, head, number=6)
    backward = an_event(f"{PREFIX}backward", 20_000, 30_000)
    node = "autograd::engine::evaluate_function: "
    of_loss = an_event(f"{node}MmBackward0", 20_000, 23_000, backward, number=7)
    within = an_event("aten::mm", 21_000, 22_000, of_loss, number=7)
    of_head = an_event(f"{node}MmBackward0", 23_000, 25_000, backward, number=6)
    adding = an_event(f"{node}torch::autograd::AccumulateGrad", 25_000, 26_000, backward)
    events = [head, counted, other, loss, operator, backward, of_loss, within, of_head, adding]
    assert milliseconds_by_stage(events, split_backward=True) == {
        "head": 10.0,
        "loss": 10.0,
        "backward": 4.0,
        "backward: loss": 3.0,
        "backward: head": 2.0,
        "backward: adding up": 1.0,
    }
    assert milliseconds_by_stage(events, split_backward=False) == {
        "head": 10.0,
        "loss": 10.0,
        "backward": 10.0,
    }


def test_operators_are_listed_by_what_they_take_themselves() -> None:
    events = [
        an_event(f"{PREFIX}whole", 0, 9_000, own=9_000),
        an_event("aten::mm", 0, 2_000, own=1_500),
        an_event("aten::mm", 2_000, 4_000, own=500),
        an_event("aten::linear", 0, 5_000, own=1_000),
        an_event("aten::add", 5_000, 6_000, own=10),
    ]
    assert most_expensive_operators(events, 2) == [
        {"name": "aten::mm", "calls": 2, "milliseconds": 2.0},
        {"name": "aten::linear", "calls": 1, "milliseconds": 1.0},
    ]


@pytest.fixture
def arguments(tiny_encoder: Path) -> argparse.Namespace:
    return argparse.Namespace(
        corpus=SAMPLE, encoder=str(tiny_encoder), batch_size=4, num_batches=2, max_width=3
    )


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (
            model_profile.profile_training,
            {
                *("encoder", "word pooling", "sequence head", "sequence head's loss", "span head"),
                *("span head's loss", "drawing of negatives", "clipping", "optimizer", "scoring", WHOLE),
                *("backward", "backward: encoder", "backward: word pooling", "backward: sequence head"),
                *("backward: sequence head's loss", "backward: span head", "backward: span head's loss"),
                "backward: adding up",
            },
        ),
        (
            model_profile.profile_evaluation,
            {
                *("encoder", "word pooling", "sequence head", "sequence head's loss", "span head"),
                *("span head's loss", "decoding", "scoring", WHOLE),
            },
        ),
    ],
)
def test_every_stage_of_a_model_is_found(
    profile: Any, expected: set[str], arguments: argparse.Namespace, tmp_path: Path
) -> None:
    found = profile("both, CRF", arguments, tmp_path / "trace.json.gz")
    by_name = {row["name"]: row["milliseconds"] for row in found["stages"]}
    assert by_name.keys() - {"backward: the rest"} == expected
    assert min(by_name.values()) > 0
    assert sum(by_name.values()) == pytest.approx(found["milliseconds"])
    assert len(found["operators"]) == 10
    assert (tmp_path / found["trace"]).stat().st_size > 0


def test_ranges_leave_the_model_and_torch_as_they_were(arguments: argparse.Namespace) -> None:
    batches, vocab = read_batches(arguments.corpus, arguments.encoder, 2, 1)
    model = build_model("both, softmax", arguments.encoder, vocab, 3).eval()
    before = {name: dict(vars(module)) for name, module in model.named_modules()}
    backward, clip = torch.Tensor.backward, torch.nn.utils.clip_grad_norm_
    with torch.no_grad():
        expected = model(**batches[0])["loss"]
        with model_ranges(model, torch.optim.AdamW(model.parameters())):
            assert torch.Tensor.backward is not backward
            assert torch.equal(model(**batches[0])["loss"], expected)
    after = {name: dict(vars(module)) for name, module in model.named_modules()}
    assert {name: fields.keys() for name, fields in after.items()} == {
        name: fields.keys() for name, fields in before.items()
    }
    assert (torch.Tensor.backward, torch.nn.utils.clip_grad_norm_) == (backward, clip)


def test_a_stage_passes_arguments_and_errors_on() -> None:
    def divide_by(number: int, *, by: int) -> float:
        return number / by

    assert as_stage("some", divide_by)(6, by=3) == 2
    with pytest.raises(ZeroDivisionError):
        as_stage("some", divide_by)(6, by=0)


@pytest.mark.parametrize(
    ("file", "package", "inside"),
    [
        ("/some/lib/python3.11/site-packages/torch/nn/linear.py", "torch", "torch/nn/linear.py"),
        ("/some/lib/python3.11/site-packages/six.py", "six", "six.py"),
        (str(PROJECT_ROOT / "blner_allennlp" / "overlap.py"), "blner_allennlp", "blner_allennlp/overlap.py"),
        (json.__file__, "python", "json/__init__.py"),
        ("<frozen importlib._bootstrap>", "python", "<frozen importlib._bootstrap>"),
    ],
)
def test_a_function_belongs_to_the_package_of_its_file(file: str, package: str, inside: str) -> None:
    assert make_frame("forward", file) == Frame("forward", package, inside)


def samples_of(*stacks: tuple[str, float]) -> list[Sample]:
    """Samples from stacks such as `python:main blner_allennlp:run torch:mm`."""
    return [
        Sample(
            tuple(
                Frame(name, package, f"{package}.py")
                for package, name in (frame.split(":") for frame in stack.split())
            ),
            seconds,
        )
        for stack, seconds in stacks
    ]


def test_imports_set_up_and_waiting_are_put_aside() -> None:
    waiting = Sample(
        (Frame("run", "python", "run.py"), Frame("Condition.wait", "python", "threading.py")), 4.0
    )
    samples = samples_of(
        ("python:main python:_find_and_load torch:prepare", 1.0),
        ("python:main blner_allennlp:prepare torch:read", 2.0),
        ("python:main blner_allennlp:run", 3.0),
    )
    others, seconds = divide([*samples, waiting], ("prepare",))
    assert others == samples[2:]
    assert seconds == {"imports": 1.0, "set-up": 2.0, "waiting": 4.0}


def test_shares_of_packages_and_functions() -> None:
    samples = samples_of(
        ("python:main blner_allennlp:run transformers:attend torch:mm", 5.0),
        ("python:main blner_allennlp:run blner_allennlp:run torch:mm", 2.0),
        ("python:main blner_allennlp:run blner_allennlp:decode", 2.0),
        ("python:main", 1.0),
    )
    assert shares(samples, 2) == {
        "seconds": 10.0,
        "packages": [
            {"name": "torch", "self": 0.7, "asked_for": 0.0},
            {"name": "blner_allennlp", "self": 0.2, "asked_for": 0.4},
            {"name": "transformers", "self": 0.0, "asked_for": 0.5},
            {"name": "python", "self": 0.1, "asked_for": 0.0},
            {"name": "none of them", "self": 0.0, "asked_for": 0.1},
        ],
        "functions": [
            {"name": "mm (torch.py)", "share": 0.7},
            {"name": "decode (blner_allennlp.py)", "share": 0.2},
        ],
        # A function that calls itself counts once.
        "our_functions_with_what_they_call": [
            {"name": "run (blner_allennlp.py)", "share": 0.9},
            {"name": "decode (blner_allennlp.py)", "share": 0.2},
        ],
    }


def make_py_spy(directory: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A stand-in that lies beside the Python which is said to run."""
    program = directory / "py-spy"
    program.write_text(f"#!{sys.executable}\nimport json, sys\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(directory / "python"))


def test_samples_are_those_of_all_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [{"name": "main", "file": "<string>"}, {"name": "run", "file": None}]
    threads = [
        {"samples": [[0, 1], [0], []], "weights": [0.5, 0.25, 9.0]},
        {"samples": [[1]], "weights": [0.125]},
    ]
    content = {"shared": {"frames": frames}, "profiles": threads}
    make_py_spy(
        tmp_path,
        monkeypatch,
        f"assert sys.argv[1] == 'record' and sys.argv[-2:] == ['--', 'a command'], sys.argv\n"
        f"open(sys.argv[sys.argv.index('--output') + 1], 'w').write({json.dumps(content)!r})",
    )
    record(["a command"], tmp_path / "profile.json", 50)
    main, run = Frame("main", "python", "<string>"), Frame("run", "python", "")
    assert list(read_samples(tmp_path / "profile.json")) == [
        Sample((main, run), 0.5),
        Sample((main,), 0.25),
        Sample((run,), 0.125),
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("sys.exit('Error: permission denied')", "py-spy: Error: permission denied"),
        ("print('done')", "py-spy: done"),
        ("pass", "py-spy: it said nothing"),
    ],
)
def test_a_profile_that_fails_says_why(
    body: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_py_spy(tmp_path, monkeypatch, body)
    # A profile of before does not stand for it.
    (tmp_path / "profile.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RuntimeError, match=f"^{re.escape(message)}$"):
        record(["a command"], tmp_path / "profile.json", 50)


def test_without_py_spy_the_message_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="there is no py-spy; `pip install py-spy` brings it"):
        record(["a command"], tmp_path / "profile.json", 50)


def test_the_page_has_the_tables_of_both_kinds() -> None:
    row = {"name": "encoder", "milliseconds": 90.0, "share": 0.9}
    stages = {
        "milliseconds": 100.0,
        "trace": "a.trace.json.gz",
        "stages": [row],
        "operators": [{"name": "aten::mm", "calls": 3, "milliseconds": 50.0, "share": 0.5}],
    }
    sampled = {
        "trace": "b.speedscope.json",
        "put_aside_seconds": {"imports": 1.0},
        **shares(samples_of(("python:main blner_allennlp:run", 4.0)), 1),
    }
    text = to_markdown({"training": stages, "predict": sampled})
    assert "## training\n\n100 ms in all; a.trace.json.gz" in text
    assert "| encoder | 90.0 | 90.00 % |" in text
    assert "| `aten::mm` | 3 | 50.0 | 50.00 % |" in text
    assert "4.0 s of all threads; put aside: imports 1.0 s. b.speedscope.json" in text
    assert "| blner_allennlp | 100.00 % | 100.00 % |" in text
    assert text.count("| run (blner_allennlp.py) | 100.00 % |") == 2


def test_epochs_of_an_experiment_can_be_made_of_any_corpus(
    tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECT_ROOT)
    monkeypatch.setenv("BLNER_ENCODER", str(tiny_encoder))
    loader = make_loader(SAMPLE)
    assert sum(len(batch["metadata"]) for batch in loader) == 80
    take_all(loader, 1)


def test_a_missing_archive_is_named_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["--archive", "no.tar.gz", "--output-dir", str(tmp_path / "out")])
    assert "--archive no.tar.gz: there is no such file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_command_writes_tables_as_json_and_markdown(
    tmp_path: Path, arguments: argparse.Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ["--batch-size", "2", "--num-batches", "1", "--max-width", "2"]
    given = ["--corpus", str(SAMPLE), "--encoder", arguments.encoder, "--output-dir", str(tmp_path), *sizes]
    command.main(["--only", "evaluation_softmax", *given])
    text = (tmp_path / "profiles.md").read_text(encoding="utf-8")
    assert "## evaluation_softmax" in text
    assert text in capsys.readouterr().out
    content = json.loads((tmp_path / "profiles.json").read_text(encoding="utf-8"))
    assert list(content["profiles"]) == ["evaluation_softmax"]
    assert content["machine"]["device"] in ("cpu", "cuda:0")
    assert (tmp_path / "evaluation_softmax.trace.json.gz").is_file()
