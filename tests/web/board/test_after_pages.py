"""After demolition as pages: the list, and planning straight after as a scenario or at once."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from planning.coordination.models import Scenario
from planning.works.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db
YEAR = dt.date.today().year


@pytest.fixture
def works() -> dict[str, Work]:
    """A demolition to come, its building a year after it, and a street of another beside it."""
    make.make_buurt(wijk=make.make_wijk())
    city = make.make_organisation("gemeente-assen")
    return {
        "sloop": make.make_work("demolition", f"{YEAR + 1}-08-02", f"{YEAR + 1}-11-01", name="Sloop Stroom"),
        "bouw": make.make_work("new_build", f"{YEAR + 2}-11-06", f"{YEAR + 3}-11-05", name="Nieuwbouw Stroom"),
        "straat": make.make_work(
            "street", f"{YEAR + 2}-03-06", f"{YEAR + 2}-06-05", make.box(40, 0, 8, 40), city, name="Straat Stroom"
        ),
    }  # fmt: skip


@pytest.fixture
def planner(works: dict[str, Work]) -> Client:
    client = Client()
    client.force_login(make.make_user(works["sloop"].owner))
    return client


def words(response: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def versions(response: Any) -> dict[str, str]:
    return dict(re.findall(r'name="(version-\d+)" value="(\d+)"', response.content.decode()))


def test_anyone_reads_the_list_and_only_planners_plan(client: Client, works: dict[str, Work]) -> None:
    page = words(client.get("/planning/na-sloop/"))
    for said in ("Sloop Stroom", "Nieuwbouw Stroom", "Straat Stroom", "weken braak", "Gemeente Assen"):
        assert said in page
    assert "direct erna" not in page
    address = f"/planning/na-sloop/{works['sloop'].pk}/"
    assert client.get(address).status_code == 403
    client.force_login(make.make_user(make.make_organisation("stila"), "viewer"))
    assert client.get(address).status_code == 403
    assert client.get("/planning/na-sloop/?wijk=atlantis").status_code == 400
    assert "wordt niets gesloopt" in words(client.get("/planning/na-sloop/?wie=stila"))


def test_one_button_makes_a_scenario_for_all_owners(planner: Client, works: dict[str, Work]) -> None:
    address = f"/planning/na-sloop/{works['sloop'].pk}/"
    assert address in planner.get("/planning/na-sloop/").content.decode()
    page = planner.get(address)
    assert "nog niets bewaard" in words(page)
    response = planner.post(address, {"act": "scenario"})
    scenario = Scenario.objects.get()
    assert response["Location"] == scenario.get_absolute_url()
    assert scenario.owner == works["sloop"].owner
    dates = {row.work_id: row.start for row in scenario.dates.all()}
    assert dates[works["bouw"].pk] == dt.date(YEAR + 1, 11, 1)
    assert works["straat"].pk in dates
    assert not Work.objects.filter(version__gt=1).exists()


def test_own_works_move_at_once_and_nobody_elses(planner: Client, works: dict[str, Work]) -> None:
    address = f"/planning/na-sloop/{works['sloop'].pk}/"
    form = versions(planner.get(address))
    response = planner.post(address, form | {"act": "save", "reason": "Zo snel mogelijk bouwen"})
    assert response.status_code == 302, words(response)
    for work in works.values():
        work.refresh_from_db()
    assert works["bouw"].planned_start == dt.date(YEAR + 1, 11, 1)
    assert works["straat"].version == 1


def test_a_work_changed_meanwhile_is_not_overwritten(planner: Client, works: dict[str, Work]) -> None:
    address = f"/planning/na-sloop/{works['sloop'].pk}/"
    form = versions(planner.get(address))
    Work.objects.filter(pk=works["bouw"].pk).update(dwellings=50)
    response = planner.post(address, form | {"act": "save"})
    assert response.status_code == 409
    assert "intussen" in words(response)
    works["bouw"].refresh_from_db()
    assert works["bouw"].planned_start == dt.date(YEAR + 2, 11, 6)
    assert planner.post(address, {"act": "save", f"version-{works['bouw'].pk}": "x"}).status_code == 302
    assert planner.get(f"/planning/na-sloop/{works['bouw'].pk}/").status_code == 404
