"""Rows against the plan: what each would do, without doing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely.geometry.base import BaseGeometry

from geo.crs import RD_NEW
from geo.intake.areas import Areas
from geo.intake.problems import Problem, Repair
from geo.intake.values import is_empty
from planning.partners.models import Organisation
from planning.works.importing.columns import WORKS
from planning.works.importing.rows import Difference, RowResult, read_row
from planning.works.kinds import WorkStatus
from planning.works.models import RowOutcome, Work

SAME_WITHIN_M = 0.02
"""What GeoJSON rounds (seven decimals of a degree, a centimetre) is no other place."""

MOST_COMPARED = 2_000
"""Points of a shape that are each compared with each; a larger one is the same only point by point."""

ON_IT_WITHIN_M = 1.0
"""How far a point may lie from a work and still be one of it: coordinates are rounded, to whole metres by some."""


class Checker:
    """Reads rows of one owner's file, batch after batch, and says of each what it would do.

    Parameters
    ----------
    owner, source
        Whose works, and from which feed; a row is known again by these and its own identity.
    columns
        Field to header, for messages.
    lock
        Hold the works that rows are compared with until the transaction ends.
    """

    def __init__(self, owner: Organisation, source: str, columns: Mapping[str, str], *, lock: bool = False) -> None:
        self.owner, self.source, self.columns, self.lock = owner, source, columns, lock
        self.areas = Areas()
        self.first: dict[str, int] = {}

    def check(self, batch: Iterable[tuple[int, Mapping[str, Any]]]) -> list[RowResult]:
        """Return what the rows (number, and field to cell) would do; a row that recurs is refused the second time."""
        lines = list(batch)
        streets = {cells["street"] for _, cells in lines if not is_empty(cells.get("street"))}
        if streets:
            self.areas.streets.expect(streets)
        rows = [read_row(number, cells, self.columns, self.areas) for number, cells in lines]
        known = self._known([row.values["external_id"] for row in rows if not row.problems])
        for row in rows:
            if not row.problems:
                self._refuse_double(row)
            if not row.problems:
                _compare(row, known.get(row.values["external_id"]))
        return rows

    def _known(self, keys: list[str]) -> dict[str, Work]:
        works = Work.objects.filter(owner=self.owner, source=self.source, external_id__in=keys)
        works = works.select_related("project").defer("mercator", "ground")
        if self.lock:
            works = works.select_for_update(of=("self",))
        return {work.external_id: work for work in works}

    def _refuse_double(self, row: RowResult) -> None:
        key = row.values["external_id"]
        first = self.first.setdefault(key, row.number)
        if first != row.number:
            said = row.values["name"] if key.startswith("auto-") else key
            column = self.columns.get("external_id", WORKS.label("external_id"))
            row.problems.append(
                Problem(
                    row.number, column,
                    f"“{said}” staat ook in rij {first}.",
                    "Geef elk werk een eigen kenmerk, of verwijder een van de rijen.",
                    f"“{said}” also stands in row {first}.",
                    "Give each work its own identity, or remove one of the rows.",
                    "external_id",
                )
            )  # fmt: skip


def _compare(row: RowResult, work: Work | None) -> None:
    row.work = work
    if work is None:
        row.outcome = RowOutcome.NEW
        return
    _keep_shape(row, work)
    row.differences = list(_differences(work, row.values))
    row.outcome = RowOutcome.CHANGED if row.differences else RowOutcome.UNCHANGED


def _keep_shape(row: RowResult, work: Work) -> None:
    """Leave a work its line or surface where a row only names a point of it, as a spreadsheet does."""
    point = row.values["geometry"]
    if point.geom_type != "Point" or work.geometry.geom_type == "Point":
        return
    shape = shapely.from_wkb(bytes(work.geometry.wkb))
    if shapely.dwithin(shape, point, ON_IT_WITHIN_M):
        row.values["geometry"] = shape
        nl, en = "de plek is een punt van het werk; de vorm blijft", "the place is a point of the work; its shape stays"
        row.repairs.append(Repair(row.number, nl, en))


def _differences(work: Work, values: Mapping[str, Any]) -> Iterable[Difference]:
    for name, after in values.items():
        if name == "programme" or (name == "project" and not after):
            continue
        if name == "project":
            before: Any = work.project.name if work.project else ""
        else:
            before = getattr(work, name)
        if name == "geometry":
            if not _same_place(shapely.from_wkb(bytes(before.wkb)), after):
                yield Difference(name, before, after)
        elif before != after:
            yield Difference(name, before, after)


def _same_place(before: BaseGeometry, after: BaseGeometry) -> bool:
    """Return whether two shapes are the same but for rounding, the order of their points and which comes first."""
    if shapely.equals_exact(before, after, SAME_WITHIN_M):
        return True
    points = shapely.get_num_coordinates(before)
    if before.geom_type != after.geom_type or points != shapely.get_num_coordinates(after) or points > MOST_COMPARED:
        return False
    return bool(shapely.hausdorff_distance(before, after) <= SAME_WITHIN_M)


def as_geos(shape: shapely.Geometry) -> GEOSGeometry:
    """Return a shape in RD New as the database takes it."""
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=RD_NEW)


def vanished(owner: Organisation, source: str, present: Iterable[str]) -> list[Work]:
    """Return the works of a feed that a file with these identities does not name; what was cancelled may be gone."""
    here = set(present)
    works = Work.objects.filter(owner=owner, source=source).exclude(status=WorkStatus.CANCELLED)
    return [w for w in works.only("name", "status", "external_id").order_by("name", "pk") if w.external_id not in here]
