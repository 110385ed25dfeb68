"""Problems in the form of RFC 9457, for every answer that is meant for a program."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from django.db import DatabaseError, ProgrammingError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _

CONTENT_TYPE: Final = "application/problem+json"

TITLES: Final = {
    HTTPStatus.BAD_REQUEST: _("De vraag klopt niet"),
    HTTPStatus.UNAUTHORIZED: _("Meld u eerst aan"),
    HTTPStatus.FORBIDDEN: _("Dit mag u niet"),
    HTTPStatus.NOT_FOUND: _("Niet gevonden"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("Dat kan hier niet"),
    HTTPStatus.NOT_ACCEPTABLE: _("Die vorm is er niet"),
    HTTPStatus.CONFLICT: _("Dit botst met wat er al is"),
    HTTPStatus.PRECONDITION_FAILED: _("Intussen veranderd"),
    HTTPStatus.PRECONDITION_REQUIRED: _("Zeg welke versie u las"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("Die vorm lezen we niet"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Dit is te groot"),
    HTTPStatus.UNPROCESSABLE_ENTITY: _("Dit kan zo niet"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Te veel vragen"),
}


class BadRequestError(ValueError):
    """What a client asked cannot be read; says in Dutch what is wrong with which parameter.

    Parameters
    ----------
    parameter
        Name of the parameter, as the client wrote it.
    detail
        What is wrong and how to mend it.
    """

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.detail = detail


def problem(status: int, detail: str = "", **more: Any) -> dict[str, Any]:
    """Return the body of a problem: its type, title, status, and what can be done about it."""
    title = TITLES.get(HTTPStatus(status)) or HTTPStatus(status).phrase
    body: dict[str, Any] = {"type": "about:blank", "title": str(title), "status": int(status)}
    if detail:
        body["detail"] = detail
    return body | more


def bad_parameter(error: BadRequestError) -> dict[str, Any]:
    """Return the body that tells a client which parameter is wrong."""
    return problem(
        HTTPStatus.BAD_REQUEST,
        error.detail,
        errors=[{"parameter": error.parameter, "detail": error.detail}],
    )


def problem_response(body: dict[str, Any]) -> JsonResponse:
    """Return ``body`` as an answer."""
    return JsonResponse(
        body, status=body["status"], content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def refused_by_database(error: DatabaseError, request: HttpRequest) -> JsonResponse:
    """Answer what only the database can tell of a question: a number out of range, a name compared with a day.

    Raises
    ------
    ProgrammingError
        Where nothing was asked that can be wrong in that way: then the fault is ours.
    """
    if isinstance(error, ProgrammingError) and "filter" not in request.GET:
        raise error
    return problem_response(problem(HTTPStatus.BAD_REQUEST, str(_("Een waarde in de vraag kan niet."))))
