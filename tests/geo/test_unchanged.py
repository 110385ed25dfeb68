"""A tile that was given or that a client has already is told from memory, until the database says it changed."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.http import HttpResponseNotModified

from geo import tiles, unchanged
from geo.unchanged import Unchanged
from planning.one_thread import OneThreadHandler
from planning.works.models import Work
from tests.factories import make_work, point
from tests.geo.mvt import tile_at

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = "/tiles/works/14/8425/5325.mvt"
"""What the factories' works lie in or not: an empty tile has an ETag too."""

Ask = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def handler() -> Iterator[OneThreadHandler]:
    made = OneThreadHandler()
    with made.threads:
        yield made
        made.threads.submit(connections.close_all).result()
    made.unchanged.close()


@pytest.fixture
def ask(handler: OneThreadHandler, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Return what asks for the tile as a server does."""
    # One thread, so that its connection can be let go of after the test.
    monkeypatch.setattr(handler.threads, "_max_workers", 1)

    def asked(path: str = PLACE, **headers: str) -> tuple[int, dict[str, str], bytes]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        given = {"host": "localhost", "accept-encoding": "br", **{k.replace("_", "-"): v for k, v in headers.items()}}
        scope = {
            "type": "http", "method": "GET", "scheme": "http", "path": path, "query_string": b"", "root_path": "",
            "headers": [(name.encode(), text.encode()) for name, text in given.items()], "server": ("localhost", 80),
        }  # fmt: skip
        asyncio.run(handler(scope, receive, send))
        told = {name.decode().lower(): text.decode() for name, text in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:])

    return asked


@pytest.fixture
def from_memory(handler: OneThreadHandler, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Return what says whether the last answer came without Django."""
    went: list[str] = []
    really = handler._respond

    def respond(*given: Any) -> Any:
        went.append("django")
        return really(*given)

    monkeypatch.setattr(handler, "_respond", respond)

    def said() -> bool:
        passed = not went
        went.clear()
        return passed

    return said


def test_what_is_unchanged_is_told_from_memory_the_same_as_before(ask: Ask, from_memory: Callable[[], bool]) -> None:
    make_work()
    etag = ask()[1]["etag"]
    before = ask(if_none_match=etag)
    assert before[0] == 304
    assert not from_memory()
    assert ask(if_none_match=etag) == before
    assert from_memory()


def test_what_was_given_is_given_again_from_memory(ask: Ask, from_memory: Callable[[], bool]) -> None:
    make_work()
    tile = tile_at(point(), 14)
    for path, status in ((f"/tiles/works/14/{tile.x}/{tile.y}.mvt", 200), ("/tiles/works/14/1/1.mvt", 204)):
        before = ask(path)
        assert before[0] == status
        assert not from_memory()
        assert ask(path) == before
        assert from_memory()


def test_a_change_of_what_the_tile_shows_ends_it(ask: Ask, from_memory: Callable[[], bool]) -> None:
    work = make_work()
    etag = ask()[1]["etag"]
    for number in range(5):
        assert ask(if_none_match=etag)[0] == 304
        assert ask(if_none_match=etag)[0] == 304
        from_memory()
        Work.objects.filter(pk=work.pk).update(name=f"Anders {number}")
        # The database tells it a moment after the commit; whoever changed it has a cookie and is not told from memory.
        until = time.monotonic() + 5
        while ask(if_none_match=etag)[0] == 304 and time.monotonic() < until:
            time.sleep(0.001)
        assert from_memory() is False
        _status, told, _body = ask()
        assert told["etag"] != etag, "nor is the old tile given from memory"
        etag = told["etag"]


def test_what_is_personal_or_otherwise_conditional_is_never_told_from_memory(
    ask: Ask, from_memory: Callable[[], bool]
) -> None:
    make_work()
    etag = ask()[1]["etag"]
    ask(if_none_match=etag)
    for more in (
        {"cookie": "sessionid=x"},
        {"authorization": "Bearer x"},
        {"if_modified_since": "x"},
        {"range": "0-1"},
    ):
        from_memory()
        for condition in ({}, {"if_none_match": etag}):
            for _ in range(2):
                ask(**condition, **more)
                assert from_memory() is False, more


def test_another_origin_or_packing_is_another_question(ask: Ask, from_memory: Callable[[], bool]) -> None:
    make_work()
    etag = ask()[1]["etag"]
    ask(if_none_match=etag)
    from_memory()
    _status, told, _body = ask(if_none_match=etag, origin="https://gis.example")
    assert from_memory() is False
    assert "access-control-allow-origin" in told


def test_what_may_change_by_the_clock_is_asked_again(
    ask: Ask, from_memory: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_work()
    etag = ask()[1]["etag"]
    ask(if_none_match=etag)
    ask(if_none_match=etag)
    from_memory()
    today, stretch = tiles.moment()
    monkeypatch.setattr(unchanged, "moment", lambda: (today, stretch + 1))
    assert ask(if_none_match=etag)[0] == 304
    assert from_memory() is False


def test_a_lost_connection_ends_what_is_known(
    handler: OneThreadHandler, ask: Ask, from_memory: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_work()
    etag = ask()[1]["etag"]
    ask(if_none_match=etag)
    listening = handler.unchanged._connection
    assert listening is not None
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [listening.info.backend_pid])
    from_memory()
    until = time.monotonic() + 10  # the backend ends a moment after it was told to
    while time.monotonic() < until:
        status, *_rest = ask(if_none_match=etag)
        assert status == 304
        if not from_memory():
            break
        time.sleep(0.01)
    else:
        pytest.fail("answered from memory without hearing of changes")
    assert handler.unchanged._connection is None
    monkeypatch.setattr(handler.unchanged, "_try_from", 0.0)
    ask(if_none_match=etag)
    ask(if_none_match=etag)
    from_memory()
    assert ask(if_none_match=etag)[0] == 304
    assert from_memory()


@pytest.mark.django_db(transaction=False)
def test_without_a_database_to_listen_to_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "login", lambda using: {"host": "/nowhere", "dbname": "none"})
    known = Unchanged()
    assert known.mark() == known.mark()
    assert known._connection is None


@pytest.mark.django_db(transaction=False)
def test_a_database_that_does_not_answer_holds_up_only_who_opens_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = Unchanged()
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as other:
        address = {"host": "127.0.0.1", "port": str(silent.getsockname()[1]), "dbname": "none"}
        monkeypatch.setattr(unchanged, "login", lambda using: address)
        opening = other.submit(known.mark)
        silent.settimeout(5)
        waiting, _from = silent.accept()  # the connection is being opened from here on
        with waiting:
            began = time.monotonic()
            assert known.answer(("asked",)) is None
            known.mark()
            assert time.monotonic() - began < unchanged.CONNECT_S / 2
            assert not opening.done()
            opening.result(timeout=unchanged.CONNECT_S + 5)
    assert known._connection is None
    assert known._try_from < time.monotonic() + unchanged.AGAIN_AFTER_S


@pytest.mark.django_db(transaction=False)
def test_what_was_asked_while_the_connection_was_opened_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Unchanged()
    begun, go_on = threading.Event(), threading.Event()
    opened: list[str] = []

    def slow_login(using: str) -> dict[str, Any]:
        opened.append(using)
        begun.set()
        assert go_on.wait(5)
        return really(using)

    really = unchanged.login
    monkeypatch.setattr(unchanged, "login", slow_login)
    answer = HttpResponseNotModified()
    unchanged.holds_for(answer, ["works_work"], tiles.moment())
    with ThreadPoolExecutor(1) as other:
        opening = other.submit(known.mark)
        assert begun.wait(5)
        before = known.mark()
        go_on.set()
        since = opening.result(timeout=5)
    assert opened == ["default"]
    known.remember(("before",), answer, before)
    known.remember(("since",), answer, since)
    assert list(known._answers) == [("since",)]
    known.close()


def test_a_change_while_an_answer_is_made_is_not_kept_out(ask: Ask, handler: OneThreadHandler) -> None:
    make_work()
    etag = ask()[1]["etag"]
    really = handler.unchanged.remember

    def late(*given: Any) -> None:
        with psycopg.connect(autocommit=True, **unchanged.login()) as other:
            other.execute("UPDATE works_work SET name = 'Ondertussen'")
        select.select([handler.unchanged._connection], [], [], 5)  # until the database has told it
        really(*given)

    handler.unchanged.remember = late  # type: ignore[method-assign]
    assert ask(if_none_match=etag)[0] == 304
    assert handler.unchanged._answers == {}


def test_memory_is_bounded(ask: Ask, handler: OneThreadHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    known = handler.unchanged
    monkeypatch.setattr(unchanged, "MOST_BYTES", 10_000)
    make_work()
    for number in range(30):
        ask(if_none_match=f'"{"x" * 50 * number}"')
        sizes = [answer.size for answer in known._answers.values()]
        assert known._bytes == sum(sizes) <= 10_000
    assert 3 < len(sizes) < 10
    assert all(size > unchanged.OVERHEAD_BYTES + 1000 for size in sizes[-3:]), "long questions count as what they take"
