"""The sequencing board as a page."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from planning.partners.permissions import is_partner
from planning.sequencing.plan import to_day
from planning.web.board.filters import Filters, choice_of
from planning.web.board.table import table
from planning.web.board.words import board_words
from planning.web.headers import may_show_basemap


@may_show_basemap
def planning(request: HttpRequest) -> HttpResponse:
    """Show the board, which fetches its content itself; with ``?vorm=tabel`` the same as a plain table."""
    choice, refused = choice_of(request)
    if request.GET.get("vorm") == "tabel":
        return table(request, choice, refused)
    context = {
        "section": "planning",
        "filters": Filters.of(request.user, choice),
        "refused": refused,
        "config": {
            "language": get_language() or "nl",
            "today": to_day(dt.date.today()),
            "who": request.user.get_username() if request.user.is_authenticated else "",
            "user": request.user.pk if is_partner(request.user) else None,
            "words": board_words(),
            "basemap": settings.BASEMAP_PDOK,
        },
    }
    return render(request, "web/planning/board.html", context, status=HTTPStatus.BAD_REQUEST if refused else None)
