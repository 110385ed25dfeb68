"""When a centre is open: the week, public holidays, and what the centre itself says."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from planning.initiatives.models import NeighbourhoodCentre, OpeningException, OpeningHours
from planning.initiatives.opening import hours_on, now_at, whats_on
from tests import factories as make

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.fixture
def centre() -> NeighbourhoodCentre:
    """Open on weekdays from nine to five."""
    made = make.make_centre()
    for weekday in range(5):
        OpeningHours.objects.create(centre=made, weekday=weekday, opens=dt.time(9), closes=dt.time(17))
    return made


def test_open_within_its_hours_and_says_until_when(centre: NeighbourhoodCentre) -> None:
    state = now_at(centre, moment("2026-11-24T10:00"))
    assert state.is_open
    assert state.until == moment("2026-11-24T17:00")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T08:00", "2026-11-24T09:00"),  # before it opens
        ("2026-11-24T17:00", "2026-11-25T09:00"),  # the moment it closes
        ("2026-11-27T18:00", "2026-11-30T09:00"),  # over the weekend
        ("2026-12-24T18:00", "2026-12-28T09:00"),  # over Christmas
    ],
)
def test_closed_and_says_when_it_opens(centre: NeighbourhoodCentre, now: str, opens: str) -> None:
    state = now_at(centre, moment(now))
    assert not state.is_open
    assert state.opens_at == moment(opens)


def test_a_public_holiday_closes_it_and_is_named(centre: NeighbourhoodCentre) -> None:
    assert hours_on(centre, dt.date(2026, 12, 25)).reason == "Eerste kerstdag"
    assert hours_on(centre, dt.date(2026, 4, 3)).hours  # Good Friday is worked on
    assert not now_at(centre, moment("2026-12-25T10:00")).is_open


def test_what_the_centre_says_goes_before_week_and_holiday(centre: NeighbourhoodCentre) -> None:
    OpeningException.objects.create(
        centre=centre, first_day="2026-12-25", last_day="2026-12-25", opens="12:00", closes="15:00", reason="kerstdiner"
    )
    OpeningException.objects.create(centre=centre, first_day="2026-11-24", last_day="2026-11-26", reason="verbouwing")
    assert now_at(centre, moment("2026-12-25T13:00")).is_open
    shut = now_at(centre, moment("2026-11-24T10:00"))
    assert (shut.is_open, shut.reason, shut.opens_at) == (False, "verbouwing", moment("2026-11-27T09:00"))


def test_nothing_is_on_while_it_is_shut(centre: NeighbourhoodCentre) -> None:
    make.make_activity(centre, not_on=[dt.date(2026, 12, 8)])  # Tuesdays at six in the evening
    OpeningException.objects.create(centre=centre, first_day="2026-12-01", last_day="2026-12-01")
    found = whats_on(centre, moment("2026-11-24T00:00"), moment("2026-12-20T00:00"))
    assert [f"{time.starts_at:%m-%d}" for time in found] == ["11-24", "12-15"]


def test_a_centre_being_set_up_is_not_open(centre: NeighbourhoodCentre) -> None:
    centre.state = NeighbourhoodCentre.State.BEING_SET_UP
    assert now_at(centre, moment("2026-11-24T10:00")) == now_at(centre, moment("2026-11-24T03:00"))


def test_hours_that_end_before_they_begin_cannot_be_kept(centre: NeighbourhoodCentre) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(centre=centre, weekday=5, opens=dt.time(17), closes=dt.time(9))
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningException.objects.create(centre=centre, first_day="2026-12-01", last_day="2026-12-02", opens="12:00")
