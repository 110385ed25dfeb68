"""The addresses of vector tiles: TileJSON and tiles."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import brotli
import zstandard
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from geo import layers, tile_cache, tiles
from geo.crs import WGS_84_BOUNDS
from geo.layers import DrawnAs, Layer
from geo.parameters import read_encodings
from geo.periods import parse_period
from geo.problems import BadRequestError, bad_parameter, problem, problem_response
from geo.records import field_types
from geo.tile_cache import TileKey
from geo.unchanged import holds_for

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
SOURCE_OF_AREAS = gettext_lazy("Grenzen: CBS / Kadaster, CC BY 4.0")

View = Callable[..., HttpResponseBase]


def for_layer(view: View) -> View:
    """Give ``view`` the layer that the address names, and answer problems as RFC 9457."""

    @wraps(view)
    def answer(request: HttpRequest, layer_id: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        layer = layers.get(layer_id)
        if layer is None:
            known = ", ".join(each.id for each in layers.all_layers())
            return problem_response(
                problem(HTTPStatus.NOT_FOUND, _("Deze laag is er niet. Wel: %(known)s.") % {"known": known})
            )
        try:
            return view(request, layer, *args, **kwargs)
        except BadRequestError as error:
            return problem_response(bad_parameter(error))

    return answer


# Nothing can be changed here: whoever tries is told so, not that a token against forged changes lacks.
@csrf_exempt
@require_safe
@for_layer
def tilejson(request: HttpRequest, layer: Layer) -> HttpResponse:
    """Answer with the layer's TileJSON 3.0.0; a period in the query goes on into the tiles' addresses."""
    period = parse_period(request.GET)
    asked = {name: day.isoformat() for name, day in zip(("from", "to"), period, strict=True) if day is not None}
    address = request.build_absolute_uri(reverse("tilejson", args=[layer.id])).removesuffix(".json")
    fields = _field_types(layer, request.user)
    names = [layer.id] + [f"{layer.id}-points"] * (layer.drawn_as is DrawnAs.SHAPE_AND_POINTS)
    zooms = {"minzoom": layer.min_zoom, "maxzoom": layer.max_zoom}
    response = JsonResponse(
        {
            "tilejson": "3.0.0",
            "name": str(layer.title),
            "tiles": [f"{address}/{{z}}/{{x}}/{{y}}.mvt" + ("?" + urlencode(asked) if asked else "")],
            "vector_layers": [{"id": name, "fields": fields, **zooms} for name in names],
            **zooms,
            "bounds": list(WGS_84_BOUNDS),
            "attribution": str(SOURCE_OF_AREAS),
        }
    )
    response["Cache-Control"] = _cache_control(request)
    return response


@require_safe
@for_layer
def tile(request: HttpRequest, layer: Layer, z: str, x: str, y: str) -> HttpResponseBase:
    """Answer with one tile: 204 where it is empty, 304 where the client has it already.

    Whether it has is told by the statement and the version of the data, so that then no geometry is touched; and a
    tile that anybody has been given before is not cut again.
    """
    now, place = tiles.moment(), tiles.Tile.parse(z, x, y)
    plan = tiles.plan(layer, place.zoom, request.user, parse_period(request.GET))
    if plan is None:
        return _finished(request, HttpResponse(status=HTTPStatus.NO_CONTENT))
    encoding = _encoding(request)
    key = TileKey.make(layer.id, plan, place, encoding)
    held = request.headers.get("If-None-Match")
    found = tile_cache.find(key, plan, held) if held else tile_cache.find_or_cut(key, plan, place)
    etag = key.etag(found.version)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        if found.kept is not None:
            response = _packed(found.kept, encoding)
        else:
            content = PACKINGS[encoding](plan.cut(place) if found.cut is None else found.cut)
            response = _packed(content, encoding)
            # The reader need not wait for that.
            keep = partial(tile_cache.keep, key, plan, found.version, content)
            response._resource_closers.append(keep)  # type: ignore[attr-defined]
    response["ETag"] = etag
    if not request.user.is_authenticated:
        holds_for(response, plan.tables, now)
    return _finished(request, response)


def _pack(compress: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return what compresses a tile and leaves an empty one empty."""
    return lambda content: compress(content) if content else b""


# Quick rather than small: in the time that gzip's usual level takes PostGIS cuts a third of a tile. Compressed here and
# not by Django's middleware: that one makes the ETag a weak one.
PACKINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    # A compressor serves one thread, and costs a hundredth of a millisecond.
    "zstd": _pack(lambda content: zstandard.ZstdCompressor(level=3).compress(content)),
    "br": _pack(lambda content: brotli.compress(content, quality=2)),
    "gzip": _pack(lambda content: gzip.compress(content, 1, mtime=0)),
    "identity": bytes,
}
"""How tiles can travel, the best first."""


def _encoding(request: HttpRequest) -> str:
    """Return the best packing that the client takes."""
    named = read_encodings(request.headers.get("Accept-Encoding", ""))
    return next((name for name in PACKINGS if (name, True) in named), "identity")


def _packed(content: bytes, encoding: str) -> HttpResponse:
    """Return the answer that holds a tile; 204 where it is empty."""
    if not content:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    if encoding != "identity":
        response["Content-Encoding"] = encoding
    return response


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the answer with what caches must know."""
    response["Cache-Control"] = _cache_control(request)
    response["Vary"] = "Accept-Encoding, Cookie"
    return response


def _cache_control(request: HttpRequest) -> str:
    # no-cache: keep it, but ask whether it still holds; a planner must see a change at once.
    return "private, no-cache" if request.user.is_authenticated else "public, no-cache"


def _field_types(layer: Layer, viewer: Any) -> dict[str, str]:
    """Return the type of every attribute, in TileJSON's words."""
    types = field_types(layer.source(viewer), layer.columns(viewer))
    return {name: _type_name(output) for name, output in types.items()}


def _type_name(output: models.Field[Any, Any]) -> str:
    if isinstance(output, models.BooleanField):
        return "Boolean"
    if isinstance(output, models.IntegerField | models.FloatField | models.DecimalField):
        return "Number"
    return "String"
