"""Scenarios: made by hand or by a search, followed, compared, shared and sent."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.models import Wijk
from geo.parameters import whole_number
from geo.text import fold
from planning.coordination.agreement_rows import search_row
from planning.coordination.checking import ImpossibleDates
from planning.coordination.figure_rows import figure_lines
from planning.coordination.models import Scenario, ScenarioDate, SequenceSearch
from planning.coordination.plan_figures import compared
from planning.coordination.present import Present, plan_seen_by
from planning.coordination.scenario_content import ScenarioContent, compare_scenarios, scenario_content
from planning.coordination.scenarios import (
    Dated,
    drop_dates,
    lay_over,
    make_scenario,
    may_edit,
    put_dates,
    reads_reasons,
)
from planning.coordination.searches import SearchRunsAlready, start_search, stop_search, worker_is_heard
from planning.partners.permissions import organisations_edited_by
from planning.partners.viewers import Scope
from planning.sequencing.kinds import Status
from planning.sequencing.plan import to_date
from planning.web.agreement.bars import year_axis
from planning.web.agreement.forms import LetterForm, PeriodForm, ScenarioForm, SearchForm, SearchOnForm
from planning.web.agreement.moments import moment_maps
from planning.web.partner_pages import partner_page

PER_PAGE: Final = 12
COMPARED_AT_MOST: Final = 3
FOUND_AT_MOST: Final = 12


@require_safe
@partner_page
def scenarios(request: HttpRequest) -> HttpResponse:
    """Show the scenarios with what they come to, and how to make one."""
    return _index(request, ScenarioForm(request.user), SearchForm(request.user, initial={"naam": _("Betere volgorde")}))


@require_POST
@partner_page
def make(request: HttpRequest) -> HttpResponse:
    """Make a scenario by hand, still without dates."""
    form = ScenarioForm(request.user, request.POST)
    if not form.is_valid():
        return _index(request, form, SearchForm(request.user), HTTPStatus.BAD_REQUEST)
    made = make_scenario(
        request.user, form.owner.pk, form.cleaned_data["naam"], plan_seen_by(request.user),
        wijk=form.cleaned_data["wijk"],
    )  # fmt: skip
    return redirect(made)


@require_POST
@partner_page
def search(request: HttpRequest) -> HttpResponse:
    """Make a scenario and let a search fill it."""
    form = SearchForm(request.user, request.POST)
    if not form.is_valid():
        return _index(request, ScenarioForm(request.user), form, HTTPStatus.BAD_REQUEST)
    made = make_scenario(
        request.user, form.owner.pk, form.cleaned_data["naam"], plan_seen_by(request.user),
        wijk=form.cleaned_data["wijk"],
    )  # fmt: skip
    start_search(made, form.asked(), request.user)
    return redirect(made)


@require_safe
@partner_page
def scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one scenario."""
    return _page(request, _visible(request, pk))


@require_POST
@partner_page
def search_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Search on from what a scenario holds."""
    found = _visible(request, pk)
    form = SearchOnForm(request.POST)
    if not form.is_valid():
        return _page(request, found, HTTPStatus.BAD_REQUEST, again=form)
    try:
        start_search(found, form.asked(found), request.user)
    except SearchRunsAlready:
        messages.error(request, _("In dit scenario wordt al gezocht."))
    return redirect(found)


@require_POST
@partner_page
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the search of a scenario."""
    found = _visible(request, pk)
    for running in found.searches.select_related("scenario").filter(
        state__in=[SequenceSearch.State.WAITING, SequenceSearch.State.RUNNING]
    ):
        stop_search(running, request.user)
    return redirect(found)


@require_POST
@partner_page
def put(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a work another period in a scenario, or leave it out (``weg``)."""
    found = _visible(request, pk)
    if request.POST.get("weg"):
        form = PeriodForm(request.POST)
        form.is_valid()
        if "werk" in form.cleaned_data:
            drop_dates(found, [form.cleaned_data["werk"]], request.user)
        return redirect(f"{found.get_absolute_url()}#werken")
    form = PeriodForm(request.POST)
    if form.is_valid():
        dated = Dated(form.cleaned_data["werk"], *form.period, pinned=form.cleaned_data["vast"])
        try:
            put_dates(found, [dated], request.user, plan_seen_by(request.user))
        except ImpossibleDates as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{found.get_absolute_url()}#werken")
    return _page(request, found, HTTPStatus.BAD_REQUEST, wrong=form)


@require_POST
@partner_page
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a scenario to the partners, or to them no longer."""
    found = _visible(request, pk)
    _must_edit(request, found)
    shared = request.POST.get("zichtbaar") == Scenario.Audience.PARTNERS
    found.visibility = Scenario.Audience.PARTNERS if shared else Scenario.Audience.INTERNAL
    found.save(update_fields=["visibility", "changed_at"])
    return redirect(found)


@require_POST
@partner_page
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a scenario; proposals that came of it stay."""
    found = _visible(request, pk)
    _must_edit(request, found)
    for running in found.searches.select_related("scenario"):
        stop_search(running, request.user)
    found.delete()
    messages.success(request, _("Het scenario “%(name)s” is verwijderd.") % {"name": found.name})
    return redirect("scenarios")


@require_safe
@partner_page
def compare(request: HttpRequest) -> HttpResponse:
    """Show up to three scenarios beside each other and beside the plan as it is."""
    wanted = [number for text in request.GET.getlist("s") if (number := whole_number(text)) is not None]
    chosen = wanted[:COMPARED_AT_MOST]
    found = {each.pk: each for each in _with_dates().visible_to(request.user).filter(pk__in=chosen)}
    if not found:
        messages.error(request, _("Kies een tot drie scenario's om te vergelijken."))
        return redirect("scenarios")
    if len(wanted) > COMPARED_AT_MOST:
        messages.error(request, _("Meer dan drie past niet naast elkaar; dit zijn de eerste drie."))
    present = plan_seen_by(request.user)
    compared_with = compare_scenarios([found[pk] for pk in dict.fromkeys(chosen) if pk in found], present)
    maps = moment_maps(present, request.user, [each.name for each in compared_with.scenarios], compared_with.plans[1:])
    context = {
        "section": "scenarios",
        "compared": compared_with,
        "maps": maps,
        "map_data": maps.data() if maps else None,
        "map_query": "&".join(f"s={each.pk}" for each in compared_with.scenarios),
        "heads": [_("nu"), *(each.name for each in compared_with.scenarios)],
    }
    return render(request, "web/agreement/compare.html", context)


def _index(
    request: HttpRequest, by_hand: ScenarioForm, by_search: SearchForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    page = Paginator(_with_dates().visible_to(request.user), PER_PAGE).get_page(request.GET.get("bladzijde"))
    present = plan_seen_by(request.user)
    searches = {
        each.scenario_id: each
        for each in SequenceSearch.objects.filter(scenario__in=[each.pk for each in page]).order_by("asked_at", "pk")
    }
    laid = [lay_over(each, present) for each in page]
    figures = compared(present, present.plan, *(each.plan for each in laid))
    rows = [
        {
            "scenario": each.scenario,
            "search": searches.get(each.scenario.pk),
            "works": figures[number].moved,
            "lines": figure_lines(figures[0], figures[number], moved=False)[:4],
        }
        for number, each in enumerate(laid, start=1)
    ]
    context = {
        "section": "scenarios",
        "rows": rows,
        "page": page,
        "by_hand": by_hand,
        "by_search": by_search,
        "may_make": organisations_edited_by(request.user, Scope.PROPOSALS_WRITE).exists(),
    }
    return render(request, "web/agreement/scenarios.html", context, status=status)


def _page(
    request: HttpRequest,
    found: Scenario,
    status: int = HTTPStatus.OK,
    wrong: PeriodForm | None = None,
    again: SearchOnForm | None = None,
) -> HttpResponse:
    present = plan_seen_by(request.user)
    last = found.searches.select_related("scenario").first()
    content = scenario_content(found, present, request.user, last)
    edits = may_edit(request.user, found.owner_id)
    told = reads_reasons(request.user, found.owner_id)
    dates = {row.work: (row.start, row.finish) for row in content.moving}
    maps = moment_maps(present, request.user, [_("Zoals in dit scenario")], [dates], request.GET.get("kaart", ""))
    axis = year_axis(period for row in content.rows for period in _periods(row))
    letter = LetterForm(request.user, initial={"titel": found.name, "waarom": found.note})
    context: dict[str, Any] = {
        "section": "scenarios",
        "scenario": found,
        "content": content,
        "groups": [(owner, [(row, axis.bar((row.old_start, row.old_finish)), axis.bar((row.start, row.finish)))
                            for row in rows]) for owner, rows in content.groups],
        "heads": [_("nu"), _("straks")],
        "years": axis.years,
        "search": search_row(last, present, worker_is_heard(), told=told) if last else None,
        "maps": maps,
        "map_data": maps.data() if maps else None,
        "may_edit": edits,
        "is_own": found.owner_id in {each.pk for each in organisations_edited_by(request.user)},
        "wrong": wrong,
        "again": again or SearchOnForm(),
        "letter": letter,
        "owners": [owner for owner, rows in content.groups if any(row.moves for row in rows)],
        "candidates": _candidates(request, present, content) if edits else [],
        "sought": request.GET.get("zoek", "")[:80],
    }  # fmt: skip
    return render(request, "web/agreement/scenario.html", context, status=status)


def _candidates(request: HttpRequest, present: Present, content: ScenarioContent) -> list[dict[str, Any]]:
    """Return the works that the reader looks for by a piece of their name or owner, still to come and not in it yet."""
    sought = fold(request.GET.get("zoek", "").strip())
    if not sought:
        return []
    works, there = present.plan.works, {row.work for row in content.rows}
    over = (Status.DONE.code, Status.CANCELLED.code)
    found = []
    for at, (name, owner) in enumerate(zip(works.name, works.owner_name, strict=True)):
        if sought in fold(f"{name} {owner}") and int(works.id[at]) not in there and works.status[at] not in over:
            start, finish = to_date(int(works.start[at])), to_date(int(works.finish[at]))
            initial = {"werk": int(works.id[at]), "begin": start, "einde": finish - dt.timedelta(days=1)}
            found.append({"name": name, "owner": owner, "form": PeriodForm(initial=initial, auto_id=f"w{at}_%s")})
        if len(found) == FOUND_AT_MOST:
            break
    return found


def _periods(row: Any) -> list[tuple[dt.date, dt.date]]:
    return [(row.old_start, row.old_finish), (row.start, row.finish)]


def _with_dates() -> Any:
    wijken = Wijk.objects.defer("geometry", "mercator")
    return Scenario.objects.select_related("owner", "made_by").prefetch_related(
        Prefetch("wijk", wijken), Prefetch("dates", ScenarioDate.objects.order_by("start", "pk"))
    )


def _visible(request: HttpRequest, pk: int) -> Scenario:
    found: Scenario = get_object_or_404(_with_dates().visible_to(request.user), pk=pk)
    return found


def _must_edit(request: HttpRequest, found: Scenario) -> None:
    if not may_edit(request.user, found.owner_id):
        raise PermissionDenied
