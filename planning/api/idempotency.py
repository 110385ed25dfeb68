"""The same creation sent twice makes one record: Idempotency-Key, as the IETF's draft has it.

A program that got no answer cannot know whether its request arrived. It sends the same request with the same key
again, and gets the answer that the first one got.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from geo.problems import BadRequestError
from planning.api.models import GivenAnswer
from planning.api.problems import Refusal
from planning.partners.viewers import Program

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

HEADER: Final = "Idempotency-Key"

KEPT: Final = dt.timedelta(hours=24)
"""How long the same key gets the same answer."""

_KEY: Final = re.compile(r'"([!#-~]{1,255})"|([!#-~]{1,255})')
_KEPT_HEADERS: Final = ("ETag", "Location")


def once(request: Request, create: Callable[[], Response]) -> HttpResponseBase:
    """Return what ``create`` answers, or what it answered to the same request before; all in one transaction.

    Only an answer to a creation that succeeded is kept: what was refused made nothing, and may be tried again.

    Raises
    ------
    BadRequestError
        Where the key is none.
    Refusal
        Where the first request with this key is still being worked on (409), or was another one (422).
    """
    header = request.headers.get(HEADER)
    if header is None:
        with transaction.atomic():
            return create()
    match = _KEY.fullmatch(header.strip())
    if match is None:
        detail = _("Een Idempotency-Key heeft 1 tot en met 255 tekens, zonder spaties, zoals een UUID.")
        raise BadRequestError(HEADER, detail)
    who, key, digest = _name_of(request.user), match[1] or match[2], _digest(request)
    with transaction.atomic():
        _hold(who, key)
        given = GivenAnswer.objects.filter(viewer=who, key=key, given_at__gt=timezone.now() - KEPT).first()
        if given is not None:
            return _again(given, digest)
        response = create()
        kept = {name: response[name] for name in _KEPT_HEADERS if name in response}
        # What is over goes when something new is kept, this key's own answer too.
        GivenAnswer.objects.filter(given_at__lte=timezone.now() - KEPT).delete()
        GivenAnswer.objects.create(
            viewer=who,
            key=key,
            request_digest=digest,
            status=response.status_code,
            headers={**kept, "Content-Type": request.accepted_renderer.media_type},
            body=JSONRenderer().render(response.data).decode(),
        )
    return response


def _name_of(viewer: Viewer) -> str:
    if isinstance(viewer, Program):
        return f"token:{viewer.prefix}"
    return f"user:{viewer.pk if viewer is not None else None}"


def _digest(request: Request) -> str:
    text = json.dumps([request.path, request.data], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _hold(who: str, key: str) -> None:
    """Let nobody else work on this key until the transaction is over; raises Refusal where somebody does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{HEADER} {who} {key}"])
        if not cursor.fetchone()[0]:
            detail = _("Dezelfde aanvraag loopt nog. Probeer het zo meteen opnieuw met dezelfde sleutel.")
            raise Refusal(HTTPStatus.CONFLICT, detail)


def _again(given: GivenAnswer, digest: str) -> HttpResponse:
    if given.request_digest != digest:
        detail = _("Met deze Idempotency-Key kwam al een andere aanvraag. Neem voor elke aanvraag een nieuwe.")
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    response = HttpResponse(given.body, status=given.status, content_type="application/json")
    for name, value in given.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response


def header_parameter() -> dict[str, Any]:
    """Return the header for the OpenAPI document."""
    return {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": _(
            "Zelf gekozen en voor elke aanvraag anders, zoals een UUID. Dezelfde aanvraag met dezelfde sleutel maakt "
            "binnen 24 uur niets nieuws, maar krijgt hetzelfde antwoord."
        ),
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"},
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    }
