"""Activities written out as moments."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from geo.periods import Period
from planning.initiatives.agenda import RecurrenceError, agenda, check_recurrence, occurrences, on_during
from planning.initiatives.models import Activity

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def activity(recurrence: str = "", start: str = "2026-10-20T19:00", title: str = "Samen koken") -> Activity:
    return Activity(
        title=title, starts_at=moment(start), ends_at=moment(start) + dt.timedelta(hours=2), recurrence=recurrence
    )


def days(found: list) -> list[str]:
    return [f"{time.starts_at:%m-%d %H:%M}" for time in found]


def test_what_is_at_seven_in_summer_is_at_seven_in_winter():
    found = occurrences(activity("FREQ=WEEKLY;BYDAY=TU"), moment("2026-10-20T00:00"), moment("2026-11-04T00:00"))
    assert days(found) == ["10-20 19:00", "10-27 19:00", "11-03 19:00"]
    assert found[0].starts_at.utcoffset() != found[1].starts_at.utcoffset()
    assert all(time.ends_at - time.starts_at == dt.timedelta(hours=2) for time in found)


def test_the_period_takes_its_first_moment_and_leaves_its_last():
    weekly = activity("FREQ=WEEKLY;BYDAY=TU")
    assert days(occurrences(weekly, moment("2026-10-27T19:00"), moment("2026-11-03T19:00"))) == ["10-27 19:00"]


def test_an_activity_without_recurrence_is_once():
    once = activity()
    assert days(occurrences(once, moment("2026-10-01T00:00"), moment("2027-10-01T00:00"))) == ["10-20 19:00"]
    assert occurrences(once, moment("2026-10-21T00:00"), moment("2027-10-01T00:00")) == []


def test_an_end_in_utc_goes_with_a_beginning_on_the_wall_clock():
    found = occurrences(
        activity("RRULE:FREQ=WEEKLY;UNTIL=20261028T000000Z"), moment("2026-10-01T00:00"), moment("2027-01-01T00:00")
    )
    assert days(found) == ["10-20 19:00", "10-27 19:00"]


@pytest.mark.parametrize(
    "text",
    ["elke dinsdag", "FREQ=SECONDLY", "FREQ=HOURLY", "FREQ=WEEKLY;BYDAY=XX", "COUNT=3", "FREQ=WEEKLY\nEXDATE:20261027",
     "FREQ=WEEKLY;INTERVAL=0x"],
)  # fmt: skip
def test_what_is_no_recurrence_is_refused_and_hides_no_other_activity(text):
    with pytest.raises(RecurrenceError):
        check_recurrence(text)
    broken, sound = activity(text, title="Stuk"), activity("FREQ=DAILY", title="Heel")
    found = agenda([broken, sound], moment("2026-10-20T00:00"), moment("2026-10-22T00:00"))
    assert [(time.activity.title, f"{time.starts_at:%d}") for time in found] == [
        ("Heel", "20"),
        ("Stuk", "20"),
        ("Heel", "21"),
    ]


PERIODS = [
    ("", "2026-10-20", None, True), ("", "2026-10-21", None, False), ("", None, "2026-10-20", False),
    ("", None, "2026-10-21", True), ("FREQ=WEEKLY;BYDAY=TU", "2027-02-02", "2027-02-03", True),
    ("FREQ=WEEKLY;BYDAY=TU", "2027-02-03", "2027-02-09", False), ("FREQ=WEEKLY;COUNT=2", "2026-11-01", None, False),
    ("FREQ=WEEKLY;BYDAY=TU", "2027-02-02", None, True), ("FREQ=DAILY", "9998-01-01", "9999-12-31", False),
    ("elke dinsdag", "2026-10-20", "2026-10-21", True),
]  # fmt: skip


@pytest.mark.parametrize(("recurrence", "start", "finish", "on"), PERIODS)
def test_what_is_on_during_a_period(recurrence: str, start: str | None, finish: str | None, on: bool) -> None:
    days = [dt.date.fromisoformat(day) if day else None for day in (start, finish)]
    each = activity(recurrence)
    each.pk = 7
    assert on_during([each], Period(*days)) == ([7] if on else [])


def test_days_without_it_do_not_count() -> None:
    weekly = activity("FREQ=WEEKLY;BYDAY=TU")
    weekly.not_on = [dt.date(2026, 10, 27)]
    weekly.pk = 7
    assert on_during([weekly], Period(dt.date(2026, 10, 26), dt.date(2026, 10, 31))) == []
