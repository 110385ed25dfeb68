"""A request is served in one thread with a connection that stays; what is streamed comes piece by piece."""

from __future__ import annotations

import asyncio
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from planning.one_thread import OneThreadHandler

seen: list[tuple[str, threading.Thread]] = []
"""What a view did, and in which thread."""

content = bytearray()
"""What has been sent."""


def note(what: str) -> None:
    seen.append((what, threading.current_thread()))


def plain(request: HttpRequest) -> HttpResponse:
    note("plain")
    return HttpResponse(b"whole " + request.body)


def lasting(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(b"whole")
    response._resource_closers.append(lambda: note(f"closed after {len(content)}"))  # type: ignore[attr-defined]
    return response


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def endless(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        try:
            for number in range(1_000_000):
                note(f"piece {number}")
                yield b"%d " % number
        finally:
            note("closed")

    return StreamingHttpResponse(pieces())


def later(request: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            await asyncio.sleep(0)
            yield b"%d " % number

    return StreamingHttpResponse(pieces())


def large(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"large" * 40_000)


def file(request: HttpRequest) -> FileResponse:
    return FileResponse(Path(__file__).open("rb"))


urlpatterns = [path(view.__name__, view) for view in (plain, large, lasting, broken, endless, later, file)]


def ask(
    name: str, body: bytes = b"", until: Callable[[bytes], bool] = lambda sent: False, method: str = "POST"
) -> tuple[int, bytes]:
    """Ask a view through the handler, as a server does; hang up when ``until`` says so."""
    sent: list[dict[str, Any]] = []
    content.clear()

    async def talk() -> None:
        gone = asyncio.Event()
        asked = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            message = next(asked, None)
            if message is None:
                await gone.wait()
                return {"type": "http.disconnect"}
            return message

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)
            content.extend(message.get("body", b""))
            if until(bytes(content)):
                gone.set()
                await asyncio.sleep(0)

        scope = {"type": "http", "method": method, "path": f"/{name}", "query_string": b"", "root_path": ""}
        scope |= {"headers": [(b"host", b"localhost")], "server": ("localhost", 80)}
        handler = OneThreadHandler()
        with handler.threads:
            await asyncio.wait_for(handler(scope, receive, send), 20)

    seen.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        asyncio.run(talk())
    return sent[0]["status"], bytes(content)


def test_a_large_answer_goes_in_one_message_so_that_its_length_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = OneThreadHandler.send_response
    messages: list[dict[str, Any]] = []

    async def noted(self: OneThreadHandler, response: Any, send: Any) -> None:
        async def note(message: dict[str, Any]) -> None:
            messages.append(message)
            await send(message)

        await whole(self, response, note)

    monkeypatch.setattr(OneThreadHandler, "send_response", noted)
    assert ask("large")[1] == b"large" * 40_000
    assert [message["type"] for message in messages] == ["http.response.start", "http.response.body"]


def test_an_answer_is_whole_and_made_outside_the_loop() -> None:
    assert ask("plain", b"body") == (200, b"whole body")
    assert seen[0][1] is not threading.main_thread()


def test_what_is_left_to_do_is_done_when_the_answer_has_been_sent() -> None:
    assert ask("lasting") == (200, b"whole")
    assert [what for what, _thread in seen] == ["closed after 5"]
    assert seen[0][1] is not threading.main_thread()


def test_an_error_is_an_answer_too(caplog: pytest.LogCaptureFixture) -> None:
    status, content = ask("broken")
    assert status == 500
    assert b"ZeroDivisionError" not in content


def test_what_is_streamed_comes_in_one_thread_and_stops_when_its_reader_goes() -> None:
    status, content = ask("endless", until=lambda sent: len(sent) > 100)
    assert (status, content[:6]) == (200, b"0 1 2 ")
    assert seen[-1][0] == "closed"
    assert 10 < len(seen) < 1_000
    assert len({thread for what, thread in seen if what != "closed"}) == 1


def test_what_is_streamed_asynchronously_comes_whole() -> None:
    assert ask("later") == (200, b"0 1 2 ")


@pytest.mark.parametrize("name", ["plain", "large", "later", "file"])
def test_what_is_asked_without_a_body_comes_whole_too(name: str) -> None:
    assert ask(name, method="GET") == ask(name)


def test_a_file_comes_whole() -> None:
    status, content = ask("file")
    assert (status, content) == (200, Path(__file__).read_bytes())


def _backends(url: str) -> set[int]:
    """Return the processes that serve connections of the site's database, but for this one."""
    with psycopg.connect(url.replace("postgis:", "postgresql:")) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in rows}


def _read(address: str) -> int:
    with urllib.request.urlopen(address) as response:
        response.read()
        return int(response.status)


def test_connections_to_the_database_stay_and_are_made_anew_when_it_was_restarted(
    demo_site: str, demo_url: str
) -> None:
    address = f"{demo_site}/tiles/wijken/10/531/333.mvt"
    assert _read(address) in (200, 204)
    known = _backends(demo_url)
    for _ in range(20):
        _read(address)
    after = _backends(demo_url)
    assert known <= after
    assert len(after) <= len(known) + 1
    with psycopg.connect(demo_url.replace("postgis:", "postgresql:")) as connection:
        for pid in after:
            # Waits until it has gone; until then a question may still reach it.
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    for _ in range(20):
        assert _read(address) in (200, 204)
