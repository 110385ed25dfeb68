"""What a wijk goes through over the years, counted again the slow way."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from planning.coordination.figures import FallowGap, fallow_gaps
from planning.coordination.trends import (
    budget_per_year,
    fallow_per_year,
    works_per_quarter,
    worst_nuisance,
)
from planning.partners.visibility import Visibility
from planning.works.models import Work
from tests import factories as make

D = dt.date
days = st.dates(D(2020, 1, 1), D(2035, 12, 31))


def quarters(start: dt.date, finish: dt.date) -> set[tuple[int, int]]:
    return {
        (day.year, (day.month - 1) // 3) for n in range((finish - start).days) if (day := start + dt.timedelta(days=n))
    }


@given(st.lists(st.tuples(days, st.integers(1, 800), st.sampled_from(["sewer", "street"])), max_size=8))
def test_a_work_counts_in_every_quarter_that_it_shares_a_day_with(rows: list[tuple[dt.date, int, str]]) -> None:
    works: list[Any] = [
        SimpleNamespace(kind=kind, planned_start=start, planned_finish=start + dt.timedelta(days=length))
        for start, length, kind in rows
    ]
    trend = works_per_quarter(works)
    slow: dict[tuple[str, int, int], int] = {}
    for work in works:
        for year, quarter in quarters(work.planned_start, work.planned_finish):
            slow[work.kind, year, quarter] = slow.get((work.kind, year, quarter), 0) + 1
    fast = {
        (kind, day.year, (day.month - 1) // 3): number
        for kind, row in trend.rows.items()
        for day, number in zip(trend.periods, row, strict=True)
        if number
    }
    assert fast == slow


@given(st.lists(st.tuples(days, st.integers(1, 2000)), max_size=6))
def test_fallow_days_are_all_in_some_year(stretches: list[tuple[dt.date, int]]) -> None:
    gaps = [
        FallowGap(1, start, None, 0, 0, None, ((start, start + dt.timedelta(days=length)),))
        for start, length in stretches
    ]
    trend = fallow_per_year(gaps)
    assert trend.total * 7 == pytest.approx(sum(length for _, length in stretches))
    assert all(number <= len(gaps) * 366 / 7 for row in trend.rows.values() for number in row)


def test_one_odd_year_does_not_stretch_the_rest() -> None:
    odd: list[Any] = [
        SimpleNamespace(kind="street", planned_start=D(year, 1, 1), planned_finish=D(year, 6, 1))
        for year in (1, 2026, 2027, 2028, 9998)
    ]
    assert [day.year for day in works_per_quarter(odd).periods][::4] == [2026, 2027, 2028]


@pytest.mark.django_db
def test_temporary_use_is_no_fallow_ground() -> None:
    make.make_work("demolition", "2024-01-01", "2025-01-01", name="Sloop")
    make.make_work("temporary_use", "2026-01-01", "2027-01-01")
    make.make_work("new_build", "2028-01-01", "2030-01-01")
    [gap] = fallow_gaps(None)
    assert gap.free == ((D(2025, 1, 1), D(2026, 1, 1)), (D(2027, 1, 1), D(2028, 1, 1)))
    trend = fallow_per_year([gap])
    years = dict(zip([day.year for day in trend.periods], trend.rows["fallow"], strict=True))
    assert {year: round(weeks) for year, weeks in years.items()} == {2025: 52, 2026: 0, 2027: 52}


@pytest.mark.django_db
def test_budget_counts_in_the_year_a_work_starts() -> None:
    actium, city = make.make_organisation("actium"), make.make_organisation("gemeente")
    for start, owner, amount in (("2027-05-01", actium, 100), ("2027-12-31", actium, 50), ("2029-01-01", city, 70)):
        make.make_work(start=start, finish="2030-01-01", owner=owner, budget_eur=amount)
    make.make_work()
    trend = budget_per_year(Work.objects.select_related("owner"))
    assert [day.year for day in trend.periods] == [2027, 2028, 2029]
    assert trend.rows == {"Actium": [150.0, 0.0, 0.0], "Gemeente": [0.0, 0.0, 70.0]}


@pytest.mark.django_db
def test_the_worst_off_address_is_told_as_far_as_one_may_see() -> None:
    today = D(2026, 11, 23)  # a Monday
    wijk = make.make_wijk()
    buurt = make.make_buurt(wijk=wijk)
    make.make_address("Stroom", at=make.point(20, 60), buurt=buurt)
    make.make_address("Verweg", 13, at=make.point(900, 900), buurt=buurt)
    for start, finish, shown in (
        ("2026-12-07", "2026-12-21", Visibility.PUBLIC),
        ("2026-12-14", "2026-12-28", Visibility.PUBLIC),
        ("2026-12-14", "2026-12-21", Visibility.INTERNAL),
    ):
        make.make_work("street", start, finish, visibility=shown, noise=5, buurt=buurt)
    seen = worst_nuisance(AnonymousUser(), wijk, today)
    assert seen is not None
    assert (seen.street, seen.first, list(seen.sums)) == ("Stroom", today, [0, 0, 5, 10, 5])
    owner = worst_nuisance(make.make_user(Work.objects.first().owner), wijk, today)  # type: ignore[union-attr]
    assert owner is not None and max(owner.sums) == 15
    assert worst_nuisance(None, make.make_wijk("Leeg"), today) is None


@pytest.mark.django_db
def test_money_is_in_no_chart_of_the_public(client: Client) -> None:
    buurt = make.make_buurt(wijk=make.make_wijk())
    work = make.make_work(buurt=buurt, budget_eur=123_456_789)
    page = client.get("/wijken/de-lariks/").content.decode()
    assert 'id="werken-per-kwartaal"' in page
    assert 'id="budget"' not in page and "123" not in page
    client.force_login(make.make_user(work.owner))
    page = client.get("/wijken/de-lariks/").content.decode()
    assert 'id="budget"' in page
    assert "€ 123 mln" in page
