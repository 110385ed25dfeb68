"""From the table to a scenario: other dates of anybody's works, what is pinned, or a search for a better sequence."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from geo.models import Wijk
from planning.coordination.board.content import Board
from planning.coordination.board.works import BoardWork
from planning.coordination.models import Scenario
from planning.coordination.present import plan_seen_by
from planning.coordination.scenarios import Dated, make_scenario
from planning.coordination.searches import Asked, start_search
from planning.partners.permissions import organisations_edited_by
from planning.web.board.typed import Typed


def scenario_of(request: HttpRequest, shown: Board, works: dict[int, BoardWork], typed: Typed) -> Scenario | None:
    """Keep what was typed as a scenario of an own organisation; None where nothing was changed or pinned.

    Raises
    ------
    ImpossibleDates
        Where dates cannot be.
    """
    dates = [Dated(pk, *row.period(), pinned=pk in typed.pinned) for pk, row in typed.changed.items()]
    # What is pinned stays where it is planned.
    dates += [Dated(pk, works[pk].start, works[pk].finish, pinned=True) for pk in typed.pinned - set(typed.changed)]
    if not dates:
        return None
    first = works[dates[0].work]
    return _made(request, shown, typed, _("Anders: %(work)s") % {"work": first.name}, dates)


def search_from(request: HttpRequest, shown: Board, works: dict[int, BoardWork], typed: Typed) -> Scenario:
    """Make a scenario in which a better sequence is looked for, of all works in the table that are not promised."""
    dates = [Dated(pk, works[pk].start, works[pk].finish, pinned=True) for pk in typed.pinned]
    scenario = _made(request, shown, typed, _("Betere volgorde"), dates)
    start_search(scenario, Asked(works=[work.id for work in shown.works if not work.is_firm]), request.user)
    return scenario


def _made(request: HttpRequest, shown: Board, typed: Typed, name: str, dates: list[Dated]) -> Scenario:
    own = organisations_edited_by(request.user)
    owner = own.filter(slug=request.POST.get("owner", "")).first() or own.order_by("name").first()
    if owner is None:
        raise PermissionDenied
    values: dict[str, Any] = {"note": typed.reason}
    if shown.choice.wijk:
        values["wijk"] = Wijk.objects.filter(slug=shown.choice.wijk).first()
    called = request.POST.get("scenario", "").strip() or name
    return make_scenario(request.user, owner.pk, called[:120], plan_seen_by(request.user), dates, **values)
