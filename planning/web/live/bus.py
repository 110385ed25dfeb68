"""One listener per server process: PostgreSQL tells which tables changed (LISTEN), every open page hears it.

Only names of tables go round, never what changed: each page asks for that itself, as the person it belongs to.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from geo.prepared import login
from geo.versions import CHANNEL

LOOKING_CHANNEL: Final = "looking"
AGAIN_AFTER_S: Final = 2.0
"""After so long a lost connection to the database is tried again."""

GATHER_S: Final = 0.2
"""Changes that come this close together are told as one."""

GONE_AFTER_S: Final = 25
"""Who was not seen for so long has left."""

ALL_TABLES: Final = "*"
"""Told where something may have been missed: a page looks at everything again."""

log = logging.getLogger(__name__)

SEEN = (
    "INSERT INTO coordination_looking (id, page, user_id, seen_at) VALUES (%s, %s, %s, now())"
    " ON CONFLICT (id) DO UPDATE SET seen_at = now()"
)
WHO = (
    "SELECT DISTINCT u.id, COALESCE(NULLIF(trim(concat(u.first_name, ' ', u.last_name)), ''), u.username),"
    " COALESCE((SELECT min(o.name) FROM partners_membership m JOIN partners_organisation o ON o.id = m.organisation_id"
    " WHERE m.user_id = u.id), '')"
    " FROM coordination_looking l JOIN partners_user u ON u.id = l.user_id"
    " WHERE l.page = %s AND l.seen_at > now() - make_interval(secs => %s) ORDER BY 2"
)
FORGET = "DELETE FROM coordination_looking WHERE seen_at < now() - make_interval(secs => %s)"


@dataclass(eq=False)
class Listener:
    """One open page: what it has not been told yet."""

    page: str
    tables: set[str] = field(default_factory=set)
    people: bool = True
    told: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, table: str) -> None:
        """Note that a table changed."""
        self.tables.add(table)
        self.told.set()

    def hear_of_people(self) -> None:
        """Note that somebody came or left."""
        self.people = True
        self.told.set()


class Bus:
    """What a process hears from the database, for all its open pages."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._asking: psycopg.AsyncConnection[Any] | None = None
        self._lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def listening(self, page: str) -> AsyncIterator[Listener]:
        """Hear what changes for as long as the page is open."""
        listener = Listener(page)
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    async def _listen(self) -> None:
        while self._listeners:
            try:
                async with await _connect() as connection:
                    for channel in (CHANNEL, LOOKING_CHANNEL):
                        await connection.execute(f"LISTEN {channel}")
                    # What was told before we listened is not known: look at everything once.
                    self._tell_all()
                    await self._pass_on(connection)
            except (psycopg.Error, OSError):
                log.warning("live updates lost the database; trying again")
                await asyncio.sleep(AGAIN_AFTER_S)

    async def _pass_on(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Tell every page what the database says, until none is open."""
        while self._listeners:
            # A timeout, so that a process without readers lets go of its connection.
            async for notice in connection.notifies(timeout=30):
                for listener in list(self._listeners):
                    if notice.channel == CHANNEL:
                        listener.hear(notice.payload)
                    elif notice.payload == listener.page:
                        listener.hear_of_people()

    def _tell_all(self) -> None:
        for listener in list(self._listeners):
            listener.hear(ALL_TABLES)

    async def seen(self, key: uuid.UUID, page: str, user: int, *, tell: bool) -> None:
        """Note that a page is open; ``tell`` the others where it was just opened."""
        await self._ask(SEEN, [key, page, user])
        if tell:
            await self._ask("SELECT pg_notify(%s, %s)", [LOOKING_CHANNEL, page])

    async def left(self, key: uuid.UUID, page: str) -> None:
        """Note that a page was closed, and tell the others."""
        await self._ask("DELETE FROM coordination_looking WHERE id = %s", [key])
        await self._ask(FORGET, [GONE_AFTER_S])
        await self._ask("SELECT pg_notify(%s, %s)", [LOOKING_CHANNEL, page])

    async def people(self, page: str) -> list[dict[str, Any]]:
        """Return who has the page open: identity, name and organisation."""
        rows = await self._ask(WHO, [page, GONE_AFTER_S])
        return [{"id": pk, "name": name, "organisation": organisation} for pk, name, organisation in rows]

    async def _ask(self, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        """Run a statement on the one connection that all pages share, one at a time."""
        async with self._lock:
            if self._asking is None or self._asking.closed:
                self._asking = await _connect()
            try:
                cursor = await self._asking.execute(statement, values)
                return await cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                await self._asking.close()
                raise


async def _connect() -> psycopg.AsyncConnection[Any]:
    """Return a connection to the service's own database, beside Django's."""
    return await psycopg.AsyncConnection.connect(autocommit=True, **login())


_buses: dict[int, Bus] = {}


def bus() -> Bus:
    """Return the bus of the event loop that runs now; a process that serves has one loop."""
    return _buses.setdefault(id(asyncio.get_running_loop()), Bus())


async def gathered(listener: Listener, patience_s: float) -> bool:
    """Wait until there is something to tell, and a moment longer for what comes with it; False after ``patience_s``."""
    try:
        await asyncio.wait_for(listener.told.wait(), patience_s)
    except TimeoutError:
        return False
    await asyncio.sleep(GATHER_S)
    listener.told.clear()
    return True
