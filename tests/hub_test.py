"""A hub that cannot be reached is noticed within seconds; a slow one, or one that refuses, is not mistaken for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from allennlp.common.checks import ConfigurationError
from huggingface_hub import constants

from blner_allennlp import hub
from blner_allennlp.encoders import load_tokenizer
from blner_allennlp.hub import is_on_this_machine, require_hub_for


@pytest.fixture
def port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of this machine, with nobody listening; the hub is taken to be there, and nothing to be in the cache."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    endpoint = f"http://127.0.0.1:{number}"
    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.replace(constants.ENDPOINT, endpoint)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    return number


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr(hub, "sleep", waited.append)
    return waited


@contextmanager
def answering(port: int, status: int, delay: float = 0.0) -> Iterator[list[str]]:
    """A hub that answers everything with a status; yields what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(self.path)
            time.sleep(delay)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_without_a_connection_it_fails_after_three_tries(port: int, waits: list[float]) -> None:
    with pytest.raises(OSError, match=rf"no connection to http://127.0.0.1:{port} \(.*refused"):
        require_hub_for("someone/some-encoder")
    assert waits == [0.5, 1.5]


def test_a_tokenizer_that_is_nowhere_fails_within_seconds_with_what_to_do(port: int) -> None:
    began = time.monotonic()
    with pytest.raises(
        ConfigurationError, match=rf"'a/b' cannot be loaded.*no connection to .*{port}(.|\n)*HF_HOME"
    ):
        load_tokenizer("a/b")
    assert time.monotonic() - began < 10


def test_a_network_that_stumbles_is_given_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    hubs: list[AbstractContextManager[list[str]]] = []

    def connect(_: float) -> None:
        hubs.append(answering(port, 200))
        hubs[-1].__enter__()

    monkeypatch.setattr(hub, "sleep", connect)
    require_hub_for("someone/some-encoder")
    assert len(hubs) == 1
    hubs[0].__exit__(None, None, None)


@pytest.mark.parametrize("argument", ["cache_dir", "revision", "local_files_only", "proxies"])
def test_who_says_where_to_look_or_how_to_ask_is_left_to_transformers(
    argument: str, port: int, waits: list[float]
) -> None:
    require_hub_for("someone/some-encoder", None, {argument: "anything"})
    assert waits == []
    with pytest.raises(OSError, match="no connection"):
        require_hub_for("someone/some-encoder", None, {"use_fast": True})


@pytest.mark.parametrize(("status", "delay"), [(200, 0.3), (404, 0.0), (401, 0.0), (503, 0.0)])
def test_a_hub_that_answers_is_left_to_transformers(
    status: int, delay: float, port: int, waits: list[float]
) -> None:
    with answering(port, status, delay) as asked:
        require_hub_for("someone/some-encoder")
    assert asked == ["/someone/some-encoder/resolve/main/config.json"]
    assert waits == []


def test_a_timeout_is_left_to_transformers(
    port: int, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    httpx = pytest.importorskip("httpx")

    def time_out(*_: object, **__: object) -> None:
        raise httpx.ConnectTimeout("slow")

    monkeypatch.setattr("huggingface_hub.get_hf_file_metadata", time_out)
    require_hub_for("someone/some-encoder")
    assert waits == []


def test_errors_of_the_library_before_version_1_are_told_apart() -> None:
    exceptions = pytest.importorskip("requests").exceptions
    assert hub._is_without_connection(exceptions.ConnectionError())
    assert hub._is_without_connection(exceptions.SSLError())
    assert not hub._is_without_connection(exceptions.ConnectTimeout())
    assert not hub._is_without_connection(exceptions.ReadTimeout())
    assert not hub._is_without_connection(ConnectionError())


def cached(directory: Path) -> str:
    """Put an encoder's configuration where the cache has it."""
    snapshot = directory / "models--someone--cached" / "snapshots" / "0123"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}", encoding="utf-8")
    (directory / "models--someone--cached" / "refs").mkdir()
    (directory / "models--someone--cached" / "refs" / "main").write_text("0123", encoding="utf-8")
    return "someone/cached"


@pytest.mark.parametrize("place", [str, cached])
def test_what_is_on_this_machine_needs_no_hub(
    place: Callable[[Path], str], port: int, tmp_path: Path, waits: list[float]
) -> None:
    (tmp_path / "cache").mkdir()
    location = place(tmp_path / "cache")
    assert is_on_this_machine(location)
    require_hub_for(location)
    assert waits == []
    assert not is_on_this_machine("someone/other")
    with pytest.raises(ValueError, match="no/such/directory"):
        is_on_this_machine("no/such/directory")


def test_whoever_may_not_ask_the_hub_does_not(
    port: int, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with answering(port, 200) as asked:
        require_hub_for("someone/some-encoder")
    assert asked == waits == []
