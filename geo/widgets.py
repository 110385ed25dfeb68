"""Drawing a place on a map in a form: RD New, local libraries only, and a field with text for who cannot draw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from django.contrib.gis import forms
from django.contrib.gis.forms.widgets import BaseGeometryWidget
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, WKTWriter
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_BOUNDS, RD_NEW, looks_like_rd

DECIMALS: Final = 3
"""Coordinates in a form are exact to the millimetre."""

LONGEST_TEXT: Final = 2_000_000
"""A place of more characters than this is no drawing but a file; there is an import for that."""

TEXTS: Final = {
    "point": _("Punt"),
    "line": _("Lijn"),
    "polygon": _("Vlak"),
    "edit": _("Verschuiven"),
    "delete": _("Deel wissen"),
    "undo": _("Ongedaan maken"),
    "clear": _("Alles wissen"),
    "say_point": _("Klik op de plek van het punt."),
    "say_line": _("Klik de punten van de lijn; dubbelklik op het laatste."),
    "say_polygon": _("Klik de hoeken van het vlak; dubbelklik op de laatste."),
    "say_edit": _("Sleep een punt of een rand. Een punt weghalen: Alt ingedrukt houden en erop klikken."),
    "say_delete": _("Klik op het deel dat weg moet."),
    "say_empty": _("Er is nog geen plek getekend."),
    "say_done": _("Getekend."),
    "say_unreadable": _("De tekst is geen plek die we kunnen lezen; op de kaart is niets veranderd."),
    "zoom_in": _("Dichterbij"),
    "zoom_out": _("Verder weg"),
    "credit": _("Grenzen: CBS / Kadaster"),
}
"""What the map says; it is given to the script, which holds no words of its own."""


class RdMapWidget(BaseGeometryWidget):
    """A map in RD New on which a place is drawn, with the same place as WKT in a text field.

    Parameters
    ----------
    backgrounds
        Addresses of GeoJSON in RD New to draw on: outlines with a ``name``, from faint to clear.
    """

    template_name = "geo/rd_map_widget.html"
    map_srid = RD_NEW

    class Media:
        css = {"all": ("ol-css/ol.css", "geo/rd-map.css")}
        js = ("ol/ol.js", "geo/rd-map.js")

    def __init__(self, attrs: dict[str, Any] | None = None, *, backgrounds: Sequence[str | Promise] = ()) -> None:
        super().__init__(attrs)
        self.backgrounds = backgrounds

    def serialize(self, value: Any) -> str:
        """Return a geometry as WKT, or nothing."""
        if not value:
            return ""
        geometry = value if isinstance(value, GEOSGeometry) else value.geos
        return str(WKTWriter(dim=2, trim=True, precision=DECIMALS).write(geometry).decode())

    def deserialize(self, value: str) -> GEOSGeometry | None:
        """Return the geometry that a text means, in RD New unless it says otherwise; None where it means none."""
        if len(value) > LONGEST_TEXT:
            return None
        try:
            geometry = GEOSGeometry(value, max_geom_collections=self.max_geom_collections)
            if geometry.srid is None:
                geometry.srid = RD_NEW
            elif geometry.srid != RD_NEW:
                geometry.transform(RD_NEW)
        except (GEOSException, GDALException, ValueError, TypeError):
            return None
        return geometry

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template needs; a text that is no geometry comes back as it was typed."""
        typed = value if isinstance(value, str) else None
        if typed is not None and self.deserialize(typed) is None:
            value = None
        context = super().get_context(name, value, attrs)
        if typed is not None and value is None:
            context["serialized"] = typed
        context["backgrounds"] = json.dumps([str(address) for address in self.backgrounds])
        context["texts"] = json.dumps({key: str(text) for key, text in TEXTS.items()}, ensure_ascii=False)
        return context


class RdGeometryField(forms.GeometryField):
    """A place in RD New that can be kept: readable, in the Netherlands, and valid."""

    default_error_messages = {
        "required": _("Teken de plek op de kaart."),
        "invalid_geom": _("Dit is geen plek die we kunnen lezen; teken op de kaart of schrijf WKT in RD New."),
        "elsewhere": _("Deze plek ligt buiten Nederland; gebruik RD New, in meters."),
        "with_height": _("Geef de plek zonder hoogte op."),
        "empty": _("Deze plek is leeg; teken de plek op de kaart."),
        "crossing": _("Deze vorm klopt niet (%(reason)s). Een rand mag zichzelf niet kruisen; verschuif de hoeken."),
    }

    def to_python(self, value: Any) -> GEOSGeometry | None:
        """Return the geometry; one polygon becomes a set of one where the field keeps sets."""
        geometry = super().to_python(value)
        if geometry is not None and self.geom_type == "MULTIPOLYGON" and geometry.geom_type == "Polygon":
            geometry = MultiPolygon(geometry, srid=geometry.srid)
        return geometry

    def clean(self, value: Any) -> GEOSGeometry | None:
        """Return a geometry that the database will take.

        Raises
        ------
        ValidationError
            With what is wrong and how to mend it.
        """
        geometry = super().clean(value)
        if geometry is None:
            return None
        if geometry.empty:
            raise ValidationError(self.error_messages["empty"], code="empty")
        if geometry.hasz:
            raise ValidationError(self.error_messages["with_height"], code="with_height")
        west, south, east, north = geometry.extent
        if not (looks_like_rd(west, south) and looks_like_rd(east, north)):
            raise ValidationError(self.error_messages["elsewhere"], code="elsewhere", params={"bounds": RD_BOUNDS})
        if not geometry.valid:
            raise ValidationError(
                self.error_messages["crossing"], code="crossing", params={"reason": geometry.valid_reason}
            )
        return geometry
