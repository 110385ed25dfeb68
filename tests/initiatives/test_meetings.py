"""Residents' meetings: who is invited, who comes, and when that is forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from planning.initiatives import meetings, retention
from planning.initiatives.models import Meeting, SignUp
from planning.initiatives.refusals import RefusedError
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> Meeting:
    return make.make_meeting(starts_at=timezone.now() + dt.timedelta(days=7), sign_up=True, capacity=5)


def test_invited_is_who_lives_by_the_works_or_in_the_drawn_area(meeting: Meeting) -> None:
    make.make_address("Stroom", 1, at=make.point(100, 0))
    make.make_address("Stroom", 2, at=make.point(600, 0))
    meeting.works.add(make.make_work("street", "2027-03-01", "2027-06-01", geometry=make.box(0, 0, 20)))
    meeting.works.add(make.make_work("sewer", "2027-03-01", "2027-06-01", geometry=make.box(0, 0, 20)))
    assert [address.number for address in meetings.invited(meeting)] == [1]
    meeting.invitation_area = make.box(500, -100, 200)
    assert [address.number for address in meetings.invited(meeting)] == [2]


def test_a_place_is_sure_once_it_was_confirmed_and_never_sold_twice(meeting: Meeting) -> None:
    anna = meetings.sign_up(meeting, "Anna", "anna@example.nl", 4)
    meetings.sign_up(meeting, "Anna B", "Anna+x@example.nl", 3)  # the same person, before confirming
    assert SignUp.objects.get().people == 3
    SignUp.objects.update(confirmed=True)
    assert meetings.expected(meeting) == 3
    with pytest.raises(RefusedError):
        meetings.sign_up(meeting, "Bram", "bram@example.nl", 3)
    meetings.sign_up(meeting, "Wie dan ook", "anna@example.nl", 1)
    anna.refresh_from_db()
    assert (anna.name, anna.people) == ("Anna B", 3)


@pytest.mark.parametrize(
    ("name", "email", "people"),
    [("", "a@example.nl", 1), ("Anna", "geen", 1), ("Anna", "a@example.nl", 0), ("Anna", "a@example.nl", 11)],
)
def test_what_is_missing_is_refused(meeting: Meeting, name: str, email: str, people: int) -> None:
    with pytest.raises(RefusedError):
        meetings.sign_up(meeting, name, email, people)


def test_what_is_over_or_needs_no_sign_up_takes_none(meeting: Meeting) -> None:
    Meeting.objects.update(sign_up=False)
    with pytest.raises(RefusedError):
        meetings.sign_up(meeting, "Anna", "anna@example.nl", 1)


def test_a_month_later_nobody_is_known(meeting: Meeting) -> None:
    meetings.sign_up(meeting, "Anna", "anna@example.nl", 1)
    retention.forget(meeting.ends_at + dt.timedelta(days=29))
    assert SignUp.objects.exists()
    retention.forget(meeting.ends_at + dt.timedelta(days=31))
    assert not SignUp.objects.exists()
