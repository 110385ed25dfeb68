"""The addresses of OGC API - Features."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db import DataError, ProgrammingError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from geo import layers
from geo.counts import counted
from geo.export.formats import formats_of
from geo.layers import Layer
from geo.ogc import describe
from geo.ogc.features import features
from geo.ogc.openapi import document
from geo.ogc.query import OF_THE_PAGE, ItemsQuery
from geo.ogc.systems import System, read_system
from geo.parameters import whole_number
from geo.problems import BadRequestError, bad_parameter, problem, problem_response, refused_by_database

View = Callable[..., HttpResponseBase]


def ogc(view: View) -> View:
    """Answer problems as RFC 9457, find the collection that is named, and let nobody keep what others may not see."""

    # Nothing can be changed here, so nothing needs a token against forged changes.
    @csrf_exempt
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        response = _answered(view, request, *args, **named)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Accept", "Cookie"])
        return response

    return answer


def _answered(view: View, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
    try:
        if "layer_id" in named:
            layer = layers.get(named.pop("layer_id"))
            if layer is None:
                return _missing(_("Deze verzameling is er niet. Zie /ogc/collections."))
            named["layer"] = layer
        return view(request, *args, **named)
    except BadRequestError as error:
        return problem_response(bad_parameter(error))
    except (DataError, ProgrammingError) as error:
        return refused_by_database(error, request)


def _missing(detail: str) -> HttpResponse:
    return problem_response(problem(HTTPStatus.NOT_FOUND, detail))


def _address(request: HttpRequest) -> describe.Address:
    """Return what makes absolute addresses below /ogc/."""
    root = request.build_absolute_uri(reverse("ogc:landing"))

    def address(*parts: str, **query: Any) -> str:
        return root + "/".join(parts) + ("?" + urlencode(query) if query else "")

    return address


def _wants_html(request: HttpRequest) -> bool:
    """Return whether a page is asked for; raises BadRequestError for a form that is not there."""
    form = request.GET.get("f")
    if form is None:
        return request.get_preferred_type(["application/json", "application/geo+json", "text/html"]) == "text/html"
    if form not in ("json", "html"):
        raise BadRequestError("f", _("Kies json of html."))
    return form == "html"


def _only_form(request: HttpRequest) -> None:
    for name in request.GET:
        if name != "f":
            raise BadRequestError(name[:40], _("Deze parameter is er niet. Wel: f."))


def _said(
    request: HttpRequest, body: dict[str, Any], template: str, media: str = describe.JSON, **more: Any
) -> HttpResponse:
    if _wants_html(request):
        return render(request, f"geo/ogc/{template}.html", {"body": body, "root": reverse("ogc:landing"), **more})
    return JsonResponse(body, content_type=media, json_dumps_params={"ensure_ascii": False})


@ogc
def landing(request: HttpRequest) -> HttpResponse:
    """Say what this is, and where to go on."""
    _only_form(request)
    return _said(request, describe.landing(_address(request)), "landing")


@ogc
def conformance(request: HttpRequest) -> HttpResponse:
    """Say which parts of the standard hold."""
    _only_form(request)
    return _said(request, {"conformsTo": list(describe.CONFORMANCE)}, "conformance")


@ogc
def api(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document."""
    _only_form(request)
    return _said(request, document(_address(request), request.user), "api", describe.OPENAPI)


@ogc
def collections(request: HttpRequest) -> HttpResponse:
    """List the collections."""
    _only_form(request)
    return _said(request, describe.collections(_address(request), request.user), "collections")


@ogc
def collection(request: HttpRequest, layer: Layer) -> HttpResponse:
    """Describe one collection."""
    _only_form(request)
    body = describe.collection(layer, _address(request), request.user)
    return _said(request, body, "collection", schemas=describe.property_schemas(layer, request.user))


@ogc
def queryables(request: HttpRequest, layer: Layer) -> HttpResponse:
    """Say on what the items of a collection can be filtered."""
    _only_form(request)
    return _said(request, describe.queryables(layer, _address(request), request.user), "queryables", describe.SCHEMA)


@ogc
def items(request: HttpRequest, layer: Layer) -> HttpResponse:
    """Answer with a page of features."""
    asked = ItemsQuery.parse(request.GET, layer.property_names)
    html = _wants_html(request)
    records = asked.select(layer, request.user)
    # A filter that only the database can refuse must not spoil a transaction around this.
    with transaction.atomic(using=records.db):
        matched = counted(records)
        # One more than asked for tells whether there is a next page.
        found = features(asked.page(records, more=1), layer, request.user, asked.crs)
    more, found = len(found) > asked.limit, found[: asked.limit]
    links = _page_links(request, asked, found[-1][0] if more else None)
    if html:
        return _items_page(request, layer, asked, records, matched, links)
    head = {
        "type": "FeatureCollection", "numberMatched": matched, "numberReturned": len(found), "links": links,
    }  # fmt: skip
    # The features are text already, as the database wrote them.
    text = JsonResponse(head, json_dumps_params={"ensure_ascii": False}).content.decode()
    body = f'{text[:-1]}, "features": [{",".join(feature for _pk, feature in found)}]}}'
    return _in_system(HttpResponse(body, content_type=describe.GEOJSON), asked.crs)


@ogc
def item(request: HttpRequest, layer: Layer, item_id: str) -> HttpResponse:
    """Answer with one feature."""
    for name in request.GET:
        if name not in ("f", "crs"):
            raise BadRequestError(name[:40], _("Deze parameter is er niet. Wel: f, crs."))
    system = read_system(request.GET.get("crs", ""), "crs")
    html = _wants_html(request)
    records, pk = layer.source(request.user), whole_number(item_id)
    records = records.none() if pk is None else records.filter(pk=pk)
    found = features(records, layer, request.user, system)
    if not found:
        return _missing(_("Dit is er niet, of u mag het niet zien."))
    if html:
        rows = _rows(records, layer, request.user)
        context = {"layer": layer, "row": rows[0], "root": reverse("ogc:landing")}
        return render(request, "geo/ogc/item.html", context)
    address = _address(request)
    here = ("collections", layer.id)
    links = [
        describe.link(address(*here, "items", item_id), "self", describe.GEOJSON),
        describe.link(address(*here, "items", item_id, f="html"), "alternate", describe.HTML),
        describe.link(address(*here), "collection", describe.JSON),
    ]
    text = JsonResponse({"links": links}, json_dumps_params={"ensure_ascii": False}).content.decode()
    return _in_system(HttpResponse(f"{found[0][1][:-1]}, {text[1:]}", content_type=describe.GEOJSON), system)


@ogc
def no_such_address(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Answer for addresses that do not exist; one with a slash too many goes on to the one without."""
    plain = request.path.rstrip("/")
    if rest.endswith("/") and resolve(plain).url_name != "no-such-address":
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{plain}?{query}" if query else plain)
    return _missing(_("Dit adres is er niet. Zie /ogc/ voor wat er wel is."))


def _in_system(response: HttpResponse, system: System) -> HttpResponse:
    response["Content-Crs"] = f"<{system.uri}>"
    return response


def _page_links(request: HttpRequest, asked: ItemsQuery, last: int | None) -> list[dict[str, str]]:
    """Return links to this page, its other form, and the pages beside it; ``last`` on this one where another follows.

    Programs go on after the last feature they got: the database begins right there, and what comes in or goes away
    meanwhile makes them miss nothing and get nothing twice. People go by number, both ways.
    """

    def address(**changes: Any) -> str:
        query = {name: value for name, value in {**request.GET.dict(), **changes}.items() if value is not None}
        return request.build_absolute_uri(f"{request.path}?{urlencode(query)}" if query else request.path)

    html = _wants_html(request)
    links = [
        describe.link(address(f="json"), "alternate" if html else "self", describe.GEOJSON),
        describe.link(address(f="html"), "self" if html else "alternate", describe.HTML),
    ]
    media = describe.HTML if html else describe.GEOJSON
    if last is not None:
        further = {"offset": asked.offset + asked.limit} if html else {"offset": None, "after": last}
        links.append(describe.link(address(**further, limit=asked.limit), "next", media))
    if asked.offset > 0:
        links.append(
            describe.link(address(offset=max(0, asked.offset - asked.limit), limit=asked.limit), "prev", media)
        )
    return links


def _items_page(
    request: HttpRequest, layer: Layer, asked: ItemsQuery, records: Any, matched: int, links: list[dict[str, str]]
) -> HttpResponse:
    rows = _rows(asked.page(records), layer, request.user)
    beside = {each["rel"]: each["href"] for each in links}
    first = asked.offset + 1 if rows else 0
    context = {
        "layer": layer, "rows": rows, "names": layer.property_names, "matched": matched,
        "first": first, "last": asked.offset + len(rows), "root": reverse("ogc:landing"),
        "files": [(form.extension, form.title) for form in formats_of(layer.id).values()],
        "asked": _same_filter(request),
        "next": beside.get("next"), "previous": beside.get("prev"), "json": beside.get("alternate"),
    }  # fmt: skip
    return render(request, "geo/ogc/items.html", context)


def _same_filter(request: HttpRequest) -> str:
    """Return the question of a page of items without what is about the page, for a file of them all."""
    query = {name: value for name, value in request.GET.dict().items() if name not in OF_THE_PAGE}
    return "?" + urlencode(query) if query else ""


def _rows(records: Any, layer: Layer, viewer: Any) -> list[tuple[int, list[tuple[str, Any]]]]:
    """Return identity and properties of records, for a page."""
    properties = layer.properties(viewer)
    prefixed = {f"item_{name}": column for name, column in properties.items()}
    values = records.annotate(**prefixed).values_list("pk", *prefixed)
    return [(row[0], list(zip(properties, map(_shown, row[1:]), strict=True))) for row in values]


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    return value
