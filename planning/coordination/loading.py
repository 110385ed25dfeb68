"""From the database to the engine's Plan: works, places, and who is near whom, found by PostGIS.

One statement pairs all works (GiST on ``ground``); no loop in Python runs over pairs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import sql

from planning.coordination import copying
from planning.coordination.copying import BIGINT, BOOL, INT, REAL, SMALLINT
from planning.coordination.models import Crew, YearBudget
from planning.initiatives.models import OPEN_STATES, Initiative, Meeting, NeighbourhoodCentre
from planning.sequencing.kinds import Kind, Status
from planning.sequencing.plan import (
    NO_LOWER,
    NO_UPPER,
    NOBODY,
    Budgets,
    Crews,
    Dependencies,
    DependencyType,
    Pairs,
    PlacePairs,
    Places,
    PlaceType,
    Plan,
    Works,
    to_day,
)
from planning.sequencing.rules.base import PlaceReach, Reach

EPOCH = "DATE '1970-01-01'"


def _codes(column: str, codes: Iterable[str]) -> str:
    """Return SQL for the position of a text column among constants of our own."""
    return f"array_position(ARRAY[{', '.join(repr(str(code)) for code in codes)}], {column}::text) - 1"


# What the engine counts with are effective dates: what has really begun or ended goes before what was planned.
WORKS_SQL = f"""
    SELECT w.id, ({_codes("w.kind", Kind)})::smallint, ({_codes("w.status", Status)})::smallint,
        w.owner_id, COALESCE(w.project_id, {NOBODY})::bigint, COALESCE(w.buurt_id, {NOBODY})::bigint,
        COALESCE(b.wijk_id, {NOBODY})::bigint,
        COALESCE(w.actual_start, w.planned_start) - {EPOCH},
        GREATEST(COALESCE(w.actual_finish, w.planned_finish), COALESCE(w.actual_start, w.planned_start) + 1) - {EPOCH},
        COALESCE(w.earliest_start - {EPOCH}, {NO_LOWER})::int, COALESCE(w.latest_finish - {EPOCH}, {NO_UPPER})::int,
        COALESCE(w.duration_days, 0), w.dwellings, w.hinders_traffic, w.disturbs_nests,
        GREATEST(w.noise, w.dust, w.vibration), COALESCE(w.budget_eur, 0)::real,
        o.kind = 'housing_association',
        CASE WHEN w.visibility = 'public' THEN COALESCE(w.embargo_until - {EPOCH}, {NO_LOWER}) ELSE {NO_UPPER} END::int,
        COALESCE(w.tenants_informed_on - {EPOCH}, {NO_UPPER})::int, COALESCE(w.consent_percentage, -1)::int
    FROM works_work w
    JOIN partners_organisation o ON o.id = w.owner_id
    LEFT JOIN geo_buurt b ON b.id = w.buurt_id
    WHERE {{ids}}::bigint[] IS NULL OR w.id = ANY({{ids}})
    ORDER BY w.id
"""  # noqa: S608 - built from constants only
WORKS_COLUMNS = {
    "id": BIGINT, "kind": SMALLINT, "status": SMALLINT, "owner": BIGINT, "project": BIGINT, "buurt": BIGINT,
    "wijk": BIGINT, "start": INT, "finish": INT, "earliest_start": INT, "latest_finish": INT, "duration": INT,
    "dwellings": INT, "hinders_traffic": BOOL, "disturbs_nests": BOOL, "nuisance": SMALLINT, "budget": REAL,
    "rental": BOOL, "public_from": INT, "informed": INT, "consent": INT,
}  # fmt: skip

# The pairs that any rule asks for, found per reach; then distance decides, and the shared ground, which costs more, is
# measured only where the two touch.
_WITHIN_REACH = """
    SELECT DISTINCT LEAST(a.id, b.id) AS first, GREATEST(a.id, b.id) AS second
    FROM (VALUES {reaches}) AS reach(metres, these, those)
    JOIN works_work a ON reach.these IS NULL OR a.kind = ANY(reach.these)
    JOIN works_work b ON ST_DWithin(a.ground, b.ground, reach.metres)
        AND CASE WHEN reach.those IS NULL THEN a.id < b.id ELSE a.id <> b.id AND b.kind = ANY(reach.those) END
    WHERE a.status <> 'cancelled' AND b.status <> 'cancelled'
        AND ({ids}::bigint[] IS NULL OR (a.id = ANY({ids}) AND b.id = ANY({ids})))
"""
# The same pairs, those of a few works only: looked for from these, so that the rest is not touched.
_WITHIN_REACH_OF = """
    SELECT DISTINCT LEAST(a.id, b.id) AS first, GREATEST(a.id, b.id) AS second
    FROM (VALUES {reaches}) AS reach(metres, these, those)
    JOIN works_work a ON a.id = ANY({ids})
    JOIN works_work b ON a.id <> b.id AND ST_DWithin(a.ground, b.ground, reach.metres)
        AND (
            (reach.these IS NULL OR a.kind = ANY(reach.these)) AND (reach.those IS NULL OR b.kind = ANY(reach.those))
            OR (reach.these IS NULL OR b.kind = ANY(reach.these)) AND (reach.those IS NULL OR a.kind = ANY(reach.those))
        )
    WHERE a.status <> 'cancelled' AND b.status <> 'cancelled'
"""
_MEASURED = """
    SELECT a.id, b.id, near.distance::real,
        CASE WHEN near.distance = 0 THEN ST_Area(ST_Intersection(a.ground, b.ground)) ELSE 0 END::real
    FROM (PAIRS) pair
    JOIN works_work a ON a.id = pair.first
    JOIN works_work b ON b.id = pair.second
    CROSS JOIN LATERAL (SELECT ST_Distance(a.ground, b.ground) AS distance OFFSET 0) near
"""
PAIRS_SQL = _MEASURED.replace("PAIRS", _WITHIN_REACH)
PAIRS_OF_SQL = _MEASURED.replace("PAIRS", _WITHIN_REACH_OF)
PAIRS_COLUMNS = {"first": BIGINT, "second": BIGINT, "distance": REAL, "overlap": REAL}

PLACE_PAIRS_SQL = """
    SELECT w.id, p.type::smallint, p.id, min(ST_Distance(w.ground, p.geometry))::real
    FROM (VALUES {reaches}) AS reach(metres, these, those)
    JOIN (
        SELECT 0 AS type, id, geometry FROM initiatives_initiative WHERE state = ANY({states})
        UNION ALL SELECT 1, id, point FROM initiatives_meeting
        UNION ALL SELECT 2, id, point FROM initiatives_neighbourhoodcentre WHERE state = 'open'
    ) p ON p.type = ANY(reach.those)
    JOIN works_work w ON ST_DWithin(w.ground, p.geometry, reach.metres)
        AND (reach.these IS NULL OR w.kind = ANY(reach.these))
    WHERE w.status <> 'cancelled' AND ({ids}::bigint[] IS NULL OR w.id = ANY({ids}))
    GROUP BY 1, 2, 3
"""
PLACE_PAIRS_COLUMNS = {"work": BIGINT, "type": SMALLINT, "place": BIGINT, "distance": REAL}


def reach_values(reaches: Iterable[Reach | PlaceReach]) -> sql.Composable:
    """Return reaches as rows for ``VALUES``: metres, kinds on one side, kinds or places on the other."""
    rows = []
    for reach in reaches:
        if isinstance(reach, PlaceReach):
            these: Sequence[str] | None = sorted(reach.kinds)
            those: Sequence[str | int] | None = sorted(int(kind) for kind in reach.types)
        else:
            these, those = (None if side is None else sorted(side) for side in (reach.these, reach.those))
        values = [None if side is None else list(map(str, side)) for side in (these, those)]
        cast = "int[]" if isinstance(reach, PlaceReach) else "text[]"
        rows.append(
            sql.SQL("({}::float8, {}::text[], {}::" + cast + ")").format(float(reach.metres), *map(sql.Literal, values))
        )
    # Nothing to pair: one row that reaches nothing.
    return sql.SQL(", ").join(rows) if rows else sql.SQL("(NULL::float8, NULL::text[], NULL::int[])")


def load_plan(reaches: Sequence[Reach], place_reaches: Sequence[PlaceReach], today: dt.date | None = None) -> Plan:
    """Return all works with who is near whom, without names (see ``name_works``).

    Parameters
    ----------
    reaches, place_reaches
        Which works are paired with which works and places, and within how many metres (see ``detection``).
    today
        The day the plan is looked at.
    """
    works = load_works()
    places = load_places()
    return Plan(
        works=works,
        pairs=load_pairs(works, reaches),
        places=places,
        place_pairs=load_place_pairs(works, places, place_reaches),
        dependencies=load_dependencies(works),
        crews=_load_crews(),
        budgets=_load_budgets(),
        today=to_day(today or dt.date.today()),
    )


def load_works(ids: Sequence[int] | None = None) -> Works:
    """Return the works with these ids, or all, as arrays in the order of their ids; names are empty."""
    rows = copying.copy_rows(WORKS_SQL, WORKS_COLUMNS, {"ids": None if ids is None else list(ids)})

    def column(name: str, kind: type[np.generic]) -> NDArray[np.generic]:
        return rows[name].astype(kind)

    empty = [""] * len(rows)
    kinds: dict[str, type[np.generic]] = {
        "id": np.int64, "kind": np.int8, "status": np.int8, "owner": np.int64, "project": np.int64,
        "buurt": np.int64, "wijk": np.int64, "hinders_traffic": np.bool_, "disturbs_nests": np.bool_,
        "nuisance": np.int8, "budget": np.float64, "rental": np.bool_,
    }  # fmt: skip
    arrays = {name: column(name, kinds.get(name, np.int32)) for name in WORKS_COLUMNS}
    return Works(**arrays, name=empty, owner_name=empty)  # type: ignore[arg-type]


def load_pairs(
    works: Works, reaches: Sequence[Reach], ids: Sequence[int] | None = None, *, with_others: bool = False
) -> Pairs:
    """Return the works within reach of each other, cancelled ones left out.

    ``ids`` restricts them to these works, or ``with_others`` to these and whoever is near them; ``works`` must hold
    all that are asked for.
    """
    parameters = {"reaches": reach_values(reaches), "ids": None if ids is None else list(ids)}
    rows = copying.copy_rows(PAIRS_OF_SQL if with_others else PAIRS_SQL, PAIRS_COLUMNS, parameters)
    # A work that came in after ``works`` was read has no place in its arrays yet.
    rows = rows[np.isin(rows["first"], works.id) & np.isin(rows["second"], works.id)]
    return Pairs(
        _positions(works.id, rows["first"]),
        _positions(works.id, rows["second"]),
        rows["distance"].astype(np.float32),
        rows["overlap"].astype(np.float32),
    )


def load_places() -> Places:
    """Return open initiatives, meetings and open centres."""
    initiatives = Initiative.objects.filter(state__in=OPEN_STATES).values_list("pk", "looks_for_place", "title")
    meetings = Meeting.objects.values_list("pk", "starts_at", "title")
    centres = NeighbourhoodCentre.objects.filter(state="open").values_list("pk", "name")
    always = (int(NO_LOWER), int(NO_UPPER))
    rows: list[tuple[int, int, tuple[int, int], bool, str]] = [
        *((pk, PlaceType.INITIATIVE, always, wants, title) for pk, wants, title in initiatives.order_by("pk")),
        *(
            (pk, PlaceType.MEETING, (to_day(at.date()), to_day(at.date()) + 1), False, title)
            for pk, at, title in meetings.order_by("pk")
        ),
        *((pk, PlaceType.CENTRE, always, False, name) for pk, name in centres.order_by("pk")),
    ]
    return Places(
        id=np.array([row[0] for row in rows], np.int64),
        type=np.array([row[1] for row in rows], np.int8),
        active_from=np.array([row[2][0] for row in rows], np.int32),
        active_to=np.array([row[2][1] for row in rows], np.int32),
        wants_place=np.array([row[3] for row in rows], np.bool_),
        name=[row[4] for row in rows],
    )


def name_works(plan: Plan, positions: Iterable[int]) -> Plan:
    """Return the plan with names and owners of the works at ``positions``, which sentences need."""
    wanted = sorted(set(positions))
    ids = plan.works.id[wanted].tolist()
    texts = names_of(ids)
    names, owners = [""] * len(plan.works), [""] * len(plan.works)
    for position, pk in zip(wanted, ids, strict=True):
        names[position], owners[position] = texts[pk]
    return replace(plan, works=replace(plan.works, name=names, owner_name=owners))


def names_of(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the name and the owner's name of works, by identity."""
    with connection.cursor() as cursor:
        # One array instead of a placeholder per work, which costs more than the query itself.
        cursor.execute(
            "SELECT w.id, w.name, o.name FROM works_work w JOIN partners_organisation o ON o.id = w.owner_id"
            " WHERE w.id = ANY(%s)",
            [list(ids)],
        )
        return {pk: (name, owner) for pk, name, owner in cursor.fetchall()}


def load_place_pairs(
    works: Works, places: Places, reaches: Sequence[PlaceReach], ids: Sequence[int] | None = None
) -> PlacePairs:
    """Return which places lie near which works, or with ``ids`` near these; cancelled works left out."""
    parameters = {
        "reaches": reach_values(reaches), "states": [str(s) for s in OPEN_STATES],
        "ids": None if ids is None else list(ids),
    }  # fmt: skip
    rows = copying.copy_rows(PLACE_PAIRS_SQL, PLACE_PAIRS_COLUMNS, parameters)
    # Places are ordered by type and id, so type and id together find the position.
    keys = _place_keys(places.type, places.id)
    rows = rows[np.isin(rows["work"], works.id) & np.isin(_place_keys(rows["type"], rows["place"]), keys)]
    return PlacePairs(
        _positions(works.id, rows["work"]),
        _positions(keys, _place_keys(rows["type"], rows["place"])),
        rows["distance"].astype(np.float32),
    )


def load_dependencies(works: Works) -> Dependencies:
    """Return what owners stated."""
    from planning.works.models import Dependency

    rows = list(
        Dependency.objects.order_by("pk").values_list(
            "predecessor_id", "successor_id", "type", "minimum_lag_days", "maximum_lag_days"
        )
    )
    return Dependencies(
        _positions(works.id, np.array([row[0] for row in rows], np.int64)),
        _positions(works.id, np.array([row[1] for row in rows], np.int64)),
        np.array([DependencyType[row[2]] for row in rows], np.int8),
        np.array([row[3] for row in rows], np.int32),
        np.array([NO_UPPER if row[4] is None else row[4] for row in rows], np.int32),
    )


def _load_crews() -> Crews:
    rows = list(Crew.objects.order_by("pk").values_list("owner_id", "kind", "number"))
    return Crews(
        np.array([row[0] for row in rows], np.int64),
        np.array([Kind(row[1]).code for row in rows], np.int8),
        np.array([row[2] for row in rows], np.int32),
    )


def _load_budgets() -> Budgets:
    rows = list(YearBudget.objects.order_by("pk").values_list("owner_id", "year", "amount_eur"))
    return Budgets(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int32),
        np.array([row[2] for row in rows], np.float64),
    )


def _place_keys(kinds: NDArray[np.generic], ids: NDArray[np.generic]) -> NDArray[np.int64]:
    return kinds.astype(np.int64) * 2**48 + ids.astype(np.int64)


def _positions(ordered: NDArray[np.int64], wanted: NDArray[np.generic] | Sequence[int]) -> NDArray[np.int32]:
    """Return where each wanted identity stands in an ascending array that has them all."""
    return np.searchsorted(ordered, np.asarray(wanted, np.int64)).astype(np.int32)
