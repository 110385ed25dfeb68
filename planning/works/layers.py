"""The map layer of works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from geo.export.styles import Categories, declare_style
from geo.functions import DayNumber
from geo.layers import DrawnAs, Layer, register
from planning.works.kinds import WorkKind
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


def declare() -> None:
    """Register the layer of this app, and its colours."""
    register(WORKS)
    labels = dict(WorkKind.choices)
    declare_style("works", Categories("kind", {kind: (str(labels[kind]), c) for kind, c in COLOURS.items()}))
