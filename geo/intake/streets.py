"""A street by its name: whole, the part of it in an area, or the part between two house numbers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from geo.functions import Folded
from geo.intake.problems import BadValueError, said
from geo.models import Address, RoadPart
from geo.text import fold

ALONG_M: Final = 10.0
"""A part between two house numbers goes on so far beyond the doors."""

BESIDE_M: Final = 75.0
"""An address lies at its street within so many metres."""

_NUMBERS: Final = re.compile(
    r"(\d{1,5})[a-z]?(?:\s*(?:-|–|t/m|t\.?m\.?|tot en met|tot|to|until)\s*(\d{1,5})[a-z]?)?\s*(even|oneven|odd)?",
    re.IGNORECASE | re.ASCII,
)


class Streets:
    """The named road parts; their geometry is read for many streets at once, and once."""

    def __init__(self) -> None:
        self._shapes: dict[str, list[BaseGeometry]] = {}
        self._doors: dict[str, list[tuple[int, shapely.Point]]] = {}

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """Every street, without case and accents, with the places it is in."""
        found: dict[str, set[str]] = {}
        for name, city in RoadPart.objects.exclude(name="").order_by().values_list("name", "city").distinct():
            found.setdefault(fold(name), set()).add(city)
        return found

    @property
    def empty(self) -> bool:
        """Whether no road parts are loaded."""
        return not self.names

    def expect(self, words: Iterable[object]) -> None:
        """Read the geometry of these streets, and the doors in them, in two queries for all."""
        wanted = {fold(str(word)) for word in words} & set(self.names) - set(self._shapes)
        if not wanted:
            return
        self._shapes |= {name: [] for name in wanted}
        self._doors |= {name: [] for name in wanted}
        parts = RoadPart.objects.annotate(folded=Folded("name")).filter(folded__in=wanted).order_by("pk")
        for name, geometry in parts.values_list("folded", "geometry"):
            self._shapes[name].append(shapely.from_wkb(bytes(geometry.wkb)))
        doors = Address.objects.annotate(folded=Folded("street")).filter(folded__in=wanted)
        for name, number, point in doors.values_list("folded", "number", "point"):
            self._doors[name].append((number, shapely.Point(point.x, point.y)))

    def find(self, word: object, within: BaseGeometry | None = None, numbers: object = None) -> BaseGeometry:
        """Return the geometry of a street: its surfaces where those are known, else its lines.

        Parameters
        ----------
        word
            Its name.
        within
            Keep only what lies in this area.
        numbers
            Keep only what lies along these house numbers, as "12 t/m 40" or "1-9 oneven".

        Raises
        ------
        BadValueError
            Where it is not known, lies in several places, or nothing of it is left.
        """
        name = fold(str(word))
        if name not in self.names:
            raise self._unknown(word, name)
        if within is None and len(self.names[name]) > 1:
            places = ", ".join(sorted(place or "?" for place in self.names[name]))
            raise BadValueError(
                f"Straat {said(word)} is er in: {places}.", "Vul de buurt of wijk erbij in.",
                f"Street {said(word)} is in: {places}.", "Fill in the buurt or wijk too.",
            )  # fmt: skip
        self.expect([name])
        surfaces, lines = self._split(name)
        shape = surfaces if surfaces is not None else lines
        if within is not None:
            shape, lines = _part(shape, within), _part(lines, within)
        if numbers is not None:
            shape = self._along(name, str(numbers), shape, lines)
        if shape is None or shape.is_empty:
            raise BadValueError(
                f"Straat {said(word)} ligt niet in deze buurt of wijk.", "Verbeter de straat of de buurt.",
                f"Street {said(word)} is not in this buurt or wijk.", "Mend the street or the buurt.",
            )  # fmt: skip
        return shape

    def _split(self, name: str) -> tuple[BaseGeometry | None, BaseGeometry | None]:
        parts = self._shapes[name]
        surfaces = [part for part in parts if shapely.get_dimensions(part) == 2]
        lines = [part for part in parts if shapely.get_dimensions(part) == 1]
        return (
            shapely.union_all(surfaces) if surfaces else None,
            shapely.line_merge(shapely.union_all(lines)) if lines else None,
        )

    def _along(
        self, name: str, numbers: str, shape: BaseGeometry | None, lines: BaseGeometry | None
    ) -> BaseGeometry | None:
        """Return the part of a street along house numbers."""
        if shape is None:
            return None
        doors = [door for door in self._numbered(name, numbers) if shape.distance(door) <= BESIDE_M]
        if not doors:
            raise BadValueError(
                f"Aan deze straat zijn geen huisnummers {said(numbers)} bekend.",
                "Verbeter de nummers, of laat ze leeg voor de hele straat.",
                f"No house numbers {said(numbers)} are known in this street.",
                "Mend the numbers, or leave them empty for the whole street.",
            )  # fmt: skip
        if lines is None or lines.is_empty:
            hull = shapely.convex_hull(shapely.union_all(doors)).buffer(2 * ALONG_M)
            return _part(shape, hull)
        stretch = _stretch(lines, doors)
        surface = shapely.get_dimensions(shape) == 2
        return _part(shape, stretch.buffer(2 * ALONG_M, cap_style="flat")) if surface else stretch

    def _numbered(self, name: str, numbers: str) -> list[shapely.Point]:
        match = _NUMBERS.fullmatch(numbers.strip())
        if match is None:
            raise BadValueError(
                f"{said(numbers)} zijn geen huisnummers.", "Schrijf bijvoorbeeld 12, 12 t/m 40 of 1-9 oneven.",
                f"{said(numbers)} are no house numbers.", "Write for example 12, 12-40 or 1-9 odd.",
            )  # fmt: skip
        first = int(match[1])
        last = int(match[2] or first)
        first, last = min(first, last), max(first, last)
        side = {"even": 0, "oneven": 1, "odd": 1}.get((match[3] or "").lower())
        return [
            door
            for number, door in self._doors[name]
            if first <= number <= last and (side is None or number % 2 == side)
        ]

    def _unknown(self, word: object, name: str) -> BadValueError:
        if self.empty:
            return BadValueError(
                "Er zijn nog geen straten ingelezen.", "Vul een buurt of een geometrie in, of lees de straten in.",
                "No streets are loaded yet.", "Fill in a buurt or a geometry, or load the streets.",
            )  # fmt: skip
        near = ", ".join(difflib.get_close_matches(name[:60], self.names, n=3, cutoff=0.6))
        return BadValueError(
            f"Straat {said(word)} is niet bekend.",
            f"Bedoelt u: {near}?" if near else "Schrijf de naam zoals op het straatnaambord.",
            f"Street {said(word)} is not known.",
            f"Do you mean: {near}?" if near else "Write the name as on its sign.",
        )


def _part(shape: BaseGeometry | None, area: BaseGeometry) -> BaseGeometry | None:
    """Return what lies in an area, without the points and lines where they only touch."""
    if shape is None:
        return None
    inside = shapely.intersection(shape, area)
    top = shapely.get_dimensions(shape)
    parts = [part for part in shapely.get_parts(inside) if shapely.get_dimensions(part) == top]
    return shapely.union_all(parts) if parts else None


def _stretch(lines: BaseGeometry, doors: list[shapely.Point]) -> BaseGeometry:
    """Return the stretches of lines from the first door to the last on each."""
    pieces = list(shapely.get_parts(lines))
    along: dict[int, list[float]] = {}
    for door in doors:
        nearest = min(range(len(pieces)), key=lambda i: pieces[i].distance(door))
        along.setdefault(nearest, []).append(pieces[nearest].project(door))
    cut = [
        shapely.ops.substring(pieces[i], max(0.0, min(at) - ALONG_M), min(pieces[i].length, max(at) + ALONG_M))
        for i, at in sorted(along.items())
    ]
    return shapely.union_all(cut)
