"""An export that says how far it is: the same file, with lines before it; and nothing goes on for who has left."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo import layers
from geo.export.base import Export, Format
from geo.export.watched import MEDIA, watched


def parsed(content: bytes) -> tuple[list[dict[str, Any]], bytes]:
    """Split an answer into its lines and the file after them."""
    lines = []
    while True:
        line, _, content = content.partition(b"\n")
        lines.append(json.loads(line))
        if {"size", "error"} & lines[-1].keys():
            return lines, content


def order(write: Callable[[Export], Path], folder: Path) -> Export:
    layer = layers.get("works")
    assert layer is not None
    form = Format("txt", "Tekst", "text/plain", write)
    return Export(records=None, layer=layer, viewer=None, form=form, folder=folder)  # type: ignore[arg-type]


def ten(export: Export) -> Path:
    """Write a file in ten batches."""
    for number in range(1, 11):
        export.report(number * 2_000)
    export.path.write_bytes(b"inhoud\n\x00met regels")
    return export.path


async def collected(response: Any) -> bytes:
    return b"".join([piece async for piece in response.streaming_content])


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("asynchronous", [True, False])
def test_lines_count_and_the_file_follows(tmp_path: Path, asynchronous: bool) -> None:
    cleaned = threading.Event()
    response = watched(order(ten, tmp_path), 20_000, "tien.txt", cleaned.set, asynchronous=asynchronous)
    content = asyncio.run(collected(response)) if asynchronous else b"".join(response.streaming_content)  # type: ignore[arg-type]
    lines, file = parsed(content)
    assert lines[0] == {"total": 20_000}
    assert [line["written"] for line in lines[1:-1]] == list(range(2_000, 20_001, 2_000))
    assert lines[-1] == {"name": "tien.txt", "media": "text/plain", "size": len(file)}
    assert file == b"inhoud\n\x00met regels"
    wait_for(cleaned.is_set)


@pytest.mark.parametrize("asynchronous", [True, False])
def test_who_leaves_stops_the_work(tmp_path: Path, asynchronous: bool) -> None:
    """A writer without an end stops soon after its reader has gone, and its folder is cleaned."""
    stopped, cleaned = threading.Event(), threading.Event()

    def endless(export: Export) -> Path:
        try:
            while True:
                export.report(1)
                time.sleep(0.001)
        finally:
            stopped.set()

    response = watched(order(endless, tmp_path), 1, "x", cleaned.set, asynchronous=asynchronous)
    stream: Any = response.streaming_content
    if asynchronous:

        async def leave() -> None:
            pieces = aiter(stream)
            assert json.loads(await anext(pieces)) == {"total": 1}
            assert json.loads(await anext(pieces)) == {"written": 1}
            reading = asyncio.ensure_future(collected(response))
            await asyncio.sleep(0.05)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await response._iterator.aclose()  # type: ignore[attr-defined]

        asyncio.run(leave())
    else:
        assert json.loads(next(iter(stream))) == {"total": 1}
        for close in response._resource_closers:  # type: ignore[attr-defined]
            close()
    wait_for(stopped.is_set)
    wait_for(cleaned.is_set)


def test_a_failure_is_said_and_kept_for_the_operator(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def failing(export: Export) -> Path:
        raise OSError("schijf vol")

    response = watched(order(failing, tmp_path), 5, "x", lambda: None, asynchronous=False)
    lines, rest = parsed(b"".join(response.streaming_content))  # type: ignore[arg-type]
    assert lines == [{"total": 5}, {"error": "Het bestand maken lukte niet. Probeer het opnieuw."}]
    assert rest == b""
    assert "schijf vol" in caplog.text


def ask(address: str, **headers: str) -> tuple[Any, bytes]:
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request) as response:
        return response.headers, response.read()


@pytest.mark.parametrize("extension", ["gpkg", "csv", "ics", "xml", "parquet"])
def test_the_real_server_sends_the_same_file_either_way(demo_site: str, extension: str) -> None:
    address = f"{demo_site}/export/works.{extension}?wijk=de-lariks"
    headers, answer = ask(address, Accept=MEDIA, **{"Accept-Encoding": "gzip"})
    assert headers["Content-Type"] == MEDIA
    lines, file = parsed(answer)
    plain = ask(address)[1]
    assert lines[-1]["size"] == len(file)
    assert lines[0]["total"] == lines[-2]["written"] > 10
    assert lines[-1]["name"].startswith("works-")
    if extension != "gpkg":  # holds the moment it was made
        assert file == plain
