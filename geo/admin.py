"""Areas and addresses in the admin, and the map in its forms."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo import uploads
from geo.cbs import AreasReport, import_areas, read_composition
from geo.intake.gate import VECTOR_SUFFIXES, UnreadableFileError
from geo.models import Address, Buurt, RoadPart, Wijk
from geo.widgets import RdGeometryField, RdMapWidget

LARGEST_AREAS_FILE = 200 * 1024 * 1024
"""Bytes; the whole country's wijk- en buurtkaart is about half of this."""


def leave_out(fieldsets: Any, names: Collection[str]) -> list[tuple[Any, dict[str, Any]]]:
    """Return ``fieldsets`` without the fields called ``names``, and without what is empty then."""
    left = []
    for title, options in fieldsets:
        fields: list[Any] = []
        for field in options["fields"]:
            if isinstance(field, str):
                fields += [field] if field not in names else []
            elif together := tuple(name for name in field if name not in names):
                fields.append(together)
        if fields:
            left.append((title, {**options, "fields": fields}))
    return left


class MapAdmin(admin.ModelAdmin):
    """A model with places: they are drawn on our own map, in RD New, over the outlines of the buurten."""

    map_backgrounds: Sequence[str | Promise] = (reverse_lazy("admin:geo_buurt_outlines"),)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Give geometry the map, and leave the rest to Django."""
        if isinstance(db_field, models.GeometryField):
            kwargs |= {"widget": RdMapWidget(backgrounds=self.map_backgrounds), "form_class": RdGeometryField}
            return db_field.formfield(**kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Spare who may only look the coordinates: a map in a form is for drawing."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return leave_out(
            fieldsets, [field.name for field in self.opts.get_fields() if isinstance(field, models.GeometryField)]
        )


class AreaAdmin(MapAdmin):
    """What a wijk and a buurt share. Everybody who works in the admin may look; changing asks for a permission."""

    list_filter = ["municipality_name", "year"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"slug": ["name"]}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let everybody in the admin see where the boundaries lie."""
        return self.admin_site.has_permission(request)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        """Propose a slug only for a new area: its address must not change unasked."""
        return dict(self.prepopulated_fields) if obj is None and self.has_add_permission(request) else {}


class AreasForm(forms.Form):
    """A map of buurten to read in."""

    file = forms.FileField(
        label=gettext_lazy("Wijk- en buurtkaart"),
        help_text=gettext_lazy("Van het CBS: GeoPackage, GeoJSON of een shapefile als zip, in RD of WGS 84."),
        validators=[FileExtensionValidator(sorted(suffix[1:] for suffix in VECTOR_SUFFIXES))],
    )
    municipality = forms.RegexField(
        r"^[Gg][Mm]\d{4}$",
        label=gettext_lazy("Gemeentecode"),
        required=False,
        help_text=gettext_lazy("Zoals GM0106; leeg voor alle gemeenten in het bestand."),
    )
    composition = forms.FileField(
        label=gettext_lazy("Samenstelling van de wijken"),
        required=False,
        help_text=gettext_lazy(
            "JSON die zegt uit welke buurten de wijken bestaan; zonder zijn het de wijken van het CBS."
        ),
        validators=[FileExtensionValidator(["json"])],
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Alleen proberen: laat zien wat er zou gebeuren"), required=False, initial=True
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is larger than any map of buurten."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_AREAS_FILE:
            raise forms.ValidationError(_("Dit bestand is groter dan 200 MB; stuur alleen uw gemeente."))
        return file

    def read(self) -> AreasReport:
        """Read the file in, or try it; raises UnreadableFileError."""
        data = self.cleaned_data
        with uploads.kept(data["file"]) as file:
            try:
                return import_areas(
                    file,
                    municipality=data["municipality"] or None,
                    composition=self._composition(),
                    dry_run=data["dry_run"],
                )
            except UnreadableFileError as error:
                raise UnreadableFileError(str(error).replace(file.name, data["file"].name)) from error

    def _composition(self) -> Any:
        given = self.cleaned_data["composition"]
        if not given:
            return None
        with uploads.kept(given) as file:
            return read_composition(Path(file))


@admin.register(Wijk)
class WijkAdmin(AreaAdmin):
    """Wijken as the partners speak of them."""

    list_display = ["name", "code", "slogan", "municipality_name", "year"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "code", "slogan", "description"]}),
        (gettext_lazy("Gemeente"), {"fields": ["municipality_code", "municipality_name", "year"]}),
        (gettext_lazy("Grens"), {"fields": ["geometry"]}),
    ]
    change_list_template = "admin/geo/wijk/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page that reads a map of buurten in."""
        own = path("importeren/", self.admin_site.admin_view(self.import_view), name="geo_wijk_import")
        return [own, *super().get_urls()]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Read in the wijk- en buurtkaart, or try it."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form = AreasForm(request.POST or None, request.FILES or None)
        report = None
        if request.method == "POST" and form.is_valid():
            try:
                report = form.read()
            except UnreadableFileError as error:
                form.add_error("file", str(error))
            else:
                if not form.cleaned_data["dry_run"]:
                    messages.success(request, _outcome(report))
                    for notice in report.notices:
                        messages.warning(request, notice)
                    return redirect("admin:geo_wijk_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Gebieden importeren"),
            "opts": self.opts,
            "form": form,
            "report": report,
            "outcome": _outcome(report) if report else "",
        }
        return TemplateResponse(request, "admin/geo/wijk/import.html", context)


def _outcome(report: AreasReport) -> str:
    return _(
        "Wijken: %(wc)s nieuw, %(wu)s gewijzigd, %(we)s gelijk. Buurten: %(bc)s nieuw, %(bu)s gewijzigd, %(be)s gelijk."
    ) % {
        "wc": report.wijken_created,
        "wu": report.wijken_updated,
        "we": report.wijken_unchanged,
        "bc": report.buurten_created,
        "bu": report.buurten_updated,
        "be": report.buurten_unchanged,
    }


@admin.register(Buurt)
class BuurtAdmin(AreaAdmin):
    """Buurten as CBS draws them."""

    list_display = ["name", "code", "wijk", "cbs_wijk_name", "municipality_name", "year"]
    list_filter = ["wijk", *AreaAdmin.list_filter]
    list_select_related = ["wijk"]
    autocomplete_fields = ["wijk"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "code", "wijk"]}),
        (gettext_lazy("Gemeente"), {"fields": ["municipality_code", "municipality_name", "year"]}),
        (gettext_lazy("CBS-wijk"), {"fields": ["cbs_wijk_code", "cbs_wijk_name"]}),
        (gettext_lazy("Grens"), {"fields": ["geometry"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        """Add the outlines that maps in forms are drawn over."""
        own = path("omtrekken.json", self.admin_site.admin_view(self.outlines), name="geo_buurt_outlines")
        return [own, *super().get_urls()]

    def outlines(self, request: HttpRequest) -> HttpResponse:
        """Return all buurten as GeoJSON in RD New, whole metres."""
        rows = Buurt.objects.annotate(json=AsGeoJSON("geometry", precision=0)).order_by("code")
        return geojson_response(rows.values_list("name", "json"))


def geojson_response(rows: Any) -> HttpResponse:
    """Return (name, GeoJSON geometry as text) rows as a collection, for the map in a form; not kept by proxies."""
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": json.loads(geometry)} for name, geometry in rows
    ]
    response = HttpResponse(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")),
        content_type="application/geo+json",
    )
    response["Cache-Control"] = "private, max-age=300"
    return response


@admin.register(Address)
class AddressAdmin(MapAdmin):
    """Addresses with their point."""

    list_display = ["street", "number", "addition", "postcode", "city", "buurt", "source"]
    list_filter = ["buurt__wijk", "source"]
    list_select_related = ["buurt"]
    search_fields = ["street", "postcode", "=number"]
    autocomplete_fields = ["buurt"]
    fieldsets = [
        (None, {"fields": [("street", "number", "addition"), ("postcode", "city"), "buurt"]}),
        (gettext_lazy("Plek"), {"fields": ["point"]}),
        (gettext_lazy("Herkomst"), {"fields": ["source", "external_id"], "classes": ["collapse"]}),
    ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let everybody in the admin look addresses up; there is no person in them."""
        return self.admin_site.has_permission(request)


@admin.register(RoadPart)
class RoadPartAdmin(MapAdmin):
    """Parts of streets, as NWB and BGT have them."""

    list_display = ["__str__", "kind", "city", "manager", "buurt", "source"]
    list_filter = ["kind", "buurt__wijk", "source"]
    list_select_related = ["buurt"]
    search_fields = ["name", "=external_id"]
    autocomplete_fields = ["buurt"]
    fieldsets = [
        (None, {"fields": [("name", "city"), ("kind", "use"), "manager", "buurt"]}),
        (gettext_lazy("Plek"), {"fields": ["geometry"]}),
        (gettext_lazy("Herkomst"), {"fields": ["source", "external_id"], "classes": ["collapse"]}),
    ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let everybody in the admin look streets up."""
        return self.admin_site.has_permission(request)
