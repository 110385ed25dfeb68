"""Positions on a dossier's timeline."""

from __future__ import annotations

import datetime as dt

from planning.coordination.dossier import Place, PlannedWork
from planning.coordination.figures import FallowGap
from planning.partners.models import Organisation
from planning.web.timeline import Axis, timeline
from planning.works.models import Work

TODAY = dt.date(2026, 11, 23)


def planned(start: str, finish: str, gap: tuple[str, str | None] | None = None, **values) -> PlannedWork:
    work = Work(
        pk=1, name="Sloop", kind="demolition", owner=Organisation(name="Actium"),
        planned_start=dt.date.fromisoformat(start), planned_finish=dt.date.fromisoformat(finish), **values,
    )  # fmt: skip
    fallow = None
    if gap:
        end = dt.date.fromisoformat(gap[1]) if gap[1] else None
        fallow = FallowGap(1, dt.date.fromisoformat(gap[0]), end, 60, 102, 2 if end else None)
    return PlannedWork(work, fallow)


def one(*works: PlannedWork):
    return timeline([Place("De Lariks West", list(works))], TODAY)


def test_years_stand_where_they_begin_and_fill_the_axis():
    axis = Axis(2017, 2030)
    assert [mark.text for mark in axis.years] == [str(year) for year in range(2017, 2031)]
    assert axis.position(dt.date(2017, 1, 1)) == 0
    assert axis.position(dt.date(2031, 1, 1)) == 100
    assert axis.position(dt.date(2010, 1, 1)) == 0
    assert axis.position(dt.date(2040, 1, 1)) == 100


def test_a_bar_begins_and_ends_at_its_days():
    bar = one(planned("2024-01-01", "2025-01-01")).places[0].bars[0]
    axis = Axis(2017, 2030)
    assert float(bar.x) == round(axis.position(dt.date(2024, 1, 1)), 2)
    assert abs(float(bar.x) + float(bar.width) - axis.position(dt.date(2025, 1, 1))) < 0.02


def test_a_work_of_a_day_can_be_seen_and_stays_on_the_axis():
    bar = one(planned("2030-12-31", "2031-01-01")).places[0].bars[0]
    assert float(bar.width) >= 0.6
    assert float(bar.x) + float(bar.width) <= 100


def test_the_axis_grows_for_works_outside_it_but_not_for_a_work_that_ends_with_the_year():
    assert one(planned("2030-01-01", "2031-01-01")).axis == Axis(2017, 2030)
    assert one(planned("2012-05-01", "2033-02-01")).axis == Axis(2012, 2033)


def test_today_stands_on_the_axis():
    assert float(one().today) == round(Axis(2017, 2030).position(TODAY), 2)


def test_fallow_ground_begins_where_the_demolition_ends_and_its_words_have_room():
    right = one(planned("2022-11-01", "2023-04-15", ("2023-04-15", "2024-06-01"))).places[0].bars[0]
    assert right.gap.label_anchor == "start"
    assert abs(float(right.gap.x) - float(right.x) - float(right.width)) < 0.02
    inside = one(planned("2022-11-01", "2023-04-15", ("2023-04-15", "2027-09-01"))).places[0].bars[0]
    assert inside.gap.label_anchor == "middle"
    left = one(planned("2029-01-01", "2029-06-01", ("2029-06-01", "2029-12-01"))).places[0].bars[0]
    assert left.gap.label_anchor == "end"
    assert float(left.gap.label_x) < float(left.x)


def test_ground_on_which_nothing_follows_lies_fallow_to_the_end_of_the_axis_and_says_so():
    gap = one(planned("2022-11-01", "2023-04-15", ("2023-04-15", None))).places[0].bars[0].gap
    assert abs(float(gap.x) + float(gap.width) - 100) < 0.02
    assert "nog niets gepland" in gap.text


def test_a_promised_work_is_firm_and_a_planned_one_is_not():
    firm, loose = (
        one(
            planned("2024-01-01", "2025-01-01", status="committed"),
            planned("2024-01-01", "2025-01-01", status="planned"),
        )
        .places[0]
        .bars
    )
    assert firm.is_firm
    assert not loose.is_firm
