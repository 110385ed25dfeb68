"""When an owner's crews are free."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planning.sequencing.availability import next_free
from planning.sequencing.calendars import dutch_calendar
from planning.sequencing.kinds import Kind, Status
from planning.sequencing.plan import to_day
from tests.sequencing.plans import TODAY, Job, make_plan

MONDAY = to_day(TODAY)
CALENDAR = dutch_calendar(MONDAY - 30, MONDAY + 4000)


def street(start: int, days: int, owner: int = 1, **values: object) -> Job:
    return Job(Kind.STREET, start, days, owner, **values)  # type: ignore[arg-type]


def test_a_crew_is_free_when_another_work_ends() -> None:
    jobs = [street(400, 28), street(0, 56), street(14, 70)]
    assert next_free(make_plan(jobs, crews=[(1, Kind.STREET, 2)]), 0, MONDAY, CALENDAR) == MONDAY + 56
    assert next_free(make_plan(jobs, crews=[(1, Kind.STREET, 1)]), 0, MONDAY, CALENDAR) == MONDAY + 84
    assert next_free(make_plan(jobs, crews=[(1, Kind.STREET, 3)]), 0, MONDAY, CALENDAR) == MONDAY


def test_a_gap_too_short_for_the_work_is_no_gap() -> None:
    jobs = [street(400, 28), street(0, 28), street(42, 28)]
    plan = make_plan(jobs, crews=[(1, Kind.STREET, 1)])
    assert next_free(plan, 0, MONDAY, CALENDAR) == MONDAY + 70


def test_other_owners_other_kinds_and_cancelled_works_take_no_crew() -> None:
    jobs = [street(400, 28), street(0, 60, 2), Job(Kind.SEWER, 0, 60), street(0, 60, status=Status.CANCELLED)]
    assert next_free(make_plan(jobs, crews=[(1, Kind.STREET, 1)]), 0, MONDAY, CALENDAR) == MONDAY


def test_where_nobody_counted_crews_one_is_free_on_the_first_working_day() -> None:
    saturday = MONDAY + 5
    assert next_free(make_plan([street(400, 28), street(0, 900)]), 0, saturday, CALENDAR) == MONDAY + 7


@given(
    others=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 120)), max_size=8),
    crews=st.integers(1, 3),
    earliest=st.integers(0, 200),
)
def test_what_is_called_free_fits_and_nothing_sooner_does(
    others: list[tuple[int, int]], crews: int, earliest: int
) -> None:
    plan = make_plan([street(400, 28), *(street(*other) for other in others)], crews=[(1, Kind.STREET, crews)])
    found = next_free(plan, 0, MONDAY + earliest, CALENDAR)

    def fits(day: int) -> bool:
        index = int(CALENDAR.index(day))
        begin, end = int(CALENDAR.day(index)), int(CALENDAR.finish(index, 20))
        return all(
            sum(MONDAY + start <= at < MONDAY + start + days for start, days in others) < crews
            for at in range(begin, end)
        )

    assert found >= MONDAY + earliest
    assert fits(found)
    sooner = {int(CALENDAR.day(CALENDAR.index(day))) for day in range(MONDAY + earliest, found)} - {found}
    assert not any(fits(day) for day in sooner)
