"""Photos: what we made anew, sent so that a browser can do nothing else with it than show it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from planning.initiatives.models import Initiative, Photo
from planning.partners.permissions import is_partner


def photo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a photo."""
    return _send(request, pk, "image")


def thumbnail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a small photo."""
    return _send(request, pk, "thumbnail")


def _send(request: HttpRequest, pk: uuid.UUID, column: str) -> HttpResponse:
    """Send what the reader may see: public photos of public initiatives; others to the partners alone."""
    found = Photo.objects.filter(pk=pk, initiative__in=Initiative.objects.visible_to(request.user))
    row = found.values_list(column, "public", "initiative__state").first()
    if row is None or not (row[1] or is_partner(request.user)):
        raise Http404(_("Deze foto is er niet."))
    response = HttpResponse(bytes(row[0]), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Disposition"] = f'inline; filename="{pk}.jpg"'
    # Bytes under one address never change, but a photo can be taken off the site: an hour is enough for a visit.
    if row[1]:
        patch_cache_control(response, public=True, max_age=3600)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response
