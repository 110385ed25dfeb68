"""Database expressions about place and time that Django does not bring."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import GeoFunc
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models.expressions import Combinable

from geo.crs import WGS_84
from geo.text import ACCENTED, PLAIN


class DayNumber(models.Func):
    """A date as days since 1 January 1970, so that a map filters by comparing whole numbers."""

    template = "((%(expressions)s)::date - DATE '1970-01-01')"
    output_field = models.IntegerField()


class LocalDate(models.Func):
    """The date of a moment in the time zone of the service's readers, whatever the session's zone is."""

    template = "((%(expressions)s) AT TIME ZONE 'Europe/Amsterdam')::date"
    output_field = models.DateField()


class DayAfter(models.Func):
    """The day after a date."""

    template = "((%(expressions)s) + 1)"
    output_field = models.DateField()


class _Degrees(models.Func):
    """Numbers in degrees, rounded to 6 decimals (about 10 cm), from a geometry in any system."""

    output_field = ArrayField(models.FloatField())

    def __init__(self, geometry: str | Combinable, **extra: Any) -> None:
        super().__init__(geometry, srid=WGS_84, **extra)


POINT_ON: Final = (
    "CASE WHEN ST_Dimension({0}) = 1 THEN ST_ClosestPoint({0}, ST_Centroid({0})) ELSE ST_PointOnSurface({0}) END"
)
"""SQL of a point that lies on a geometry; of a line its middle, where PostGIS itself may give an end."""


class LonLat(_Degrees):
    """``[lon, lat]`` of a point that lies on the geometry."""

    template = (
        "(SELECT ARRAY[round(ST_X(p)::numeric, 6), round(ST_Y(p)::numeric, 6)]::float8[] "  # noqa: S608 -- constants
        "FROM (SELECT (%(expressions)s) AS g) AS source, "
        f"ST_Transform({POINT_ON.format('g')}, %(srid)s) AS p)"
    )


class Bounds(_Degrees):
    """``[west, south, east, north]`` of the geometry."""

    template = (
        "(SELECT ARRAY[round(ST_XMin(b)::numeric, 6), round(ST_YMin(b)::numeric, 6), "
        "round(ST_XMax(b)::numeric, 6), round(ST_YMax(b)::numeric, 6)]::float8[] "
        "FROM ST_Transform(%(expressions)s, %(srid)s) AS b)"
    )


class Given(models.Func):
    """A value that is put in when the statement is run: a function of what is asked then, or the value itself."""

    template = "%s"

    def __init__(self, value: Any, output_field: models.Field[Any, Any], **extra: Any) -> None:
        super().__init__(models.Value(value), output_field=output_field, **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return where the value goes, and what is to be put there."""
        return self.template, [self.get_source_expressions()[0].value]


class GivenGeometry(Given):
    """A geometry that is put in when the statement is run, as text that PostGIS reads."""

    template = "%s::geometry"

    def __init__(self, value: Any, srid: int, **extra: Any) -> None:
        super().__init__(value, models.GeometryField(srid=srid), **extra)


class RightHanded(GeoFunc):
    """A geometry whose polygons lie to the left of their outer rings, as GeoJSON must write them (RFC 7946, 3.1.6)."""

    function = "ST_ForcePolygonCCW"


class Nearness(GeoFunc):
    """How far a geometry is from a fixed place, only to order by: alone in ORDER BY the GiST index gives it."""

    geom_param_pos = (0, 1)
    arity = 2
    function = ""  # An operator stands between the two, not a name before them.
    arg_joiner = " <-> "
    template = "(%(expressions)s)"
    output_field = models.FloatField()


class RowVersion(models.Func):
    """A number that changes whenever the row does: the transaction that wrote it, which PostgreSQL keeps with it."""

    output_field = models.BigIntegerField()

    def __init__(self) -> None:
        super().__init__(models.F("pk"))

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return the column beside the identity's, of the same table."""
        identity, _parameters = compiler.compile(self.get_source_expressions()[0])
        return f"{identity.rpartition('.')[0]}.xmin::text::bigint", []


class Folded(models.Func):
    """A text in lower case and without accents, the same as ``geo.text.fold`` makes of it."""

    output_field = models.TextField()
    # translate() compares every letter with the whole alphabet, so plain ASCII goes around it.
    template = (
        "(CASE WHEN octet_length(%(text)s) = length(%(text)s) THEN lower(%(text)s) "
        "ELSE translate(lower(%(text)s), '%(accented)s', '%(plain)s') END)"
    )

    def __init__(self, text: str | Combinable, **extra: Any) -> None:
        super().__init__(text, **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return the expression; the text stands in it more than once, and so do its parameters."""
        text, parameters = compiler.compile(self.get_source_expressions()[0])
        sql = self.template % {"text": text, "accented": ACCENTED, "plain": PLAIN}
        return sql, [*parameters] * 4


def text_index(column: str, name: str) -> GinIndex:
    """Return the index by which a part of ``Folded(column)`` is found without reading every record."""
    return GinIndex(OpClass(Folded(column), name="gin_trgm_ops"), name=name)
