"""Search finds what people mean, however they write it, and never what they may not see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planning.partners.visibility import Visibility
from tests import factories as make
from tests.api.conftest import Ask, degrees, lonlat

pytestmark = pytest.mark.django_db


@pytest.fixture
def assen() -> None:
    wijk = make.make_wijk("De Lariks", geometry=make.box(-500, -500, 1000))
    buurt = make.make_buurt("Schildersbuurt", wijk=wijk, geometry=make.box(0, 0, 400))
    make.make_wijk("Oude Molenbuurt", geometry=make.box(3000, 0, 400))
    for number in (12, 14):
        make.make_address("Stroom", number, "9403KL", make.point(number, 0))
    make.make_address("Stroom", 12, "9403KL", make.point(12.5, 0), addition="A")
    make.make_address("Henriëtte Ronnerstraat", 3, "9403SB", make.point(100, 100))
    make.make_address("Rembrandtlaan", 1, "9403SC", make.point(150, 100))
    make.make_work(name="Sloop garages Delft", project=make.make_project("Aar, Delft en Stroom"), buurt=buurt)
    make.make_initiative("Boomgaard zoekt grond", buurt=buurt)
    make.make_centre("BIC De Lariks", wijk=wijk, address_text="Symfoniestraat 1")


def found(ask: Ask, text: str) -> list[tuple[str, str]]:
    return [(hit["type"], hit["label"]) for hit in ask("search/", q=text)["results"]]


@pytest.mark.usefixtures("assen")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("de lariks", ("wijk", "De Lariks")),
        ("lariks", ("wijk", "De Lariks")),
        ("larix", ("wijk", "De Lariks")),
        ("DE  LARIKS ", ("wijk", "De Lariks")),
        ("molenbuurt", ("wijk", "Oude Molenbuurt")),
        ("schilder", ("buurt", "Schildersbuurt")),
        ("shildersbuurt", ("buurt", "Schildersbuurt")),
        ("henriette ronner", ("street", "Henriëtte Ronnerstraat")),
        ("Henriëtte", ("street", "Henriëtte Ronnerstraat")),
        ("rembrantlaan", ("street", "Rembrandtlaan")),
        ("rembrandtlaan 1", ("address", "Rembrandtlaan 1")),
        ("stroom 14", ("address", "Stroom 14")),
        ("stroom 12a", ("address", "Stroom 12A")),
        ("9403KL 14", ("address", "Stroom 14")),
        ("9403 kl, 12-a", ("address", "Stroom 12A")),
        ("9403 kl 12", ("address", "Stroom 12")),
        ("9403kl", ("postcode", "9403 KL")),
        ("aar delft", ("project", "Aar, Delft en Stroom")),
        ("garages", ("work", "Sloop garages Delft")),
        ("boomgrd", ("initiative", "Boomgaard zoekt grond")),
        ("bic", ("centre", "BIC De Lariks")),
    ],
)
def test_what_somebody_means_comes_first(ask: Ask, text: str, first: tuple[str, str]) -> None:
    assert found(ask, text)[0] == first


@pytest.mark.usefixtures("assen")
def test_a_hit_says_where_it_is_and_where_to_go(ask: Ask) -> None:
    hit = ask("search/", q="de lariks")["results"][0]
    assert hit["url"] == "/wijken/de-lariks/"
    assert hit["bbox"] == pytest.approx(degrees(make.box(-500, -500, 1000)).extent, abs=2e-6)
    street = ask("search/", q="rembrandtlaan")["results"][0]
    assert (street["detail"], street["url"], street["id"]) == ("straat in Assen", None, None)
    assert {"lon": street["lon"], "lat": street["lat"]} == pytest.approx(lonlat(150, 100), abs=2e-6)
    assert set(hit) == {"type", "label", "detail", "lon", "lat", "bbox", "url", "id"}


@pytest.mark.usefixtures("assen")
@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "'", "\x00", "?!", "xyzxyzxyz", "9999 ZZ", "'; DROP TABLE geo_wijk; --"]
)
def test_nothing_is_found_where_nothing_fits(ask: Ask, text: str) -> None:
    assert found(ask, text) == []


def test_wildcards_mean_themselves(ask: Ask) -> None:
    make.make_work(name="Riool 100% nieuw")
    make.make_work(name="Riool half")
    assert found(ask, "100%") == [("work", "Riool 100% nieuw")]


def test_the_public_finds_no_work_project_or_idea_that_is_not_public(ask: Ask, client: Client) -> None:
    owner = make.make_organisation()
    project = make.make_project("Geheimzinnig project", owner)
    make.make_work(name="Geheimzinnig werk", owner=owner, project=project, visibility=Visibility.PARTNERS)
    make.make_initiative("Geheimzinnig idee", state="submitted")
    assert found(ask, "geheimzinnig") == []
    client.force_login(make.make_user(make.make_organisation("gemeente")))
    assert {kind for kind, _ in found(ask, "geheimzinnig")} == {"project", "work", "initiative"}


def test_a_project_lies_where_its_visible_works_lie(ask: Ask) -> None:
    project = make.make_project("Stroomgebied")
    make.make_work(project=project, geometry=make.box(0, 0, 40))
    make.make_work(project=project, geometry=make.box(900, 0, 40), visibility=Visibility.INTERNAL)
    [hit] = ask("search/", q="stroomgebied")["results"]
    assert hit["bbox"] == pytest.approx(degrees(make.box(0, 0, 40)).extent, abs=2e-6)
    assert hit["detail"] == "Actium · 1 werk"


def test_at_most_twelve_and_a_fixed_number_of_queries(ask: Ask, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        make.make_work(name=f"Riool vak {number}", owner=make.make_organisation(f"partner-{number}"))
        make.make_initiative(f"Riool idee {number}")
        make.make_address("Rioolstraat", number + 1, "9401AA")
    with django_assert_max_num_queries(9):
        assert len(found(ask, "riool")) == 12
    with django_assert_max_num_queries(10):
        assert found(ask, "rioolstraat 3")[0] == ("address", "Rioolstraat 3")
