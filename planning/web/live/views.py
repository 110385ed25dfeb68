"""The stream that open pages listen to (server-sent events), and what they ask where no stream comes through."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Final

import psycopg
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from geo.versions import VERSION, watched_tables
from planning.partners.models import User
from planning.partners.permissions import is_partner
from planning.web.live.bus import Bus, Listener, bus, gathered

HEARTBEAT_S: Final = 10.0
"""So often a quiet stream says that it is there, and the page that it is open."""

LONGEST_S: Final = 600.0
"""After so long a page asks again, and with that who it belongs to."""

PAGES: Final = frozenset({"planning"})
"""Pages that several people look at together."""


@require_safe
def stream(request: HttpRequest, page: str) -> HttpResponse | StreamingHttpResponse:
    """Tell an open page which tables change, and who else has it open."""
    if page not in PAGES:
        return HttpResponse(status=404)
    if not isinstance(request.user, User) or not is_partner(request.user):
        return HttpResponse(status=403)
    response = StreamingHttpResponse(_events(page, request.user.pk), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    # A proxy that gathers before it sends would hold the news back.
    response["X-Accel-Buffering"] = "no"
    # Compressing would gather too.
    response["Content-Encoding"] = "identity"
    return response


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Answer with the version of all shared data, for pages that no stream reaches."""
    if not is_partner(request.user):
        return HttpResponse(status=403)
    with connection.cursor() as cursor:
        cursor.execute(VERSION.format(tables="%s"), [watched_tables()])
        response = JsonResponse({"version": cursor.fetchone()[0]})
    response["Cache-Control"] = "no-store"
    return response


async def _events(page: str, user: int) -> AsyncIterator[bytes]:
    hub, key, opened = bus(), uuid.uuid4(), time.monotonic()
    async with hub.listening(page) as listener:
        try:
            yield b"retry: 3000\n\n"
            await hub.seen(key, page, user, tell=True)
            while time.monotonic() - opened < LONGEST_S:
                if await gathered(listener, HEARTBEAT_S):
                    async for message in _news(hub, listener):
                        yield message
                else:
                    await hub.seen(key, page, user, tell=False)
                    yield b": still here\n\n"
        finally:
            with contextlib.suppress(psycopg.Error, OSError):
                await hub.left(key, page)


async def _news(hub: Bus, listener: Listener) -> AsyncIterator[bytes]:
    if listener.tables:
        tables, listener.tables = sorted(listener.tables), set()
        yield _event("change", {"tables": tables})
    if listener.people:
        listener.people = False
        yield _event("people", {"people": await hub.people(listener.page)})


def _event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()
