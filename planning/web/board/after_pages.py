"""After demolition: a page that lists what follows, and one that plans it straight after."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.parameters import whole_number
from planning.coordination.board.after_demolition import after_demolition
from planning.coordination.board.saving import REFUSALS, Edits, OtherPeriod, refusal, save_edits
from planning.coordination.board.straight_after import Moved, StraightAfter, plan_straight_after
from planning.coordination.place import NotThereError
from planning.coordination.present import plan_seen_by
from planning.coordination.rescheduling import ChangedMeanwhile
from planning.coordination.rows import page_language
from planning.coordination.scenarios import Dated, make_scenario
from planning.partners.models import Organisation
from planning.partners.permissions import organisations_edited_by
from planning.web.board.filters import Filters, choice_of
from planning.web.files import list_files
from planning.works.models import Work


@require_safe
def after(request: HttpRequest) -> HttpResponse:
    """List every demolition with what follows, by whom and when, and how long its ground lies fallow."""
    choice, refused = choice_of(request)
    context = {
        "section": "planning",
        "found": after_demolition(request.user, choice),
        "filters": Filters.of(request.user, choice),
        "refused": refused,
        "may_plan": organisations_edited_by(request.user).exists(),
        "files": list_files("na-sloop"),
    }
    return render(request, "web/planning/after.html", context, status=HTTPStatus.BAD_REQUEST if refused else None)


def straight_after(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what planning straight after a demolition comes to; keep it as a scenario, or own works at once."""
    own = organisations_edited_by(request.user)
    if not own.exists():
        raise PermissionDenied(_("Alleen planners van een partner plannen hier."))
    try:
        planned = plan_straight_after(request.user, pk, page_language())
    except NotThereError as error:
        raise Http404 from error
    refused = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "save":
                return _saved(request, planned)
            return _as_scenario(request, planned, own)
        except ChangedMeanwhile:
            refused = _("Iemand anders heeft intussen een van deze werken gewijzigd. Hieronder staat wat er nu kan.")
        except REFUSALS as error:
            refused = refusal(error, request.user)
    context: dict[str, Any] = {
        "section": "planning",
        "planned": planned,
        "own": [row for row in planned.moved if row.own],
        "others": [row for row in planned.moved if not row.own],
        "organisations": own if own.count() > 1 else [],
        "firm": _is_firm(planned.moved),
        "reason": request.POST.get("reason", ""),
        "refused": refused,
    }
    status = HTTPStatus.CONFLICT if refused else None
    return render(request, "web/planning/straight_after.html", context, status=status)


def _is_firm(rows: list[Moved]) -> bool:
    works = Work.objects.filter(pk__in=[row.work for row in rows if row.own]).only("status")
    return any(work.is_frozen for work in works)


def _as_scenario(request: HttpRequest, planned: StraightAfter, own: Any) -> HttpResponse:
    """Keep all of it as a scenario, from where it goes to the owners as a proposal."""
    chosen = request.POST.get("owner", "")
    owner: Organisation | None = own.filter(slug=chosen).first() if chosen else own.first()
    if owner is None:
        raise PermissionDenied
    scenario = make_scenario(
        request.user,
        owner.pk,
        _("Direct na %(name)s") % {"name": planned.name},
        plan_seen_by(request.user),
        [Dated(row.work, row.start, row.finish) for row in planned.moved],
    )
    messages.success(request, _("Het scenario is gemaakt. Stuur het als voorstel naar de eigenaren."))
    return redirect(scenario.get_absolute_url())


def _saved(request: HttpRequest, planned: StraightAfter) -> HttpResponse:
    """Give own works their new dates at once, each on the version that was shown."""
    periods = []
    for row in planned.moved:
        version = whole_number(request.POST.get(f"version-{row.work}", ""))
        if row.own and version is not None:
            periods.append(OtherPeriod(row.work, version, row.start, row.finish))
    reason = request.POST.get("reason", "").strip()[:500] or _("Direct na %(name)s") % {"name": planned.name}
    save_edits(Edits(periods=periods, reason=reason, confirmed=request.POST.get("confirmed") == "1"), request.user)
    messages.success(request, _("Uw werken staan op hun nieuwe data."))
    return redirect("after-demolition")
