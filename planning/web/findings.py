"""Findings talked over: the list with what each partner thinks, and one finding with its works, remarks and history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.models import Wijk
from planning.coordination import discussion
from planning.coordination.discussion import Choice
from planning.coordination.models import Assessment, Finding, FindingQuerySet
from planning.coordination.rows import rule_title
from planning.partners.models import Organisation
from planning.partners.permissions import organisations_of
from planning.sequencing.rules import rule_types
from planning.web.files import list_files
from planning.web.partner_pages import partner_page
from planning.works.models import Work
from planning.works.periods import period_text

PER_PAGE: Final = 30


@dataclass(frozen=True)
class Opinion:
    """What one organisation thinks of a finding; ``assessment`` is None where it has said nothing yet."""

    organisation: Organisation
    assessment: Assessment | None

    @property
    def state(self) -> str:
        """Return its state: open where it said nothing."""
        return self.assessment.state if self.assessment else Assessment.State.OPEN

    @property
    def label(self) -> str:
        """Return its state in words."""
        return str(Assessment.State(self.state).label)


@dataclass(frozen=True)
class FindingRow:
    """A finding in the list, with what every organisation that it is about thinks."""

    finding: Finding
    title: str
    opinions: list[Opinion]
    late: bool


@require_safe
@partner_page
def findings(request: HttpRequest) -> HttpResponse:
    """Show the findings that are chosen, and the counts per organisation."""
    organisations = list(Organisation.objects.order_by("name"))
    choice, wrong = read_choice(request.GET, organisations)
    today = timezone.localdate()
    found = _with_opinions(choice.select(request.user, today))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("bladzijde"))
    context = {
        "section": "bevindingen",
        "rows": [_row(finding, today) for finding in page],
        "page": page,
        "choice": choice,
        "wrong": wrong,
        "tallies": discussion.counts(request.user),
        "organisations": organisations,
        "own": organisations_of(request.user),
        "wijken": Wijk.objects.order_by("name").only("slug", "name"),
        "rules": sorted(((rule, rule_title(rule)) for rule in rule_types()), key=lambda pair: pair[1]),
        "severities": sorted(Finding.Severity.choices, reverse=True),
        "states": Assessment.State.choices,
        "files": list_files("bevindingen"),
    }
    return render(request, "web/findings/index.html", context)


@require_safe
@partner_page
def finding_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one finding."""
    return _finding_page(request, _found(request, pk))


@require_POST
@partner_page
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what an organisation says of a finding."""
    finding = _found(request, pk)
    try:
        discussion.assess(
            request.user, finding, _organisation(request, "organisatie"), request.POST.get("oordeel", ""),
            request.POST.get("reden", ""),
        )  # fmt: skip
    except ValidationError as error:
        return _finding_page(request, finding, error, status=400)
    messages.success(request, _("Uw oordeel is bewaard. De anderen zien het."))
    return redirect("finding", pk=pk)


@require_POST
@partner_page
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a remark."""
    finding = _found(request, pk)
    try:
        discussion.remark(
            request.user, finding, _organisation(request, "organisatie"), request.POST.get("opmerking", "")
        )
    except ValidationError as error:
        return _finding_page(request, finding, error, status=400)
    return redirect(reverse("finding", args=[pk]) + "#opmerkingen")


@require_POST
@partner_page
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who takes a finding up, and by when."""
    finding = _found(request, pk)
    try:
        to = _organisation(request, "wie") if request.POST.get("wie") else None
        discussion.assign(request.user, finding, _organisation(request, "organisatie"), to, _due(request))
    except ValidationError as error:
        return _finding_page(request, finding, error, status=400)
    messages.success(request, _("Bewaard."))
    return redirect("finding", pk=pk)


def _found(request: HttpRequest, pk: int) -> Finding:
    return get_object_or_404(_with_opinions(Finding.objects.visible_to(request.user)), pk=pk)


def _with_opinions(found: FindingQuerySet) -> FindingQuerySet:
    """Add works with their owners, and what was said; two more queries, however many findings."""
    return (
        found.select_related("wijk", "assignment__organisation")
        .defer("geometry", "mercator", "wijk__geometry", "wijk__mercator")
        .prefetch_related(
            Prefetch("works", Work.objects.select_related("owner").defer("geometry", "mercator", "ground")),
            Prefetch("assessments", Assessment.objects.select_related("by")),
        )
    )


def _opinions(finding: Finding) -> list[Opinion]:
    said = {assessment.organisation_id: assessment for assessment in finding.assessments.all()}
    owners = {work.owner_id: work.owner for work in finding.works.all()}
    return [Opinion(owner, said.get(owner.pk)) for owner in sorted(owners.values(), key=lambda each: each.name)]


def _row(finding: Finding, today: dt.date) -> FindingRow:
    assignment = getattr(finding, "assignment", None)
    late = assignment is not None and assignment.due is not None and assignment.due < today
    return FindingRow(finding, rule_title(finding.rule), _opinions(finding), late)


def _finding_page(
    request: HttpRequest, finding: Finding, error: ValidationError | None = None, status: int = 200
) -> HttpResponse:
    works = sorted(finding.works.all(), key=lambda work: (work.planned_start, work.pk))
    context: dict[str, Any] = {
        "section": "bevindingen",
        "finding": finding,
        "row": _row(finding, timezone.localdate()),
        "works": [(work, period_text(work.planned_start, work.planned_finish, work.date_precision)) for work in works],
        "may_assess_for": discussion.may_assess_for(request.user, finding),
        "may_speak_for": discussion.may_speak_for(request.user),
        "parties": sorted({work.owner for work in works}, key=lambda owner: owner.name),
        "remarks": finding.remarks.select_related("organisation", "by"),
        "history": discussion.history(finding),
        "states": Assessment.State.choices,
        "errors": error.messages if error else [],
        "sent": request.POST,
        "month": f"{finding.start:%Y-%m}",
    }
    return render(request, "web/findings/page.html", context, status=status)


def read_choice(query: Mapping[str, str], organisations: list[Organisation]) -> tuple[Choice, list[str]]:
    """Return what is chosen in the address, and what in it was no choice."""
    wrong: list[str] = []
    slugs = {each.slug: each.pk for each in organisations}

    def organisation(name: str) -> int | None:
        slug = query.get(name, "")
        if slug and slug not in slugs:
            wrong.append(slug[:40])
        return slugs.get(slug)

    def one_of(name: str, allowed: set[str]) -> str:
        value = query.get(name, "")
        if value and value not in allowed:
            wrong.append(value[:40])
            return ""
        return value

    severity = one_of("ernst", {str(value) for value in Finding.Severity.values})
    choice = Choice(
        organisation=organisation("van"),
        state=one_of("oordeel", set(Assessment.State.values)),
        wijk=one_of("wijk", set(Wijk.objects.values_list("slug", flat=True))),
        rule=one_of("regel", set(rule_types())),
        severity=int(severity) if severity else None,
        assigned_to=organisation("pakt"),
        late=query.get("te-laat") == "1",
    )
    return choice, wrong


def _organisation(request: HttpRequest, name: str) -> Organisation:
    """Return the organisation that a form names; 404 where there is none, the service below judges who may."""
    slug = request.POST.get(name, "").replace("\x00", "")
    return get_object_or_404(Organisation, slug=slug)


def _due(request: HttpRequest) -> dt.date | None:
    text = request.POST.get("uiterlijk", "")
    if not text:
        return None
    try:
        due = dt.date.fromisoformat(text)
    except ValueError:
        raise ValidationError(_("“%(text)s” is geen datum.") % {"text": text[:40]}) from None
    if not 2000 <= due.year <= 2100:
        raise ValidationError(_("Kies een datum tussen 2000 en 2100."))
    return due
