"""The map layers of residents: initiatives, neighbourhood centres and meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from geo.export.styles import Look, Style, declare_style
from geo.functions import DayAfter, DayNumber, LocalDate
from geo.layers import DrawnAs, Layer, register
from planning.initiatives.models import Initiative, InitiativeQuerySet, Meeting, NeighbourhoodCentre

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


def _initiatives(viewer: Viewer) -> InitiativeQuerySet:
    return Initiative.objects.visible_to(viewer)


def _centres(viewer: Viewer) -> QuerySet[NeighbourhoodCentre]:
    return NeighbourhoodCentre.objects.all()


def _meetings(viewer: Viewer) -> QuerySet[Meeting]:
    return Meeting.objects.all()


INITIATIVES = Layer(
    id="initiatives",
    title=_("Initiatieven"),
    source=_initiatives,
    fields={
        "id": "pk",
        "slug": "slug",
        "title": "title",
        "state": "state",
        "theme": "theme",
        "looks_for_place": "looks_for_place",
        "start": DayNumber("submitted_on"),
        "wijk": "buurt__wijk__slug",
    },
    feature_fields={"summary": "summary", "story": "story", "buurt": "buurt__name"},
    # An idea is there from the day it was handed in; what became of it is its state.
    period=("submitted_on", None),
    drawn_as=DrawnAs.POINT,
)
CENTRES = Layer(
    id="centres",
    title=_("Buurtcentra"),
    source=_centres,
    geometry="point",
    fields={"id": "pk", "slug": "slug", "name": "name", "state": "state", "wijk": "wijk__slug"},
    feature_fields={"description": "description", "opening_hours": "opening_hours"},
)
MEETINGS = Layer(
    id="meetings",
    title=_("Bewonersavonden"),
    source=_meetings,
    geometry="point",
    fields={
        "id": "pk",
        "title": "title",
        "start": DayNumber(LocalDate("starts_at")),
        "finish": DayNumber(DayAfter(LocalDate("ends_at"))),
        "wijk": "wijk__slug",
    },
    feature_fields={
        "description": "description",
        "location": "location",
        "organiser": "organiser__name",
        "starts_at": "starts_at",
        "ends_at": "ends_at",
    },
    period=(LocalDate("starts_at"), DayAfter(LocalDate("ends_at"))),
)


def declare() -> None:
    """Register the layers of this app, and how they look."""
    for layer in (INITIATIVES, CENTRES, MEETINGS):
        register(layer)
    declare_style("initiatives", Style({"": Look(_("initiatief"), "#B764BF", marker="pentagon", size=3.6)}))
    declare_style("centres", Style({"": Look(_("buurtcentrum"), "#0F1524", marker="square", size=3.8)}, name="name"))
    declare_style("meetings", Style({"": Look(_("bewonersavond"), "#0B6E6E", marker="square", size=2.8)}))
