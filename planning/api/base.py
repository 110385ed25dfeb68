"""What all resources share: what the viewer may see, with the fields that are asked for, known again by an ETag."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, cast

from django.contrib.gis.db.models.functions import AsGeoJSON, Transform
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from geo.crs import WGS_84
from geo.functions import RightHanded
from geo.problems import BadRequestError
from planning.api import paging
from planning.api.etags import form_tag
from planning.api.problems import Problems
from planning.api.written import FeatureRenderer, GeoJSONRenderer, recipe

DECIMALS = 7
"""Of a degree: about a centimetre (RFC 7946, section 11.2, finds six enough for most)."""

SLUG = "[-a-zA-Z0-9_]+"


class Resource(Problems, GenericViewSet[Any]):
    """A list and its records, to be read."""

    nouns: ClassVar[tuple[Any, Any]]
    """What one is called, and several, for the documentation."""

    about: ClassVar[Any]
    """What they are, in a sentence."""

    pagination_class = paging.Pages
    lookup_value_regex = "[0-9]{1,18}"
    filterset_class: ClassVar[Any] = None

    def records(self) -> QuerySet[Any]:
        """Return what the viewer may see."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the viewer may see; while the OpenAPI document is made nobody looks."""
        if getattr(self, "swagger_fake_view", False):
            return cast(Any, self.get_serializer_class()).Meta.model.objects.none()
        return self.records()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page."""
        self._refuse_unknown({*self._filters(), *paging.NAMES, "fields", "format"})
        return self.get_paginated_response(self.rendered(paging.whole_order(self.filter_queryset(self.get_queryset()))))

    def rendered(self, records: QuerySet[Any]) -> Any:
        """Return the page of ``records`` that is asked for."""
        return self.get_serializer(self.paginate_queryset(records), many=True).data

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with one record; 304 where the client has it already."""
        self._refuse_unknown({"fields", "format"})
        record = self.get_object()
        data = self.get_serializer(record).data
        tag = form_tag(data, self.state_of(record))
        held = get_conditional_response(request._request, etag=tag)
        response = held if held is not None else Response(data)
        response["ETag"] = tag
        return response

    def state_of(self, record: Any) -> str:
        """Return what tells one state of a record from another, for who wants to change it; empty where nobody can."""
        return ""

    @cached_property
    def chosen(self) -> frozenset[str] | None:
        """The fields that are asked for, None where all are; raises BadRequestError for one that does not exist."""
        text = self.request.query_params.get("fields") if self.request else None
        if not text:
            return None
        known = self.field_names
        names = [name.strip() for name in text.split(",")]
        for name in names:
            if name not in known:
                said = _("Het veld “%(name)s” is er niet. Wel: %(known)s.")
                raise BadRequestError("fields", said % {"name": name[:40], "known": ", ".join(known)})
        return frozenset(names)

    @property
    def field_names(self) -> Sequence[str]:
        """Return the names of all fields of a record."""
        return list(cast(Any, self.get_serializer_class()).Meta.fields)

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell the serializer which fields are asked for."""
        return {**super().get_serializer_context(), "chosen": self.chosen}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let no shared cache keep what depends on who asks."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Cookie"])
        return response

    def _filters(self) -> set[str]:
        return set(self.filterset_class.base_filters) if self.filterset_class else set()

    def _refuse_unknown(self, known: set[str]) -> None:
        """Refuse a parameter that does not exist, since it would silently widen the answer, or comes twice."""
        for name, values in self.request.query_params.lists():
            if name not in known:
                said = _("Deze parameter is er niet. Wel: %(known)s.")
                raise BadRequestError(name[:40], said % {"known": ", ".join(sorted(known))})
            if len(values) > 1:
                raise BadRequestError(name, _("Deze parameter staat er meer dan eens."))


class FeatureResource(Resource):
    """A resource with a geometry: GeoJSON made by PostGIS."""

    pagination_class = paging.FeaturePages
    renderer_classes = (FeatureRenderer, GeoJSONRenderer)
    geometry = "geometry"

    def get_queryset(self) -> QuerySet[Any]:
        """Return what the viewer may see, with its geometry as GeoJSON and without the stored ones.

        From Web Mercator to degrees is a formula, from RD New a shift of datum (geo/ogc/features.py).
        """
        records = super().get_queryset().defer(self.geometry, "mercator")
        if self.chosen is not None and "geometry" not in self.chosen:
            return records
        shape = RightHanded(Transform("mercator", WGS_84))
        return records.annotate(geojson=AsGeoJSON(shape, precision=DECIMALS))

    def rendered(self, records: QuerySet[Any]) -> Any:
        """Return the page of ``records`` that is asked for, written by the database where it can be."""
        written = recipe(cast(Any, self.get_serializer_class()), self.chosen, get_language() or "")
        if written is None:
            return super().rendered(records)
        return {"features": written.texts(self.paginate_queryset(written.rows(records)) or [])}

    @property
    def field_names(self) -> Sequence[str]:
        """Return the names of all fields, of which ``geometry`` is one, however the column is called."""
        return ["geometry", *(name for name in super().field_names if name != self.geometry)]
