"""Answers that still hold, told again from memory for as long as nothing changed.

A map asks for the same dozens of tiles whenever it is opened. Whether they changed is a question to the database, and
around it goes all that a request needs. What the public may see and what was asked to the letter is answered here
from memory instead, until the database says (NOTIFY) that a table changed which the answer came from, or the clock
may have changed what anyone sees. The database says so a moment after a change is final; whoever is signed in, and so
whoever made the change, is not answered from here.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from django.http import HttpResponse, HttpResponseBase

from geo.prepared import has_something_to_read, login
from geo.tiles import Moment, moment
from geo.versions import CHANNEL

MOST_BYTES: Final = 32 * 1024 * 1024
"""Kept in mind per process."""

OVERHEAD_BYTES: Final = 1000
"""About what an answer takes beside its body and the words of its question."""

AGAIN_AFTER_S: Final = 10.0
"""A database that could not be reached is tried again after so long."""

CONNECT_S: Final = 2
"""So long a connection may take to open; libpq takes no less."""

PERSONAL: Final = frozenset({b"cookie", b"authorization"})
OTHER_CONDITIONS: Final = frozenset({b"if-match", b"if-modified-since", b"if-unmodified-since", b"range"})
COUNT: Final = (
    b"host", b"origin", b"accept-encoding", b"if-none-match", b"x-forwarded-host", b"x-forwarded-proto",
)  # fmt: skip
"""Headers that an answer can depend on."""

log = logging.getLogger(__name__)

Asked = tuple[bytes | str | None, ...]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    """An answer as it is sent, the tables that it holds for, until when, and the bytes that it takes here."""

    status: int
    headers: Headers
    body: bytes
    tables: frozenset[str]
    holds: Moment
    size: int


def holds_for(response: HttpResponseBase, tables: Iterable[str], now: Moment) -> None:
    """Say that an answer, the same for everybody, changes only when one of these tables or the moment does."""
    response.holds_for = (frozenset(tables), now)  # type: ignore[attr-defined]


def question(scope: dict[str, Any]) -> Asked | None:
    """Return what is asked, as far as an answer can depend on it; None for what is not answered from memory."""
    if scope["method"] != "GET" or not scope["path"].startswith("/tiles/"):
        return None
    headers = dict(scope["headers"])
    # A header that comes twice counts once here; with Django both would.
    if len(headers) != len(scope["headers"]):
        return None
    if not PERSONAL.isdisjoint(headers) or not OTHER_CONDITIONS.isdisjoint(headers):
        return None
    asked = (scope.get("root_path"), scope.get("scheme"), scope["path"], scope["query_string"])
    return asked + tuple(headers.get(name) for name in COUNT)


class Unchanged:
    """What one process knows to be unchanged; asked from the loop, told from threads."""

    def __init__(self, using: str = "default") -> None:
        self._using = using
        self._lock = threading.Lock()
        self._answers: OrderedDict[Asked, Answer] = OrderedDict()
        self._bytes = 0
        self._connection: psycopg.Connection[Any] | None = None
        self._heard = 0
        self._try_from = 0.0

    def answer(self, asked: Asked) -> Answer | None:
        """Return the answer that ``asked`` still gets; None where Django must say."""
        with self._lock:
            self._hear()
            known = self._answers.get(asked)
            if known is None:
                return None
            if known.holds != moment():
                self._forget(asked)
                return None
            self._answers.move_to_end(asked)
            return known

    def mark(self) -> int:
        """Return how many changes were heard of; from here on none is missed.

        Whoever comes first opens the connection, which a slow database can make long: the others do not wait for it,
        and nothing of theirs is kept.
        """
        with self._lock:
            self._hear()
            if self._connection is not None or time.monotonic() < self._try_from:
                return self._heard
            self._try_from = math.inf
        listening = self._listen()
        with self._lock:
            if listening is None:
                self._lose()
            else:
                self._connection = listening
                self._heard += 1  # a mark from before missed what changed until now
            return self._heard

    def remember(self, asked: Asked, response: HttpResponseBase, mark: int) -> None:
        """Keep in mind an answer that was made since ``mark``, where nothing changed since."""
        said: tuple[frozenset[str], Moment] | None = getattr(response, "holds_for", None)
        if said is None or not isinstance(response, HttpResponse) or response.cookies:
            return
        headers = [(name.lower().encode(), text.encode("latin-1")) for name, text in response.items()]
        size = OVERHEAD_BYTES + len(response.content) + sum(len(part) for part in asked if part)
        answer = Answer(response.status_code, headers, response.content, *said, size)
        with self._lock:
            self._hear()
            if self._connection is None or self._heard != mark:
                return
            self._forget(asked)
            self._answers[asked] = answer
            self._bytes += answer.size
            while self._bytes > MOST_BYTES:
                self._forget(next(iter(self._answers)))

    def close(self) -> None:
        """Let go of the connection and of all that was kept."""
        with self._lock:
            self._lose()

    def _listen(self) -> psycopg.Connection[Any] | None:
        """Return a connection on which the database says what changes; None where there is none."""
        listening = None
        try:
            listening = psycopg.connect(autocommit=True, connect_timeout=CONNECT_S, **login(self._using))
            listening.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error:
            log.warning("unchanged tiles cannot be listened for; each is looked up instead")
            if listening is not None:
                listening.close()
            return None
        return listening

    def _forget(self, asked: Asked) -> None:
        """Let go of one answer, if it is there."""
        known = self._answers.pop(asked, None)
        if known is not None:
            self._bytes -= known.size

    def _lose(self) -> None:
        """Forget everything: what changed meanwhile would not be heard."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._answers.clear()
        self._bytes = 0
        self._heard += 1
        self._try_from = time.monotonic() + AGAIN_AFTER_S

    def _hear(self) -> None:
        """Take in what the database said, and forget the answers that it ends."""
        if self._connection is None or not has_something_to_read(self._connection):
            return
        try:
            self._connection.pgconn.consume_input()
        except psycopg.Error:
            self._lose()
            return
        changed = set()
        while (told := self._connection.pgconn.notifies()) is not None:
            changed.add(told.extra.decode())
        if changed:
            self._heard += 1
            ended = [asked for asked, known in self._answers.items() if not known.tables.isdisjoint(changed)]
            for asked in ended:
                self._forget(asked)
