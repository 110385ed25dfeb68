"""A page of somebody else, served from another origin, draws our tiles with MapLibre."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BASE

PAGE = """<!doctype html><title>Kaart van een ander</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="maplibre-gl.css"><div id="map" style="width: 800px; height: 600px"></div>
<script type="module">
import * as maplibregl from "./maplibre-gl.mjs";
const layer = (id, type, of) =>
  ({id, type, source: "works", "source-layer": of, paint: {[type + "-color"]: "#0e3c8b"}});
const map = new maplibregl.Map({
  container: "map", center: [6.5465, 52.9993], zoom: 13,
  style: {version: 8, sources: {works: {type: "vector", url: "SITE/tiles/works.json"}},
          layers: [layer("ground", "fill", "works"), layer("places", "circle", "works-points")]},
});
map.on("error", (event) => { window.failed = String(event.error); });
map.on("idle", () => {
  window.drawn = map.queryRenderedFeatures().map((one) => ({of: one.sourceLayer, ...one.properties}));
});
</script>"""


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(demo_site: str, tmp_path: Path) -> Iterator[str]:
    """The address of a page on another port, which makes it another origin."""
    for file in (BASE / "node_modules" / "maplibre-gl" / "dist").iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "index.html").write_text(PAGE.replace("SITE", demo_site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_maplibre_on_a_page_of_another_origin_draws_works(page: Any, elsewhere: str, demo_site: str) -> None:
    assert not elsewhere.startswith(demo_site)
    page.goto(elsewhere)
    page.wait_for_function("window.failed || (window.drawn && window.drawn.length > 0)")
    assert page.evaluate("window.failed") is None
    drawn = page.evaluate("window.drawn")
    assert {one["of"] for one in drawn} == {"works", "works-points"}
    assert {"kind", "status", "owner", "name"} <= set(drawn[0])
