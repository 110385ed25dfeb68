"""Tiles go a short way: a map asks for dozens of them at a time, and little of what pages need concerns them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from geo.views import tile

TILE: Final = re.compile(r"/tiles/(?P<layer_id>[-\w]+)/(?P<z>[^/]+)/(?P<x>[^/]+)/(?P<y>[^/]+)\.mvt")
"""What ``geo.urls`` says too, for who asks what the address of a tile is."""


class TileMiddleware:
    """Answer tiles here. It stands behind what says who is asking, and before what only pages need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request``, or pass it on."""
        found = TILE.fullmatch(request.path_info)
        if found is None:
            return self.get_response(request)
        # What is wrong with a question is said in the language asked for, not in that of who asked before.
        with translation.override(translation.get_language_from_request(request)):
            return tile(request, **found.groupdict())
