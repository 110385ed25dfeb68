"""Every rule, on real geometry in PostGIS: just inside its limit it speaks, just outside it is silent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.coordination.findings import detect_findings
from planning.initiatives.models import InitiativeState
from planning.sequencing.rules import rule_types
from planning.sequencing.rules.base import Lang
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Dependency, Work
from tests.factories import box, make_initiative, make_meeting, make_organisation, make_work, point

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
START = dt.date(2027, 10, 4)
"""A Monday in autumn: outside the breeding season, so that seasons stay out of the other rules' cases."""


def day(offset: int) -> dt.date:
    return START + dt.timedelta(days=offset)


def plan_work(kind: str, start: int, finish: int, *, east: float = 0.0, owner: Any = None, **values: Any) -> Work:
    """A work on a square of 40 m; green is finished in the planting season wherever a case does not say else."""
    return make_work(
        kind=kind,
        owner=owner or make_organisation(name="Actium", slug="actium"),
        planned_start=day(start),
        planned_finish=day(finish),
        geometry=values.pop("geometry", None) or box(east, 0, 40),
        **values,
    )


def found_by(rule: str) -> list[Any]:
    return [f for f in detect_findings(today=TODAY).findings if f.rule == rule]


def all_rules() -> set[str]:
    return {f.rule for f in detect_findings(today=TODAY).findings}


@dataclass(frozen=True)
class Pair:
    """Two works of two owners, ``east`` metres between their left edges (40 touches, 41 is 1 m apart)."""

    rule: str
    first: tuple[str, int, int]
    second: tuple[str, int, int]
    east: float
    speaks: bool
    first_values: dict[str, Any] = field(default_factory=dict)
    second_values: dict[str, Any] = field(default_factory=dict)


W = 7
YEARS_5 = round(5 * 365.25)
COMMITTED = {"status": WorkStatus.COMMITTED}
TRAFFIC = {"hinders_traffic": True}
PAIRS = {
    "building starts a day before the demolition ends":
        Pair("demolition-before-building", ("demolition", 0, 50), ("new_build", 49, 200), 0, True),
    "building starts the day the demolition is over":
        Pair("demolition-before-building", ("demolition", 0, 50), ("new_build", 50, 200), 0, False),
    "building next door to a demolition":
        Pair("demolition-before-building", ("demolition", 0, 50), ("new_build", 20, 200), 40, False),
    "a building that stood before it was demolished":
        Pair("demolition-before-building", ("demolition", 100, 150), ("new_build", 0, 100), 0, False),
    "sewer ends a day after the street begins":
        Pair("underground-before-surface", ("sewer", 0, 51), ("street", 50, 90), 10, True),
    "sewer ends as the street begins":
        Pair("underground-before-surface", ("sewer", 0, 50), ("street", 50, 90), 10, False),
    "sewer that only touches the street":
        Pair("underground-before-surface", ("sewer", 0, 80), ("street", 50, 90), 40, False),
    "sewer planned 52 weeks after a street that can still move":
        Pair("underground-before-surface", ("sewer", 40 + 52 * W, 500), ("street", 0, 40), 10, True),
    "sewer planned 52 weeks and a day after the street":
        Pair("underground-before-surface", ("sewer", 41 + 52 * W, 500), ("street", 0, 40), 10, False),
    "street a day before the building next to it is ready":
        Pair("building-before-surface", ("new_build", 0, 300), ("street", 299, 350), 41, True),
    "street as the building is ready":
        Pair("building-before-surface", ("new_build", 0, 300), ("street", 300, 350), 41, False),
    "street 25 m from the building":
        Pair("building-before-surface", ("new_build", 0, 300), ("street", 200, 250), 65, True),
    "street 26 m from the building":
        Pair("building-before-surface", ("new_build", 0, 300), ("street", 200, 250), 66, False),
    "building 104 weeks after the street":
        Pair("building-before-surface", ("new_build", 40 + 104 * W, 2000), ("street", 0, 40), 41, True),
    "building 104 weeks and a day after the street":
        Pair("building-before-surface", ("new_build", 41 + 104 * W, 2000), ("street", 0, 40), 41, False),
    "street 8 weeks after the building":
        Pair("surface-straight-after", ("new_build", 0, 300), ("street", 300 + 8 * W, 400), 41, False),
    "street 8 weeks and a day after the building":
        Pair("surface-straight-after", ("new_build", 0, 300), ("street", 301 + 8 * W, 400), 41, True),
    "late street 26 m away":
        Pair("surface-straight-after", ("new_build", 0, 300), ("street", 420, 460), 66, False),
    "two owners on 5 m at the same time":
        Pair("space-time-overlap", ("sewer", 0, 50), ("cables_pipes", 49, 90), 45, True),
    "two owners on 5.1 m at the same time":
        Pair("space-time-overlap", ("sewer", 0, 50), ("cables_pipes", 49, 90), 45.1, False),
    "two owners on 10 m where traffic is hindered":
        Pair("space-time-overlap", ("sewer", 0, 50), ("cables_pipes", 49, 90), 50, True, TRAFFIC),
    "two owners on 10.1 m where traffic is hindered":
        Pair("space-time-overlap", ("sewer", 0, 50), ("cables_pipes", 49, 90), 50.1, False, TRAFFIC),
    "two owners after each other":
        Pair("space-time-overlap", ("sewer", 0, 50), ("cables_pipes", 50, 90), 45, False),
    "cables 52 weeks after the sewer":
        Pair("dig-once", ("sewer", 0, 50), ("cables_pipes", 50 + 52 * W, 500), 10, True),
    "cables 52 weeks and a day after the sewer":
        Pair("dig-once", ("sewer", 0, 50), ("cables_pipes", 51 + 52 * W, 500), 10, False),
    "cables next to the sewer":
        Pair("dig-once", ("sewer", 0, 50), ("cables_pipes", 100, 150), 40, False),
    "two diggings that are both fixed":
        Pair("dig-once", ("sewer", 0, 50), ("cables_pipes", 100, 150), 10, False, COMMITTED, COMMITTED),
    "street opened within five years":
        Pair("dig-rest", ("cables_pipes", 40 + YEARS_5, 2000), ("street", 0, 40), 10, True),
    "street opened after five years":
        Pair("dig-rest", ("cables_pipes", 41 + YEARS_5, 2000), ("street", 0, 40), 10, False),
    "a fixed street opened the month after":
        Pair("dig-rest", ("cables_pipes", 70, 90), ("street", 0, 40), 10, True, {}, COMMITTED),
    "the ground beside the street opened":
        Pair("dig-rest", ("cables_pipes", 700, 720), ("street", 0, 40), 40, False),
    "party beside a closed street":
        Pair("event-clash", ("event", 0, 1), ("street", -30, 30), 90, True, {}, TRAFFIC),
    "party 51 m from a closed street":
        Pair("event-clash", ("event", 0, 1), ("street", -30, 30), 91, False, {}, TRAFFIC),
    "party in the week that the works begin":
        Pair("event-clash", ("event", 0, 1), ("street", 6, 30), 45, True, {}, TRAFFIC),
    "party in the week before the works begin":
        Pair("event-clash", ("event", 0, 1), ("street", 7, 30), 45, False, {}, TRAFFIC),
    "party beside a street that stays open":
        Pair("event-clash", ("event", 0, 1), ("street", -30, 30), 45, False),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_of_works(name: str) -> None:
    case = PAIRS[name]
    plan_work(*case.first, **case.first_values)
    other = make_organisation(name="Gemeente Assen", slug="gemeente-assen")
    plan_work(*case.second, east=case.east, owner=other, **case.second_values)
    assert bool(found_by(case.rule)) is case.speaks


@pytest.mark.parametrize("rule", sorted({case.rule for case in PAIRS.values()}))
def test_cancelled_works_and_works_far_away_make_no_finding(rule: str) -> None:
    case = next(c for c in PAIRS.values() if c.rule == rule and c.speaks)
    other = make_organisation(name="Gemeente Assen", slug="gemeente-assen")
    plan_work(*case.first, **case.first_values)
    plan_work(*case.second, east=case.east, owner=other, **case.second_values | {"status": WorkStatus.CANCELLED})
    plan_work(*case.second, east=400, owner=other, **case.second_values)
    assert found_by(rule) == []


@pytest.mark.parametrize(
    ("kind", "values", "start", "speaks"),
    [
        ("demolition", {}, (2028, 3, 14), False),
        ("demolition", {}, (2028, 3, 15), True),
        ("demolition", {}, (2028, 7, 15), True),
        ("demolition", {}, (2028, 7, 16), False),
        ("renovation", {}, (2028, 4, 1), False),
        ("renovation", {"disturbs_nests": True}, (2028, 4, 1), True),
    ],
)
def test_the_breeding_season(kind: str, values: dict[str, Any], start: tuple[int, int, int], speaks: bool) -> None:
    begin = dt.date(*start)
    make_work(kind=kind, planned_start=begin, planned_finish=begin + dt.timedelta(days=30), **values)
    assert bool(found_by("breeding-season")) is speaks


@pytest.mark.parametrize(
    ("last_day", "speaks"),
    [((2028, 10, 31), True), ((2028, 11, 1), False), ((2029, 3, 31), False), ((2029, 4, 1), True)],
)
def test_the_planting_season_counts_the_last_day(last_day: tuple[int, int, int], speaks: bool) -> None:
    last = dt.date(*last_day)
    make_work(kind="green", planned_start=last - dt.timedelta(days=20), planned_finish=last + dt.timedelta(days=1))
    assert bool(found_by("planting-season")) is speaks


@pytest.mark.parametrize(("gap", "speaks"), [(26 * 7, False), (26 * 7 + 1, True)])
def test_ground_lies_fallow_over_26_weeks(gap: int, speaks: bool) -> None:
    plan_work("demolition", 0, 50, dwellings=12)
    plan_work("new_build", 50 + gap, 600)
    findings = found_by("fallow-ground")
    assert bool(findings) is speaks
    if speaks:
        assert findings[0].facts == {"days": gap, "dwellings": 12}


def test_ground_where_nothing_follows_is_fallow_to_the_end_of_the_plan() -> None:
    plan_work("demolition", 0, 50)
    plan_work("renovation", 0, 700, east=400)
    (finding,) = found_by("fallow-ground")
    assert len(finding.subjects) == 1
    assert finding.facts["days"] == 650


def test_temporary_use_fills_the_gap_and_building_elsewhere_does_not() -> None:
    plan_work("demolition", 0, 50)
    plan_work("temporary_use", 60, 390)
    plan_work("new_build", 400, 600)
    plan_work("new_build", 60, 600, east=40)
    assert found_by("fallow-ground") == []


@pytest.mark.parametrize(("metres", "named"), [(499, 1), (501, 0)])
def test_fallow_ground_names_initiatives_near_that_look_for_a_place(metres: float, named: int) -> None:
    plan_work("demolition", 0, 50)
    plan_work("new_build", 400, 600)
    make_initiative(
        title="Boomgaard", state=InitiativeState.SUPPORTED, looks_for_place=True, geometry=point(40 + metres, 20)
    )
    make_initiative(title="Feest", state=InitiativeState.SUPPORTED, geometry=point(50, 20))
    (finding,) = found_by("fallow-ground")
    assert len(finding.places) == named


@pytest.mark.parametrize(
    ("metres", "status", "state", "speaks"),
    [
        (150, WorkStatus.PLANNED, InitiativeState.GATHERING_SUPPORT, True),
        (151, WorkStatus.PLANNED, InitiativeState.GATHERING_SUPPORT, False),
        (10, WorkStatus.COMMITTED, InitiativeState.GATHERING_SUPPORT, False),
        (10, WorkStatus.IDEA, InitiativeState.DONE, False),
        (10, WorkStatus.IDEA, InitiativeState.SUPPORTED, True),
    ],
)
def test_an_initiative_can_join_a_design(metres: float, status: str, state: str, speaks: bool) -> None:
    plan_work("play_area", 0, 50, status=status)
    make_initiative(state=state, geometry=point(40 + metres, 20))
    assert bool(found_by("initiative-in-design")) is speaks


@pytest.mark.parametrize(("metres", "offset", "speaks"), [(50, 10, True), (51, 10, False), (10, 95, False)])
def test_a_meeting_behind_a_closed_street(metres: float, offset: int, speaks: bool) -> None:
    plan_work("street", 0, 84, hinders_traffic=True)
    at = dt.datetime.combine(day(offset), dt.time(19, 30), tzinfo=dt.UTC)
    make_meeting(starts_at=at, ends_at=at + dt.timedelta(hours=2), point=point(40 + metres, 20))
    assert bool(found_by("event-clash")) is speaks


def test_works_that_belong_together_do_not_clash() -> None:
    other = make_organisation(name="Netbeheerder", slug="netbeheerder")
    sewer = plan_work("sewer", 0, 50)
    cables = plan_work("cables_pipes", 10, 60, east=45, owner=other)
    assert found_by("space-time-overlap")
    Dependency.objects.create(predecessor=sewer, successor=cables, type="SS")
    assert found_by("space-time-overlap") == []


def test_three_diggings_in_one_street_are_one_finding() -> None:
    for number, kind in enumerate(("sewer", "cables_pipes", "heat_network")):
        plan_work(kind, number * 100, number * 100 + 50, geometry=box(0, number, 100, 8))
    (finding,) = found_by("dig-once")
    assert finding.facts == {"count": 3}


def test_a_sliver_of_careless_drawing_is_not_shared_ground() -> None:
    plan_work("demolition", 0, 50)
    plan_work("new_build", 20, 200, east=39.99)
    assert found_by("demolition-before-building") == []


def test_a_plan_in_good_order_has_no_finding_at_all() -> None:
    city = make_organisation(name="Gemeente Assen", slug="gemeente-assen")
    plan_work("relocation", -200, 0, dwellings=20, tenants_informed_on=day(-320))
    plan_work("demolition", 0, 50, dwellings=20, tenants_informed_on=day(-320))
    plan_work("new_build", 60, 500, dwellings=24)
    plan_work("sewer", 500, 530, geometry=box(40, 0, 10, 40), owner=city)
    plan_work("street", 530, 570, geometry=box(40, 0, 10, 40), owner=city)
    assert all_rules() == set()


def test_every_rule_states_its_parameters_and_speaks_both_languages() -> None:
    assert len(rule_types()) >= 12
    for rule in rule_types().values():
        assert set(rule.title) == set(Lang)
        for parameter in rule.parameters.values():
            assert parameter.source
            assert set(parameter.label) == set(Lang)


def test_a_sentence_names_works_owners_and_dates() -> None:
    plan_work("new_build", 0, 300, name="Nieuwbouw Aar")
    city = make_organisation(name="Gemeente Assen", slug="gemeente-assen")
    plan_work("street", 200, 250, east=41, owner=city, name="Herinrichting Stroom")
    detected = detect_findings(today=TODAY)
    (finding,) = [f for f in detected.findings if f.rule == "building-before-surface"]
    assert detected.sentence(finding, Lang.NL) == (
        "Herinrichting Stroom (Gemeente Assen) begint op 21 april 2028, terwijl het bouwverkeer van Nieuwbouw Aar"
        " (Actium) ernaast tot en met 29 juli 2028 rijdt: begin 14 weken later, er meteen achteraan."
    )
    assert "starts on 21 April 2028" in detected.sentence(finding, Lang.EN)


@given(st.sampled_from(sorted(rule_types())))
def test_a_rule_refuses_a_parameter_it_does_not_have(name: str) -> None:
    with pytest.raises(KeyError, match="has no parameter speling"):
        rule_types()[name](speling=1)


def test_kinds_of_the_engine_are_those_of_the_database() -> None:
    from planning.sequencing.kinds import Kind, Status

    assert [kind.value for kind in Kind] == WorkKind.values
    assert [status.value for status in Status] == WorkStatus.values
