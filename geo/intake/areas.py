"""The names that a place can have in this installation: buurten, wijken and streets."""

from __future__ import annotations

from functools import cached_property

import shapely
from django.utils.text import slugify
from shapely.geometry.base import BaseGeometry

from geo.intake.problems import BadValueError, said
from geo.intake.streets import Streets
from geo.models import Buurt, Wijk


class Areas:
    """The buurten and wijken, to name a place by and to check that a place lies in one of them; and the streets."""

    def __init__(self) -> None:
        self.shapes: dict[str, BaseGeometry] = {}
        self.by_word: dict[tuple[str, str], list[str]] = {}
        self._add("buurt", Buurt.objects.values_list("code", "name", "slug", "geometry"))
        buurten = list(self.shapes.values())
        self._add("wijk", Wijk.objects.values_list("code", "name", "slug", "geometry"))
        self._all = shapely.union_all(buurten) if buurten else None
        if self._all is not None:
            shapely.prepare(self._all)

    def _add(self, kind: str, rows: object) -> None:
        for code, name, slug, geometry in rows:  # type: ignore[attr-defined]
            self.shapes[f"{kind} {code}"] = shapely.from_wkb(bytes(geometry.wkb))
            for word in {code.lower(), slugify(name), slug}:
                self.by_word.setdefault((kind, word), []).append(code)

    @cached_property
    def streets(self) -> Streets:
        """The streets, asked for only where a row names one."""
        return Streets()

    def touches(self, geometry: BaseGeometry) -> bool:
        """Return whether a place lies in, or at most on the edge of, any buurt; True where none is loaded."""
        return self._all is None or bool(shapely.intersects(self._all, geometry))

    def find(self, kind: str, word: object) -> BaseGeometry:
        """Return the shape of the buurt or wijk with this name or code.

        Raises
        ------
        BadValueError
            Where none or several fit.
        """
        name = str(word).strip()
        codes = self.by_word.get((kind, name.lower())) or self.by_word.get((kind, slugify(name))) or []
        if len(codes) == 1:
            return self.shapes[f"{kind} {codes[0]}"]
        if codes:
            plural = {"buurt": "buurten", "wijk": "wijken"}[kind]
            raise BadValueError(
                f"Er zijn {len(codes)} {plural} met de naam {said(name)}.", f"Schrijf de code: {' of '.join(codes)}.",
                f"There are {len(codes)} {plural} called {said(name)}.", f"Write the code: {' or '.join(codes)}.",
            )  # fmt: skip
        raise BadValueError(
            f"{kind.capitalize()} {said(name)} is niet bekend.",
            "Schrijf de naam of de code van het CBS, zoals BU01060304.",
            f"{kind.capitalize()} {said(name)} is not known.", "Write the name or code of CBS, such as BU01060304.",
        )  # fmt: skip
