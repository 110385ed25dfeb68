"""Asking what other dates would do, and saving them, over the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.works.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner() -> Client:
    """A planner of Actium."""
    client = Client()
    client.force_login(make.make_user(make.make_organisation(), first_name="Noor", last_name="Prins"))
    return client


def post(client: Client, path: str, body: Any, expect: int = 200) -> Any:
    response = client.post(f"/api/plan/{path}/", body, content_type="application/json")
    assert response.status_code == expect, response.content
    if expect >= 400:
        assert response["Content-Type"] == "application/problem+json"
    return response.json()


def site() -> tuple[Work, Work]:
    far = dt.date.today().year + 1  # the API looks at the real day
    demolition = make.make_work("demolition", f"{far}-05-03", f"{far}-11-01", name="Sloop Aar")
    building = make.make_work(
        "new_build", f"{far}-12-01", f"{far + 2}-01-01", name="Bouw Aar", owner=make.make_organisation("stila")
    )
    return demolition, building


def ask(work: Work, days: int, **more: Any) -> dict[str, Any]:
    by = dt.timedelta(days=days)
    return {"dates": [{"work": work.pk, "start": work.planned_start + by, "finish": work.planned_finish + by}], **more}


class TestChecking:
    def test_it_says_what_moves_whose_it_is_and_what_it_costs(self, planner: Client) -> None:
        demolition, building = site()
        found = post(planner, "check", ask(demolition, 60))
        assert [(row["work"], row["own"], row["follows"]) for row in found["moves"]] == [
            (demolition.pk, True, False), (building.pk, False, True),
        ]  # fmt: skip
        assert found["moves"][1]["old_start"] == building.planned_start.isoformat()
        assert "Sloop Aar (Actium) dan tot en met" in found["moves"][1]["sentence"]
        assert [row["owner"] for row in found["owners"]] == ["actium", "stila"]
        assert found["figures"]["after"]["moved"] == 2

    def test_pinned_and_staying_works_break_what_held(self, planner: Client) -> None:
        demolition, building = site()
        for more in ({"pinned": [building.pk]}, {"followers": "stay"}):
            found = post(planner, "check", ask(demolition, 60, **more))
            assert [row["work"] for row in found["breaks"]] == [building.pk]
            assert [row["rule"] for row in found["findings"]["new"]] == ["demolition-before-building"]
            assert found["findings"]["new"][0]["severity_label"] == "kan niet"

    def test_a_finding_that_is_kept_is_known_by_its_identity(self, planner: Client) -> None:
        demolition, building = site()
        clash = {"work": building.pk, "version": 1, "planned_start": demolition.planned_start}
        owner = Client()
        owner.force_login(make.make_user(building.owner))
        post(owner, "reschedule", {"changes": [clash]})
        found = post(planner, "check", ask(demolition, -200))
        from planning.coordination.models import Finding

        kept = Finding.objects.current().get(rule="demolition-before-building")
        assert kept.pk in [row["id"] for row in found["findings"]["gone"]]

    def test_a_drag_costs_a_fixed_few_queries(self, planner: Client) -> None:
        demolition, _building = site()
        post(planner, "check", ask(demolition, 1))
        counts = []
        for extra in range(2):
            for number in range(extra * 20):
                make.make_work(geometry=make.box(60 * number, 900))
            post(planner, "check", ask(demolition, 30))
            with CaptureQueriesContext(connection) as queries:
                post(planner, "check", ask(demolition, 60))
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 8

    @pytest.mark.parametrize(
        "body",
        [
            {}, [], '"x"', {"dates": []}, {"dates": [{"work": "x"}]}, {"dates": [{"work": 1, "start": "2027-02-30"}]},
            {"dates": [{"work": 2**80, "start": "2027-01-01", "finish": "2027-02-01"}]},
            {"dates": [{"work": 1, "start": "2027-01-01", "finish": "2027-02-01"}], "followers": "fly"},
            {"dates": [{"work": 1, "start": "0001-01-01", "finish": "9999-12-31"}], "pinned": ["x"]},
        ],
    )  # fmt: skip
    def test_nonsense_is_refused_in_words(self, planner: Client, body: Any) -> None:
        assert post(planner, "check", body, 400)["errors"]

    def test_dates_that_cannot_be_name_the_work(self, planner: Client) -> None:
        demolition, building = site()
        body = ask(building, 0)
        body["dates"] += ask(demolition, 0)["dates"]
        body["dates"][1]["finish"] = demolition.planned_start
        assert post(planner, "check", body, 400)["errors"] == [
            {"pointer": "/dates/1", "detail": "Het einde moet na het begin liggen."}
        ]

    def test_who_is_not_signed_in_is_asked_to(self) -> None:
        demolition, _building = site()
        post(Client(), "check", ask(demolition, 1), 401)
        post(Client(), "reschedule", {"changes": []}, 401)


class TestSaving:
    def test_new_versions_come_back(self, planner: Client) -> None:
        demolition, _building = site()
        change = {"work": demolition.pk, "version": 1, "planned_finish": demolition.planned_finish.replace(month=12)}
        done = post(planner, "reschedule", {"changes": [change], "reason": "asbest"})
        assert done["works"][0]["version"] == 2
        assert done["works"][0]["etag"] == f'"{demolition.pk}-2"'
        assert done["findings"]["new"] >= 1

    def test_another_was_first(self, planner: Client) -> None:
        demolition, _building = site()
        change = {"work": demolition.pk, "version": 1, "planned_finish": demolition.planned_finish.replace(month=12)}
        post(planner, "reschedule", {"changes": [change], "reason": "asbest"})
        refused = post(planner, "reschedule", {"changes": [change]}, 409)
        theirs = refused["conflicts"][0]["theirs"]
        assert (theirs["version"], theirs["by"], theirs["reason"]) == (2, "Noor Prins", "asbest")

    def test_anothers_work_is_not_mine_to_move(self, planner: Client) -> None:
        _demolition, building = site()
        change = {"work": building.pk, "version": 1, "planned_finish": building.planned_finish.replace(month=12)}
        post(planner, "reschedule", {"changes": [change]}, 403)

    @pytest.mark.parametrize("change", [{}, {"planned_end": "2027-01-01"}, {"version": "x"}, {"planned_start": None}])
    def test_nonsense_is_refused_in_words(self, planner: Client, change: dict[str, Any]) -> None:
        demolition, _building = site()
        post(planner, "reschedule", {"changes": [{"work": demolition.pk, "version": 1, **change}]}, 400)
        demolition.refresh_from_db()
        assert demolition.version == 1

    def test_a_work_stands_in_a_body_once(self, planner: Client) -> None:
        demolition, _building = site()
        change = {"work": demolition.pk, "version": 1, "planned_finish": "2031-01-01"}
        post(planner, "reschedule", {"changes": [change, change]}, 400)
