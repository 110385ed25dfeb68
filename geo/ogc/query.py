"""What a client asks of the items of a collection: read it, or say in plain words what is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final, Self

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.exceptions import FieldError, ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.layers import Layer
from geo.ogc.cql2 import apply_filter
from geo.ogc.systems import CRS84, System, read_system
from geo.parameters import read_box, read_whole
from geo.periods import Period, parse_date
from geo.problems import BadRequestError

DEFAULT_LIMIT: Final = 100
MOST: Final = 10_000
"""Features in one answer; a client that asks for more gets this many, as the standard says."""

FURTHEST: Final = 999_999_999

OF_THE_PAGE: Final = ("f", "limit", "offset", "after")
"""What is asked about a page of items, and means nothing for a file of them all."""

NAMES: Final = frozenset((*OF_THE_PAGE, "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs"))
LANGUAGES: Final = ("cql2-text", "cql2-json")


@dataclass(frozen=True)
class ItemsQuery:
    """One question for items, with everything read.

    ``after`` is the identity that a page begins behind; ``equal`` are properties that must have a value; ``bbox`` is in
    RD New, None where all the world is meant.
    """

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    after: int = 0
    crs: System = CRS84
    bbox: Polygon | MultiPolygon | None = None
    period: Period = field(default_factory=Period)
    filter: str = ""
    language: str = LANGUAGES[0]
    filter_crs: System = CRS84
    equal: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, query: QueryDict, known: Collection[str]) -> Self:
        """Return what a query asks; ``known`` are the properties that may be asked after.

        Raises
        ------
        BadRequestError
            Where a parameter does not exist, comes twice, or cannot be read.
        """
        for name in query:
            if name not in NAMES and name not in known:
                allowed = ", ".join(sorted({*NAMES, *known}))
                raise BadRequestError(name[:40], _("Deze parameter is er niet. Wel: %(known)s.") % {"known": allowed})
            if len(query.getlist(name)) > 1:
                raise BadRequestError(name[:40], _("Deze parameter staat er meer dan eens."))
            if "\x00" in query[name]:
                raise BadRequestError(name[:40], _("Er staat een onzichtbaar teken in."))
        box, system = query.get("bbox", ""), read_system(query.get("bbox-crs", ""), "bbox-crs")
        language = query.get("filter-lang", LANGUAGES[0])
        if language not in LANGUAGES:
            raise BadRequestError("filter-lang", _("Kies cql2-text of cql2-json."))
        return cls(
            limit=min(MOST, read_whole(query.get("limit") or str(DEFAULT_LIMIT), "limit", 1)),
            offset=read_whole(query.get("offset") or "0", "offset", 0, FURTHEST),
            after=read_whole(query.get("after") or "0", "after", 0, 2**63 - 1),
            crs=read_system(query.get("crs", ""), "crs"),
            bbox=read_box(box, system.srid, northing_first=system.northing_first, across=True) if box else None,
            period=read_datetime(query.get("datetime", "")),
            filter=query.get("filter", ""),
            language=language,
            filter_crs=read_system(query.get("filter-crs", ""), "filter-crs"),
            equal=tuple((name, str(query[name])) for name in query if name not in NAMES),
        )

    def select(self, layer: Layer, viewer: Any) -> QuerySet[Any]:
        """Return the records of a layer that are asked for and that ``viewer`` may see, all pages of them."""
        records = layer.records(viewer, self.period)
        properties = layer.properties(viewer) if self.equal or self.filter else {}
        if self.bbox is not None:
            records = records.filter(**{f"{layer.geometry}__intersects": self.bbox})
        for number, (name, value) in enumerate(self.equal):
            try:
                records = records.alias(**{f"asked{number}": properties[name]}).filter(**{f"asked{number}": value})
            except (FieldError, ValidationError, ValueError, TypeError, OverflowError):
                raise BadRequestError(name, _("“%(text)s” past hier niet.") % {"text": value[:40]}) from None
        if self.filter:
            records = apply_filter(records, self.filter, self.language, properties, layer.geometry, self.filter_crs)
        return records.order_by("pk")

    def page(self, records: QuerySet[Any], more: int = 0) -> QuerySet[Any]:
        """Return the page of ``records`` that is asked for, with so many ``more`` behind it."""
        if self.after:
            records = records.filter(pk__gt=self.after)
        return records[self.offset : self.offset + self.limit + more]


def read_datetime(text: str) -> Period:
    """Return the period of ``datetime``: a day or moment, or two with a slash between, ``..`` where open.

    Raises
    ------
    BadRequestError
        Where it is none of these, or ends before it begins.
    """
    if not text:
        return Period()
    ends = text.split("/")
    if len(ends) > 2 or all(end in ("", "..") for end in ends):
        raise BadRequestError("datetime", _("Schrijf een dag, of een periode zoals 2027-01-01/2027-12-31."))
    first = _day(ends[0])
    last = first if len(ends) == 1 else _day(ends[1])
    if first and last and last < first:
        raise BadRequestError("datetime", _("De periode eindigt voor zij begint."))
    return Period(first, None if last is None or last == dt.date.max else last + dt.timedelta(days=1))


def _day(text: str) -> dt.date | None:
    if text in ("", ".."):
        return None
    day, moment = text[:10], text[10:]
    if moment in ("T", "t"):
        pass  # as GDAL writes a day
    elif moment and moment[0] in "Tt ":
        try:
            dt.datetime.fromisoformat(text.replace("z", "Z").replace("t", "T"))
        except ValueError:
            raise BadRequestError("datetime", _("“%(text)s” is geen moment.") % {"text": text[:40]}) from None
    elif moment:
        raise BadRequestError("datetime", _("“%(text)s” is geen datum.") % {"text": text[:40]})
    return parse_date(day, "datetime")
