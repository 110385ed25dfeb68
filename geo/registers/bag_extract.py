"""The BAG 2.0 extract of the Kadaster: a zip of zips of XML, in which an address is spread over four kinds of objects.

Structure: Kadaster, XSD's BAG 2.0 extract (v20200601). A numbering (NUM) lies on a public space (OPR) in a place (WPL);
a dwelling, pitch or mooring (VBO, STA, LIG) has it as its main address, and has the geometry. Objects stand in the file
with their history; only what holds now is taken.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final
from xml.etree.ElementTree import Element, ParseError, iterparse

import shapely
from django.db import connection

from geo.intake.copying import copy_rows
from geo.intake.gate import UnreadableFileError, declares_document_type

PARTS: Final = {"WPL": "Woonplaats", "OPR": "OpenbareRuimte", "NUM": "Nummeraanduiding", "VBO": "Verblijfsobject",
                "STA": "Standplaats", "LIG": "Ligplaats"}  # fmt: skip
"""Letters in the names of the files inside to the objects in them."""

_PART: Final = re.compile(r"(?:^|/)\d{4}(WPL|OPR|NUM|VBO|STA|LIG)[\w-]*\.(zip|xml)$", re.IGNORECASE)
ENDS: Final = frozenset(
    {"eindGeldigheid", "eindRegistratie", "tijdstipInactief", "tijdstipInactiefLV", "tijdstipNietBAG"}
)
"""An object with one of these holds no longer."""

LARGEST_PART: Final = 8 * 1024**3
"""Bytes of a zip inside the zip; that of all dwellings of the country is under 2 GB."""

CHUNK: Final = 1 << 20


def is_extract(path: Path) -> bool:
    """Return whether a file is a zip with the parts of a BAG extract in it."""
    if path.suffix.lower() != ".zip" or not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(_PART.search(name) for name in archive.namelist())


def records(path: Path) -> Iterator[tuple[int, Mapping[str, Any], Any]]:
    """Yield the addresses of an extract: number, field to cell, and geometry in RD New; inside a transaction.

    Raises
    ------
    UnreadableFileError
        Where a part is damaged or missing, or is not what it should be.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
    found: set[str] = set()
    for part, file in _parts(path):
        found.add(part)
        table, columns, reader = _READERS[part]
        copy_rows(table, columns, (row for element in _objects(file, PARTS[part], path) if (row := reader(element))))
    missing = {"NUM", "OPR", "WPL"} - found
    if missing or not found & {"VBO", "STA", "LIG"}:
        wanted = ", ".join(sorted(PARTS[part] for part in missing)) or "Verblijfsobject"
        raise UnreadableFileError(f"In {path.name} ontbreekt {wanted}; lever het hele BAG-extract.")
    yield from _joined()


def _joined() -> Iterator[tuple[int, Mapping[str, Any], Any]]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON bag_number (id); ANALYZE bag_number, bag_space, bag_place, bag_object")
    names = ("postcode", "number", "letter", "addition", "street", "city", "external_id", "status")
    with connection.chunked_cursor() as cursor:
        cursor.execute(_JOIN)
        number = 0
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                number += 1
                yield number, dict(zip(names, row[:-1], strict=True)), shapely.from_wkt(row[-1]) if row[-1] else None


def _parts(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield each XML file of the extract with the kind of objects in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                match = _PART.search(member.filename)
                if match is None:
                    continue
                part = match[1].upper()
                if match[2].lower() == "xml":
                    with archive.open(member) as file:
                        yield part, file
                else:
                    yield from _inside(archive, member, part, path)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise UnreadableFileError(f"{path.name} is beschadigd; download het extract opnieuw.") from error


def _inside(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, part: str, path: Path
) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the XML files of a zip inside the zip; written to a file of its own, for it is read from its end."""
    with archive.open(member) as packed, tempfile.TemporaryFile() as copy:
        size = 0
        while chunk := packed.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_PART:
                raise UnreadableFileError(f"{path.name} is uitgepakt te groot; lever het extract van één gemeente.")
            copy.write(chunk)
        with zipfile.ZipFile(copy) as inner:
            for name in inner.namelist():
                if name.lower().endswith(".xml"):
                    with inner.open(name) as file:
                        yield part, file


def _objects(file: IO[bytes], kind: str, path: Path) -> Iterator[Element]:
    """Yield the objects in an XML file that hold now, one at a time."""
    start = file.read(65_536)
    if declares_document_type(start):
        raise UnreadableFileError(f"{path.name} is geen BAG-extract van het Kadaster.")
    try:
        stack: list[Element] = []
        # Entities are refused above, and expat follows none to another file.
        for event, element in iterparse(_Rejoined(start, file), events=("start", "end")):  # noqa: S314
            if event == "start":
                stack.append(element)
                continue
            stack.pop()
            if _local(element) == kind:
                if _holds_now(element):
                    yield element
                element.clear()
                # Its wrapper keeps a reference, of which there would be ten thousand.
                if len(stack) >= 2:
                    stack[-2].clear()
    except ParseError as error:
        raise UnreadableFileError(f"{path.name} is beschadigd; download het extract opnieuw.") from error


class _Rejoined(io.RawIOBase):
    """A file of which the start was read already."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self.start, self.rest = start, rest

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if self.start:
            given, self.start = self.start, b""
            return given
        return self.rest.read(size)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _texts(element: Element) -> dict[str, str]:
    """Return local name to text of everything in an object; the first of a name counts."""
    found: dict[str, str] = {}
    for part in element.iter():
        if part.text and part.text.strip():
            found.setdefault(_local(part), part.text.strip())
    return found


def _holds_now(element: Element) -> bool:
    names = {_local(part) for part in element.iter()}
    return not names & {
        "eindGeldigheid",
        "eindRegistratie",
        "tijdstipInactief",
        "tijdstipInactiefLV",
        "tijdstipNietBAG",
    }


def _reference(element: Element, name: str) -> str:
    return next((part.text.strip() for part in element.iter() if _local(part) == name and part.text), "")


def _place(element: Element) -> tuple[Any, ...] | None:
    texts = _texts(element)
    return (texts["identificatie"], texts["naam"]) if {"identificatie", "naam"} <= set(texts) else None


def _space(element: Element) -> tuple[Any, ...] | None:
    texts = _texts(element)
    if not {"identificatie", "naam"} <= set(texts):
        return None
    return texts["identificatie"], texts["naam"], _reference(element, "WoonplaatsRef")


def _number(element: Element) -> tuple[Any, ...] | None:
    texts = _texts(element)
    if "identificatie" not in texts or "ingetrokken" in texts.get("status", ""):
        return None
    return (
        texts["identificatie"], texts.get("huisnummer", ""), texts.get("huisletter", ""),
        texts.get("huisnummertoevoeging", ""), texts.get("postcode", ""), _reference(element, "OpenbareRuimteRef"),
        _reference(element, "WoonplaatsRef"),
    )  # fmt: skip


def _object(element: Element) -> tuple[Any, ...] | None:
    texts = _texts(element)
    number = _reference(element, "NummeraanduidingRef")
    if not number:
        return None
    return number, texts.get("status", ""), _wkt(element, texts)


def _wkt(element: Element, texts: Mapping[str, str]) -> str | None:
    """Return the point of an object, or a point on its area; heights are left out."""
    text = texts.get("pos") or texts.get("posList") or ""
    try:
        numbers = [float(number) for number in text.split()]
    except ValueError:
        return None
    if len(numbers) < 2:
        return None
    if "pos" in texts:
        return f"POINT ({numbers[0]} {numbers[1]})"
    flat = {part.get("srsDimension") for part in element.iter() if part.get("srsDimension")} != {"3"}
    step = 2 if flat else 3
    corners = [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers) - 1, step)]
    return str(shapely.point_on_surface(shapely.Polygon(corners)).wkt) if len(corners) >= 4 else None


_Reader = Callable[[Element], tuple[Any, ...] | None]
_OBJECT: Final[tuple[str, tuple[str, ...], _Reader]] = ("bag_object", ("number", "status", "shape"), _object)
_READERS: Final[Mapping[str, tuple[str, tuple[str, ...], _Reader]]] = {
    "WPL": ("bag_place", ("id", "name"), _place),
    "OPR": ("bag_space", ("id", "name", "place"), _space),
    "NUM": ("bag_number", ("id", "number", "letter", "addition", "postcode", "space", "place"), _number),
    "VBO": _OBJECT,
    "STA": _OBJECT,
    "LIG": _OBJECT,
}
_TABLES: Final = """
DROP TABLE IF EXISTS bag_place, bag_space, bag_number, bag_object;
CREATE TEMP TABLE bag_place (id text, name text) ON COMMIT DROP;
CREATE TEMP TABLE bag_space (id text, name text, place text) ON COMMIT DROP;
CREATE TEMP TABLE bag_number (id text, number text, letter text, addition text, postcode text, space text, place text)
    ON COMMIT DROP;
CREATE TEMP TABLE bag_object (number text, status text, shape text) ON COMMIT DROP;
"""
# A numbering names a place of its own where its public space lies in another.
_JOIN: Final = """
SELECT n.postcode, n.number, n.letter, n.addition, s.name, coalesce(own.name, p.name), n.id, o.status, o.shape
FROM bag_object o JOIN bag_number n ON n.id = o.number LEFT JOIN bag_space s ON s.id = n.space
LEFT JOIN bag_place p ON p.id = s.place LEFT JOIN bag_place own ON own.id = n.place AND n.place <> ''
"""
