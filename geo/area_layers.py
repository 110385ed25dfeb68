"""The map layers of areas and addresses."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from geo.export.styles import Look, Pattern, Style, declare_style
from geo.layers import DrawnAs, Layer, register
from geo.models import Address, Buurt, RoadPart, Wijk


def _wijken(viewer: Any) -> QuerySet[Wijk]:
    return Wijk.objects.all()


def _buurten(viewer: Any) -> QuerySet[Buurt]:
    return Buurt.objects.all()


def _addresses(viewer: Any) -> QuerySet[Address]:
    return Address.objects.all()


def _streets(viewer: Any) -> QuerySet[RoadPart]:
    return RoadPart.objects.all()


WIJKEN = Layer(
    id="wijken",
    title=_("Wijken"),
    source=_wijken,
    fields={"id": "pk", "name": "name", "slug": "slug", "code": "code"},
    min_zoom=6,
    drawn_as=DrawnAs.SHAPE_AND_POINTS,
)
BUURTEN = Layer(
    id="buurten",
    title=_("Buurten"),
    source=_buurten,
    fields={
        "id": "pk",
        "name": "name",
        "slug": "slug",
        "code": "code",
        "wijk": "wijk__slug",
        "wijk_name": "wijk__name",
    },
    min_zoom=8,
    drawn_as=DrawnAs.SHAPE_AND_POINTS,
)
ADDRESSES = Layer(
    id="addresses",
    title=_("Adressen"),
    source=_addresses,
    geometry="point",
    fields={
        "id": "pk",
        "number": "number",
        "addition": "addition",
        "street": "street",
        "postcode": "postcode",
    },
    min_zoom=16,
)

STREETS = Layer(
    id="streets",
    title=_("Straten"),
    source=_streets,
    fields={"id": "pk", "name": "name", "kind": "kind"},
    feature_fields={
        "city": "city",
        "use": "use",
        "manager": "manager",
        "buurt": "buurt__name",
        "wijk": "buurt__wijk__slug",
        "source": "source",
        "external_id": "external_id",
    },
    min_zoom=12,
)


def declare() -> None:
    """Register the layers of this app, and how they look."""
    for layer in (WIJKEN, BUURTEN, STREETS, ADDRESSES):
        register(layer)
    buurt = Look(_("buurt"), "#6F6A5E", Pattern.NONE, width=0.25)
    declare_style("wijken", Style({"": Look(_("wijk"), "#0B6E6E", Pattern.NONE, width=0.6)}, name="name"))
    declare_style("buurten", Style({"": buurt}, name="name", name_from=30_000))
    declare_style(
        "streets", Style({"": Look(_("straat"), "#A6A59F", Pattern.PALE, width=0.5)}, name="name", name_from=10_000)
    )
    declare_style("addresses", Style({"": Look(_("adres"), "#5B6770", size=1.2)}))
