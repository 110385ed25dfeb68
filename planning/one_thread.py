"""Django under ASGI, with each request in one thread from start to finish.

Django's own handler gives every request a thread that lives no longer than it does, and with it a new connection to
the database; and it crosses between loop and thread a few times on the way. All our views are plain functions, so a
request crosses once, into one of a few threads that stay, each with a connection that stays. Only what is streamed is
sent as Django does, piece by piece.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Final, TypeVar, cast

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import connections
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from geo.unchanged import Asked, Unchanged, question

Part = TypeVar("Part")

THREADS: Final = 16
"""Requests that a server process works on at once, and connections to the database that it holds at most."""


class OneThreadHandler(ASGIHandler):
    """The application that the server calls."""

    def __init__(self) -> None:
        super().__init__()
        self.unchanged = Unchanged()
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """Load the middleware as it runs in a thread."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served here, not {scope['type']}")
        asked = question(scope)
        held = self.unchanged.answer(asked) if asked else None
        if held is not None:
            await send({"type": "http.response.start", "status": held.status, "headers": held.headers})
            await send({"type": "http.response.body", "body": held.body})
            return
        try:
            body = await self.read_body(receive) if _brings_something(scope) else io.BytesIO()
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self.threads, self._respond, scope, body, asked)
        if isinstance(response, StreamingHttpResponse):
            await self._stream(response, receive, send)
            return
        await self.send_response(response, send)
        if not response.closed:
            await loop.run_in_executor(self.threads, response.close)

    @classmethod
    def chunk_bytes(cls, data: Sequence[Part]) -> Iterator[tuple[Sequence[Part], bool]]:
        """Yield ``data`` as it is: what is whole goes in one message, so that the server can say how long it is."""
        yield data, True

    def _respond(self, scope: dict[str, Any], body: IO[bytes], asked: Asked | None) -> HttpResponseBase:
        """Return the answer to a request; what was ``asked`` is kept in mind while it holds."""
        mark = self.unchanged.mark() if asked else 0
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response = cast(Any, self.get_response(request) if request else refusal)
        response._handler_class = self.__class__
        if asked:
            self.unchanged.remember(asked, response, mark)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        # Most have nothing to let go of but their request; what has more does so when it has been sent.
        if not response.streaming and len(response._resource_closers) <= 1:
            response.close()
        body.close()
        return cast(HttpResponseBase, response)

    async def listen_for_disconnect(self, receive: Any) -> None:
        """Wait until the reader has gone; the end of a body that nobody waited for can come before that.

        Raises
        ------
        RequestAborted
            When the reader has gone.
        """
        while (await receive())["type"] != "http.disconnect":
            pass
        raise RequestAborted

    async def _stream(self, response: StreamingHttpResponse, receive: Any, send: Any) -> None:
        """Send an answer piece by piece, until it is whole or its reader has gone."""
        async with ThreadSensitiveContext():
            if not response.is_async:
                response.streaming_content = _pieces(cast(Iterator[bytes], response.streaming_content))
            sending = asyncio.create_task(self.send_response(response, send))
            leaving = asyncio.create_task(self.listen_for_disconnect(receive))
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            for task in (sending, leaving):
                task.cancel()
            sent, _left = await asyncio.gather(sending, leaving, return_exceptions=True)
            await sync_to_async(response.close)()
            await sync_to_async(connections.close_all)()
        if isinstance(sent, Exception):
            raise sent


def _brings_something(scope: dict[str, Any]) -> bool:
    """Return whether there can be a body to wait for: not where nothing is sent and none is announced."""
    announced = any(name in (b"content-length", b"transfer-encoding") for name, _text in scope["headers"])
    return announced or scope["method"] not in ("GET", "HEAD")


async def _pieces(content: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what a plain iterator does, read in the one thread that this answer has while it is sent."""
    while (piece := await sync_to_async(next)(content, None)) is not None:  # type: ignore[call-arg]
        yield piece
