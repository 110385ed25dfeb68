"""``/export/<name>.<extension>``: a layer with the filters of OGC API - Features, or a list with those of its page."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.handlers.asgi import ASGIRequest
from django.db import DataError, ProgrammingError, transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo import layers
from geo.export import lists
from geo.export.base import Export
from geo.export.formats import FORMATS, formats_of
from geo.export.watched import MEDIA, PIECE, watched
from geo.layers import Layer
from geo.ogc.query import OF_THE_PAGE, ItemsQuery
from geo.ogc.systems import System
from geo.problems import BadRequestError, bad_parameter, problem, problem_response, refused_by_database


@require_safe
def export(request: HttpRequest, layer_id: str, extension: str) -> HttpResponse | FileResponse | StreamingHttpResponse:
    """Answer with a file of all records that are asked for and that the caller may see."""
    listing = lists.get(layer_id)
    layer = listing.the_layer if listing else layers.get(layer_id)
    form = formats_of(layer.id).get(extension) if layer else None
    if layer is None or form is None:
        known = ", ".join(sorted(formats_of(layer.id) if layer else FORMATS))
        detail = _("Deze laag of vorm is er niet. Vormen: %(known)s.") % {"known": known}
        return problem_response(problem(HTTPStatus.NOT_FOUND, detail))
    try:
        system: System | None = None
        if listing:
            asked = {name: ",".join(request.GET.getlist(name)) for name in request.GET}
            records = listing.select(asked, request.user).order_by("pk")
        else:
            records, system = _of_layer(request, layer)
        # A filter that only the database can refuse must not spoil a transaction around this.
        with transaction.atomic(using=records.db):
            total = records.count()
    except BadRequestError as error:
        return problem_response(bad_parameter(error))
    except (DataError, ProgrammingError) as error:
        return refused_by_database(error, request)
    except EmptyResultSet:
        total = 0
    # The folder goes when the answer has been sent, or the reader has gone.
    folder = tempfile.TemporaryDirectory(prefix="mba-export-", ignore_cleanup_errors=True)
    order = Export(
        records, layer, request.user, form, Path(folder.name),
        asked_system=system, site=request.build_absolute_uri("/"),
    )  # fmt: skip
    name = f"{layer.id}-{dt.date.today().isoformat()}.{form.extension}"
    response: FileResponse | StreamingHttpResponse
    if MEDIA in request.headers.get("Accept", ""):
        response = watched(order, total, name, folder.cleanup, asynchronous=isinstance(request, ASGIRequest))
    else:
        try:
            path = form.write(order)
        except BaseException:
            folder.cleanup()
            raise
        response = _sent(request, path, name, form.media)
    response._resource_closers.append(folder.cleanup)  # type: ignore[attr-defined]
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Vary"] = "Accept, Cookie"
    return response


def _of_layer(request: HttpRequest, layer: Layer) -> tuple[QuerySet[Any], System | None]:
    """Return the records of a layer that are asked for, and the coordinates; raises BadRequestError."""
    for name in OF_THE_PAGE:
        if name in request.GET:
            raise BadRequestError(name, _("Een bestand komt altijd helemaal."))
    asked = ItemsQuery.parse(request.GET, layer.property_names)
    return asked.select(layer, request.user), asked.crs if request.GET.get("crs") else None


def _sent(request: HttpRequest, path: Path, name: str, media: str) -> FileResponse | StreamingHttpResponse:
    """Return a file as an answer, read piece by piece while it is sent."""
    if not isinstance(request, ASGIRequest):
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=media)
    # Under ASGI Django would read a whole FileResponse into memory before it sends the first byte.
    response = StreamingHttpResponse(_pieces(path), content_type=media)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Content-Length"] = str(path.stat().st_size)
    return response


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
