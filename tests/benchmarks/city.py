"""A city plan of any size from a seed: blocks along streets, each renewed by several owners over ten years.

The shape is that of a real renewal: homes are emptied, demolished and rebuilt or renovated; under the streets
between the blocks lie sewers, cables and heat; then come streets, green and play areas. Most blocks are in good
order; in some a date is wrong, so that rules have something to find.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from psycopg import sql

from geo.crs import RD_NEW
from planning.initiatives.models import InitiativeState
from planning.partners.models import Organisation
from planning.works.models import Project
from tests.factories import ORIGIN, make_buurt, make_wijk

BLOCK_M: Final = (90.0, 60.0)
STREET_M: Final = 12.0
OWNERS: Final = ("gemeente", "corporatie", "tweede-corporatie", "netbeheerder", "warmtebedrijf")
FIRST_DAY: Final = dt.date(2021, 1, 1)
YEARS: Final = 10
WAVE: Final = 4
"""So many blocks in a row and in a column are renewed in one wave, as a neighbourhood is."""
FAULTY: Final = 0.15
"""Share of works whose date slips out of the order of its block."""


@dataclass(frozen=True)
class CityWork:
    """A work as the generator makes it; ``owner`` and ``block`` are positions."""

    name: str
    kind: str
    status: str
    owner: int
    block: int
    wkt: str
    start: dt.date
    finish: dt.date
    dwellings: int = 0
    hinders_traffic: bool = False
    disturbs_nests: bool = False


@dataclass
class _Block:
    """The works of one block, as they are added one after the other."""

    chance: random.Random
    number: int
    x: float
    y: float
    works: list[CityWork] = field(default_factory=list)

    def plot(self) -> str:
        w, h = BLOCK_M
        # A corner is cut off, so that plots are no mere boxes.
        cut = self.chance.uniform(5, 25)
        corners = [(0, 0), (w, 0), (w, h - cut), (w - cut, h), (0, h)]
        return _polygon(self.x, self.y, corners)

    def street(self) -> str:
        w, h = BLOCK_M
        return _polygon(self.x + w, self.y, [(0, 0), (STREET_M, 0), (STREET_M, h + STREET_M), (0, h + STREET_M)])

    def avenue(self) -> str:
        w, h = BLOCK_M
        return _polygon(self.x, self.y + h, [(0, 0), (w, 0), (w, STREET_M), (0, STREET_M)])

    def trench(self, offset: float) -> str:
        w, h = BLOCK_M
        x = self.x + w + offset
        return f"LINESTRING({x} {self.y}, {x} {self.y + h / 2}, {x + 0.5} {self.y + h})"

    def corner(self) -> str:
        return _polygon(self.x + 2, self.y + 2, [(0, 0), (18, 0), (18, 12), (0, 12)])

    def add(self, kind: str, owner: int, wkt: str, begin: float, weeks: float, **values: Any) -> float:
        """Add a work ``begin`` weeks after the first day, and return in which week it ends."""
        if self.chance.random() < FAULTY:
            begin += self.chance.uniform(-60, 60)
        start = FIRST_DAY + dt.timedelta(weeks=max(0.0, begin))
        finish = start + dt.timedelta(days=max(1, round(weeks * 7)))
        status = "planned" if start > dt.date(2027, 6, 1) else "committed" if start > dt.date(2026, 11, 23) else "done"
        self.works.append(
            CityWork(f"{kind} {self.number}", kind, status, owner, self.number, wkt, start, finish, **values)
        )
        return begin + weeks


def _polygon(x: float, y: float, corners: Sequence[tuple[float, float]]) -> str:
    ring = [*corners, corners[0]]
    return "POLYGON((" + ", ".join(f"{x + dx} {y + dy}" for dx, dy in ring) + "))"


def blocks(works: int, seed: int = 1) -> Iterator[list[CityWork]]:
    """Yield the works of one block after the other until there are ``works`` of them."""
    chance = random.Random(seed)  # noqa: S311 - a plan to measure with, not a secret
    columns = _columns(works)
    waves: dict[tuple[int, int], float] = {}
    made = number = 0
    while made < works:
        row, column = divmod(number, columns)
        x = ORIGIN[0] + column * (BLOCK_M[0] + STREET_M)
        y = ORIGIN[1] + row * (BLOCK_M[1] + STREET_M)
        wave = _wave(number, columns)
        week = waves.setdefault(wave, chance.uniform(0, YEARS * 52 - 250)) + chance.uniform(0, 100)
        block = _block(chance, number, x, y, week).works[: works - made]
        made += len(block)
        number += 1
        yield block


def extent_m(works: int) -> tuple[float, float]:
    """Return width and height of a city of so many works, east and north of ``ORIGIN``."""
    columns = _columns(works)
    return columns * (BLOCK_M[0] + STREET_M), works / 6 / columns * (BLOCK_M[1] + STREET_M)


def _columns(works: int) -> int:
    return math.ceil(math.sqrt(works / 6))


def _wave(block: int, columns: int) -> tuple[int, int]:
    row, column = divmod(block, columns)
    return row // WAVE, column // WAVE


def _block(chance: random.Random, number: int, x: float, y: float, week: float) -> _Block:
    block = _Block(chance, number, x, y)
    landlord = chance.choice((1, 1, 2))
    plot = block.plot()
    homes = chance.randrange(8, 60)
    if chance.random() < 0.4:
        week = block.add("relocation", landlord, plot, week, 20)
        week = block.add("demolition", landlord, plot, week, 12, dwellings=homes, hinders_traffic=True)
        gap = chance.choice((2, 4, 8, 40, 100))
        if gap == 40:
            block.add("temporary_use", 0, plot, week + 2, 36)
        week = block.add("new_build", landlord, plot, week + gap, 60, dwellings=homes + 4, hinders_traffic=True)
    else:
        week = block.add("renovation", landlord, plot, week, 30, dwellings=homes, disturbs_nests=chance.random() < 0.3)
    dug = block.add("sewer", 0, block.trench(6), week, 6, hinders_traffic=True)
    if chance.random() < 0.6:
        dug = block.add("cables_pipes", 3, block.trench(5), dug, 4)
    if chance.random() < 0.4:
        dug = block.add("heat_network", 4, block.trench(7), dug, 6, hinders_traffic=True)
    paved = block.add("street", 0, block.street(), dug, 8, hinders_traffic=True)
    if chance.random() < 0.5:
        paved = block.add("street", 0, block.avenue(), paved, 6, hinders_traffic=True)
    if chance.random() < 0.4:
        block.add("green", 0, block.corner(), paved, 4)
    if chance.random() < 0.2:
        block.add("play_area", 0, block.corner(), paved, 3)
    if chance.random() < 0.1:
        block.add("event", 0, block.avenue(), chance.uniform(0, YEARS * 52), 0.15)
    return block


WORK_COLUMNS: Final = (
    "source", "external_id", "name", "owner_id", "project_id", "kind", "status", "description", "geometry", "buurt_id",
    "planned_start", "planned_finish", "date_precision", "dwellings", "hinders_traffic", "disturbs_nests", "noise",
    "dust", "vibration", "visibility", "tenants_informed_on", "version", "created_at", "updated_at",
)  # fmt: skip


def load(works: int, seed: int = 1) -> None:
    """Write a city of so many works, with its residents' initiatives and meetings, into an empty database."""
    made = [work for block in blocks(works, seed) for work in block]
    owners = [
        Organisation.objects.create(name=slug.title(), slug=slug, kind=Organisation.Kind.OTHER) for slug in OWNERS
    ]
    wijk, columns = make_wijk(), _columns(works)
    # A wave of renewal is a buurt.
    waves = sorted({_wave(work.block, columns) for work in made})
    buurten = {wave: make_buurt(f"Buurt {wave[0]}.{wave[1]}", wijk=wijk) for wave in waves}
    numbers = sorted({(work.block, work.owner) for work in made})
    now = dt.datetime.now(dt.UTC)
    with connection.cursor() as cursor, _without_indexes(cursor, "works_work"):
        # A history row for each record is no part of what is measured.
        cursor.execute("SET session_replication_role = replica")
        projects = Project.objects.bulk_create(Project(name=f"Blok {b}.{o}", owner=owners[o]) for b, o in numbers)
        project_of = {number: project.pk for number, project in zip(numbers, projects, strict=True)}
        with cursor.cursor.copy(
            sql.SQL("COPY works_work ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, WORK_COLUMNS)))
        ) as copy:
            for number, work in enumerate(made):
                copy.write_row((
                    "generator", str(number), work.name, owners[work.owner].pk, project_of[work.block, work.owner],
                    work.kind, work.status, "", f"SRID={RD_NEW};{work.wkt}",
                    buurten[_wave(work.block, columns)].pk, work.start, work.finish, "day",
                    work.dwellings, work.hinders_traffic, work.disturbs_nests, 0, 0, 0, "public", now.date(), 1,
                    now, now,
                ))  # fmt: skip
        cursor.execute("SET session_replication_role = DEFAULT")
    _load_residents(made, owners[0], seed)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextmanager
def _without_indexes(cursor: Any, table: str) -> Iterator[None]:
    """Make the indexes of a table anew afterwards, which takes a fraction of keeping them up to date row by row."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = %s::regclass AND NOT i.indisunique",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)


def load_findings() -> None:
    """Write a finding for two works out of three, with the next work: as many as detection finds, without its time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO coordination_finding (key, rule, kind, severity, wijk_id, start, finish, geometry,"
            " sentence_nl, sentence_en, facts, first_seen, changed_at)"
            " SELECT 'generated:' || id, 'space-time-overlap',"
            " CASE id % 3 WHEN 0 THEN 'opportunity' ELSE 'conflict' END, 2, NULL, planned_start, planned_finish,"
            " ST_Centroid(geometry), 'Twee werken zitten elkaar in de weg.',"
            " 'Two works stand in the way of each other.', '{}', now(), now() FROM works_work WHERE id % 3 < 2"
        )
        cursor.execute(
            "INSERT INTO coordination_finding_works (finding_id, work_id)"
            " SELECT f.id, w.id FROM coordination_finding f"
            " CROSS JOIN LATERAL (SELECT split_part(key, ':', 2)::bigint AS first) AS named"
            " JOIN works_work w ON w.id IN (first, first + 1)"
        )
        cursor.execute("ANALYZE")


def _load_residents(works: Sequence[CityWork], organiser: Organisation, seed: int) -> None:
    """Write an initiative for every 40 works and a meeting for every 100, each beside a work."""
    from django.contrib.gis.geos import GEOSGeometry

    from planning.initiatives.models import Initiative, Meeting

    chance = random.Random(seed)  # noqa: S311
    Initiative.objects.bulk_create(
        Initiative(
            title=f"Initiatief {number}", slug=f"initiatief-{number}", summary="Samen.", theme="green",
            state=chance.choice([InitiativeState.GATHERING_SUPPORT, InitiativeState.SUPPORTED, InitiativeState.DONE]),
            submitted_on=FIRST_DAY, looks_for_place=chance.random() < 0.1,
            geometry=GEOSGeometry(f"SRID={RD_NEW};{work.wkt}").centroid,
        )
        for number, work in enumerate(chance.sample(works, len(works) // 40))
    )  # fmt: skip
    evenings = [
        (work, dt.datetime.combine(work.start - dt.timedelta(days=chance.randrange(60)), dt.time(19), dt.UTC))
        for work in chance.sample(works, len(works) // 100)
    ]
    Meeting.objects.bulk_create(
        Meeting(
            title=f"Bewonersavond {number}", organiser=organiser, starts_at=at, ends_at=at + dt.timedelta(hours=2),
            location="BIC", point=GEOSGeometry(f"SRID={RD_NEW};{work.wkt}").centroid,
        )
        for number, (work, at) in enumerate(evenings)
    )  # fmt: skip
