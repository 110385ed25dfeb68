"""A work's own page: for its owner a form of all that can be said of it, for others what they may know."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from geo.admin import geojson_response
from geo.models import Buurt
from planning.coordination.board.reasons import why_then
from planning.coordination.board.work_saving import WorkChangedError, change_work, make_work
from planning.coordination.checking import ImpossibleDates
from planning.coordination.conflicts import conflict_rows
from planning.coordination.models import Finding
from planning.coordination.present import plan_seen_by
from planning.coordination.rescheduling import Conflict, Redate
from planning.coordination.rows import page_language, rule_title
from planning.partners.permissions import organisations_edited_by
from planning.web.board.merging import chosen, merge
from planning.web.board.work_form import WorkForm
from planning.works.models import Dependency, Work
from planning.works.periods import period_text


@login_required
def new_work(request: HttpRequest) -> HttpResponse:
    """Make a work of one's own organisation."""
    if not organisations_edited_by(request.user).exists():
        raise PermissionDenied(_("Alleen planners van een partner maken werken."))
    form = WorkForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = make_work(form.save(commit=False), request.user, form.cleaned_data["reason"])
        messages.success(request, _("“%(name)s” staat op het bord.") % {"name": work.name})
        return redirect("work", work.pk)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "web/planning/work_form.html", {"section": "planning", "form": form}, status=status)


def work_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a work; its owner's planners change it here."""
    seen = Work.objects.visible_to(request.user).select_related("owner", "project", "buurt__wijk")
    work = get_object_or_404(seen.defer("mercator", "ground"), pk=pk)
    own = organisations_edited_by(request.user).filter(pk=work.owner_id).exists()
    if not own:
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "web/planning/work.html", _told(request, work))
    if request.method != "POST":
        return _form(request, work, WorkForm(request.user, instance=work))
    # The form writes on its own copy: what is typed and not saved must not show as if it were.
    form = WorkForm(request.user, instance=Work.objects.get(pk=pk))
    form = WorkForm(request.user, chosen(request.POST, form), instance=form.instance)
    if str(work.version) != form.data.get("version"):
        return _conflict(request, work)
    if not form.is_valid():
        return _form(request, work, form, status=HTTPStatus.BAD_REQUEST)
    return _saved(request, work, form)


def _saved(request: HttpRequest, work: Work, form: WorkForm) -> HttpResponse:
    values = form.changed_values()
    if not values:
        messages.info(request, _("Er was niets gewijzigd."))
        return redirect("work", work.pk)
    try:
        change_work(work.pk, work.version, values, request.user, form.cleaned_data["reason"])
    except WorkChangedError as error:
        return _conflict(request, error.work)
    except ImpossibleDates as error:
        form.add_error("planned_finish", str(error))
        return _form(request, work, form, status=HTTPStatus.BAD_REQUEST)
    messages.success(request, _("Bewaard. De bevindingen zijn bijgewerkt."))
    return redirect("work", work.pk)


def _conflict(request: HttpRequest, work: Work) -> HttpResponse:
    """Show both versions, field by field; nothing that was typed is lost."""
    merged = merge(request.POST, work, request.user)
    form = WorkForm(request.user, merged.data, instance=Work.objects.get(pk=work.pk))
    (told,) = conflict_rows([Conflict(work, Redate(work.pk, work.version, {}))])
    return _form(request, work, form, merge=merged, theirs=told["theirs"], status=HTTPStatus.CONFLICT)


def _form(
    request: HttpRequest, work: Work, form: WorkForm, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:  # fmt: skip
    context = {**_told(request, work), "form": form, **more}
    return render(request, "web/planning/work_form.html", context, status=status)


def _told(request: HttpRequest, work: Work) -> dict[str, Any]:
    """Return what may be known of a work: its period in words, why then, what is found, and what it waits for."""
    viewer = request.user
    present = plan_seen_by(viewer)
    at = present.positions.get(work.pk)
    findings = Finding.objects.visible_to(viewer).current().filter(works=work).worst_first()
    seen = Work.objects.visible_to(viewer).order_by().values("pk")
    ties = Dependency.objects.filter(predecessor__in=seen, successor__in=seen).select_related(
        "predecessor__owner", "successor__owner"
    )
    heavy = [f"{end}__{shape}" for end in ("predecessor", "successor") for shape in ("geometry", "mercator", "ground")]
    return {
        "section": "planning",
        "work": work,
        "period": period_text(work.planned_start, work.planned_finish, work.date_precision),
        "why": why_then(present, at, page_language()) if at is not None else [],
        "findings": [(rule_title(finding.rule), finding) for finding in findings.defer("geometry", "mercator")],
        "waits_for": ties.filter(successor=work).defer(*heavy),
        "waited_for_by": ties.filter(predecessor=work).defer(*heavy),
        "may_propose": organisations_edited_by(viewer).exists(),
        "hidden_from_public": work.waits_for_residents(dt.date.today()),
    }


@require_safe
@login_required
def work_outlines(request: HttpRequest) -> HttpResponse:
    """Return the works somebody may see as GeoJSON in RD New, to draw a work against its neighbours."""
    works = Work.objects.visible_to(request.user).active().order_by("pk")
    return geojson_response(works.annotate(json=AsGeoJSON("geometry", precision=2)).values_list("name", "json"))


@require_safe
def buurt_outlines(request: HttpRequest) -> HttpResponse:
    """Return all buurten as GeoJSON in RD New, whole metres, to draw a work on."""
    rows = Buurt.objects.annotate(json=AsGeoJSON("geometry", precision=0)).order_by("code")
    return geojson_response(rows.values_list("name", "json"))
