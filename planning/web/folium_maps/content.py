"""What goes on a map that travels: features with their words, as far as the viewer may see them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.crs import WGS_84
from geo.models import Buurt, Wijk
from planning.coordination.models import Finding
from planning.coordination.rows import rule_title
from planning.initiatives.models import Initiative, NeighbourhoodCentre
from planning.partners.models import Organisation
from planning.partners.viewers import Viewer
from planning.works.kinds import WorkKind
from planning.works.models import Work, WorkQuerySet
from planning.works.periods import period_text

DECIMALS = 6
LEGEND_KEYS = {"wijk": "areas", "buurt": "areas", "initiative": "initiatives", "centre": "centres",
               "conflict": "conflict", "opportunity": "opportunity"}  # fmt: skip
"""The key under which the legend of the map knows a layer."""

Feature = dict[str, Any]


@dataclass(frozen=True)
class MapLayer:
    """A layer: its name, how it is drawn (a kind of work, or ``wijk``, ``finding`` ...), and its features.

    A feature's properties hold ``lines``, the words of its popup, percent-encoded; and, where the layer has a time,
    ``start`` and ``finish`` as ISO dates.
    """

    name: str
    look: str
    features: list[Feature]
    timed: bool = False


def map_layers(
    viewer: Viewer,
    *,
    wijk: Wijk | None = None,
    organisation: Organisation | None = None,
    start: dt.date | None = None,
    finish: dt.date | None = None,
    off: Collection[str] = (),
) -> list[MapLayer]:
    """Return the layers of a map, in the order they are drawn; a fixed number of queries.

    ``off`` are layers that stay out, by the keys of the map's legend: ``owner:kind``, ``areas``, ``initiatives``,
    ``centres``, ``conflict`` and ``opportunity``.
    """
    works = works_of(viewer, wijk)
    findings = Finding.objects.current().visible_to(viewer)
    initiatives = Initiative.objects.visible_to(viewer)
    centres = NeighbourhoodCentre.objects.all()
    if wijk:
        findings, initiatives = findings.filter(wijk=wijk), initiatives.filter(buurt__wijk=wijk)
        centres = centres.filter(wijk=wijk)
    if organisation:
        works, findings = works.filter(owner=organisation), findings.filter(works__owner=organisation).distinct()
    if start and finish:
        works, findings = works.during(start, finish), findings.filter(start__lt=finish, finish__gt=start)
    shown = [work for work in located(works) if f"{work.owner.slug}:{work.kind}" not in off]
    layers = [
        *area_layers(wijk),
        *work_layers([(work, work_feature(work)) for work in shown]),
        *_finding_layers(list(located(findings))),
        MapLayer(_("Initiatieven"), "initiative", [
            feature(i, [i.title, i.summary, i.get_state_display()]) for i in located(initiatives)
        ]),
        MapLayer(_("Buurtcentra"), "centre", [
            feature(c, [c.name, c.get_state_display(), c.opening_hours]) for c in located(centres, "point")
        ]),
    ]  # fmt: skip
    return [layer for layer in layers if LEGEND_KEYS.get(layer.look) not in off]


def works_of(viewer: Viewer, wijk: Wijk | None) -> WorkQuerySet:
    """Return the works that ``viewer`` may see, of one wijk or of all."""
    works = Work.objects.visible_to(viewer).active().select_related("owner", "project", "buurt")
    return works.filter(buurt__wijk=wijk) if wijk else works


def area_layers(wijk: Wijk | None) -> list[MapLayer]:
    """Return the wijken, or one, and their buurten."""
    wijken = Wijk.objects.filter(pk=wijk.pk) if wijk else Wijk.objects.all()
    buurten = Buurt.objects.filter(wijk=wijk) if wijk else Buurt.objects.filter(wijk__isnull=False)
    return [
        MapLayer(_("Wijken"), "wijk", [feature(w, [w.name, w.slogan]) for w in located(wijken)]),
        MapLayer(_("Buurten"), "buurt", [feature(b, [b.name]) for b in located(buurten)]),
    ]


def work_layers(works: Sequence[tuple[Work, Feature]]) -> list[MapLayer]:
    """Return a layer per kind of work that there is."""
    layers = []
    for kind in WorkKind:
        features = [drawn for work, drawn in works if work.kind == kind]
        if features:
            layers.append(MapLayer(f"{str(kind.label).capitalize()} ({len(features)})", kind.value, features, True))
    return layers


def work_feature(work: Work, **properties: object) -> Feature:
    """Return a work as a feature."""
    return feature(
        work,
        [
            work.name,
            f"{work.get_kind_display()} · {work.owner.name}",
            period_text(work.planned_start, work.planned_finish, work.date_precision),
            " · ".join([str(work.get_status_display()), *_homes(work)]),
            work.project.name if work.project else "",
            work.description,
        ],
        start=work.planned_start,
        finish=work.planned_finish,
        status=work.status,
        **properties,
    )


def _homes(work: Work) -> list[str]:
    return (
        [ngettext("%(n)s woning", "%(n)s woningen", work.dwellings) % {"n": work.dwellings}] if work.dwellings else []
    )


def _finding_layers(findings: list[Finding]) -> list[MapLayer]:
    layers = []
    for look, name in (("conflict", _("Botsingen")), ("opportunity", _("Kansen"))):
        features = [
            feature(f, [rule_title(f.rule), f.sentence], start=f.start, finish=f.finish)
            for f in findings
            if f.kind == look
        ]
        if features:
            layers.append(MapLayer(f"{name} ({len(features)})", look, features, True))
    return layers


def located(rows: QuerySet[Any], column: str = "geometry") -> QuerySet[Any]:
    """Add the place of each record as GeoJSON in degrees."""
    return rows.annotate(geojson=AsGeoJSON(Transform(column, WGS_84), precision=DECIMALS))


def feature(row: Any, lines: Iterable[object], **properties: object) -> Feature:
    """Return a record with its place (see ``located``) as a feature, with the lines of its popup."""
    dates = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in properties.items()}
    return {
        "type": "Feature",
        "id": f"{row._meta.model_name}-{row.pk}",
        "geometry": json.loads(row.geojson),
        "properties": {"lines": encoded(lines), **dates},
    }


def encoded(lines: Iterable[object]) -> list[str]:
    """Return lines percent-encoded, what is empty left out.

    branca reads what folium wrote once more as a template of its own, so that a plain "{{ ... }}" in somebody's text
    would be run on our side.
    """
    return [quote(str(line), safe=" ") for line in lines if line]
