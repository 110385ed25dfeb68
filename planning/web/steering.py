"""The steering group's report of a wijk: as a page, on paper and as PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from geo.models import Wijk
from planning.coordination.models import SteeringReport
from planning.coordination.rows import rule_title
from planning.coordination.steering import Steering, WorkChange, keep, may_keep, steering
from planning.web.charts.looks import on_paper
from planning.web.documents import typeset
from planning.web.partner_pages import partner_page
from planning.web.wijk_charts import pictures_of
from planning.works.periods import period_text


@require_safe
@partner_page
def steering_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the report."""
    wijk = _wijk(slug)
    since, wrong = _since(request)
    found = steering(wijk, request.user, timezone.localdate(), since)
    context = {
        "section": "wijken",
        "wijk": wijk,
        "report": found,
        "data": report_data(found),
        "pictures": pictures_of(wijk, request.user),
        "wrong": wrong,
        "may_keep": may_keep(request.user),
        "kept": SteeringReport.objects.filter(wijk=wijk).select_related("by")[:12],
    }
    return render(request, "web/steering/page.html", context, status=400 if wrong else 200)


@require_safe
@partner_page
def steering_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the report as PDF that screen readers read."""
    since, _wrong = _since(request)
    found = steering(_wijk(slug), request.user, timezone.localdate(), since)
    charts = [
        {"title": each.title, "sentence": each.sentence, "drawing": on_paper(each.wide)}
        for each in pictures_of(found.wijk, request.user)
    ]
    data = {**report_data(found), "figures": _("Cijfers in beeld"), "charts": charts}
    response = HttpResponse(typeset("stuurgroep", data), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="stuurgroep-{slug}-{found.today:%Y-%m-%d}.pdf"'
    return response


@require_POST
@partner_page
def steering_keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Note that the steering group had the report before it."""
    keep(_wijk(slug), request.user, timezone.localdate(), request.POST.get("opmerking", "").replace("\x00", ""))
    messages.success(request, _("Genoteerd. Het volgende rapport vertelt wat er sinds vandaag is veranderd."))
    return redirect("steering", slug=slug)


def report_data(found: Steering) -> dict[str, Any]:
    """Return the report as plain texts, the same for the page and for paper."""
    return {
        "title": _("Rapport voor de stuurgroep: %(wijk)s") % {"wijk": found.wijk.name},
        "day": date_format(found.today, "j F Y"),
        "since": date_format(found.since, "j F Y"),
        "fallow": _fallow(found),
        "sections": [
            _section(
                _("Wat er veranderde sinds %(day)s") % {"day": date_format(found.since, "j F Y")},
                [_change(change) for change in found.changed],
                _("Er veranderde niets aan de werken."),
            ),
            _section(
                _("De komende twaalf maanden"),
                [
                    (period_text(work.planned_start, work.planned_finish, work.date_precision),
                     f"{work.name} ({work.owner.name}, {work.get_status_display()})")
                    for work in found.coming
                ],
                _("Er is niets gepland."),
            ),
            _section(
                _("Botsingen die openstaan"),
                [(rule_title(finding.rule), _finding(finding)) for finding in found.findings],
                _("Er staan geen botsingen open."),
            ),
            _section(
                _("Besluiten"),
                [
                    *((date_format(timezone.localtime(each.at), "j F Y"), each.sentence) for each in found.decisions),
                    *((date_format(grant.granted_on, "j F Y"), _grant(grant)) for grant in found.grants),
                    *((date_format(timezone.localtime(step.at), "j F Y"),
                       f"{step.initiative.title}: {step.get_state_display()}") for step in found.steps),
                ],
                _("Er is niets besloten."),
            ),
        ],
    }  # fmt: skip


def _section(title: str, rows: list[tuple[str, str]], empty: str) -> dict[str, Any]:
    return {"title": title, "rows": [{"head": head, "text": text} for head, text in rows], "empty": empty}


def _change(change: WorkChange) -> tuple[str, str]:
    work = change.work
    if change.is_new:
        said = [_("nieuw")]
    else:
        said = [_moved(change.days)] if change.days else []
        if change.longer:
            longer = _weeks(abs(change.longer))
            said.append(_("duurt %(span)s langer") % {"span": longer} if change.longer > 0 else
                        _("duurt %(span)s korter") % {"span": longer})  # fmt: skip
        if change.status_before:
            said.append(f"{change.status_before_label} → {work.get_status_display()}")
    period = period_text(work.planned_start, work.planned_finish, work.date_precision)
    return ", ".join(said), f"{work.name} ({work.owner.name}), {period}"


def _moved(days: int) -> str:
    span = _weeks(abs(days))
    return _("%(span)s later") % {"span": span} if days > 0 else _("%(span)s eerder") % {"span": span}


def _weeks(days: int) -> str:
    if days < 14:
        return ngettext("%(n)s dag", "%(n)s dagen", days) % {"n": days}
    weeks = round(days / 7)
    return ngettext("%(n)s week", "%(n)s weken", weeks) % {"n": weeks}


def _finding(finding: Any) -> str:
    said = [f"{each.organisation.name}: {each.get_state_display()}" for each in finding.assessments.all()]
    assignment = getattr(finding, "assignment", None)
    if assignment is not None:
        said.append(_("%(who)s pakt het op") % {"who": assignment.organisation.name})
    return finding.sentence + (f" [{'; '.join(said)}]" if said else "")


def _grant(grant: Any) -> str:
    return _("%(partner)s geeft aan %(initiative)s: %(what)s") % {
        "partner": grant.partner.name, "initiative": grant.initiative.title, "what": grant.description,
    }  # fmt: skip


def _fallow(found: Steering) -> str:
    now = ngettext("%(n)s week", "%(n)s weken", found.fallow) % {"n": found.fallow}
    before = ngettext("%(n)s week", "%(n)s weken", found.fallow_before) % {"n": found.fallow_before}
    return _("In de afgelopen twaalf maanden lag grond %(now)s braak. In de twaalf maanden daarvoor %(before)s.") % {
        "now": now, "before": before,
    }  # fmt: skip


def _wijk(slug: str) -> Wijk:
    return get_object_or_404(Wijk.objects.defer("geometry", "mercator"), slug=slug)


def _since(request: HttpRequest) -> tuple[dt.date | None, str]:
    """Return the day that is asked for, and what was wrong with it."""
    text = request.GET.get("sinds", "")
    if not text:
        return None, ""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None, _("“%(text)s” is geen datum.") % {"text": text[:40]}
    if not dt.date(2000, 1, 1) <= day <= timezone.localdate():
        return None, _("Kies een dag vanaf 2000, tot en met vandaag.")
    return day, ""
