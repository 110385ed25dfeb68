"""PDOK Locatieserver: asked only where switched on, and never a stumbling block."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from geo import pdok
from geo.geocoding import Exactness


@pytest.fixture
def register(settings: Any) -> Iterator[list[str]]:
    """A stand-in for the register on this machine; holds what it was asked and answers with its first entry."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            docs = [{"type": "adres", "weergavenaam": "Stroom 12, 9403KL Assen", "centroide_ll": "POINT(6.54 52.99)"}]
            body = json.dumps({"response": {"docs": [] if "nergens" in self.path else docs}}).encode()
            self.send_response(500 if "stuk" in self.path else 200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.GEOCODER_PDOK = True
    settings.GEOCODER_PDOK_URL = f"http://127.0.0.1:{server.server_port}/free"
    yield asked
    server.shutdown()


def test_what_it_finds_is_a_place(register: list[str]) -> None:
    found = pdok.locate("Stroom 12")
    assert found is not None
    assert (found.label, found.lon, found.lat) == ("Stroom 12, 9403KL Assen", 6.54, 52.99)
    assert found.exactness is Exactness.ADDRESS
    assert len(register) == 1


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("text", ["nergens", "stuk"])
def test_nothing_found_or_out_of_order_is_nothing(text: str) -> None:
    assert pdok.locate(text) is None


def test_it_is_not_asked_unless_switched_on(register: list[str], settings: Any) -> None:
    settings.GEOCODER_PDOK = False
    assert pdok.locate("Stroom 12") is None
    assert register == []


def test_who_cannot_be_reached_is_passed_over(settings: Any) -> None:
    settings.GEOCODER_PDOK, settings.GEOCODER_PDOK_URL = True, "http://127.0.0.1:9/free"
    assert pdok.locate("Stroom 12") is None
