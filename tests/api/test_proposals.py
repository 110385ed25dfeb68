"""Proposals over the API: sent, answered, countered, applied; each sees what it may."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.partners.models import User
from planning.works.models import Work
from tests import factories as make
from tests.api.test_plan import site
from tests.api.test_scenarios import later, signed_in

pytestmark = pytest.mark.django_db


def ask(client: Client, method: str, path: str, body: Any = None, expect: int = 200) -> Any:
    response = getattr(client, method)(f"/api/proposals/{path}", body, content_type="application/json")
    assert response.status_code == expect, response.content
    if expect >= 400:
        assert response["Content-Type"] == "application/problem+json"
    return response.json() if response.content else None


@pytest.fixture
def people() -> dict[str, User]:
    """A planner of each owner, and of somebody whom it does not concern."""
    return {slug: make.make_user(make.make_organisation(slug)) for slug in ("actium", "stila", "vaart")}


@pytest.fixture
def sent(people: dict[str, User]) -> dict[str, Any]:
    """A proposal of Actium that moves its demolition and STILA's building a quarter."""
    demolition, building = site()
    body = {"title": "Een kwartaal later", "message": "Asbest.", "dates": [later(demolition, 91), later(building, 91)]}
    return ask(signed_in(people["actium"]), "post", "", body, 201)  # type: ignore[no-any-return]


def item_of(proposal: dict[str, Any], owner: str) -> dict[str, Any]:
    part = next(part for part in proposal["parts"] if part["owner"] == owner)
    return part["items"][0]  # type: ignore[no-any-return]


def test_the_same_letter_sent_twice_goes_out_once(people: dict[str, User]) -> None:
    actium, building = signed_in(people["actium"]), site()[1]
    for path, body in (
        ("proposals", {"title": "Later", "dates": [later(building, 91)]}),
        ("scenarios", {"name": "Later", "dates": [later(building, 91)]}),
    ):
        headers = {"Idempotency-Key": f"brief-{path}"}
        first, again = (
            actium.post(f"/api/{path}/", body, content_type="application/json", headers=headers) for _time in range(2)
        )
        assert (first.status_code, again.status_code) == (201, 201), first.content
        assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
        assert actium.get(f"/api/{path}/").json()["count"] == 1
        other = actium.post(f"/api/{path}/", body | {"x": 1}, content_type="application/json", headers=headers)
        assert other.status_code == 422


def test_sent_answered_and_applied(people: dict[str, User], sent: dict[str, Any]) -> None:
    assert (sent["sender"], sent["state"], sent["needs_answer"]) == ("actium", "open", False)
    assert item_of(sent, "actium")["answer"] == "accepted"
    stila = signed_in(people["stila"])
    path = f"{sent['id']}/"
    seen = ask(stila, "get", path)
    assert seen["needs_answer"] is True
    asked = item_of(seen, "stila")
    assert "Sloop Aar" in asked["reason"]
    assert item_of(seen, "actium")["reason"] == ""  # another's reason is another's
    answered = ask(stila, "post", f"{path}answer/", {"answers": [{"item": asked["id"], "answer": "accepted"}]})
    assert answered["state"] == "done"
    assert item_of(answered, "stila")["can_be_undone"] is True
    building = Work.objects.get(pk=asked["work"])
    assert building.planned_start.isoformat() == asked["new_start"]
    ask(stila, "post", f"{path}answer/", {"answers": [{"item": asked["id"], "answer": "accepted"}]}, 409)
    undone = ask(stila, "post", f"{path}undo/")
    assert item_of(undone, "stila")["applied_at"] is None
    building.refresh_from_db()
    assert building.planned_start.isoformat() == asked["old_start"]


def test_countered_and_agreed_or_not(people: dict[str, User], sent: dict[str, Any]) -> None:
    actium, stila, path = signed_in(people["actium"]), signed_in(people["stila"]), f"{sent['id']}/"
    asked = item_of(ask(stila, "get", path), "stila")
    start = dt.date.fromisoformat(asked["new_start"]) + dt.timedelta(28)
    counter = {"item": asked["id"], "answer": "countered", "start": start, "finish": asked["new_finish"]}
    countered = ask(stila, "post", f"{path}answer/", {"answers": [counter]})
    assert item_of(countered, "stila")["counter_start"] == start.isoformat()
    assert ask(actium, "get", "", {"needs_answer": "true"})["count"] == 1
    assert ask(stila, "get", "", {"needs_answer": "true"})["count"] == 0
    ask(stila, "post", f"{path}counters/", {"items": [asked["id"]]}, 403)
    ask(actium, "post", f"{path}counters/", {"items": [asked["id"]], "refuse": True}, 400)
    ask(actium, "post", f"{path}counters/", {"items": [asked["id"]], "refuse": True, "reason": "De winter."})
    ask(stila, "post", f"{path}answer/", {"answers": [counter]})
    assert ask(actium, "post", f"{path}counters/", {"items": [asked["id"]]})["state"] == "done"
    assert Work.objects.get(pk=asked["work"]).planned_start == start


def test_changed_meanwhile_said_and_brought_up_to_date(people: dict[str, User], sent: dict[str, Any]) -> None:
    stila, path = signed_in(people["stila"]), f"{sent['id']}/"
    asked = item_of(ask(stila, "get", path), "stila")
    Work.objects.filter(pk=asked["work"]).update(description="Anders")
    yes = {"answers": [{"item": asked["id"], "answer": "accepted"}]}
    answered = ask(stila, "post", f"{path}answer/", yes)
    assert answered["state"] == "open"
    assert item_of(answered, "stila")["overtaken"] is True
    refreshed = ask(stila, "post", f"{path}refresh/")
    assert item_of(refreshed, "stila")["overtaken"] is False
    ask(stila, "post", f"{path}answer/", yes)
    mine = item_of(refreshed, "actium")["id"]
    done = ask(
        signed_in(people["actium"]), "post", f"{path}answer/", {"answers": [{"item": mine, "answer": "accepted"}]}
    )
    assert done["state"] == "done"


def test_withdrawn(people: dict[str, User], sent: dict[str, Any]) -> None:
    path = f"{sent['id']}/"
    ask(signed_in(people["stila"]), "post", f"{path}withdraw/", {"reason": "Weg"}, 403)
    ask(signed_in(people["actium"]), "post", f"{path}withdraw/", {}, 400)
    withdrawn = ask(signed_in(people["actium"]), "post", f"{path}withdraw/", {"reason": "Er komt een ander."})
    assert (withdrawn["state"], withdrawn["close_reason"]) == ("withdrawn", "Er komt een ander.")


def test_who_it_does_not_concern_sees_and_does_nothing(people: dict[str, User], sent: dict[str, Any]) -> None:
    for client in (signed_in(people["vaart"]), Client()):
        assert ask(client, "get", "")["count"] == 0
        ask(client, "get", f"{sent['id']}/", expect=404)
    for what in ("answer", "counters", "withdraw", "refresh", "undo"):
        response = signed_in(people["vaart"]).post(f"/api/proposals/{sent['id']}/{what}/", {}, "application/json")
        assert response.status_code in (400, 404)
        ask(Client(), "post", f"{sent['id']}/{what}/", {}, 401)


def test_of_anothers_secret_work_only_the_number_is_told(people: dict[str, User], sent: dict[str, Any]) -> None:
    Work.objects.filter(name="Sloop Aar").update(visibility="internal")
    seen = ask(signed_in(people["stila"]), "get", f"{sent['id']}/")
    part = next(part for part in seen["parts"] if part["owner"] == "actium")
    assert (part["items"], part["hidden"]) == ([], 1)
    assert ask(signed_in(people["stila"]), "get", "", {"work": item_of(sent, "actium")["work"]})["count"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {}, [], {"title": "x"}, {"title": "", "dates": []}, {"title": "x", "dates": []},
        {"title": "x", "scenario": 999},
        {"title": "x", "dates": [{"work": 1, "start": "2027-01-01", "finish": "2027-02-01"}]},
        {"title": "x", "expires_on": "2020-01-01", "dates": [{"work": 1, "start": "x"}]},
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(people: dict[str, User], body: Any) -> None:
    assert ask(signed_in(people["actium"]), "post", "", body, 400)["errors"]


@pytest.mark.parametrize(
    "said", [{}, {"answer": "open"}, {"answer": "declined"}, {"answer": "countered"}, {"answer": "countered",
    "start": "2027-05-01", "finish": "2027-04-01"}]
)  # fmt: skip
def test_an_answer_that_lacks_something_is_refused(
    people: dict[str, User], sent: dict[str, Any], said: dict[str, Any]
) -> None:
    stila = signed_in(people["stila"])
    asked = item_of(ask(stila, "get", f"{sent['id']}/"), "stila")
    body = {"answers": [{"item": asked["id"], **said}]}
    assert ask(stila, "post", f"{sent['id']}/answer/", body, 400)["errors"]


def test_lists_take_a_fixed_number_of_queries(people: dict[str, User], sent: dict[str, Any]) -> None:
    stila = signed_in(people["stila"])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            ask(stila, "get", "")
        return len(queries)

    first = count()
    work = Work.objects.get(name="Bouw Aar")
    for number in range(3):
        body = {"title": f"Nog een {number}", "dates": [later(work, 7 * (number + 1))]}
        ask(signed_in(people["actium"]), "post", "", body, 201)
    assert count() == first <= 11
