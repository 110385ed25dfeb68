"""Records as rows for lists, panels and cards: plain values, ready for JSON and for templates."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Choices, Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from geo.functions import Bounds, LonLat
from planning.coordination.figures import FallowGap
from planning.coordination.models import Finding
from planning.initiatives.models import Initiative, InitiativeState, NeighbourhoodCentre, Theme, page_of, still_needed
from planning.sequencing.rules import rule_types
from planning.sequencing.rules.base import Lang
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Work
from planning.works.periods import month_text, period_text

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

Row = dict[str, Any]


def work_rows(works: QuerySet[Work], viewer: Viewer) -> list[Row]:
    """Return a row per work, in the order of ``works``; in one query.

    ``start`` and ``finish`` are ISO dates (finish: the first day it is over), ``lon``, ``lat`` and ``bbox``
    degrees (west, south, east, north), ``findings`` the number of findings that ``viewer`` may see.
    """
    return [work_row(values) for values in work_values(works, viewer)]


def work_values(works: QuerySet[Work], viewer: Viewer) -> QuerySet[Work, Row]:
    """Ask of ``works`` what ``work_row`` makes a row of."""
    return works.annotate(
        lonlat=LonLat("geometry"),
        bounds=Bounds("geometry"),
        found=_findings_per_work(viewer),
        project_name=F("project__name"),
        owner_slug=F("owner__slug"),
        owner_name=F("owner__name"),
        buurt_name=F("buurt__name"),
        wijk_name=F("buurt__wijk__name"),
        wijk_slug=F("buurt__wijk__slug"),
    ).values(
        "id", "name", "description", "kind", "status", "planned_start", "planned_finish", "date_precision", "dwellings",
        "project_name", "owner_slug", "owner_name", "buurt_name", "wijk_name", "wijk_slug", "lonlat", "bounds", "found",
        *_measured(works),
    )  # fmt: skip


def _findings_per_work(viewer: Viewer) -> Coalesce:
    theirs = Finding.objects.visible_to(viewer).current().filter(works=OuterRef("pk")).order_by()
    counted = theirs.annotate(one=Value(1)).values("one").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def work_row(values: Row) -> Row:
    """Return a work as a row, from what ``work_values`` asks."""
    return {
        "id": values["id"],
        "name": values["name"],
        "description": values["description"],
        "project": values["project_name"],
        "kind": values["kind"],
        "kind_label": _label(WorkKind, values["kind"]),
        "status": values["status"],
        "status_label": _label(WorkStatus, values["status"]),
        "owner": values["owner_slug"],
        "owner_name": values["owner_name"],
        "start": values["planned_start"].isoformat(),
        "finish": values["planned_finish"].isoformat(),
        "period_text": period_text(values["planned_start"], values["planned_finish"], values["date_precision"]),
        "buurt": values["buurt_name"],
        "wijk": values["wijk_name"],
        "wijk_slug": values["wijk_slug"],
        **_place(values),
        "dwellings": values["dwellings"],
        "findings": values["found"],
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


def rule_title(rule: str, lang: str | None = None) -> str:
    """Return what a rule is called, in ``lang`` or the language of the page; its id where it is no longer there."""
    known = rule_types().get(rule)
    return known.title[page_language(lang)] if known else rule


def page_language(lang: str | None = None) -> Lang:
    """Return ``lang``, or the language of the page, as the engine names it."""
    return Lang.EN if (lang or get_language() or "").startswith("en") else Lang.NL


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
        **_place(vars(finding)),
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
    return [initiative_row(values) for values in initiative_values(initiatives)]


def initiative_values(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative, Row]:
    """Ask of ``initiatives`` what ``initiative_row`` makes a row of."""
    return initiatives.annotate(
        lonlat=LonLat("geometry"),
        bounds=Bounds("geometry"),
        addresses=F("support_area__addresses"),
        in_favour=F("support_area__in_favour"),
    ).values(
        "id", "slug", "title", "state", "theme", "summary", "looks_for_place", "submitted_on", "lonlat", "bounds",
        "addresses", "in_favour", *_measured(initiatives),
    )  # fmt: skip


def initiative_row(values: Row) -> Row:
    """Return an initiative as a row, from what ``initiative_values`` asks."""
    addresses, in_favour = values["addresses"], values["in_favour"]
    return {
        "id": values["id"],
        "slug": values["slug"],
        "title": values["title"],
        "state": values["state"],
        "state_label": _label(InitiativeState, values["state"]),
        "theme": values["theme"],
        "theme_label": _label(Theme, values["theme"]),
        "summary": values["summary"],
        "looks_for_place": values["looks_for_place"],
        "submitted_on": values["submitted_on"].isoformat(),
        **_place(values),
        "support": None
        if addresses is None
        else {
            "addresses": addresses,
            "in_favour": in_favour,
            "still_needed": still_needed(addresses, in_favour),
        },
        "url": page_of(values["slug"]),
    }


def centre_rows(centres: QuerySet[NeighbourhoodCentre]) -> list[Row]:
    """Return a row per neighbourhood centre, in the order of ``centres``; in one query."""
    return [centre_row(values) for values in centre_values(centres)]


def centre_values(centres: QuerySet[NeighbourhoodCentre]) -> QuerySet[NeighbourhoodCentre, Row]:
    """Ask of ``centres`` what ``centre_row`` makes a row of."""
    return centres.annotate(
        lonlat=LonLat("point"), bounds=Bounds("point"), wijk_name=F("wijk__name"), wijk_slug=F("wijk__slug")
    ).values(
        "id", "slug", "name", "state", "address_text", "opening_hours", "present", "phone", "wijk_name", "wijk_slug",
        "lonlat", "bounds", *_measured(centres),
    )  # fmt: skip


def centre_row(values: Row) -> Row:
    """Return a neighbourhood centre as a row, from what ``centre_values`` asks."""
    return {
        "id": values["id"],
        "slug": values["slug"],
        "name": values["name"],
        "state": values["state"],
        "state_label": _label(NeighbourhoodCentre.State, values["state"]),
        "address": values["address_text"],
        "opening_hours": values["opening_hours"],
        "present": values["present"],
        "phone": values["phone"],
        "wijk": values["wijk_name"],
        "wijk_slug": values["wijk_slug"],
        **_place(values),
    }


def _measured(records: QuerySet[Any]) -> tuple[str, ...]:
    """Return the column of the distance, where it is asked for."""
    return ("distance",) if "distance" in records.query.annotations else ()


def _label(choices: type[Choices], value: Any) -> str:
    """Return what users call a value."""
    return _labels(choices, get_language())[value]


@cache
def _labels(choices: type[Choices], language: str | None) -> dict[Any, str]:
    """Return the names of all values in a language; asked for each row, they would be looked up hundreds of times."""
    return {value: str(label) for value, label in choices.choices}


def _place(values: Row) -> Row:
    """Return where a record is, and how far away in whole metres where the query measured that."""
    lon, lat = values["lonlat"]
    place = {"lon": lon, "lat": lat, "bbox": values["bounds"]}
    distance = values.get("distance")
    if distance is None:
        return place
    return place | {"distance": round(distance if isinstance(distance, float) else distance.m)}
