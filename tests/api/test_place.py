"""A clicked place tells all that is there, in order of time, and nothing that is elsewhere or hidden."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planning.partners.visibility import Visibility
from tests import factories as make
from tests.api.conftest import Ask, lonlat

pytestmark = pytest.mark.django_db


def test_a_click_tells_the_story_of_the_ground(ask: Ask) -> None:
    wijk = make.make_wijk()
    buurt = make.make_buurt(wijk=wijk)
    project = make.make_project("Aar, Delft en Stroom")
    build = make.make_work("new_build", "2024-07-01", "2026-07-01", project=project, description="128 woningen")
    clear = make.make_work("demolition", "2022-10-01", "2023-05-01", project=project, dwellings=102)
    make.make_work("street", geometry=make.box(200, 0))
    finding = make.make_finding(clear, rule="fallow-ground", kind="opportunity")
    make.make_address(at=make.point(30, 60), street="Stroom", number=4)
    make.make_initiative(geometry=make.point(21, 21), buurt=buurt)
    make.make_initiative("Verderop", geometry=make.point(300, 21), buurt=buurt)
    place = ask("place/", zoom=17, **lonlat(20, 20))
    assert [work["id"] for work in place["works"]] == [clear.pk, build.pk]
    assert place["works"][1]["description"] == "128 woningen"
    [gap] = place["fallow"]
    assert (gap["after"], gap["followed_by"]) == (clear.pk, build.pk)
    assert (gap["start"], gap["finish"], gap["weeks"]) == ("2023-05-01", "2024-07-01", 61)
    assert (gap["text"], gap["period_text"]) == ("61 weken braak", "mei 2023 – jun 2024")
    assert [row["id"] for row in place["findings"]] == [finding.pk]
    assert [row["title"] for row in place["initiatives"]] == ["Boomgaard zoekt grond"]
    assert place["title"] == "Aar, Delft en Stroom"
    assert place["wijk"] == {"name": "De Lariks", "slug": "de-lariks"}
    assert place["buurt"] == {"name": "De Lariks West", "slug": "de-lariks-west"}
    assert place["address"]["text"] == "Stroom 4, 9403 KL Assen"


def test_ground_where_nothing_is_planned_says_so(ask: Ask) -> None:
    make.make_work("demolition", "2023-01-01", "2023-06-01")
    [gap] = ask("place/", zoom=17, **lonlat(20, 20))["fallow"]
    assert (gap["finish"], gap["followed_by"]) == (None, None)
    assert gap["text"].endswith("weken braak, en nog niets gepland")
    assert gap["period_text"] == "sinds jun 2023"


@pytest.mark.parametrize(("zoom", "beside", "hit"), [(17, 2, True), (17, 4.5, False), (12, 80, True), (12, 130, False)])
def test_a_finger_reaches_as_far_as_the_zoom_says(ask: Ask, zoom: float, beside: float, hit: bool) -> None:
    make.make_work(geometry=make.box(0, 0, 40))
    assert len(ask("place/", zoom=zoom, **lonlat(-beside, 20))["works"]) == hit


def test_a_place_is_called_after_its_project_street_or_buurt(ask: Ask) -> None:
    make.make_buurt()
    here = lonlat(20, 20)
    assert ask("place/", **here)["title"] == "De Lariks West"
    make.make_address(street="Stroom", at=make.point(30, 20))
    assert ask("place/", **here)["title"] == "Stroom"
    make.make_work(project=make.make_project("Aar, Delft en Stroom"))
    assert ask("place/", **here)["title"] == "Aar, Delft en Stroom"


def test_a_place_without_anything_is_an_answer_too(ask: Ask) -> None:
    place = ask("place/", lon=5.1, lat=52.1)
    assert (place["works"], place["findings"], place["wijk"], place["address"]) == ([], [], None, None)


def test_the_period_narrows_findings_and_not_works(ask: Ask) -> None:
    make.make_finding(make.make_work())
    then = ask("place/", from_="2030-01-01", to="2030-02-01", **lonlat(20, 20))
    assert (len(then["works"]), then["findings"]) == (1, [])


def test_the_place_of_a_work_is_its_ground_and_what_lies_against_it(ask: Ask) -> None:
    work = make.make_work(geometry=make.box(0, 0, 40))
    against = make.make_work("street", geometry=make.line((42, 0), (42, 40)))
    make.make_work("street", geometry=make.line((60, 0), (60, 40)))
    place = ask("place/", work=work.pk)
    assert {row["id"] for row in place["works"]} == {work.pk, against.pk}
    assert (place["lon"], place["lat"]) == pytest.approx(tuple(lonlat(20, 20).values()), abs=1e-5)


def test_the_place_of_a_finding_has_all_its_works(ask: Ask) -> None:
    work, far = make.make_work(), make.make_work("street", geometry=make.box(45, 0, 10))
    finding = make.make_finding(work, far)
    place = ask("place/", finding=finding.pk)
    assert {row["id"] for row in place["works"]} == {work.pk, far.pk}
    assert [row["id"] for row in place["findings"]] == [finding.pk]


def test_the_place_of_an_initiative(ask: Ask) -> None:
    work = make.make_work(geometry=make.box(-10, -10, 20))
    initiative = make.make_initiative()
    place = ask("place/", initiative=initiative.pk)
    assert [row["id"] for row in place["initiatives"]] == [initiative.pk]
    assert [row["id"] for row in place["works"]] == [work.pk]


def test_hidden_things_are_not_there(ask: Ask, client: Client) -> None:
    hidden = make.make_work(visibility=Visibility.PARTNERS)
    finding = make.make_finding(hidden)
    idea = make.make_initiative(state="submitted")
    for query in ({"work": hidden.pk}, {"finding": finding.pk}, {"initiative": idea.pk}, {"work": 10**18}):
        assert ask("place/", 404, **query)["title"] == "Niet gevonden"
    assert ask("place/", **lonlat(20, 20))["works"] == []
    client.force_login(make.make_user(make.make_organisation("gemeente")))
    assert [row["id"] for row in ask("place/", finding=finding.pk)["works"]] == [hidden.pk]


def test_the_number_of_queries_does_not_grow(ask: Ask, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        work = make.make_work(owner=make.make_organisation(f"partner-{number}"))
        make.make_finding(work, make.make_work("street"))
    with django_assert_max_num_queries(12):
        assert len(ask("place/", **lonlat(20, 20))["works"]) == 24


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lon": "6.5"},
        {"lon": "x", "lat": "53"},
        {"lon": "inf", "lat": "53"},
        {"lon": "53", "lat": "6.5"},
        {"lon": "6.5", "lat": "53", "zoom": "99"},
        {"work": "1 OR 1=1"},
        {"work": "-1"},
        {"finding": "99999999999999999999"},
    ],
)
def test_what_cannot_be_read_is_a_400(ask: Ask, query: dict[str, str]) -> None:
    assert ask("place/", 400, **query)["errors"]
