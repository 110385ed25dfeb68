"""Slips: what another date of an own work sets in motion, saving it, and offering to put it right."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.text import fold
from planning.coordination.check_rows import Row, check_row, move_rows
from planning.coordination.checking import ImpossibleDates, check
from planning.coordination.conflicts import conflict_rows
from planning.coordination.models import Happening
from planning.coordination.present import editable, plan_seen_by
from planning.coordination.rescheduling import DATES, ChangedMeanwhile, Redate, reschedule
from planning.coordination.slip_repair import offer_repair, ripple_now
from planning.coordination.slips import effective
from planning.partners.permissions import organisations_edited_by
from planning.web.agreement.forms import day_field
from planning.web.partner_pages import partner_page
from planning.works.kinds import WorkStatus
from planning.works.models import Work

SHOWN: Final = 40
RECENT: Final = 12


class DatesForm(forms.Form):
    """The dates of a work, planned and real; ends are last days, as people write them."""

    versie = forms.IntegerField(widget=forms.HiddenInput(), min_value=1, max_value=2**31 - 1)
    gepland_begin = day_field(gettext_lazy("Gepland begin"))
    gepland_einde = day_field(gettext_lazy("Geplande laatste dag"))
    werkelijk_begin = day_field(gettext_lazy("Werkelijk begonnen op"), required=False)
    werkelijk_einde = day_field(gettext_lazy("Werkelijk klaar op (laatste dag)"), required=False)
    reden = forms.CharField(
        label=gettext_lazy("Waarom; de anderen lezen dit"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    @classmethod
    def of(cls, work: Work, data: Any = None) -> DatesForm:
        """Return the form of a work, as it is or as it was sent."""
        day = dt.timedelta(days=1)
        return cls(
            data,
            initial={
                "versie": work.version,
                "gepland_begin": work.planned_start,
                "gepland_einde": work.planned_finish - day,
                "werkelijk_begin": work.actual_start,
                "werkelijk_einde": work.actual_finish - day if work.actual_finish else None,
            },
        )

    def dates(self) -> dict[str, dt.date | None]:
        """Return the dates as the work has them: finishes are first days after."""
        given, day = self.cleaned_data, dt.timedelta(days=1)
        actual = given["werkelijk_einde"]
        return {
            "planned_start": given["gepland_begin"],
            "planned_finish": given["gepland_einde"] + day,
            "actual_start": given["werkelijk_begin"],
            "actual_finish": actual + day if actual else None,
        }


@require_safe
@partner_page
def slips(request: HttpRequest) -> HttpResponse:
    """Show the own works that can slip, and what slipped last."""
    sought = request.GET.get("zoek", "").strip()[:80]
    own = organisations_edited_by(request.user)
    works = (
        Work.objects.filter(owner__in=own)
        .filter(status__in=[WorkStatus.COMMITTED, WorkStatus.UNDER_WAY, WorkStatus.PLANNED])
        .select_related("owner")
        .defer("geometry", "mercator", "ground")
        .order_by("planned_finish", "pk")
    )
    found = [work for work in works if fold(sought) in fold(work.name)] if sought else list(works[: SHOWN + 1])
    context = {
        "section": "voorstellen",
        "works": [(work, *effective(work)) for work in found[:SHOWN]],
        "more": len(found) > SHOWN,
        "sought": sought,
        "recent": Happening.objects.visible_to(request.user)
        .filter(kind=Happening.Kind.SLIPPED)
        .select_related("organisation")[:RECENT],
        "may_change": own.exists(),
    }
    return render(request, "web/agreement/slips.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@partner_page
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what other dates of a work would do; save them once that was confirmed."""
    own = organisations_edited_by(request.user)
    works = Work.objects.filter(owner__in=own).select_related("owner").defer("geometry", "mercator", "ground")
    work = get_object_or_404(works, pk=pk)
    if request.method != "POST":
        return _slip_page(request, work, DatesForm.of(work))
    form = DatesForm.of(work, request.POST)
    try:
        if not form.is_valid():
            return _slip_page(request, work, form, status=HTTPStatus.BAD_REQUEST)
        if request.POST.get("bevestigd") == "1":
            return _save(request, work, form)
        return _slip_page(request, work, form, seen=_preview(request, work, form.dates()))
    except ImpossibleDates as error:
        form.add_error(None, str(error))
        return _slip_page(request, work, form, status=HTTPStatus.BAD_REQUEST)


def _save(request: HttpRequest, work: Work, form: DatesForm) -> HttpResponse:
    """Save other dates, and show whom that touches; where another was first, show both versions."""
    changed = {name: day for name, day in form.dates().items() if day != getattr(work, name)}
    redate = Redate(work.pk, form.cleaned_data["versie"], changed)
    try:
        done = reschedule([redate], request.user, form.cleaned_data["reden"])
    except ChangedMeanwhile as error:
        # What was typed stays; the other version stands beside it, and saving again starts from that one.
        work.refresh_from_db(fields=[*DATES, "version"])
        data = request.POST.copy()
        data["versie"] = str(work.version)
        return _slip_page(
            request, work, DatesForm.of(work, data), clash=conflict_rows(error.conflicts)[0], status=HTTPStatus.CONFLICT
        )
    if not done.told:
        messages.info(request, _("Er is niets veranderd."))
        return redirect("uitloop")
    messages.success(request, _("Vastgelegd. Wie het raakt, hoort het."))
    return redirect("uitloop-gemeld", pk=done.told[0].pk)


@require_safe
@partner_page
def told(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a slip that was told: whom it touches, what no longer fits, and how to put it right."""
    happening = get_object_or_404(
        Happening.objects.visible_to(request.user).select_related("by", "organisation").prefetch_related("touches"),
        pk=pk, kind__in=[Happening.Kind.SLIPPED, Happening.Kind.RESCHEDULED],
    )  # fmt: skip
    present = plan_seen_by(request.user)
    ripple = ripple_now(happening, present)
    own = editable(request.user, present)
    context = {
        "section": "voorstellen",
        "happening": happening,
        "moves": [row for row in move_rows(ripple, present, own) if row["follows"]] if ripple else [],
        "known": ripple is not None,
        "may_repair": bool(own),
        "repairs": happening.repairs.visible_to(request.user),
    }
    return render(request, "web/agreement/slip_told.html", context)


@require_POST
@partner_page
def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for the least change that puts a slip right; its scenario shows it come in."""
    happening = get_object_or_404(
        Happening.objects.visible_to(request.user), pk=pk,
        kind__in=[Happening.Kind.SLIPPED, Happening.Kind.RESCHEDULED],
    )  # fmt: skip
    return redirect(offer_repair(happening, request.user))


def _preview(request: HttpRequest, work: Work, dates: dict[str, dt.date | None]) -> Row:
    """Return what other dates would do, were they saved."""
    changed = Work(**dates)
    present = plan_seen_by(request.user)
    checked = check(present, {work.pk: effective(changed)})
    return check_row(checked, present, editable(request.user, present))


def _slip_page(
    request: HttpRequest,
    work: Work,
    form: DatesForm,
    seen: Row | None = None,
    clash: Row | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    start, finish = effective(work)
    context = {
        "section": "voorstellen",
        "work": work,
        "start": start,
        "finish": finish,
        "form": form,
        "seen": seen,
        "moves": [row for row in seen["moves"] if row["follows"]] if seen else [],
        "clash": clash,
    }
    return render(request, "web/agreement/slip.html", context, status=status)
