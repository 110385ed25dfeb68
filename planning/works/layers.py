"""The map layer of works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from geo.functions import DayNumber
from geo.layers import DrawnAs, Layer, register
from planning.works.models import Work, WorkQuerySet

if TYPE_CHECKING:
    from planning.partners.visibility import Viewer


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


def declare() -> None:
    """Register the layer of this app."""
    register(WORKS)
