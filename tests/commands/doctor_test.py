"""`allennlp ner-doctor`."""

from __future__ import annotations

import json

import pytest
from allennlp.commands import main

from blner_allennlp.commands import doctor as command
from blner_allennlp.diagnosis import Finding, Health


@pytest.mark.parametrize(("health", "status"), [(Health.OK, 0), (Health.FAIL, 1)])
def test_the_command_prints_what_was_found_and_exits_by_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], health: Health, status: int
) -> None:
    monkeypatch.setattr(command, "examine", lambda: [Finding("Python", health, "3.11.7", "another one")])
    monkeypatch.setattr("sys.argv", ["allennlp", "ner-doctor", "--json"])
    with pytest.raises(SystemExit) as ended:
        main(prog="allennlp")
    assert ended.value.code == status
    assert json.loads(capsys.readouterr().out)["works"] == (status == 0)
