"""A file is replaced as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from blner_allennlp.atomic_file import replacing


def test_a_file_is_there_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rain.txt"
    with replacing(path) as unfinished:
        unfinished.write_text("rain", encoding="utf-8")
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "rain"
    assert list(path.parent.iterdir()) == [path]


def test_after_an_error_the_old_file_is_still_there(tmp_path: Path) -> None:
    path = tmp_path / "rain.txt"
    path.write_text("old", encoding="utf-8")

    def fail() -> None:
        with replacing(path) as unfinished:
            unfinished.write_text("half of the n", encoding="utf-8")
            raise RuntimeError("no more room")

    with pytest.raises(RuntimeError, match="no more room"):
        fail()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
