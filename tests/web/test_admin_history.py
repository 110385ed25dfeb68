"""The history of a record in the admin: who changed what, when and why."""

from __future__ import annotations

import re

import pghistory
import pytest
from django.test import Client

from planning.works.history import entries
from tests.factories import box, make_buurt, make_organisation, make_project, make_work
from tests.web.admin_forms import filled_in, sign_in

pytestmark = pytest.mark.django_db


def change(work) -> str:
    return f"/admin/works/work/{work.pk}/change/"


def told(work) -> list[tuple[str, str | None, str]]:
    return [(c.label, c.before, c.after) for c in entries(work)[0][0].changes]


def test_a_change_in_the_admin_tells_who_what_and_why(client: Client):
    work = make_work(name="Sloop Stroom")
    sign_in(client, work.owner, first_name="Anna", last_name="de Vries")
    data = filled_in(client, change(work)) | {
        "planned_start": "01-06-2027", "status": "committed", "hinders_traffic": "on", "budget_eur": "1250000.50",
        "reason": "De aannemer kan later",
    }  # fmt: skip
    assert client.post(change(work), data).status_code == 302
    entry = entries(work)[0][0]
    assert (entry.who, entry.road, entry.why) == ("Anna de Vries", "in het beheer", "De aannemer kan later")
    assert set(told(work)) == {
        ("Begin", "1 mei 2027", "1 jun 2027"),
        ("Status", "gepland", "vastgelegd"),
        ("Hindert autoverkeer", "nee", "ja"),
        ("Budget in euro", "leeg", "1.250.000,50"),
    }
    page = " ".join(
        re.sub("<[^>]*>", " ", client.get(f"/admin/works/work/{work.pk}/history/").content.decode()).split()
    )
    assert "1 mei 2027 → 1 jun 2027" in page
    assert "“De aannemer kan later”" in page
    assert "2 wijzigingen" in page
    assert "Gemaakt" in page


def test_a_place_that_changed_is_told_in_metres():
    work = make_work(geometry=box(width=40))
    work.geometry = box(east=30, width=20)
    work.save()
    assert told(work) == [("Plek", "vlak van 1600 m²", "vlak van 400 m², 22 m verschoven")]


def test_records_that_a_change_points_to_have_their_names():
    work = make_work(buurt=make_buurt("West", geometry=box()))
    work.project = make_project("Aar, Delft en Stroom", work.owner)
    work.buurt = make_buurt("Oost", geometry=box(900))
    work.save()
    assert set(told(work)) == {("Project", "leeg", "Aar, Delft en Stroom"), ("Buurt", "West", "Oost")}
    gone, work.project = work.project, None
    work.save()
    gone.delete()
    assert told(work) == [("Project", "iets dat er niet meer is", "leeg")]


def test_an_import_says_from_which_file():
    with pghistory.context(import_file="actium.xlsx"):
        work = make_work()
    entry = entries(work)[0][0]
    assert (entry.who, entry.road, entry.kind) == ("het systeem", "import van actium.xlsx", "made")


def test_a_long_history_is_told_in_pages_and_without_a_gap_between_them(django_assert_max_num_queries):
    work = make_work(dwellings=0)
    for number in range(1, 31):
        work.dwellings = number
        work.save()
    with django_assert_max_num_queries(6):
        first, page = entries(work, 1)
    second, _ = entries(work, 2)
    assert page.paginator.count == 31
    assert [entry.changes[0].after for entry in first] == [str(n) for n in range(30, 5, -1)]
    assert second[0].changes[0].before == "4"
    assert second[-1].kind == "made"


def test_who_may_not_see_a_work_does_not_see_its_history(client: Client):
    work = make_work(owner=make_organisation("gemeente"))
    sign_in(client, make_organisation("actium"))
    assert client.get(f"/admin/works/work/{work.pk}/history/").status_code in (302, 403)


def test_what_users_typed_is_text_in_the_history(client: Client):
    work = make_work(name="<script>alert(1)</script>")
    sign_in(client, work.owner)
    assert "<script>alert" not in client.get(f"/admin/works/work/{work.pk}/history/").content.decode()


@pytest.mark.parametrize("page", ["x", "0", "²", "9" * 5000])
def test_a_page_of_history_that_is_not_there_is_the_first_or_the_last(client: Client, page: str):
    work = make_work()
    sign_in(client, work.owner)
    assert client.get(f"/admin/works/work/{work.pk}/history/", {"p": page}).status_code == 200
