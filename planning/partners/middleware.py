"""Programs with a token: let in where programs come, and named in the history of what they change."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

import pghistory.middleware
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from geo.problems import problem, problem_response
from planning.partners.models import Token
from planning.partners.viewers import Program

FOR_PROGRAMS: Final = re.compile(r"^(/[a-z]{2})?/(api|ogc|tiles|export)(/|$)")
"""Where tokens count; pages are for people."""

CHALLENGE: Final = 'Bearer realm="Mijn Buurt Assen"'


class TokenMiddleware:
    """Put the program that a token belongs to where a signed-in person would stand.

    A token that does not work is refused and not passed over: its owner would take what is public for all there is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer ``request`` for whom its token names."""
        if not FOR_PROGRAMS.match(request.path_info):
            return self.get_response(request)
        response = self._answer(request)
        # What one program may see is not for another.
        patch_vary_headers(response, ["Authorization"])
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        text = token_text(request.headers.get("Authorization", ""))
        if text is None:
            return self.get_response(request)
        token = Token.objects.recognise(text)
        if token is None:
            # This stands before the middleware that chooses the language of an answer.
            with translation.override(translation.get_language_from_request(request)):
                said = _(
                    "Deze toegangssleutel werkt niet (meer). Vraag een beheerder van uw organisatie om een nieuwe."
                )
                refused = problem_response(problem(HTTPStatus.UNAUTHORIZED, said))
            refused["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token"'
            return refused
        token.note_use()
        request.user = token.program  # type: ignore[assignment]
        return self.get_response(request)


def token_text(header: str) -> str | None:
    """Return the token of an Authorization header; None where it holds none.

    ``Bearer TOKEN`` (RFC 6750), or as the password of ``Basic``, whoever the user: some programs know only that.
    """
    scheme, _space, value = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return None


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """The library's own, which knows people; with a program it keeps the first letters of its token."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what is kept with every change."""
        context: dict[str, Any] = super().get_context(request)
        return context | {"token": request.user.prefix} if isinstance(request.user, Program) else context
