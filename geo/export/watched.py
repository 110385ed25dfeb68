"""An export that tells how far it is: one answer, first lines that count, then the file itself.

A browser that asks with ``Accept: application/vnd.mijn-buurt.export`` gets lines of JSON, each with an end of line::

    {"total": 20000}
    {"written": 2000}
    ...
    {"name": "works-2026-11-24.gpkg", "media": "application/geopackage+sqlite3", "size": 98304}

and straight after the last of these the bytes of the file; or ``{"error": "..."}`` as the last. All in one answer: no
job to keep, nothing left over where the reader goes away, and the same on one machine or ten.
"""

from __future__ import annotations

import asyncio
import json
import logging
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from django.db import connections
from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from geo.export.base import Export

MEDIA: Final = "application/vnd.mijn-buurt.export"
PIECE: Final = 256 * 1024
logger = logging.getLogger(__name__)


class GoneError(Exception):
    """Whoever asked is no longer there."""


@dataclass
class _Making:
    """A file being made in a thread of its own, which says how far it is in ``said``; None is the end of that."""

    export: Export
    said: queue.SimpleQueue[dict[str, Any] | None] = field(default_factory=queue.SimpleQueue)
    gone: threading.Event = field(default_factory=threading.Event)
    path: Path | None = None

    def start(self, total: int, language: str) -> threading.Thread:
        self.said.put({"total": total})
        thread = threading.Thread(target=self._make, args=[language], daemon=True)
        thread.start()
        return thread

    def _make(self, language: str) -> None:
        try:
            with translation.override(language):
                self.path = self.export.form.write(replace(self.export, report=self._report))
        except Exception:
            if not self.gone.is_set():
                logger.exception("export of %s as %s failed", self.export.layer.id, self.export.form.extension)
        finally:
            # This thread's own; nobody else closes it.
            connections.close_all()
            self.said.put(None)

    def _report(self, count: int) -> None:
        if self.gone.is_set():
            raise GoneError
        self.said.put({"written": count})

    def last_line(self, name: str) -> bytes:
        """Return what stands before the file, or why there is none."""
        if self.path is None:
            return _line({"error": _("Het bestand maken lukte niet. Probeer het opnieuw.")})
        media = self.export.form.media
        return _line({"name": name, "media": media, "size": self.path.stat().st_size})


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode() + b"\n"


def watched(
    export: Export, total: int, name: str, clean_up: Callable[[], None], *, asynchronous: bool
) -> StreamingHttpResponse:
    """Return the answer that makes the file while it is being sent.

    Parameters
    ----------
    export, total, name
        What to make, of how many records, and what the file is called.
    clean_up
        Called when the file has been sent, or its reader has gone.
    asynchronous
        Whether the server is asynchronous, and must not be held up.
    """
    making = _Making(export)
    language = translation.get_language() or "nl"
    content = _sent_async if asynchronous else _sent
    response = StreamingHttpResponse(content(making, total, name, language, clean_up), content_type=MEDIA)
    # Compressing would hold lines back until there is enough to compress.
    response["Content-Encoding"] = "identity"
    response["X-Accel-Buffering"] = "no"
    return response


def _sent(
    making: _Making, total: int, name: str, language: str, clean_up: Callable[[], None]
) -> Iterator[bytes]:  # fmt: skip
    thread = making.start(total, language)
    try:
        while (said := making.said.get()) is not None:
            yield _line(said)
        yield making.last_line(name)
        if making.path is not None:
            with making.path.open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece
    finally:
        making.gone.set()
        thread.join()
        clean_up()


async def _sent_async(
    making: _Making, total: int, name: str, language: str, clean_up: Callable[[], None]
) -> AsyncIterator[bytes]:
    thread = making.start(total, language)
    try:
        while (said := await asyncio.to_thread(making.said.get)) is not None:
            yield _line(said)
        yield making.last_line(name)
        if making.path is not None:
            with await asyncio.to_thread(making.path.open, "rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE):
                    yield piece
    finally:
        making.gone.set()
        # No waiting in here: the loop may be closing this generator because its reader has gone.
        threading.Thread(target=_after, args=[thread, clean_up], daemon=True).start()


def _after(thread: threading.Thread, clean_up: Callable[[], None]) -> None:
    thread.join()
    clean_up()
