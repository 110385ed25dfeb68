"""What others change appears by itself: the real server, the real database, two people."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
from django.test import Client

from tests import factories as make
from tests.conftest import BASE


class Stream:
    """A page that listens; what it is told comes out of ``next``."""

    def __init__(self, site: str, session: str) -> None:
        line = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
        line.request("GET", "/planning/live/planning/", headers={"Cookie": f"sessionid={session}"})
        self.line, self.answer = line.sock, line.getresponse()
        self.told: Queue[tuple[str, Any]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        name = ""
        try:
            for line in map(bytes.decode, self.answer):
                if line.startswith("event: "):
                    name = line.removeprefix("event: ").strip()
                elif line.startswith("data: "):
                    self.told.put((name, json.loads(line.removeprefix("data: "))))
        except (http.client.HTTPException, OSError):
            return  # Closed by the test.

    def next(self, name: str, within_s: float = 5.0) -> Any:
        """Return the next event of this name; fails where it does not come in time."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            try:
                found, data = self.told.get(timeout=left)
            except Empty:
                break
            if found == name:
                return data
        raise AssertionError(f"no {name} within {within_s} s")

    def close(self) -> None:
        """Hang up, whatever is being read: closing the answer would wait for the next line."""
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)


SIGN_IN = """
import sys
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from importlib import import_module
from django.conf import settings
from planning.partners.models import User
user = User.objects.get(username=sys.argv[1])
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(session.session_key)
"""


@pytest.fixture(scope="module")
def sessions(demo_url: str) -> dict[str, str]:
    """Sessions of two planners of the demonstration, made beside the server."""
    import os

    found = {}
    for name in ("actium", "gemeente-assen"):
        code = "import django; django.setup()\n" + SIGN_IN
        done = subprocess.run(
            [sys.executable, "-c", code, name], cwd=BASE, capture_output=True, text=True, check=True,
            env={**os.environ, "DATABASE_URL": demo_url, "DJANGO_SETTINGS_MODULE": "planning.settings"},
        )  # fmt: skip
        found[name] = done.stdout.strip().splitlines()[-1]
    return found


@pytest.fixture
def stream(demo_site: str, sessions: dict[str, str]) -> Iterator[Any]:
    """Opens streams, and closes them afterwards."""
    opened: list[Stream] = []

    def open_one(who: str) -> Stream:
        opened.append(Stream(demo_site, sessions[who]))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def test_a_change_by_another_is_told_within_two_seconds(stream: Any, demo_url: str) -> None:
    board = stream("actium")
    board.next("people")
    time.sleep(0.5)  # The listener is there before the change, as on an open page.
    with psycopg.connect(demo_url.replace("postgis://", "postgresql://"), autocommit=True) as connection:
        connection.execute("UPDATE works_work SET name = name WHERE id = (SELECT min(id) FROM works_work)")
    until = time.monotonic() + 2
    while "works_work" not in board.next("change", within_s=until - time.monotonic())["tables"]:
        pass


def test_who_else_looks_is_told_when_they_come_and_when_they_leave(stream: Any) -> None:
    first = stream("actium")
    first.next("people")
    second = stream("gemeente-assen")
    until = time.monotonic() + 5
    while {person["organisation"] for person in first.next("people", until - time.monotonic())["people"]} != {
        "Actium", "Gemeente Assen",
    }:  # fmt: skip
        pass
    second.close()
    until = time.monotonic() + 8
    while len(first.next("people", until - time.monotonic())["people"]) != 1:
        pass


def test_only_partners_listen_and_only_to_pages_that_there_are(demo_site: str, sessions: dict[str, str]) -> None:
    assert requests.get(f"{demo_site}/planning/live/planning/", timeout=10).status_code == 403
    assert requests.get(f"{demo_site}/planning/live/stand/", timeout=10).status_code == 403
    cookies = {"sessionid": sessions["actium"]}
    assert requests.get(f"{demo_site}/planning/live/elders/", cookies=cookies, timeout=10).status_code == 404


@pytest.mark.django_db
def test_without_a_stream_the_version_tells_that_something_changed(client: Client) -> None:
    work = make.make_work("street", "2027-03-01", "2027-06-01")
    client.force_login(make.make_user(work.owner))
    before = client.get("/planning/live/stand/").json()
    assert client.get("/planning/live/stand/").json() == before
    work.name = "Anders"
    work.save()
    assert client.get("/planning/live/stand/").json() != before
