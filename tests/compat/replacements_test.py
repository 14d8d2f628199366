"""What AllenNLP's own imports get instead of `cached_path`: the same answers for what lies on the disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import filelock
import pytest

from blner_allennlp.compat.replacements import cached_path_that_knows_local_files, file_lock_without_downloads


def test_an_existing_file_or_directory_is_its_own_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    find = cached_path_that_knows_local_files()
    assert find(str(tmp_path / "a.txt")) == tmp_path / "a.txt"
    assert find(tmp_path) == tmp_path
    assert find("~/a.txt") == tmp_path / "a.txt"


def test_what_is_not_there_or_is_to_be_unpacked_is_the_real_ones_business(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cached_path

    asked: list[str] = []

    def find_anywhere(name: str | Path, *_args: object, **_kwargs: object) -> Path:
        asked.append(str(name))
        return tmp_path

    monkeypatch.setattr(cached_path, "cached_path", find_anywhere)
    archive = tmp_path / "a.tar.gz"
    archive.write_bytes(b"")
    find = cached_path_that_knows_local_files()
    find("https://example.org/model.tar.gz")
    find(tmp_path / "nowhere")
    find(archive, extract_archive=True)
    find(archive, None, True)
    assert asked == [
        "https://example.org/model.tar.gz",
        str(tmp_path / "nowhere"),
        str(archive),
        str(archive),
    ]


def test_a_missing_file_is_reported_as_before(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        cached_path_that_knows_local_files()(tmp_path / "nowhere")


def test_the_lock_keeps_others_out(tmp_path: Path) -> None:
    make_lock = file_lock_without_downloads()
    with make_lock(tmp_path / ".lock", read_only_ok=True), pytest.raises(filelock.Timeout):
        filelock.FileLock(tmp_path / ".lock").acquire(timeout=0)
    with filelock.FileLock(tmp_path / ".lock"), pytest.raises(filelock.Timeout):
        make_lock(tmp_path / ".lock", timeout=0).acquire()


@pytest.mark.parametrize("read_only_ok", [True, False])
def test_where_nobody_may_write_the_lock_can_be_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only_ok: bool
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / ".lock").touch()
    make_lock = file_lock_without_downloads()
    monkeypatch.setattr(filelock.BaseFileLock, "acquire", refuse)
    lock = make_lock(tmp_path / ".lock", read_only_ok=read_only_ok)
    if read_only_ok:
        with pytest.warns(UserWarning, match="is read without a lock"):
            assert lock.acquire() is None
    else:
        with pytest.raises(PermissionError):
            lock.acquire()


def test_reading_a_vocabulary_loads_no_client_of_a_cloud(tmp_path: Path) -> None:
    script = f"""
import sys
from allennlp.data import Vocabulary
Vocabulary().save_to_files({str(tmp_path / "vocabulary")!r})
Vocabulary.from_files({str(tmp_path / "vocabulary")!r})
print([name for name in ("cached_path", "boto3", "google.cloud.storage") if name in sys.modules])
"""
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
