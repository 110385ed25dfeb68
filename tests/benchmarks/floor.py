"""The least that a server can do for a tile: the bare statement and nothing else, served as the product is.

An application for the server that the product runs on. It knows no users, no cache, no compression and no headers;
what it takes is the statement, the line and the server, and so the floor for a tile over HTTP.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import cache
from typing import Any

from tests.benchmarks.measuring import start_django
from tests.benchmarks.tiles import bare

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # it waits for the database in the loop, as only a floor may
start_django(os.environ["DATABASE_URL"])


_open = ExitStack()


@cache
def _cursor() -> Any:
    return _open.enter_context(bare(os.environ["DATABASE_URL"]))


async def application(scope: Any, _receive: Any, send: Any) -> None:
    """Answer ``/tiles/works/{z}/{x}/{y}.mvt`` with the tile as it comes from the database."""
    from geo import layers, tiles

    *_path, zoom, x, y = scope["path"].removesuffix(".mvt").split("/")
    layer, tile = layers.get("works"), tiles.Tile(int(zoom), int(x), int(y))
    assert layer is not None
    plan, cursor = tiles.plan(layer, tile.zoom, None), _cursor()
    assert plan is not None
    cursor.execute(plan.statement, plan.values_at(tile))
    content = bytes(cursor.fetchone()[0])
    length = (b"content-length", str(len(content)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": content})
