"""Rules on homes, seasons, crews, money and nuisance: inside the limit they speak, outside they are silent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from planning.coordination.findings import detect_findings
from planning.coordination.models import Crew, RuleSetting, YearBudget
from planning.partners.models import Organisation
from planning.partners.visibility import Visibility
from planning.sequencing.rules import rule_types
from planning.sequencing.rules.base import Lang
from planning.works.models import Project, Work
from tests.coordination.test_rules import COMMITTED, TODAY, found_by, plan_work
from tests.factories import box, make_buurt, make_meeting, make_organisation, make_work, point

pytestmark = pytest.mark.django_db
D = dt.date


def dated(kind: str, start: dt.date, finish: dt.date, **values: Any) -> Work:
    return make_work(
        kind=kind, owner=make_organisation(), planned_start=start, planned_finish=finish,
        geometry=values.pop("geometry", None) or box(), **values,
    )  # fmt: skip


@pytest.mark.parametrize(("moved_out", "speaks"), [(101, True), (100, False)])
def test_demolition_waits_until_all_have_moved(moved_out: int, speaks: bool) -> None:
    project = Project.objects.create(name="Aar", owner=make_organisation())
    plan_work("relocation", 0, moved_out, project=project)
    plan_work("demolition", 100, 150, project=project)
    assert bool(found_by("vacated-before-demolition")) is speaks


def test_people_of_another_complex_or_project_are_waited_for_by_others() -> None:
    project = Project.objects.create(name="Aar", owner=make_organisation())
    plan_work("relocation", 0, 300, project=project)
    plan_work("demolition", 400, 450, project=project)
    plan_work("demolition", 100, 150, project=project, east=200)
    plan_work("demolition", 100, 150)
    assert found_by("vacated-before-demolition") == []


@pytest.mark.parametrize(
    ("told", "visibility", "embargo", "speaks"),
    [
        (None, Visibility.PUBLIC, None, True),
        (TODAY, Visibility.PUBLIC, None, False),
        (None, Visibility.PARTNERS, None, False),
        (None, Visibility.PUBLIC, TODAY + dt.timedelta(days=1), False),
        (None, Visibility.PUBLIC, TODAY, True),
    ],
)
def test_residents_hear_it_before_the_public(
    told: dt.date | None, visibility: str, embargo: dt.date | None, speaks: bool
) -> None:
    plan_work(
        "renovation", 0, 100, dwellings=12, tenants_informed_on=told, visibility=visibility, embargo_until=embargo
    )
    assert bool(found_by("residents-first")) is speaks


@pytest.mark.parametrize(("weeks", "metres", "speaks"), [(12, 400, False), (11, 400, True), (12, 600, True)])
def test_residents_meet_twelve_weeks_before(weeks: int, metres: float, speaks: bool) -> None:
    start = TODAY + dt.timedelta(weeks=10)
    last = start + dt.timedelta(days=90)
    dated("renovation", start, last, dwellings=12, visibility=Visibility.PARTNERS, tenants_informed_on=None)
    at = dt.datetime.combine(start - dt.timedelta(weeks=weeks), dt.time(19, 30), dt.UTC)
    make_meeting(starts_at=at, ends_at=at + dt.timedelta(hours=2), point=point(-metres, 20))
    assert bool(found_by("residents-first")) is speaks


@pytest.mark.parametrize(
    ("dwellings", "consent", "status", "kind", "speaks"),
    [
        (10, 69, "committed", "housing_association", True),
        (10, None, "committed", "housing_association", True),
        (10, 70, "committed", "housing_association", False),
        (9, 10, "committed", "housing_association", False),
        (10, 10, "planned", "housing_association", False),
        (10, 10, "committed", "municipality", False),
    ],
)
def test_tenants_agree_before_a_renovation_is_fixed(
    dwellings: int, consent: int | None, status: str, kind: str, speaks: bool
) -> None:
    owner = make_organisation(slug="eigenaar", kind=Organisation.Kind(kind))
    plan_work("renovation", 0, 100, owner=owner, dwellings=dwellings, consent_percentage=consent, status=status)
    assert bool(found_by("tenant-consent")) is speaks


@pytest.mark.parametrize(
    ("start", "finish", "speaks"),
    [
        (D(2028, 2, 15), D(2028, 4, 1), True),
        (D(2028, 2, 16), D(2028, 4, 1), False),
        (D(2028, 10, 2), D(2028, 12, 16), True),
        (D(2028, 10, 2), D(2028, 12, 15), False),
    ],
)
def test_paving_keeps_out_of_frost(start: dt.date, finish: dt.date, speaks: bool) -> None:
    dated("street", start, finish)
    dated("street", start, finish, geometry=box(500), **COMMITTED)
    dated("sewer", start, finish, geometry=box(900))
    assert len(found_by("frost")) == int(speaks)


@pytest.mark.parametrize(
    ("start", "finish", "speaks"),
    [
        (D(2027, 7, 26), D(2027, 10, 1), True),  # Monday of ISO week 30
        (D(2027, 8, 15), D(2027, 10, 1), True),
        (D(2027, 8, 16), D(2027, 10, 1), False),
        (D(2027, 7, 23), D(2027, 10, 1), False),
        (D(2027, 3, 1), D(2027, 7, 26), False),  # the last day is the Sunday before
        (D(2027, 3, 1), D(2027, 7, 27), True),
    ],
)
def test_nothing_starts_or_ends_in_the_building_holiday(start: dt.date, finish: dt.date, speaks: bool) -> None:
    dated("sewer", start, finish)
    assert bool(found_by("building-holiday")) is speaks


def test_the_building_holiday_is_set_per_year() -> None:
    make_buurt()
    dated("sewer", D(2027, 7, 19), D(2027, 10, 1))
    assert found_by("building-holiday") == []
    RuleSetting.objects.create(
        municipality_code="GM0106", rule="building-holiday", parameters={"exceptions": "2027:29, 2028:30"}
    )
    assert len(found_by("building-holiday")) == 1


@pytest.mark.parametrize("exceptions", ["2027", "2027:60", "bouwvak"])
def test_a_building_holiday_that_is_no_week_is_refused(exceptions: str) -> None:
    with pytest.raises(ValueError, match="not a year and a week"):
        rule_types()["building-holiday"](exceptions=exceptions)


@pytest.mark.parametrize(("crews", "second", "speaks"), [(1, 49, True), (1, 50, False), (2, 49, False)])
def test_an_owner_has_so_many_crews(crews: int, second: int, speaks: bool) -> None:
    Crew.objects.create(owner=make_organisation(), kind="sewer", number=crews)
    plan_work("sewer", 0, 50)
    plan_work("sewer", second, 90, east=500)
    plan_work("street", 0, 90, east=900)
    detected = detect_findings(today=TODAY)
    found = [f for f in detected.findings if f.rule == "capacity"]
    assert bool(found) is speaks
    if speaks:
        assert found[0].facts == {"asked": 2, "crews": 1}
        assert "heeft 1 ploeg voor 2 werken" in detected.sentence(found[0], Lang.NL)


@pytest.mark.parametrize(("budget", "start", "speaks"), [(999, D(2028, 12, 31), True), (1000, D(2028, 12, 31), False),
                                                         (999, D(2029, 1, 1), False)])  # fmt: skip
def test_a_work_counts_in_the_year_in_which_it_starts(budget: int, start: dt.date, speaks: bool) -> None:
    YearBudget.objects.create(owner=make_organisation(), year=2028, amount_eur=Decimal(budget))
    dated("sewer", D(2028, 1, 3), D(2028, 3, 1), budget_eur=400)
    dated("sewer", start, D(2029, 3, 1), budget_eur=600, geometry=box(500))
    assert bool(found_by("budget")) is speaks


@pytest.mark.parametrize(("count", "speaks"), [(5, False), (6, True)])
def test_a_buurt_bears_five_heavy_works_at_once(count: int, speaks: bool) -> None:
    buurt = make_buurt()
    for number in range(count):
        plan_work("renovation", 0, 200, east=100 * number, buurt=buurt)
    found = found_by("nuisance-cap")
    assert bool(found) is speaks
    if speaks:
        assert found[0].facts == {"sum": 30, "cap": 25}
