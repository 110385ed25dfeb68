"""Addresses of the BAG: read, checked, copied beside the table, and merged in a few statements."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import shapely
from django.db import connection, transaction
from pyproj import Transformer

from geo.crs import RD_NEW, WGS_84, looks_like_rd, looks_like_wgs84
from geo.geocoding import normal_postcode
from geo.intake.copying import copy_rows
from geo.intake.headers import Vocabulary
from geo.intake.problems import BadValueError, Problem, said
from geo.intake.values import at_most, is_empty, read_decimal, read_text
from geo.models import Address
from geo.registers import bag_extract
from geo.registers.records import Box, box_of, open_register
from geo.registers.report import RegisterReport

SOURCE: Final = "BAG"
LAYERS: Final = ("verblijfsobject", "adres", "adressen", "addresses", "ligplaats", "standplaats")
GONE: Final = ("ingetrokken", "niet gerealiseerd", "ten onrechte opgevoerd")
"""In a status of the BAG: there is no such address, or not any more."""

ADDRESSES: Final = Vocabulary(
    {
        "postcode": ("postcode", "pc6", "postal code", "zip"),
        "number": ("huisnummer", "huisnr", "nummer", "house number", "number"),
        "letter": ("huisletter", "house letter", "letter"),
        "addition": ("toevoeging", "huisnummertoevoeging", "huisnummer toevoeging", "huistoevoeging", "addition"),
        "street": ("straat", "straatnaam", "openbare ruimte", "openbareruimte", "openbare ruimte naam",
                   "openbareruimtenaam", "street"),
        "city": ("woonplaats", "woonplaatsnaam", "woonplaats naam", "plaats", "city"),
        "external_id": ("nummeraanduiding", "nummeraanduiding id", "nummeraanduiding identificatie", "bag id",
                        "identificatie", "object id", "adresseerbaar object id", "verblijfsobject id", "id"),
        "status": ("status", "verblijfsobjectstatus", "verblijfsobject status"),
        "geometry": ("geometrie", "geometry", "wkt", "geom", "punt"),
        "x": ("x", "x rd", "rd x", "xcoord", "x coordinaat"),
        "y": ("y", "y rd", "rd y", "ycoord", "y coordinaat"),
        "lat": ("lat", "latitude", "breedtegraad"),
        "lon": ("lon", "lng", "longitude", "lengtegraad"),
    },
    weak=frozenset({"identificatie", "object id", "adresseerbaar object id", "verblijfsobject id", "id", "nummer"}),
    example="Postcode, Huisnummer, Straat en Woonplaats",
)  # fmt: skip
NEEDED: Final = (("postcode",), ("number",), ("street",), ("city",), ("geometry", "x", "lat"))

_EWKB_POINT: Final = 0x20000001
"""A point that names its system, in the binary form of PostGIS."""

TO_RD: Final = Transformer.from_crs(WGS_84, RD_NEW, always_xy=True)


@dataclass
class AddressReport(RegisterReport):
    """What an import of addresses did, or would do."""

    without_postcode: int = 0
    not_in_use: int = 0
    vanished_names: list[str] = field(default_factory=list)


@transaction.atomic
def import_addresses(
    path: Path, *, municipality: str | None = None, dry_run: bool = False, remove_vanished: bool = False
) -> AddressReport:
    """Bring the addresses up to date with a file of the BAG; the same file a second time changes nothing.

    An address is known again by its identity in the BAG, else by postcode, number and addition. Addresses that are not
    in the file any more stay, unless asked otherwise; only those of municipalities that the file is about count.

    Parameters
    ----------
    path
        ``bag-light.gpkg`` of PDOK (layer ``verblijfsobject``), another vector file or a csv with such columns, or a
        zip of the BAG 2.0 extract of the Kadaster.
    municipality
        Keep only addresses in its buurten; CBS code, as GM0106.
    dry_run
        Report without keeping.
    remove_vanished
        Remove addresses that are not in the file any more.

    Raises
    ------
    UnreadableFileError, ImportRefusedError
        Where the file as a whole cannot be read, or the municipality has no buurten here.
    """
    report = AddressReport()
    box = box_of(municipality)
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        columns = ("row", "postcode", "number", "addition", "street", "city", "external_id", "point")
        copy_rows("staged_address", columns, _checked(_records(path, box), report))
        cursor.execute(_PLACE)
        if municipality:
            cursor.execute(_DROP_ELSEWHERE, [municipality.upper()])
            report.elsewhere = cursor.rowcount
        _refuse_doubles(cursor, report)
        cursor.execute("ANALYZE staged_address")
        cursor.execute(_MOVE, {"source": SOURCE})
        moved = cursor.rowcount
        cursor.execute(_MERGE, {"source": SOURCE})
        created, changed = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM staged_address")
        total = cursor.fetchone()[0]
        report.created, report.updated = created, moved + changed
        report.unchanged = total - report.created - report.updated
        _vanished(cursor, report, remove=remove_vanished)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _records(path: Path, box: Box | None) -> Iterator[tuple[int, Mapping[str, Any], Any]]:
    if bag_extract.is_extract(path):
        yield from bag_extract.records(path)
        return
    opened = open_register(path, ADDRESSES, LAYERS, NEEDED)
    for batch in opened.batches(box):
        yield from batch.rows()


def _checked(records: Iterable[tuple[int, Mapping[str, Any], Any]], report: AddressReport) -> Iterator[tuple[Any, ...]]:
    """Yield the good rows as they are copied; count and note the others."""
    for number, cells, shape in records:
        if any(word in str(cells.get("status") or "").lower() for word in GONE):
            report.not_in_use += 1
            continue
        if is_empty(cells.get("postcode")):
            report.without_postcode += 1
            continue
        row, problems = read_address(number, cells, shape)
        if problems:
            report.refuse(problems)
        else:
            *values, x, y = row
            yield number, *values, struct.pack("<BIIdd", 1, _EWKB_POINT, RD_NEW, x, y).hex()


def read_address(
    number: int, cells: Mapping[str, Any], shape: Any = None
) -> tuple[tuple[str, int, str, str, str, str, float, float], list[Problem]]:
    """Read one address: postcode, number, addition, street, city, identity, and its point in RD New.

    Parameters
    ----------
    number
        Row number as the sender sees it.
    cells
        Field to cell.
    shape
        Its geometry in RD New, where the file has one.

    Returns
    -------
    The values, of use only where there are no problems, and the problems.
    """
    problems: list[Problem] = []

    def read(name: str, reader: Any, *arguments: Any) -> Any:
        try:
            return reader(*arguments)
        except BadValueError as error:
            problems.append(error.at(number, ADDRESSES.label(name), name))
            return None

    postcode = read("postcode", _postcode, cells.get("postcode"))
    house = read("number", _house_number, cells)
    street = read("street", _name, cells.get("street"), 100, "straat", "street")
    city = read("city", _name, cells.get("city"), 80, "woonplaats", "place")
    x_y = read("geometry", _point, cells, shape)
    identity = str(cells.get("external_id") or "").strip()[:64]
    if problems:
        return ("", 0, "", "", "", "", 0.0, 0.0), problems
    return (postcode, house[0], house[1], street, city, identity, x_y[0], x_y[1]), problems


def _postcode(cell: Any) -> str:
    found = normal_postcode(str(cell))
    if found is None:
        raise BadValueError(
            f"{said(cell)} is geen postcode.", "Schrijf vier cijfers en twee letters, zoals 9403 KL.",
            f"{said(cell)} is no postcode.", "Write four digits and two letters, such as 9403 KL.",
        )  # fmt: skip
    return found


def _house_number(cells: Mapping[str, Any]) -> tuple[int, str]:
    cell = cells.get("number")
    match = re.fullmatch(r"([1-9][0-9]{0,4})(?:\.0)?[\s-]*([A-Za-z0-9]{0,8})", str(cell).strip(), re.ASCII)
    if match is None:
        raise BadValueError(
            f"{said(cell)} is geen huisnummer.", "Schrijf een getal van 1 tot en met 99999.",
            f"{said(cell)} is no house number.", "Write a number from 1 to 99999.",
        )  # fmt: skip
    parts = [match[2], *("" if is_empty(cells.get(n)) else read_text(cells.get(n)) for n in ("letter", "addition"))]
    return int(match[1]), at_most("".join(parts).replace(" ", "").lstrip("-"), 8)


def _name(cell: Any, longest: int, what_nl: str, what_en: str) -> str:
    text = at_most(read_text(cell), longest)
    if not text or "\ufffd" in text:
        raise BadValueError(
            f"De {what_nl} ontbreekt of is onleesbaar.", f"Vul de {what_nl} in; sla csv op als UTF-8.",
            f"The {what_en} is missing or unreadable.", f"Fill in the {what_en}; keep csv in UTF-8.",
        )  # fmt: skip
    return text


def _point(cells: Mapping[str, Any], shape: Any) -> tuple[float, float]:
    if shape is None and not is_empty(cells.get("geometry")):
        try:
            shape = shapely.from_wkt(str(cells["geometry"])[:200])
        except shapely.errors.ShapelyError:
            shape = None
    if shape is not None and not shape.is_empty:
        spot = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
        x, y = spot.x, spot.y
    elif not is_empty(cells.get("x")) and not is_empty(cells.get("y")):
        x, y = float(read_decimal(cells["x"])), float(read_decimal(cells["y"]))
    elif not is_empty(cells.get("lat")) and not is_empty(cells.get("lon")):
        x, y = float(read_decimal(cells["lon"])), float(read_decimal(cells["lat"]))
    else:
        raise BadValueError(
            "Er staat geen plek in de rij.", "Vul x en y (RD) of lat en lon in.",
            "The row has no place.", "Fill in x and y (RD) or lat and lon.",
        )  # fmt: skip
    if looks_like_wgs84(x, y):
        x, y = TO_RD.transform(x, y)
    if not looks_like_rd(x, y):
        raise BadValueError(
            f"{x:g} {y:g} ligt niet in Nederland.", "Gebruik RD New (x 0–300000, y 300000–625000) of lengte/breedte.",
            f"{x:g} {y:g} is not in the Netherlands.", "Use RD New (x 0–300000, y 300000–625000) or lon/lat.",
        )  # fmt: skip
    return x, y


def _refuse_doubles(cursor: Any, report: AddressReport) -> None:
    cursor.execute(_DROP_DOUBLES)
    for row, first, postcode, number, addition in cursor.fetchall():
        name = f"{postcode} {number}{addition}"
        report.refuse([
            Problem(
                row, ADDRESSES.label("number"),
                f"“{name}” staat ook in rij {first}.", "Verwijder een van de rijen, of verbeter de toevoeging.",
                f"“{name}” also stands in row {first}.", "Remove one of the rows, or mend the addition.", "number",
            )
        ])  # fmt: skip


def _vanished(cursor: Any, report: AddressReport, *, remove: bool) -> None:
    cursor.execute(_VANISHED, {"source": SOURCE})
    gone = [pk for (pk,) in cursor.fetchall()]
    report.vanished = len(gone)
    report.vanished_names = [str(address) for address in Address.objects.filter(pk__in=gone[:20]).order_by("pk")]
    if remove:
        for start in range(0, len(gone), 5_000):
            report.removed += (
                Address.objects.filter(pk__in=gone[start : start + 5_000]).delete()[1].get(Address._meta.label, 0)
            )


_STAGE: Final = """
DROP TABLE IF EXISTS staged_address;
CREATE TEMP TABLE staged_address (
    row int NOT NULL, postcode text NOT NULL, number int NOT NULL, addition text NOT NULL, street text NOT NULL,
    city text NOT NULL, external_id text NOT NULL, point geometry NOT NULL, buurt_id bigint
) ON COMMIT DROP
"""
# The buurten lead: each is prepared once, and the index gives the addresses in its box.
_PLACE: Final = """
CREATE INDEX ON staged_address USING gist (point);
ANALYZE staged_address;
UPDATE staged_address s SET buurt_id = placed.buurt FROM (
    SELECT a.row, min(b.id) AS buurt
    FROM geo_buurt b JOIN staged_address a ON ST_Intersects(b.geometry, a.point) GROUP BY a.row
) placed WHERE placed.row = s.row;
"""
_DROP_ELSEWHERE: Final = """
DELETE FROM staged_address s WHERE NOT EXISTS (
    SELECT 1 FROM geo_buurt b WHERE b.id = s.buurt_id AND b.municipality_code = %s)
"""
_DROP_DOUBLES: Final = """
DELETE FROM staged_address s USING (
    SELECT row, min(row) OVER same AS first, row_number() OVER same AS nth FROM staged_address
    WINDOW same AS (PARTITION BY postcode, number, addition ORDER BY row)
) d WHERE d.row = s.row AND d.nth > 1 RETURNING s.row, d.first, s.postcode, s.number, s.addition
"""
_MOVE: Final = """
UPDATE geo_address a SET postcode = s.postcode, number = s.number, addition = s.addition, street = s.street,
    city = s.city, point = s.point, buurt_id = s.buurt_id
FROM staged_address s
WHERE a.source = %(source)s AND a.external_id = s.external_id AND s.external_id <> ''
    AND (a.postcode, a.number, a.addition) <> (s.postcode, s.number, s.addition)
    AND NOT EXISTS (SELECT 1 FROM geo_address o
        WHERE (o.postcode, o.number, o.addition) = (s.postcode, s.number, s.addition))
"""
_MERGE: Final = """
WITH merged AS (
    INSERT INTO geo_address AS a (postcode, number, addition, street, city, point, buurt_id, source, external_id)
    SELECT postcode, number, addition, street, city, point, buurt_id, %(source)s, external_id FROM staged_address
    ON CONFLICT (postcode, number, addition) DO UPDATE SET street = excluded.street, city = excluded.city,
        point = excluded.point, buurt_id = excluded.buurt_id, source = excluded.source,
        external_id = excluded.external_id
    WHERE (a.street, a.city, a.buurt_id, a.source, a.external_id) IS DISTINCT FROM (excluded.street, excluded.city,
        excluded.buurt_id, excluded.source, excluded.external_id) OR NOT a.point = excluded.point
    RETURNING (xmax = 0) AS fresh
) SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM merged
"""
_VANISHED: Final = """
SELECT a.id FROM geo_address a LEFT JOIN geo_buurt b ON b.id = a.buurt_id
WHERE a.source = %(source)s
    AND EXISTS (SELECT 1 FROM staged_address s LEFT JOIN geo_buurt h ON h.id = s.buurt_id
        WHERE h.municipality_code IS NOT DISTINCT FROM b.municipality_code)
    AND NOT EXISTS (SELECT 1 FROM staged_address s
        WHERE (s.postcode, s.number, s.addition) = (a.postcode, a.number, a.addition))
ORDER BY a.id
"""
