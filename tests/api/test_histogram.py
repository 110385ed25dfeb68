"""The histogram agrees with counting the works of every month one by one."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from planning.partners.visibility import Visibility
from planning.works.models import Work
from tests import factories as make
from tests.api.conftest import Ask

pytestmark = pytest.mark.django_db


def months(ask: Ask, **query: Any) -> dict[str, int]:
    return {row["month"]: row["works"] for row in ask("histogram/", **query)["months"]}


def test_every_month_counts_the_works_that_share_a_day_with_it(ask: Ask) -> None:
    chance = random.Random(7)  # noqa: S311 -- not for secrets
    first = dt.date(2024, 11, 15)
    for _ in range(40):
        start = first + dt.timedelta(days=chance.randrange(700))
        make.make_work("sewer", start.isoformat(), (start + dt.timedelta(days=chance.randrange(1, 300))).isoformat())
    make.make_work("sewer", "2025-03-01", "2025-04-01")
    found = months(ask, from_="2025-01", to="2027-01")
    assert next(iter(found)) == "2025-01" and list(found)[-1] == "2026-12" and len(found) == 24
    for month, works in found.items():
        begin = dt.date.fromisoformat(f"{month}-01")
        end = (begin + dt.timedelta(days=31)).replace(day=1)
        assert works == Work.objects.during(begin, end).count(), month


def test_a_work_of_exactly_a_month_counts_in_that_month_only(ask: Ask) -> None:
    make.make_work("sewer", "2025-03-01", "2025-04-01")
    found = months(ask, from_="2025-02", to="2025-05")
    assert found == {"2025-02": 0, "2025-03": 1, "2025-04": 0}


def test_wijk_kinds_and_viewer_narrow_it(ask: Ask) -> None:
    buurt = make.make_buurt(wijk=make.make_wijk())
    period = ("2025-03-01", "2025-04-01")
    make.make_work("sewer", *period, buurt=buurt)
    make.make_work("street", *period, buurt=buurt)
    make.make_work("green", *period, geometry=make.box(5000, 0))
    make.make_work("sewer", *period, visibility=Visibility.PARTNERS)
    march = {"from_": "2025-03", "to": "2025-04"}
    assert months(ask, **march) == {"2025-03": 3}
    assert months(ask, wijk="de-lariks", **march) == {"2025-03": 2}
    assert months(ask, kinds="sewer,green", **march) == {"2025-03": 2}


def test_it_is_one_statement(ask: Ask, django_assert_num_queries: Any) -> None:
    make.make_work()
    with django_assert_num_queries(1):
        ask("histogram/", from_="2017-01", to="2031-01")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from_": "2025", "to": "2026-01"},
        {"from_": "2025-13", "to": "2026-01"},
        {"from_": "2026-01", "to": "2026-01"},
        {"from_": "0001-01", "to": "9999-01"},
        {"from_": "2025-01", "to": "2026-01", "kinds": "sloop"},
        {"from_": "2025-01'; DELETE FROM works_work; --", "to": "2026-01"},
    ],
)
def test_what_cannot_be_read_is_a_400(ask: Ask, query: dict[str, str]) -> None:
    assert ask("histogram/", 400, **query)["errors"]
