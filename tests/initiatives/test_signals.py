"""Signals find the partner that owns what is wrong, and who told it hears until it is solved."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from planning.initiatives import retention, signals
from planning.initiatives.models import Signal
from planning.initiatives.refusals import RefusedError
from planning.partners.models import Organisation
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def _day(days: int) -> str:
    return (TODAY + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def partners() -> dict[str, Organisation]:
    return {
        "city": make.make_organisation("gemeente-assen", kind="municipality"),
        "actium": make.make_organisation("actium", kind="housing_association"),
        "grid": make.make_organisation("netbeheerder", kind="network_operator"),
    }


def _sent(**more: Any) -> Signal:
    given = {
        "kind": "street",
        "text": "De stoep is stuk.",
        "point": make.point(),
        "place": "",
        "photo": None,
        "email": "",
    }
    return signals.hand_in(**{**given, **more})


def test_each_finds_its_owner(partners: dict[str, Organisation]) -> None:
    make.make_work("sewer", _day(-5), _day(5), owner=partners["grid"], geometry=make.box(40, 0, 20), name="Sleuf")
    make.make_work("sewer", _day(50), _day(60), owner=partners["actium"], geometry=make.box(0, 0, 10))
    assert _sent(kind="site").owner == partners["grid"]
    assert _sent(kind="site").work.name == "Sleuf"
    assert _sent(kind="site", point=make.point(500, 500)).owner == partners["city"]
    assert _sent(kind="home").owner == partners["actium"]
    assert [_sent(kind=kind).owner for kind in ("street", "green", "other")] == [partners["city"]] * 3


def test_a_hidden_work_is_not_betrayed(partners: dict[str, Organisation]) -> None:
    make.make_work(
        "sewer", _day(-5), _day(5), owner=partners["grid"], geometry=make.box(0, 0, 20), visibility="internal"
    )
    assert _sent(kind="site").owner == partners["city"]


def test_who_told_it_hears_once_the_address_was_confirmed(
    partners: dict[str, Organisation], django_capture_on_commit_callbacks: Any
) -> None:
    planner = make.make_user(partners["city"], email="planner@assen.example", language="en")
    with django_capture_on_commit_callbacks(execute=True):
        signal = _sent(email="Anna@example.nl")
    assert sorted(message.to[0] for message in mail.outbox) == ["anna@example.nl", "planner@assen.example"]
    [told] = [message for message in mail.outbox if message.to == ["planner@assen.example"]]
    assert told.subject == "A report from a resident"
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        signals.answer(planner, signal, "taken_up", "Wij komen kijken.")
    assert mail.outbox == []
    signals.confirm(signals.signal_of(signals.link(signal).rstrip("/").split("/")[-1]))
    with django_capture_on_commit_callbacks(execute=True):
        signals.answer(planner, signal, "solved", "Het is gemaakt.")
    assert "Het is gemaakt." in mail.outbox[0].body
    assert not Signal.objects.get().is_open


def test_only_whose_it_is_answers_and_passes_on(partners: dict[str, Organisation]) -> None:
    signal = _sent()
    stranger = make.make_user(partners["actium"], "manager")
    assert not signals.signals_of(stranger).exists()
    for attempt in (
        lambda: signals.answer(stranger, signal, "solved", "Klaar."),
        lambda: signals.pass_on(stranger, signal, partners["actium"]),
        lambda: signals.answer(make.make_user(partners["city"], "viewer"), signal, "solved", "Klaar."),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    signals.pass_on(make.make_user(partners["city"]), signal, partners["actium"])
    assert signals.signals_of(stranger).get() == signal


@pytest.mark.parametrize(
    "wrong", [{"kind": "x"}, {"text": ""}, {"text": "x" * 1501}, {"email": "geen"}, {"text": "\x00\x00\x00\x00\x00"}]
)
def test_what_is_missing_or_wrong_is_refused_and_nothing_kept(
    partners: dict[str, Organisation], wrong: dict[str, str]
) -> None:
    with pytest.raises(RefusedError):
        _sent(**wrong)
    assert not Signal.objects.exists()


def test_a_month_after_it_was_closed_nobody_is_in_it_any_more(partners: dict[str, Organisation]) -> None:
    signal = _sent(email="anna@example.nl")
    old = signals.link(signal).rstrip("/").split("/")[-1]
    signals.answer(make.make_user(partners["city"]), signal, "solved", "Klaar.")
    assert retention.forget(timezone.now() + dt.timedelta(days=29))["signals"] == 0
    assert retention.forget(timezone.now() + dt.timedelta(days=31))["signals"] == 1
    assert Signal.objects.get().email == ""
    with pytest.raises(RefusedError):
        signals.signal_of(old)
