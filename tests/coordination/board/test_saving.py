"""Saving what was changed on the board: own works, all or nothing, never over another's change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from planning.coordination.models import Finding, Happening
from planning.works.models import Dependency, Work, WorkEvent
from tests import factories as make

pytestmark = pytest.mark.django_db
D = dt.date
TODAY = D(2026, 11, 23)


@pytest.fixture
def planner() -> Client:
    client = Client()
    client.force_login(make.make_user(make.make_organisation(), first_name="Ada"))
    return client


def period(work: Work, start: str, finish: str, **values: Any) -> dict[str, Any]:
    return {"work": work.pk, "version": work.version, "start": start, "finish": finish, **values}


def save(client: Client, *works: dict[str, Any], reason: str = "De aannemer kan eerder", **values: Any) -> Any:
    body = {"works": list(works), "reason": reason, **values}
    return client.post("/api/board/changes/", body, content_type="application/json")


def faults(response: Any, status: int = 400) -> dict[str, str]:
    assert response.status_code == status, response.content
    return {fault["pointer"]: fault["detail"] for fault in response.json().get("errors", [])}


def test_own_works_move_with_a_reason_and_the_findings_follow(planner: Client) -> None:
    gone = make.make_work("demolition", "2027-05-03", "2027-11-01")
    built = make.make_work("new_build", "2027-09-01", "2029-06-30")
    answer = save(planner, period(built, "2027-11-01", "2029-08-31"))
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"works": [{"work": built.pk, "version": 2}]}
    built.refresh_from_db()
    assert (built.planned_start, built.planned_finish) == (D(2027, 11, 1), D(2029, 8, 31))
    event = WorkEvent.objects.filter(pgh_obj=built).latest("pgh_id")
    assert event.pgh_context.metadata["reason"] == "De aannemer kan eerder"
    assert not Finding.objects.current().filter(rule="demolition-before-building", works=gone).exists()
    assert Happening.objects.get().works.get() == built


def test_an_order_is_kept_together_with_the_dates_or_not_at_all(planner: Client) -> None:
    first, then = make.make_work(), make.make_work("new_build", "2028-01-03", "2029-01-01")
    tie = {"predecessor": first.pk, "successor": then.pk, "type": "FS", "minimum": 14, "reason": "grond zet zich"}
    assert save(planner, period(then, "2028-02-01", "2029-02-01"), tie=[tie]).status_code == 200
    made = Dependency.objects.get()
    assert (made.minimum_lag_days, made.maximum_lag_days, made.reason) == (14, None, "grond zet zich")
    back = {"predecessor": then.pk, "successor": first.pk}
    then.refresh_from_db()
    wrong = faults(save(planner, period(then, "2028-03-01", "2029-03-01"), tie=[back]))
    assert wrong["/tie"] == f"Zo wacht een werk op zichzelf: {first.name} → {then.name} → {first.name}."
    then.refresh_from_db()
    assert then.planned_start == D(2028, 2, 1)
    assert save(planner, untie=[made.pk]).status_code == 200
    assert not Dependency.objects.exists()


def test_the_second_of_two_is_told_and_sees_both_versions(planner: Client) -> None:
    work = make.make_work("new_build", "2027-09-01", "2029-06-30", name="Nieuwbouw Stroom")
    other = make.make_work("new_build", "2027-09-01", "2029-06-30", make.box(100, 0))
    colleague = Client()
    colleague.force_login(make.make_user(make.make_organisation(), first_name="Ben", last_name="Bos"))
    assert save(colleague, period(work, "2027-10-01", "2029-07-31"), reason="Vergunning is laat").status_code == 200
    Work.objects.filter(pk=work.pk).update(dwellings=12)
    answer = save(planner, period(work, "2027-08-02", "2029-05-31"), period(other, "2027-10-01", "2029-07-31"))
    assert answer.status_code == 409
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["work"], conflict["name"]) == (work.pk, "Nieuwbouw Stroom")
    assert conflict["yours"]["planned_start"] == "2027-08-02"
    assert conflict["theirs"]["planned_start"] == "2027-10-01"
    assert conflict["also"] == ["woningen"]
    other.refresh_from_db()
    assert other.planned_start == D(2027, 9, 1)
    work.refresh_from_db()
    assert save(planner, period(work, "2027-08-02", "2029-05-31")).status_code == 200


def test_promised_dates_move_only_when_that_is_meant(planner: Client) -> None:
    work = make.make_work("new_build", "2027-09-01", "2029-06-30", status="committed", name="Toegezegd")
    moved = period(work, "2027-10-01", "2029-07-31")
    assert faults(save(planner, moved)) == {"/confirmed": "Bevestig dat toegezegde data veranderen: Toegezegd."}
    assert save(planner, moved, confirmed=True).status_code == 200


def test_of_a_work_that_began_only_the_end_moves(planner: Client) -> None:
    work = make.make_work("new_build", "2026-01-05", "2027-06-30", status="under_way", actual_start=D(2026, 1, 12))
    assert "al begonnen" in faults(save(planner, period(work, "2026-02-02", "2027-07-31"), confirmed=True))["/works/0"]
    assert save(planner, period(work, "2026-01-12", "2027-07-31"), confirmed=True).status_code == 200
    work.refresh_from_db()
    assert (work.planned_start, work.actual_start, work.planned_finish) == (
        D(2026, 1, 5),
        D(2026, 1, 12),
        D(2027, 7, 31),
    )


def test_nobody_moves_or_ties_what_is_anothers(planner: Client) -> None:
    theirs = make.make_work(owner=make.make_organisation("stila"))
    hidden = make.make_work(owner=make.make_organisation("stila"), visibility="internal")
    own = make.make_work()
    for works, values in (
        ([period(theirs, "2027-06-01", "2027-12-01")], {}),
        ([period(own, "2027-06-01", "2027-12-01"), period(hidden, "2027-06-01", "2027-12-01")], {}),
        ([], {"tie": [{"predecessor": own.pk, "successor": theirs.pk}]}),
        ([], {"tie": [{"predecessor": hidden.pk, "successor": own.pk}]}),
        ([{"work": 10**12, "version": 1, "start": "2027-06-01", "finish": "2027-12-01"}], {}),
    ):
        assert save(planner, *works, **values).status_code == 403
    assert save(Client(), period(own, "2027-06-01", "2027-12-01")).status_code == 401
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(make.make_user(own.owner))
    assert save(forged, period(own, "2027-06-01", "2027-12-01")).status_code == 403
    own.refresh_from_db()
    assert own.version == 1


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"reason": ""}, "/reason"),
        ({"works": [{"work": 1, "version": 1, "start": "x", "finish": "2027-01-01"}]}, "/works/0/start"),
        ({"works": "alles"}, "/works/non_field_errors"),
        ({"untie": ["een"]}, "/untie/0"),
        ({"tie": [{"predecessor": 1}]}, "/tie/0/successor"),
    ],
)
def test_what_cannot_be_read_is_said_by_name(planner: Client, values: dict[str, Any], pointer: str) -> None:
    body = {"reason": "x", **values}
    assert pointer in faults(planner.post("/api/board/changes/", body, content_type="application/json"))


def test_a_work_twice_or_with_dates_out_of_order_is_refused(planner: Client) -> None:
    work = make.make_work()
    assert "/works" in faults(save(planner, *[period(work, "2027-06-01", "2027-12-01")] * 2))
    assert "/works/0" in faults(save(planner, period(work, "2027-12-01", "2027-06-01")))
