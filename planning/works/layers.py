"""The map layer of works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from geo.export.styles import Edge, Look, Pattern, Style, declare_style
from geo.functions import DayNumber
from geo.layers import DrawnAs, Layer, register
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Work, WorkQuerySet

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


def _works(viewer: Viewer) -> WorkQuerySet:
    return Work.objects.visible_to(viewer).active()


WORKS = Layer(
    id="works",
    title=_("Werken"),
    source=_works,
    fields={
        "id": "pk",
        "kind": "kind",
        "status": "status",
        "owner": "owner__slug",
        "start": DayNumber("planned_start"),
        "finish": DayNumber("planned_finish"),
        "wijk": "buurt__wijk__slug",
    },
    detail_fields={"name": "name", "owner_name": "owner__name", "dwellings": "dwellings"},
    feature_fields={
        "description": "description",
        "project": "project__name",
        "buurt": "buurt__name",
        "date_precision": "date_precision",
        "hinders_traffic": "hinders_traffic",
        "disturbs_nests": "disturbs_nests",
        "source": "source",
        "external_id": "external_id",
        "updated_at": "updated_at",
    },
    period=("planned_start", "planned_finish"),
    drawn_as=DrawnAs.SHAPE_AND_POINTS,
)


COLOURS = {
    "demolition": "#760C0C", "renovation": "#CD4101", "new_build": "#0E3C8B", "site_preparation": "#0E3C8B",
    "street": "#525151", "square": "#525151", "sewer": "#525151", "cables_pipes": "#525151", "heat_network": "#525151",
    "green": "#2C946D", "play_area": "#2C946D", "temporary_use": "#2C946D", "relocation": "#7A7364", "event": "#B764BF",
}  # fmt: skip
"""DESIGN.md, section 8, in light."""

PATTERNS = {
    WorkKind.DEMOLITION: Pattern.HATCH, WorkKind.SQUARE: Pattern.LINES, WorkKind.PLAY_AREA: Pattern.DOTS,
    WorkKind.SEWER: Pattern.PALE, WorkKind.CABLES_PIPES: Pattern.PALE, WorkKind.HEAT_NETWORK: Pattern.PALE,
    WorkKind.SITE_PREPARATION: Pattern.PALE, WorkKind.RELOCATION: Pattern.NONE, WorkKind.TEMPORARY_USE: Pattern.NONE,
    WorkKind.EVENT: Pattern.NONE,
}  # fmt: skip
EDGES = {
    WorkKind.SEWER: Edge.DASHED, WorkKind.CABLES_PIPES: Edge.DASHED, WorkKind.HEAT_NETWORK: Edge.DASHED,
    WorkKind.SITE_PREPARATION: Edge.DASHED, WorkKind.RELOCATION: Edge.DOTTED, WorkKind.TEMPORARY_USE: Edge.DOTTED,
    WorkKind.EVENT: Edge.DOTTED,
}  # fmt: skip
FIRM = (WorkStatus.COMMITTED, WorkStatus.UNDER_WAY, WorkStatus.DONE)
"""What is promised has a full outline; the rest is dashed."""


def _look(kind: WorkKind) -> Look:
    pattern, edge = PATTERNS.get(kind, Pattern.SOLID), EDGES.get(kind, Edge.FIRM)
    return Look(kind.label, COLOURS[kind], pattern, edge)


def declare() -> None:
    """Register the layer of this app, and how it looks."""
    register(WORKS)
    looks = {kind.value: _look(kind) for kind in WorkKind}
    declare_style("works", Style(looks, "kind", ("status", tuple(status.value for status in FIRM))))
