"""What is going on in a period and an area: counts for the legend, figures, and the lists beside the map."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any, Final

from django.db.models import Count

from geo.models import Wijk
from planning.coordination.figures import figures
from planning.coordination.models import Finding
from planning.coordination.rows import Row, centre_rows, finding_rows, initiative_rows, work_rows
from planning.coordination.selection import Selection

MOST_WORKS: Final = 200
MOST_OTHERS: Final = 100


def overview(selection: Selection) -> dict[str, Any]:
    """Return counts, figures and lists of ``selection``, ready for JSON; a fixed number of queries.

    Lists are cut off at ``MOST_WORKS`` and ``MOST_OTHERS``; ``works_total`` and ``findings_total`` say how
    many there are.
    """
    counts = _counts(selection)
    start, finish = selection.period
    return {
        "period": {
            "from": start.isoformat() if start else None,
            "to": finish.isoformat() if finish else None,
        },
        "counts": counts,
        "figures": _figures(selection),
        "works": work_rows(selection.works().order_by("planned_start", "name", "pk")[:MOST_WORKS], selection.viewer),
        "works_total": sum(counts["kinds"].values()),
        "findings": finding_rows(selection.findings().worst_first()[:MOST_OTHERS]),
        "findings_total": counts["conflicts"] + counts["opportunities"],
        "initiatives_list": initiative_rows(selection.initiatives()[:MOST_OTHERS]),
        "centres_list": centre_rows(selection.centres()),
    }


def _figures(selection: Selection) -> dict[str, Any]:
    """Return dwellings and fallow weeks of the period and the wijk, whatever the box on the screen."""
    wijk = None
    if selection.wijk is not None:
        wijk = Wijk.objects.defer("geometry", "mercator").get(slug=selection.wijk)
    start, finish = selection.period
    return asdict(figures(selection.viewer, wijk=wijk, start=start, finish=finish))


def _counts(selection: Selection) -> dict[str, Any]:
    """Return how many there are of each sort, for the legend."""
    states = _count_by(selection.initiatives(), "state")
    findings = _count_by(selection.findings(), "kind")
    return {
        **_counts_of_works(selection),
        "initiatives": sum(states.values()),
        "initiative_states": states,
        "centres": selection.centres().count(),
        "meetings": selection.meetings().count(),
        "conflicts": findings.get(Finding.Kind.CONFLICT, 0),
        "opportunities": findings.get(Finding.Kind.OPPORTUNITY, 0),
        "wijken": selection.wijken().count(),
        "buurten": selection.buurten().count(),
        "addresses": selection.addresses().count(),
        "streets": selection.streets(),
    }


def _counts_of_works(selection: Selection) -> dict[str, Any]:
    kinds: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    owners: dict[str, Row] = {}
    groups = (
        selection.works()
        .order_by("owner__name", "kind")
        .values_list("owner__slug", "owner__name", "kind", "status")
        .annotate(works=Count("pk"))
    )
    for slug, name, kind, status, works in groups:
        kinds[kind] += works
        statuses[status] += works
        owner = owners.setdefault(slug, {"name": name, "total": 0, "kinds": {}})
        owner["total"] += works
        owner["kinds"][kind] = owner["kinds"].get(kind, 0) + works
    return {"kinds": dict(kinds), "statuses": dict(statuses), "owners": owners}


def _count_by(records: Any, column: str) -> dict[str, int]:
    return dict(records.order_by(column).values_list(column).annotate(records=Count("pk")))
