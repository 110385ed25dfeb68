"""Lists a page at a time, as the client chooses: by number with a count, or by cursor, which stays fast and whole.

A cursor holds the values that the last record of a page is ordered by. What comes in or goes away meanwhile makes no
record appear twice and none disappear, and the database reads only the page itself.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Final, Self, cast

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from geo.counts import counted
from geo.parameters import read_whole
from geo.problems import BadRequestError

FIRST: Final = "*"
"""The cursor before the first record."""

NAMES: Final = frozenset({"page", "page_size", "cursor"})


@dataclass(frozen=True)
class Place:
    """A place in a list: the order, and the values of the record that was last seen."""

    order: list[str]
    values: list[Any]

    @classmethod
    def read(cls, text: str, order: list[str], records: QuerySet[Any]) -> Self:
        """Return the place that a cursor holds.

        Raises
        ------
        BadRequestError
            Where it is none, or belongs to another order.
        """
        try:
            given, values = json.loads(base64.urlsafe_b64decode(text.encode() + b"=="))
            if given != order or len(values) != len(order):
                raise BadRequestError("cursor", _("Deze cursor hoort bij een andere volgorde."))
            return cls(order, [_parsed(records, name, value) for name, value in zip(order, values, strict=True)])
        except (binascii.Error, ValueError, TypeError, ValidationError) as error:
            if isinstance(error, BadRequestError):
                raise
            detail = _("Deze cursor is er geen. Begin met “*”, en neem dan het adres bij “next”.")
            raise BadRequestError("cursor", detail) from error

    @property
    def cursor(self) -> str:
        """Return the place as text."""
        written = [value.isoformat() if isinstance(value, dt.date) else value for value in self.values]
        return base64.urlsafe_b64encode(json.dumps([self.order, written]).encode()).decode().rstrip("=")

    def after(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the records that come after this place."""
        condition, same = Q(), Q()
        for name, value in zip(self.order, self.values, strict=True):
            column = name.removeprefix("-")
            condition |= same & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
            same &= Q(**{column: value})
        # Says nothing new, but an index can begin there.
        first = self.order[0]
        bound = Q(**{f"{first.removeprefix('-')}__{'lte' if first.startswith('-') else 'gte'}": self.values[0]})
        return records.filter(bound & condition)


def _parsed(records: QuerySet[Any], name: str, value: Any) -> Any:
    column = name.removeprefix("-")
    if value is None or isinstance(value, list | dict | bool):
        raise ValueError("not a value of a column")
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("a column holds no such character")
    if column in records.query.annotations:
        return float(value)
    field: Any = records.model._meta.pk if column == "pk" else records.model._meta.get_field(column)
    parsed = field.to_python(value)
    field.run_validators(parsed)
    return parsed


def whole_order(records: QuerySet[Any]) -> QuerySet[Any]:
    """Order ``records`` so that no two are equal: where all else is, by identity."""
    order = [str(name) for name in records.query.order_by or records.model._meta.ordering]
    return records.order_by(*order, *([] if {"pk", "-pk"} & set(order) else ["pk"]))


class _Counted(Paginator):
    """Numbered pages, of records that are counted once for each state of the data."""

    @cached_property
    def count(self) -> int:
        """Return how many records there are on all pages."""
        return counted(cast(QuerySet[Any], self.object_list))


class Pages(PageNumberPagination):
    """Pages of a size that the client may choose; what is no number is refused, not ignored."""

    django_paginator_class = _Counted
    page_size = 100
    max_page_size = 1000
    page_size_query_param = "page_size"

    _next: str | None = None
    _by_cursor = False

    def get_page_size(self, request: Request) -> int | None:
        """Return how many records go on a page."""
        if text := request.query_params.get("page_size", ""):
            read_whole(text, "page_size", least=1)
        return super().get_page_size(request)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """Return the records of the page that is asked for."""
        records = whole_order(queryset)
        cursor, page = (request.query_params.get(name) for name in ("cursor", "page"))
        if cursor is None:
            read_whole(page or "1", "page", least=1)
            return super().paginate_queryset(records, request, view)
        if page is not None:
            raise BadRequestError("page", _("Kies: “page” of “cursor”."))
        self._by_cursor = True
        return self._after(records, request, cursor)

    def _after(self, records: QuerySet[Any], request: Request, cursor: str) -> list[Any]:
        size = cast(int, self.get_page_size(request))
        order = [str(name) for name in records.query.order_by]
        if cursor != FIRST:
            records = Place.read(cursor, order, records).after(records)
        found = list(records[: size + 1])
        if len(found) > size:
            last = Place(order, [getattr(found[size - 1], name.removeprefix("-")) for name in order])
            self._next = replace_query_param(request.build_absolute_uri(), "cursor", last.cursor)
        return found[:size]

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with the addresses of those beside it; a count only where pages have numbers."""
        if self._by_cursor:
            return Response({"next": self._next, "previous": None, "results": data})
        return super().get_paginated_response(data)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page; by cursor there is no count."""
        said = super().get_paginated_response_schema(schema)
        said["properties"]["count"]["description"] = _("Hoeveel er in totaal zijn; niet bij bladeren met “cursor”.")
        return {**said, "required": ["next", "previous", "results"]}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the parameters for the OpenAPI document."""
        whole = {"type": "integer", "minimum": 1}
        said: list[tuple[str, dict[str, Any], str]] = [
            ("page", {**whole, "default": 1}, _("Nummer van de bladzijde, vanaf 1.")),
            (
                "page_size",
                {**whole, "default": self.page_size},
                _("Hoeveel er op een bladzijde staan, ten hoogste %(most)s.") % {"most": self.max_page_size},
            ),
            (
                "cursor",
                {"type": "string", "examples": [FIRST]},
                _("Bladeren zonder nummers, voor lange lijsten: begin met “*” en volg dan het adres bij “next”."),
            ),
        ]
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            for name, schema, text in said
        ]


class FeaturePages(Pages):
    """Pages of a GeoJSON FeatureCollection."""

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page as a FeatureCollection."""
        page = super().get_paginated_response(data["features"]).data
        features = page.pop("results")
        return Response({"type": "FeatureCollection", **page, "features": features})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page of features."""
        said = super().get_paginated_response_schema(schema)
        features = said["properties"].pop("results")
        said["properties"] = {
            "type": {"type": "string", "const": "FeatureCollection"},
            **said["properties"],
            "features": features,
        }
        return {**said, "required": ["type", "next", "previous", "features"]}
