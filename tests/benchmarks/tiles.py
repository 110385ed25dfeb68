"""Tiles: cold beside the bare statement, unchanged and kept beside tipg."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from tests.benchmarks.serving import Asker, request, throughput

WINDOW_TILES: Final = (1440 / 512, 900 / 512)
"""Width and height of a reader's window, in tiles drawn at 512 pixels."""

ZOOMS: Final = range(12, 17)
STREET_LEVEL: Final = 15
ENCODINGS: Final = "gzip, deflate, br, zstd"
"""As today's browsers ask."""

WAYS: Final = ("bare", "process", "served", "http")
"""The bare statement, the product without a server, the bare statement behind a server, the product behind it."""

HEADS: Final = (
    "works", "tiles", "bare SQL", "in process", "× bare", "bare SQL, served", "over HTTP", "× bare", "× bare, served",
)  # fmt: skip
PEER_HEADS: Final = (
    "works", "kept", "unchanged", "unchanged, a second", "kept, a second", "tipg, a second", "unchanged ÷ tipg",
    "street level only",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One tile that a reader's map asks."""

    tile: Any
    path: str


def mix(works: int) -> list[Asked]:
    """Return the tiles of a window in the middle and in a corner of a city of so many works, at each zoom."""
    from geo.crs import WORLD_M
    from geo.tiles import Tile
    from tests.benchmarks.city import extent_m
    from tests.factories import point
    from tests.geo.mvt import mercator

    found: dict[str, Asked] = {}
    width, height = extent_m(works)
    for east, north in ((width / 2, height / 2), (0.0, 0.0)):
        x, y = mercator(point(east, north)).coords
        for zoom in ZOOMS:
            side = WORLD_M / 2**zoom
            column, row = (x + WORLD_M / 2) / side, (WORLD_M / 2 - y) / side
            for at_x in _around(column, WINDOW_TILES[0]):
                for at_y in _around(row, WINDOW_TILES[1]):
                    path = f"/tiles/works/{zoom}/{at_x}/{at_y}.mvt"
                    found[path] = Asked(Tile(zoom, at_x, at_y), path)
    return list(found.values())


def _around(middle: float, span: float) -> range:
    return range(math.floor(middle - span / 2), math.floor(middle + span / 2) + 1)


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def in_process() -> Callable[..., Any]:
    """Return what prepares a question to Django's handlers, with all middleware; what it returns asks it."""
    from django.core.handlers.base import BaseHandler
    from django.test import RequestFactory

    handler, factory = BaseHandler(), RequestFactory()
    handler.load_middleware()

    def prepare(path: str, **headers: str) -> Callable[[], Any]:
        asked = factory.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        return partial(handler.get_response, asked)

    return prepare


@contextmanager
def bare(url: str) -> Iterator[Any]:
    """Yield a cursor for prepared statements on an open connection, with binary answers."""
    import psycopg
    from psycopg.pq import Format

    address = url.replace("postgis:", "postgresql:")
    with psycopg.connect(address, autocommit=True, options="-c jit=off", prepare_threshold=1) as connection:
        cursor = psycopg.RawCursor(connection)
        cursor.format = Format.BINARY
        yield cursor


def cold(works: int, port: int, floor_port: int, url: str, repeats: int) -> list[str]:
    """Return a row: each tile that holds something, asked in turns in all ``WAYS``."""
    from geo import layers, tiles

    asker, floor, process = Asker(port), Asker(floor_port), in_process()
    layer = layers.get("works")
    assert layer is not None
    with bare(url) as cursor, bare(url) as beside:

        def cut(tile: Any) -> bytes:
            plan = tiles.plan(layer, tile.zoom, None)
            assert plan is not None
            cursor.execute(plan.statement, plan.values_at(tile))
            return bytes(cursor.fetchone()[0])

        asked = [each for each in mix(works) if cut(each.tile)]
        taken: dict[str, dict[str, list[float]]] = {each.path: {way: [] for way in WAYS} for each in asked}
        for repeat in range(-1, repeats):
            for number, each in enumerate(asked):
                if repeat < 0 and each.tile.zoom < STREET_LEVEL:
                    continue  # to warm up, the small ones will do
                # No process has a question in mind that nobody asked before.
                line = request(f"{each.path}?asked={repeat}", Accept_Encoding=ENCODINGS).encode()
                acts: list[tuple[str, Callable[[], object]]] = [
                    ("bare", partial(cut, each.tile)),
                    ("process", process(each.path, Accept_Encoding=ENCODINGS)),
                    ("served", partial(floor.answer, line)),
                    ("http", partial(asker.answer, line)),
                ]
                turn = (repeat + number) % len(acts)
                for way, act in acts[turn:] + acts[:turn]:
                    beside.execute("DELETE FROM geo_tile")
                    seconds = _timed(act)
                    if repeat >= 0:
                        taken[each.path][way].append(seconds)
    mean = {way: statistics.mean(statistics.median(times[way]) for times in taken.values()) for way in WAYS}
    ms = {way: f"{seconds * 1000:.1f} ms" for way, seconds in mean.items()}
    return [
        f"{works:,}", str(len(asked)), ms["bare"], ms["process"], f"{mean['process'] / mean['bare']:.2f}", ms["served"],
        ms["http"], f"{mean['http'] / mean['bare']:.2f}", f"{mean['http'] / mean['served']:.2f}",
    ]  # fmt: skip


def beside_peer(works: int, port: int, peer_port: int, seconds: float) -> list[str]:
    """Return a row: how long a kept and an unchanged tile take, and how many a second come beside tipg."""
    asker, held = Asker(port), {}
    for each in mix(works):
        status, _body, headers = asker.get(each.path, Accept_Encoding=ENCODINGS)
        if status == HTTPStatus.OK:
            held[each] = headers["etag"]
    alone = {
        "kept": lambda each: asker.get(each.path, Accept_Encoding=ENCODINGS),
        "unchanged": lambda each: asker.get(each.path, Accept_Encoding=ENCODINGS, If_None_Match=held[each]),
    }
    ms = [
        f"{statistics.median(_timed(partial(ask, each)) for each in held for _ in range(5)) * 1000:.2f} ms"
        for ask in alone.values()
    ]
    everything = _a_second(held, port, peer_port, seconds)
    street = _a_second({k: tag for k, tag in held.items() if k.tile.zoom >= STREET_LEVEL}, port, peer_port, seconds)
    ratio, at_street = (each["unchanged"] / each["tipg"] for each in (everything, street))
    counts = [f"{everything[name]:,.0f}" for name in ("unchanged", "kept", "tipg")]
    return [f"{works:,}", *ms, *counts, f"{ratio:.0f}", f"{at_street:.1f}"]


def _a_second(held: Mapping[Asked, str], port: int, peer_port: int, seconds: float) -> dict[str, float]:
    """Return how many answers a second come of each kind, asked in turns."""
    asking = {
        "unchanged": (
            port,
            [request(each.path, Accept_Encoding=ENCODINGS, If_None_Match=tag) for each, tag in held.items()],
            HTTPStatus.NOT_MODIFIED,
        ),
        "kept": (port, [request(each.path, Accept_Encoding=ENCODINGS) for each in held], HTTPStatus.OK),
        "tipg": (peer_port, [request(_at_tipg(each.tile), Accept_Encoding=ENCODINGS) for each in held], HTTPStatus.OK),
    }
    counted: dict[str, list[float]] = {name: [] for name in asking}
    for _turn in range(3):
        for name, (at, requests, status) in asking.items():
            counted[name].append(throughput(at, requests, seconds, status))
    return {name: statistics.median(values) for name, values in counted.items()}


def _at_tipg(tile: Any) -> str:
    """Return where tipg has a tile of the same table, with as many attributes and no reprojection."""
    columns = "id,kind,status,owner_id,planned_start,planned_finish,buurt_id,hinders_traffic,name,project_id,dwellings"
    place = f"{tile.zoom}/{tile.x}/{tile.y}"
    return f"/collections/public.works_work/tiles/WebMercatorQuad/{place}?geom-column=mercator&properties={columns}"
