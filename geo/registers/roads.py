"""Road parts of NWB (lines with street names) and BGT (surfaces, named after the line that runs over them)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import shapely
from django.db import connection, transaction
from shapely.geometry.base import BaseGeometry

from geo.crs import RD_NEW, looks_like_rd
from geo.intake.copying import copy_rows
from geo.intake.headers import Vocabulary
from geo.intake.problems import BadValueError, ImportRefusedError, Problem, said
from geo.intake.values import is_empty, read_text
from geo.models import RoadPart
from geo.registers.records import Opened, box_of, open_register
from geo.registers.report import RegisterReport

LAYERS: Final = ("wegvakken", "nwb_wegvakken", "nwb_wegen", "wegdeel", "bgt_wegdeel", "wegdelen", "straten", "streets")
MOST_POINTS: Final = 20_000
NAMED_WITHIN_M: Final = 8.0
"""A surface gets the name of a line over or beside it: half a wide street with its pavement (our own choice)."""

ROADS: Final = Vocabulary(
    {
        "external_id": ("wvk id", "wegvak id", "lokaalid", "lokaal id", "identificatie lokaalid",
                        "identificatie lokaal id", "identificatie", "gml id", "kenmerk", "id"),
        "name": ("straatnaam", "stt naam", "straat", "naam", "openbare ruimte naam", "openbareruimtenaam", "street"),
        "city": ("woonplaats", "wpsnaam", "wpsnaamnen", "plaats", "city"),
        "use": ("functie", "bgt functie", "function", "bst code", "wegfunctie", "use"),
        "manager": ("wegbeheerder", "wegbehnaam", "bronhouder", "beheerder", "manager"),
        "manager_kind": ("wegbehsrt",),
        "ended": ("eindregistratie", "eind registratie", "objecteindtijd", "object eind tijd", "termination date",
                  "terminationdate"),
    },
    weak=frozenset({"identificatie", "gml id", "id", "naam"}),
    example="wvk_id, stt_naam en wegbehnaam",
)  # fmt: skip

KINDS: Final = (
    (r"fietspad|^fp$|cycle", RoadPart.Kind.CYCLE_PATH),
    (r"voet|ruiter|^vp$|^vz$|foot", RoadPart.Kind.FOOTPATH),
    (r"parkeer|^pp$|park", RoadPart.Kind.PARKING),
    (r"spoor|rail", RoadPart.Kind.RAIL),
    (r"rijbaan|weg|erf|inrit|baan|transitie|^[a-z]{2,3}$|^$", RoadPart.Kind.CARRIAGEWAY),
)
"""What the words of the source for a use mean; a code of NWB (BST_CODE) that says no more is a carriageway."""

MANAGERS: Final = {"R": "Rijk", "P": "provincie", "W": "waterschap", "G": "gemeente", "T": "andere beheerder"}
"""NWB's WEGBEHSRT, where the name of the manager is not there."""


@dataclass
class RoadReport(RegisterReport):
    """What an import of road parts did, or would do."""

    source: str = ""
    ended: int = 0
    named: int = 0


@transaction.atomic
def import_streets(
    path: Path,
    *,
    municipality: str | None = None,
    source: str | None = None,
    dry_run: bool = False,
    remove_vanished: bool = False,
) -> RoadReport:
    """Bring the road parts up to date with a file of NWB or BGT; the same file a second time changes nothing.

    Parameters
    ----------
    path
        ``wegvakken`` of the NWB or ``wegdeel`` of the BGT: GeoPackage, GeoJSON, FlatGeobuf or a zipped shapefile.
    municipality
        Keep only parts that touch its buurten; CBS code, as GM0106.
    source
        What the file is called; else NWB or BGT, as its columns say.
    dry_run
        Report without keeping.
    remove_vanished
        Remove parts of the same source and municipalities that are not in the file any more.

    Raises
    ------
    UnreadableFileError, ImportRefusedError
        Where the file as a whole cannot be read, or the municipality has no buurten here.
    """
    box = box_of(municipality)
    opened = open_register(path, ROADS, LAYERS, (("external_id",),))
    if not opened.vector:
        raise ImportRefusedError(f"{path.name} heeft geen lijnen of vlakken; lever GeoPackage, GeoJSON of shapefile.")
    report = RoadReport(source=source or _source_of(opened))
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        rows = (row for batch in opened.batches(box) for row in batch.rows())
        columns = ("row", "name", "city", "kind", "use", "manager", "external_id", "geometry")
        copy_rows("staged_road", columns, _checked(rows, report))
        cursor.execute(_PLACE)
        if municipality:
            cursor.execute(_DROP_ELSEWHERE, [municipality.upper()])
            report.elsewhere = cursor.rowcount
        _refuse_doubles(cursor, report)
        cursor.execute(_NAME_STAGED, {"within": NAMED_WITHIN_M})
        report.named = cursor.rowcount
        cursor.execute(_MERGE, {"source": report.source})
        report.created, report.updated = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM staged_road")
        report.unchanged = cursor.fetchone()[0] - report.created - report.updated
        # Lines that came later name the surfaces that were there first.
        cursor.execute(_NAME_KEPT, {"within": NAMED_WITHIN_M})
        report.named += cursor.rowcount
        cursor.execute(_VANISHED.format("DELETE FROM" if remove_vanished else "SELECT count(*) FROM"), [report.source])
        report.removed = cursor.rowcount if remove_vanished else 0
        report.vanished = report.removed or (0 if remove_vanished else cursor.fetchone()[0])
    if dry_run:
        transaction.set_rollback(True)
    return report


def _source_of(opened: Opened) -> str:
    headers = {header.lower() for header in opened.headers.values()}
    if headers & {"wvk_id", "wegvak_id", "stt_naam", "wegbehsrt"}:
        return "NWB"
    if any("lokaal" in header or header in {"bgt_functie", "bronhouder", "gml_id"} for header in headers):
        return "BGT"
    raise ImportRefusedError(
        f"{opened.path.name} is niet te herkennen als NWB of BGT; zeg met --source hoe deze bron heet."
    )


def _checked(rows: Iterable[tuple[int, Mapping[str, Any], Any]], report: RoadReport) -> Iterator[tuple[Any, ...]]:
    for number, cells, shape in rows:
        if not is_empty(cells.get("ended")):
            report.ended += 1
            continue
        try:
            values = read_road(cells, shape)
        except BadValueError as error:
            report.refuse([error.at(number, "Wegdeel")])
        else:
            yield number, *values


def read_road(cells: Mapping[str, Any], shape: Any) -> tuple[str, str, str, str, str, str, str]:
    """Return name, place, kind, use, manager, identity and geometry (EWKB in hexadecimal) of a road part.

    Parameters
    ----------
    cells
        Field to cell.
    shape
        Its geometry in RD New.

    Raises
    ------
    BadValueError
        Where it has no identity, or no geometry of use.
    """
    identity = read_text(cells.get("external_id"))[:64]
    if not identity:
        raise BadValueError(
            "Het kenmerk ontbreekt.", "Vul wvk_id (NWB) of lokaalid (BGT) in.",
            "The identity is missing.", "Fill in wvk_id (NWB) or lokaalid (BGT).",
        )  # fmt: skip
    use = "" if is_empty(cells.get("use")) else read_text(cells["use"])[:60]
    manager = "" if is_empty(cells.get("manager")) else read_text(cells["manager"])[:100]
    manager = manager or MANAGERS.get(str(cells.get("manager_kind") or "").strip().upper(), "")
    name, city = (
        "" if is_empty(cells.get(part)) else read_text(cells[part])[:longest]
        for part, longest in (("name", 100), ("city", 80))
    )
    return name, city, kind_of(use), use, manager, identity, _binary(shape, identity)


def kind_of(use: str) -> str:
    """Return what kind of part the source's own words for its use mean."""
    word = use.strip().lower()
    return next((kind.value for pattern, kind in KINDS if re.search(pattern, word)), RoadPart.Kind.OTHER.value)


def _binary(shape: Any, identity: str) -> str:
    if not isinstance(shape, BaseGeometry) or shape.is_empty or shapely.get_num_coordinates(shape) > MOST_POINTS:
        raise BadValueError(
            f"{said(identity)} heeft geen lijn of vlak.", "Vul de geometrie in, of laat de rij weg.",
            f"{said(identity)} has no line or surface.", "Fill in the geometry, or leave the row out.",
        )  # fmt: skip
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == shapely.get_dimensions(shape)]
    whole = shapely.union_all(parts) if shape.geom_type == "GeometryCollection" else shape
    west, south, east, north = whole.bounds
    if not (looks_like_rd(west, south) and looks_like_rd(east, north)) or shapely.get_dimensions(whole) < 1:
        raise BadValueError(
            f"{said(identity)} ligt niet in Nederland of is een punt.", "Lever lijnen of vlakken in RD New.",
            f"{said(identity)} is not in the Netherlands or is a point.", "Give lines or surfaces in RD New.",
        )  # fmt: skip
    return str(shapely.to_wkb(shapely.set_srid(whole, RD_NEW), hex=True, include_srid=True))


def _refuse_doubles(cursor: Any, report: RoadReport) -> None:
    cursor.execute(_DROP_DOUBLES)
    for row, first, identity in cursor.fetchall():
        report.refuse([
            Problem(
                row, "Wegdeel", f"{said(identity)} staat ook in rij {first}.", "Verwijder een van de rijen.",
                f"{said(identity)} also stands in row {first}.", "Remove one of the rows.",
            )
        ])  # fmt: skip


_STAGE: Final = """
DROP TABLE IF EXISTS staged_road;
CREATE TEMP TABLE staged_road (
    row int NOT NULL, name text NOT NULL, city text NOT NULL, kind text NOT NULL, use text NOT NULL,
    manager text NOT NULL, external_id text NOT NULL, geometry geometry NOT NULL, buurt_id bigint
) ON COMMIT DROP
"""
_PLACE: Final = """
CREATE INDEX ON staged_road USING gist (geometry);
ANALYZE staged_road;
UPDATE staged_road s SET buurt_id = placed.buurt FROM (
    SELECT DISTINCT ON (r.row) r.row, b.id AS buurt
    FROM geo_buurt b JOIN staged_road r ON ST_Intersects(b.geometry, r.geometry)
    ORDER BY r.row, ST_Intersects(b.geometry, ST_PointOnSurface(r.geometry)) DESC, b.code
) placed WHERE placed.row = s.row;
"""
_DROP_ELSEWHERE: Final = """
DELETE FROM staged_road s WHERE NOT EXISTS (
    SELECT 1 FROM geo_buurt b WHERE b.id = s.buurt_id AND b.municipality_code = %s)
"""
_DROP_DOUBLES: Final = """
DELETE FROM staged_road s USING (
    SELECT row, min(row) OVER same AS first, row_number() OVER same AS nth FROM staged_road
    WINDOW same AS (PARTITION BY external_id ORDER BY row)
) d WHERE d.row = s.row AND d.nth > 1 RETURNING s.row, d.first, s.external_id
"""
# Of the lines over or beside a surface the one that runs along it longest names it.
_NAMED_LINE: Final = """
SELECT line.name, line.city FROM geo_roadpart line
WHERE line.name <> '' AND ST_Dimension(line.geometry) = 1 AND ST_DWithin(line.geometry, nameless.geometry, %(within)s)
ORDER BY ST_Length(ST_Intersection(line.geometry, nameless.geometry)) DESC,
    ST_Distance(line.geometry, nameless.geometry), line.name
LIMIT 1
"""
_NAME: Final = """
UPDATE {table} r SET name = named.name, city = named.city
FROM {table} nameless CROSS JOIN LATERAL ({line}) named
WHERE nameless.{key} = r.{key} AND nameless.name = '' AND ST_Dimension(nameless.geometry) = 2
"""
_NAME_STAGED: Final = _NAME.format(line=_NAMED_LINE, table="staged_road", key="row")
_NAME_KEPT: Final = _NAME.format(line=_NAMED_LINE, table="geo_roadpart", key="id")
_MERGE: Final = """
WITH merged AS (
    INSERT INTO geo_roadpart AS r (name, city, kind, use, manager, geometry, buurt_id, source, external_id)
    SELECT name, city, kind, use, manager, geometry, buurt_id, %(source)s, external_id FROM staged_road
    ON CONFLICT (source, external_id) DO UPDATE SET name = excluded.name, city = excluded.city, kind = excluded.kind,
        use = excluded.use, manager = excluded.manager, geometry = excluded.geometry, buurt_id = excluded.buurt_id
    WHERE (r.name, r.city, r.kind, r.use, r.manager, r.buurt_id) IS DISTINCT FROM (excluded.name, excluded.city,
        excluded.kind, excluded.use, excluded.manager, excluded.buurt_id) OR NOT r.geometry = excluded.geometry
    RETURNING (xmax = 0) AS fresh
) SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM merged
"""
_VANISHED: Final = """
{} geo_roadpart r WHERE r.source = %s
    AND EXISTS (SELECT 1 FROM staged_road s LEFT JOIN geo_buurt h ON h.id = s.buurt_id
        LEFT JOIN geo_buurt b ON b.id = r.buurt_id WHERE h.municipality_code IS NOT DISTINCT FROM b.municipality_code)
    AND NOT EXISTS (SELECT 1 FROM staged_road s WHERE s.external_id = r.external_id)
"""
