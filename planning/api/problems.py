"""Errors of the API as problems (RFC 9457), in the language of the client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from geo.problems import CONTENT_TYPE, BadRequestError, bad_parameter, problem, problem_response

UNIQUE_VIOLATION: Final = "23505"
FOREIGN_KEY_VIOLATION: Final = "23503"


class NotFoundProblem(exceptions.NotFound):
    """Something is not there; ``detail`` says what would help."""


class Conflict(exceptions.APIException):
    """Things are not (or no longer) so that this can be done; ``detail`` says why."""

    status_code = HTTPStatus.CONFLICT
    default_detail = "conflict"


class Refusal(exceptions.APIException):
    """Something that cannot be done now, and why.

    Parameters
    ----------
    status
        Of the answer.
    detail
        What is in the way, and what would help.
    more
        What a program can go on with, beside the words.
    """

    def __init__(self, status: HTTPStatus, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.more = more


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to ``error``; None for what is a fault of ours, which Django then reports."""
    if isinstance(error, BadRequestError):
        return Response(bad_parameter(error), HTTPStatus.BAD_REQUEST, content_type=CONTENT_TYPE)
    if isinstance(error, IntegrityError) and (said := _lost_race(error)):
        return Response(problem(HTTPStatus.CONFLICT, said), HTTPStatus.CONFLICT, content_type=CONTENT_TYPE)
    response = exception_handler(error, context)
    if response is None:
        return None
    request = context.get("request")
    asked = request is not None and request.method in SAFE_METHODS
    response.data = _body(error, response.status_code, asked)
    response.content_type = CONTENT_TYPE
    return response


def _lost_race(error: IntegrityError) -> str:
    """Return what to say where only the database could tell: somebody was just before, or it comes twice at once."""
    code = getattr(error.__cause__, "sqlstate", "")
    if code == UNIQUE_VIOLATION:
        return _("Dit is er net al gekomen, of het staat er twee keer in.")
    if code == FOREIGN_KEY_VIOLATION:
        return _("Iets waar dit bij hoort, is er net niet meer; of er hoort nog iets bij.")
    return ""


def _body(error: Exception, status: int, asked: bool) -> dict[str, Any]:
    """Return the body of a problem; ``asked`` where the faults are in the query, not in what was sent."""
    if isinstance(error, exceptions.ValidationError):
        faults = list(_faults(error.get_full_details()))
        if asked:
            faults = [{"parameter": f["pointer"].lstrip("/"), "detail": f["detail"]} for f in faults]
        return problem(status, _("Een of meer waarden kloppen niet."), errors=faults)
    if isinstance(error, NotFoundProblem):
        return problem(status, str(error.detail))
    if isinstance(error, Http404 | exceptions.NotFound):
        return problem(status, _("Dit is er niet, of u mag het niet zien."))
    if isinstance(error, PermissionDenied):
        return problem(status, str(error) or _("U hebt hier geen recht op."))
    detail = getattr(error, "detail", "")
    return problem(status, str(detail), **getattr(error, "more", {}))


def _faults(details: Any, pointer: str = "") -> Iterator[dict[str, str]]:
    """Yield each fault with a JSON pointer to where it is."""
    if isinstance(details, dict) and set(details) != {"message", "code"}:
        for name, inner in details.items():
            yield from _faults(inner, f"{pointer}/{name}")
    elif isinstance(details, list):
        for index, inner in enumerate(details):
            # Of several records each has its number; of one value there can be several things wrong.
            several = isinstance(inner, dict) and set(inner) != {"message", "code"}
            yield from _faults(inner, f"{pointer}/{index}" if several else pointer)
    else:
        yield {"pointer": pointer or "/", "detail": str(details["message"])}


class Problems(APIView):
    """Give a view errors as problems."""

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        """Return what turns errors into answers."""
        return as_problem

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Return in which form the answer goes; ``?format=`` goes before what the client takes.

        Raises
        ------
        NotFoundProblem
            Where ``?format=`` asks for a form that there is not.
        """
        try:
            return super().perform_content_negotiation(request, force)
        except Http404 as error:
            forms = ", ".join(dict.fromkeys(str(renderer.format) for renderer in self.get_renderers()))
            raise NotFoundProblem(_("Deze vorm is er niet. Wel: %(forms)s.") % {"forms": forms}) from error


@csrf_exempt
def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Answer for addresses under /api/ that do not exist; one that only lacks its last slash does."""
    if rest and not rest.endswith("/"):
        match = resolve(f"{request.path_info}/")
        if match.func is not no_such_address:
            # Answered at once: a redirect would lose what was sent.
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            return response
    return problem_response(problem(HTTPStatus.NOT_FOUND, _("Dit adres is er niet. Zie /api/ voor wat er wel is.")))
