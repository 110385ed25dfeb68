"""The overview: counts, figures and lists say the same as the map, for who asks, in the period asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from geo import layers, tiles
from geo.periods import parse_period
from planning.partners.visibility import Visibility
from planning.works.kinds import WorkStatus
from tests import factories as make
from tests.api.conftest import Ask, bbox
from tests.geo import mvt

pytestmark = pytest.mark.django_db
JUNE = {"from_": "2027-06-01", "to": "2027-07-01"}


def test_counts_by_kind_owner_and_status_add_up(ask: Ask) -> None:
    actium, gemeente = make.make_organisation("actium"), make.make_organisation("gemeente")
    make.make_work("demolition", owner=actium)
    make.make_work("new_build", owner=actium, status=WorkStatus.COMMITTED)
    make.make_work("street", owner=gemeente)
    make.make_work("street", owner=gemeente, status=WorkStatus.CANCELLED)
    make.make_work("sewer", "2028-01-01", "2028-02-01", owner=gemeente)
    counts = ask("overview/", **JUNE)["counts"]
    assert counts["kinds"] == {"demolition": 1, "new_build": 1, "street": 1}
    assert counts["statuses"] == {"planned": 2, "committed": 1}
    assert counts["owners"] == {
        "actium": {"name": "Actium", "total": 2, "kinds": {"demolition": 1, "new_build": 1}},
        "gemeente": {"name": "Gemeente", "total": 1, "kinds": {"street": 1}},
    }


def test_a_row_tells_what_the_list_beside_the_map_needs(ask: Ask) -> None:
    wijk = make.make_wijk()
    work = make.make_work(
        "street", "2027-05-01", "2027-11-01", geometry=make.box(0, 0, 40), date_precision="month",
        buurt=make.make_buurt(wijk=wijk), dwellings=3, project=make.make_project(),
    )  # fmt: skip
    make.make_finding(work)
    [row] = ask("overview/", **JUNE)["works"]
    assert row | {"lon": 0, "lat": 0, "bbox": []} == {
        "id": work.pk, "name": work.name, "description": "", "project": "Aar, Delft en Stroom",
        "kind": "street", "kind_label": "straat", "status": "planned", "status_label": "gepland",
        "owner": "actium", "owner_name": "Actium", "start": "2027-05-01", "finish": "2027-11-01",
        "period_text": "mei – okt 2027", "buurt": "De Lariks West", "wijk": "De Lariks",
        "wijk_slug": "de-lariks", "dwellings": 3, "findings": 1, "lon": 0, "lat": 0, "bbox": [],
    }  # fmt: skip
    west, south, east, north = row["bbox"]
    assert west < row["lon"] < east and south < row["lat"] < north
    assert 6.4 < west < 6.7 and 52.9 < south < 53.1


def test_findings_come_worst_first_with_their_works_and_a_title_in_words(ask: Ask) -> None:
    first, second = make.make_work(), make.make_work("street")
    make.make_finding(first, kind="opportunity", severity=1, rule="dig-once")
    worst = make.make_finding(first, second, severity=4, rule="demolition-before-building")
    answer = ask("overview/", **JUNE)
    assert [row["severity"] for row in answer["findings"]] == [4, 1]
    row = answer["findings"][0]
    assert (row["id"], row["works"]) == (worst.pk, [first.pk, second.pk])
    assert row["title"] and row["title"] != row["rule"]
    assert (row["severity_label"], row["sentence"]) == ("kan niet", worst.sentence_nl)
    assert (answer["counts"]["conflicts"], answer["counts"]["opportunities"], answer["findings_total"]) == (1, 1, 2)


def test_a_wijk_or_a_box_narrows_everything(ask: Ask) -> None:
    here = make.make_buurt(wijk=make.make_wijk(geometry=make.box(0, 0, 400)), geometry=make.box(0, 0, 400))
    there_wijk = make.make_wijk("Oost", geometry=make.box(1000, 0, 400))
    there = make.make_buurt("Ver", wijk=there_wijk, geometry=make.box(1000, 0, 400))
    for buurt, east in ((here, 10), (there, 1010)):
        make.make_finding(make.make_work(geometry=make.box(east, 10), buurt=buurt))
        make.make_initiative(geometry=make.point(east, 10), buurt=buurt)
        make.make_centre(f"BIC {buurt.name}", point=make.point(east, 10), wijk=buurt.wijk)
        make.make_address(at=make.point(east, 10), number=east, buurt=buurt)
    for narrowed in (ask("overview/", wijk="oost"), ask("overview/", bbox=bbox(900, 0, 500))):
        assert [row["buurt"] for row in narrowed["works"]] == ["Ver"]
        assert [len(narrowed[name]) for name in ("findings", "initiatives_list", "centres_list")] == [1, 1, 1]
        counts = narrowed["counts"]
        assert [counts[name] for name in ("wijken", "buurten", "addresses", "initiatives", "conflicts")] == [1] * 5
    assert ask("overview/")["works_total"] == 2


def test_the_list_counts_what_the_tile_shows(ask: Ask, client: Client) -> None:
    for month in range(1, 10):
        make.make_work("sewer", f"2027-0{month}-10", f"2027-{month + 2:02d}-10", geometry=make.box(0, 0, 20))
    make.make_work(visibility=Visibility.PARTNERS)
    layer, tile = layers.get("works"), mvt.tile_at(make.point(10, 10), 16)
    assert layer is not None
    for start, finish in (("2027-06-01", "2027-07-01"), ("2027-01-01", "2027-02-01"), ("2029-01-01", "2030-01-01")):
        period = parse_period({"from": start, "to": finish})
        drawn = tiles.cut(layer, tile, None, period)
        names = {row["name"] for row in ask("overview/", from_=start, to=finish)["works"]}
        assert {name for name in names if name.encode() in drawn} == names
        assert drawn.count(b"riool") == 2 * len(names), "once among shapes and once among points"


def test_figures_follow_period_and_wijk(ask: Ask) -> None:
    buurt = make.make_buurt(wijk=make.make_wijk())
    make.make_work("demolition", "2027-01-01", "2027-03-01", dwellings=40, buurt=buurt)
    make.make_work("new_build", "2027-05-10", "2028-03-01", dwellings=52, buurt=buurt)
    assert ask("overview/", wijk="de-lariks")["figures"]["dwellings_demolished"] == 40
    figures = ask("overview/", **JUNE)["figures"]
    assert (figures["dwellings_demolished"], figures["dwellings_built"]) == (0, 52)
    assert ask("overview/")["figures"]["fallow_weeks"] == 10


def test_the_public_sees_no_work_of_partners_in_any_count_or_list(ask: Ask, client: Client) -> None:
    owner = make.make_organisation()
    hidden = make.make_work(owner=owner, visibility=Visibility.PARTNERS, dwellings=9)
    make.make_finding(hidden, make.make_work("street", owner=owner))
    answer = ask("overview/", **JUNE)
    assert (answer["works_total"], answer["findings_total"], answer["counts"]["conflicts"]) == (1, 0, 0)
    assert answer["figures"]["dwellings_demolished"] == 0
    assert answer["works"][0]["findings"] == 0
    client.force_login(make.make_user(make.make_organisation("gemeente")))
    answer = ask("overview/", **JUNE)
    assert (answer["works_total"], answer["findings_total"], answer["works"][0]["findings"]) == (2, 1, 1)


def test_ideas_count_from_the_day_they_were_handed_in(ask: Ask) -> None:
    make.make_initiative(submitted_on="2027-06-15")
    make.make_initiative("Nog niet beoordeeld", state="submitted")
    assert ask("overview/", **JUNE)["counts"]["initiative_states"] == {"supported": 1}
    assert ask("overview/", to="2027-06-15")["counts"]["initiatives"] == 0


def test_long_lists_are_cut_off_and_say_so(ask: Ask) -> None:
    for _ in range(203):
        make.make_work()
    answer = ask("overview/")
    assert (len(answer["works"]), answer["works_total"]) == (200, 203)


def test_the_number_of_queries_does_not_grow(ask: Ask, django_assert_max_num_queries: Any) -> None:
    wijk = make.make_wijk()
    for number in range(15):
        buurt = make.make_buurt(f"Buurt {number}", wijk=wijk)
        owner = make.make_organisation(f"partner-{number}")
        make.make_finding(make.make_work(buurt=buurt, owner=owner), make.make_work("street", buurt=buurt))
        make.make_initiative(buurt=buurt)
        make.make_centre(f"BIC {number}", wijk=wijk)
    with django_assert_max_num_queries(20):
        ask("overview/", wijk="de-lariks", **JUNE)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"from_": "juni"}, "from"),
        ({"from_": "2027-07-01", "to": "2027-06-01"}, "to"),
        ({"wijk": "nergens"}, "wijk"),
        ({"wijk": "x' OR 1=1 --"}, "wijk"),
        ({"wijk": "a\x00b"}, "wijk"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "6,53,nan,54"}, "bbox"),
        ({"bbox": "7,53,6,54"}, "bbox"),
        ({"bbox": "232000,557000,233000,558000"}, "bbox"),
    ],
)
def test_what_cannot_be_read_is_told_by_parameter(ask: Ask, query: dict[str, str], parameter: str) -> None:
    problem = ask("overview/", 400, **query)
    assert (problem["status"], problem["title"]) == (400, "De vraag klopt niet")
    assert problem["errors"][0]["parameter"] == parameter
