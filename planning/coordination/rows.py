"""Records as rows for lists, panels and cards: plain values, ready for JSON and for templates."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Choices, OuterRef, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from geo.functions import Bounds, LonLat
from planning.coordination.figures import FallowGap
from planning.coordination.models import Finding
from planning.initiatives.models import Initiative, InitiativeState, NeighbourhoodCentre
from planning.sequencing.rules import rule_types
from planning.sequencing.rules.base import Lang
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Work
from planning.works.periods import month_text, period_text

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

Row = dict[str, Any]


def work_rows(works: QuerySet[Work], viewer: Viewer) -> list[Row]:
    """Return a row per work, in the order of ``works``; in two queries.

    ``start`` and ``finish`` are ISO dates (finish: the first day it is over), ``lon``, ``lat`` and ``bbox``
    degrees (west, south, east, north), ``findings`` the number of findings that ``viewer`` may see.
    """
    found = list(
        works.annotate(lonlat=LonLat("geometry"), bounds=Bounds("geometry"))
        .select_related("owner", "project", "buurt__wijk")
        .defer(
            "geometry", "mercator", "ground", "buurt__geometry", "buurt__mercator",
            "buurt__wijk__geometry", "buurt__wijk__mercator",
        )
    )  # fmt: skip
    findings = _findings_per_work([work.pk for work in found], viewer)
    return [_work_row(work, findings[work.pk]) for work in found]


def _findings_per_work(works: list[int], viewer: Viewer) -> Counter[int]:
    if not works:
        return Counter()
    return Counter(
        Finding.objects.visible_to(viewer).current().filter(works__in=works).order_by().values_list("works", flat=True)
    )


def _work_row(work: Any, findings: int) -> Row:
    buurt = work.buurt
    wijk = buurt.wijk if buurt else None
    return {
        "id": work.pk,
        "name": work.name,
        "description": work.description,
        "project": work.project.name if work.project else None,
        "kind": work.kind,
        "kind_label": _label(WorkKind, work.kind),
        "status": work.status,
        "status_label": _label(WorkStatus, work.status),
        "owner": work.owner.slug,
        "owner_name": work.owner.name,
        "start": work.planned_start.isoformat(),
        "finish": work.planned_finish.isoformat(),
        "period_text": period_text(work.planned_start, work.planned_finish, work.date_precision),
        "buurt": buurt.name if buurt else None,
        "wijk": wijk.name if wijk else None,
        "wijk_slug": wijk.slug if wijk else None,
        **_place(work),
        "dwellings": work.dwellings,
        "findings": findings,
    }


def finding_rows(findings: QuerySet[Finding]) -> list[Row]:
    """Return a row per finding, in the order of ``findings``; in one query.

    ``works`` and ``initiatives`` are the identities of what it is about.
    """
    found = with_subjects(findings).annotate(lonlat=LonLat("geometry"), bounds=Bounds("geometry"))
    return [_finding_row(finding) for finding in found.defer("geometry", "mercator")]


def with_subjects(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Add the identities of what a finding is about: ``work_ids`` and ``initiative_ids``."""
    works = Finding.works.through.objects.filter(finding=OuterRef("pk")).order_by("work_id")
    initiatives = Finding.initiatives.through.objects.filter(finding=OuterRef("pk")).order_by("initiative_id")
    return findings.annotate(
        work_ids=ArraySubquery(works.values("work_id")),
        initiative_ids=ArraySubquery(initiatives.values("initiative_id")),
    )


def rule_title(rule: str) -> str:
    """Return what a rule is called, in the language of the page; its id where it is no longer there."""
    known = rule_types().get(rule)
    return known.title[page_language()] if known else rule


def page_language() -> Lang:
    """Return the language of the page as the engine names it."""
    return Lang.EN if (get_language() or "").startswith("en") else Lang.NL


def _finding_row(finding: Any) -> Row:
    return {
        "id": finding.pk,
        "rule": finding.rule,
        "title": rule_title(finding.rule),
        "kind": finding.kind,
        "kind_label": _label(Finding.Kind, finding.kind),
        "severity": finding.severity,
        "severity_label": _label(Finding.Severity, finding.severity),
        "sentence": finding.sentence,
        "start": finding.start.isoformat(),
        "finish": finding.finish.isoformat(),
        **_place(finding),
        "works": finding.work_ids,
        "initiatives": finding.initiative_ids,
    }


def fallow_row(gap: FallowGap) -> Row:
    """Return a row for ground that lies fallow; ``finish`` and ``followed_by`` are None where nothing comes."""
    weeks = ngettext("%(weeks)s week braak", "%(weeks)s weken braak", gap.weeks) % {"weeks": gap.weeks}
    if gap.finish is None:
        period = _("sinds %(month)s") % {"month": month_text(gap.start)}
        weeks = _("%(weeks)s, en nog niets gepland") % {"weeks": weeks}
    else:
        period = period_text(gap.start, gap.finish, Work.Precision.MONTH)
    return {
        "after": gap.work_id,
        "followed_by": gap.followed_by,
        "start": gap.start.isoformat(),
        "finish": gap.finish.isoformat() if gap.finish else None,
        "period_text": period,
        "weeks": gap.weeks,
        "dwellings": gap.dwellings,
        "text": weeks,
    }


def initiative_rows(initiatives: QuerySet[Initiative]) -> list[Row]:
    """Return a row per initiative, in the order of ``initiatives``; in one query.

    ``support`` says how many of how many addresses are for it and how many are still needed; None before it is counted.
    """
    found = initiatives.annotate(lonlat=LonLat("geometry"), bounds=Bounds("geometry")).select_related("support_area")
    found = found.defer("geometry", "mercator", "support_area__geometry")
    return [_initiative_row(initiative) for initiative in found]


def _initiative_row(initiative: Any) -> Row:
    area = getattr(initiative, "support_area", None)
    return {
        "id": initiative.pk,
        "slug": initiative.slug,
        "title": initiative.title,
        "state": initiative.state,
        "state_label": _label(InitiativeState, initiative.state),
        "theme": initiative.theme,
        "theme_label": _label(Initiative.Theme, initiative.theme),
        "summary": initiative.summary,
        "looks_for_place": initiative.looks_for_place,
        "submitted_on": initiative.submitted_on.isoformat(),
        **_place(initiative),
        "support": None
        if area is None
        else {"addresses": area.addresses, "in_favour": area.in_favour, "still_needed": area.still_needed},
        "url": initiative.get_absolute_url(),
    }


def centre_rows(centres: QuerySet[NeighbourhoodCentre]) -> list[Row]:
    """Return a row per neighbourhood centre, in the order of ``centres``; in one query."""
    found = centres.annotate(lonlat=LonLat("point"), bounds=Bounds("point")).select_related("wijk")
    return [_centre_row(centre) for centre in found.defer("wijk__geometry", "wijk__mercator")]


def _centre_row(centre: Any) -> Row:
    return {
        "id": centre.pk,
        "slug": centre.slug,
        "name": centre.name,
        "state": centre.state,
        "state_label": _label(NeighbourhoodCentre.State, centre.state),
        "address": centre.address_text,
        "opening_hours": centre.opening_hours,
        "present": centre.present,
        "phone": centre.phone,
        "wijk": centre.wijk.name if centre.wijk else None,
        "wijk_slug": centre.wijk.slug if centre.wijk else None,
        **_place(centre),
    }


def _label(choices: type[Choices], value: Any) -> str:
    """Return what users call a value; ``get_…_display`` would hash and translate all choices for each row."""
    return str(choices(value).label)


def _place(record: Any) -> Row:
    """Return where a record is, and how far away in whole metres where the query measured that."""
    lon, lat = record.lonlat
    place = {"lon": lon, "lat": lat, "bbox": record.bounds}
    distance = getattr(record, "distance", None)
    return place if distance is None else place | {"distance": round(distance.m)}
