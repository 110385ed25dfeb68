"""``/export/<layer>.<extension>``: a layer as a file, with the same filters as OGC API - Features."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo import layers
from geo.export.formats import FORMATS, write
from geo.ogc.query import ItemsQuery
from geo.problems import BadRequestError, bad_parameter, problem, problem_response

PIECE = 256 * 1024
NOT_HERE = ("f", "limit", "offset")


@require_safe
def export(request: HttpRequest, layer_id: str, extension: str) -> HttpResponse | FileResponse | StreamingHttpResponse:
    """Answer with a file of all records that are asked for and that the caller may see."""
    layer, form = layers.get(layer_id), FORMATS.get(extension)
    if layer is None or form is None:
        known = ", ".join(sorted(FORMATS))
        detail = _("Deze laag of vorm is er niet. Vormen: %(known)s.") % {"known": known}
        return problem_response(problem(HTTPStatus.NOT_FOUND, detail))
    try:
        for name in NOT_HERE:
            if name in request.GET:
                raise BadRequestError(name, _("Een bestand komt altijd helemaal."))
        asked = ItemsQuery.parse(request.GET, set(layer.properties(request.user)))
        records = asked.select(layer, request.user)
    except BadRequestError as error:
        return problem_response(bad_parameter(error))
    # The folder goes when the answer has been sent, or the reader has gone.
    folder = tempfile.TemporaryDirectory(prefix="mba-export-")
    try:
        path = write(
            records, layer, request.user, form, Path(folder.name), asked.crs if request.GET.get("crs") else None
        )
    except BaseException:
        folder.cleanup()
        raise
    name = f"{layer.id}-{dt.date.today().isoformat()}.{form.extension}"
    response = _sent(request, path, name, form.media)
    response._resource_closers.append(folder.cleanup)  # type: ignore[attr-defined]
    response["Cache-Control"] = "private, no-store"
    return response


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
