"""Scenarios over the API: own ones and what is shared, other dates only for what may be seen, searches followed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.coordination.models import Scenario
from planning.partners.models import Membership, User
from planning.works.models import Work
from tests import factories as make
from tests.api.test_plan import site

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def planner() -> Client:
    """A planner of Actium."""
    return signed_in(make.make_user(make.make_organisation()))


def ask(client: Client, method: str, path: str, body: Any = None, expect: int = 200, **headers: str) -> Any:
    named = {"If-Match": "*"} if method in {"patch", "delete"} else {}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    response = getattr(client, method)(f"/api/scenarios/{path}", body, content_type="application/json", headers=named)
    assert response.status_code == expect, response.content
    if expect >= 400:
        assert response["Content-Type"] == "application/problem+json"
    return response.json() if response.content else None


def later(work: Work, days: int, **more: Any) -> dict[str, Any]:
    by = dt.timedelta(days=days)
    return {"work": work.pk, "start": work.planned_start + by, "finish": work.planned_finish + by, **more}


class TestByHand:
    def test_made_read_changed_and_removed(self, planner: Client) -> None:
        demolition, building = site()
        made = ask(planner, "post", "", {"name": "Een maand later", "dates": [later(demolition, 30)]}, 201)
        assert (made["owner"], made["visibility"]) == ("actium", "internal")
        row = made["dates"][0]
        assert (row["name"], row["old_start"]) == ("Sloop Aar", demolition.planned_start.isoformat())
        path = f"{made['id']}/"
        changed = ask(planner, "patch", path, {"visibility": "partners", "dates": [later(building, 30, pinned=True)]})
        assert [(each["work"], each["pinned"]) for each in changed["dates"]] == [
            (demolition.pk, False), (building.pk, True),
        ]  # fmt: skip
        changed = ask(planner, "patch", path, {"drop": [demolition.pk]})
        assert [each["work"] for each in changed["dates"]] == [building.pk]
        assert ask(planner, "get", "")["count"] == 1
        ask(planner, "delete", path, expect=204)
        ask(planner, "get", path, expect=404)
        demolition.refresh_from_db()
        assert demolition.version == 1

    def test_a_change_names_the_state_that_was_read(self, planner: Client) -> None:
        demolition, _building = site()
        path = f"{ask(planner, 'post', '', {'name': 'Samen'}, 201)['id']}/"
        read = planner.get(f"/api/scenarios/{path}")["ETag"]
        unnamed = planner.patch(f"/api/scenarios/{path}", {"name": "x"}, content_type="application/json")
        assert unnamed.status_code == 428
        changed = planner.patch(
            f"/api/scenarios/{path}", {"dates": [later(demolition, 7)]}, "application/json", headers={"If-Match": read}
        )
        assert changed.status_code == 200
        # A colleague who read before that other dates came in is told, and takes nothing away.
        for method in ("patch", "delete"):
            told = ask(planner, method, path, {"name": "Anders"}, 412, If_Match=read)
            assert "intussen gewijzigd" in told["detail"]
        assert Scenario.objects.get().name == "Samen"
        ask(planner, "patch", path, {"name": "Anders"}, If_Match=changed["ETag"])
        assert Scenario.objects.get().name == "Anders"

    def test_what_it_would_do(self, planner: Client) -> None:
        demolition, building = site()
        made = ask(planner, "post", "", {"name": "Te laat", "dates": [later(demolition, 60)]}, 201)
        outcome = ask(planner, "get", f"{made['id']}/outcome/")
        assert [row["rule"] for row in outcome["findings"]["new"]] == ["demolition-before-building"]
        assert (outcome["figures"]["before"]["hard"], outcome["figures"]["after"]["hard"]) == (0, 1)
        assert [row["work"] for row in outcome["breaks"]] == [building.pk]

    @pytest.mark.parametrize(
        "body",
        [
            {}, [], {"name": ""}, {"name": "x" * 121}, {"name": "x", "owner": "bestaat-niet"},
            {"name": "x", "visibility": "public"}, {"name": "x", "dates": [{"work": 1}]},
            {"name": "x", "dates": [{"work": 1, "start": "2027-01-01", "finish": "2027-02-01"}]},
            {"name": "x", "wijk": "nergens"},
        ],
    )  # fmt: skip
    def test_nonsense_is_refused_in_words(self, planner: Client, body: Any) -> None:
        assert ask(planner, "post", "", body, 400)["errors"]
        assert not Scenario.objects.exists()

    def test_a_change_too_names_whole_periods(self, planner: Client) -> None:
        demolition, _building = site()
        path = f"{ask(planner, 'post', '', {'name': 'Leeg'}, 201)['id']}/"
        faults = ask(planner, "patch", path, {"dates": [{"work": demolition.pk}]}, 400)["errors"]
        assert {fault["pointer"] for fault in faults} == {"/dates/0/start", "/dates/0/finish"}
        assert ask(planner, "patch", path, {"dates": [later(demolition, 7)]})["dates"][0]["pinned"] is False

    def test_a_work_stands_in_it_once_and_dates_can_be(self, planner: Client) -> None:
        demolition, _building = site()
        ask(planner, "post", "", {"name": "x", "dates": [later(demolition, 1), later(demolition, 2)]}, 400)
        wrong = later(demolition, 1) | {"finish": demolition.planned_start}
        assert ask(planner, "post", "", {"name": "x", "dates": [wrong]}, 400)["errors"][0]["pointer"] == "/dates/0"


class TestWhoMay:
    def made(self, planner: Client, **more: Any) -> str:
        demolition, _building = site()
        body = {"name": "Van ons", "dates": [later(demolition, 30)], **more}
        return f"{ask(planner, 'post', '', body, 201)['id']}/"

    def test_others_see_only_what_is_shared_and_change_nothing(self, planner: Client) -> None:
        path = self.made(planner)
        other = signed_in(make.make_user(make.make_organisation("stila")))
        ask(other, "get", path, expect=404)
        ask(planner, "patch", path, {"visibility": "partners"})
        assert ask(other, "get", path)["name"] == "Van ons"
        for method, more in (("patch", ""), ("delete", ""), ("post", "search/")):
            ask(other, method, f"{path}{more}", {}, 403)
        ask(Client(), "get", path, expect=404)
        ask(Client(), "post", "", {"name": "x"}, 401)

    def test_a_shared_scenario_shows_no_work_that_its_reader_may_not_see(self, planner: Client) -> None:
        path = self.made(planner, visibility="partners")
        Work.objects.filter(name="Sloop Aar").update(visibility="internal")
        other = signed_in(make.make_user(make.make_organisation("stila")))
        assert ask(other, "get", path)["dates"] == []
        assert "Sloop" not in str(ask(other, "get", f"{path}outcome/"))
        assert len(ask(planner, "get", path)["dates"]) == 1

    def test_a_viewer_makes_none_and_who_plans_for_two_says_for_which(self) -> None:
        actium = make.make_organisation()
        ask(signed_in(make.make_user(actium, Membership.Role.VIEWER)), "post", "", {"name": "x"}, 403)
        both = make.make_user(actium)
        Membership.objects.create(user=both, organisation=make.make_organisation("stila"), role="planner")
        ask(signed_in(both), "post", "", {"name": "x"}, 400)
        assert ask(signed_in(both), "post", "", {"name": "x", "owner": "stila"}, 201)["owner"] == "stila"
        ask(signed_in(both), "post", "", {"name": "x", "owner": make.make_organisation("vaart").slug}, 403)

    def test_lists_take_a_fixed_number_of_queries(self, planner: Client) -> None:
        demolition, building = site()

        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                ask(planner, "get", "")
            return len(queries)

        ask(planner, "post", "", {"name": "een", "dates": [later(demolition, 30)]}, 201)
        count()
        first = count()
        for name in "abc":
            ask(planner, "post", "", {"name": name, "dates": [later(demolition, 30), later(building, 30)]}, 201)
        assert count() == first <= 10


@pytest.mark.django_db(transaction=True)
class TestSearching:
    def test_asked_followed_and_done(self, planner: Client, run_jobs: Callable[[], list[str]]) -> None:
        demolition, building = site()
        Work.objects.filter(pk=building.pk).update(planned_start=demolition.planned_start + dt.timedelta(30))
        made = ask(planner, "post", "", {"name": "Zoek maar"}, 201)
        path = f"{made['id']}/search/"
        ask(planner, "get", path, expect=404)
        asked = ask(planner, "post", path, {"seconds": 2, "lead_weeks": 0, "owners": ["stila"]}, 202)
        assert (asked["state"], asked["ended"], asked["worker"]) == ("waiting", False, False)
        ask(planner, "post", path, {}, 409)
        run_jobs()
        found = ask(planner, "get", path)
        assert (found["state"], found["ended"]) == ("done", True)
        assert [row["work"] for row in found["dates"]] == [building.pk]
        assert found["headline"]
        assert "headline_nl" not in found["figures"]
        scenario = ask(planner, "get", f"{made['id']}/")
        assert "omdat Sloop Aar" in scenario["dates"][0]["why"]
        english = planner.get(f"/api/scenarios/{made['id']}/", headers={"accept-language": "en"}).json()
        assert english["dates"][0]["name"] == scenario["dates"][0]["name"]

    def test_a_program_asks_follows_and_stops(self, run_jobs: Callable[[], list[str]]) -> None:
        """With a token that may write proposals and read works: a scenario, its search by scope, and what it found."""
        demolition, building = site()
        Work.objects.filter(pk=building.pk).update(
            planned_start=demolition.planned_start + dt.timedelta(30), visibility="partners"
        )
        blind = make.make_token("proposals:write")
        text = make.make_token("proposals:write", "works:read")
        reader = make.make_token("works:read", "proposals:read")

        def program(method: str, path: str, body: Any = None, expect: int = 200, by: str = text) -> Any:
            return ask(Client(), method, path, body, expect, Authorization=f"Bearer {by}")

        program("post", "", {"name": "Nee"}, 403, reader)
        path = f"{program('post', '', {'name': 'Elke nacht'}, 201)['id']}/search/"
        program("post", path, {}, 403, reader)
        scope = {"seconds": 2, "lead_weeks": 0, "owners": ["stila"], "works": [building.pk]}
        assert program("post", path, scope, 202)["state"] == "waiting"
        run_jobs()
        found = program("get", path)
        assert (found["state"], [row["work"] for row in found["dates"]]) == ("done", [building.pk])
        # Whoever may not read works does not get to know of them by a search.
        hidden = f"{program('post', '', {'name': 'Blind'}, 201, blind)['id']}/search/"
        program("post", hidden, scope, 403, blind)
        assert program("get", path, by=blind)["dates"] == []
        again = f"{program('post', '', {'name': 'Stop'}, 201)['id']}/search/"
        program("post", again, {}, 202)
        assert program("post", f"{again}stop/", {}, 202)["state"] == "stopped"

    def test_stopped(self, planner: Client, run_jobs: Callable[[], list[str]]) -> None:
        site()
        made = ask(planner, "post", "", {"name": "Stop maar"}, 201)
        ask(planner, "post", f"{made['id']}/search/", {}, 202)
        assert ask(planner, "post", f"{made['id']}/search/stop/", expect=202)["state"] == "stopped"
        assert run_jobs() == []

    @pytest.mark.parametrize(
        "body",
        [{"seconds": 0}, {"seconds": 1e9}, {"wijken": ["x"]}, {"owners": []}, {"lead_weeks": -1}, {"works": "x"}],
    )
    def test_nonsense_is_refused_in_words(self, planner: Client, body: Any) -> None:
        made = ask(planner, "post", "", {"name": "x"}, 201)
        assert ask(planner, "post", f"{made['id']}/search/", body, 400)["errors"]
