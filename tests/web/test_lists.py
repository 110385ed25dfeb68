"""Lists of pages as files: what is on the page with its filters, all of it, and nothing that the reader may not see."""

from __future__ import annotations

import datetime as dt
import io
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from django.test import Client

from planning.coordination.models import Finding
from planning.partners.models import Organisation
from planning.partners.visibility import Visibility
from planning.works.models import Work
from tests import factories as make
from tests.coordination.proposals.conftest import make_site
from tests.coordination.stories import street_before_building

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("job_queue")]


def listed(client: Client, name: str, expect: int = 200, **query: str | list[str]) -> pd.DataFrame:
    """A list as csv."""
    response = client.get(f"/export/{name}.csv", query)
    assert response.status_code == expect, response
    if expect != 200:
        return pd.DataFrame()
    return pd.read_csv(io.BytesIO(b"".join(response.streaming_content)), sep=";", encoding="utf-8-sig")  # type: ignore[arg-type]


def offered(client: Client, page: str) -> list[str]:
    """The addresses of the files that a page offers."""
    html = client.get(page).content.decode()
    assert "web/exports" in html
    assert 'id="export-words"' in html, "what the script says comes from the page"
    return [unescape(found) for found in re.findall(r'href="(/export/[^"]+)" download data-export', html)]


@pytest.fixture
def finding() -> Finding:
    return street_before_building()


@pytest.fixture
def planner(finding: Finding) -> Client:
    client = Client()
    client.force_login(make.make_user(Organisation.objects.get(slug="actium")))
    return client


def test_the_table_of_works_with_its_filters(planner: Client, finding: Finding) -> None:
    make.make_work("green", name="Park", geometry=make.box(900), owner=make.make_organisation("gemeente-assen"))
    make.make_work("sewer", name="Geheim", owner=make.make_organisation("stila"), visibility=Visibility.INTERNAL)
    assert set(listed(planner, "planning")["name"]) == {"Nieuwbouw", "Straat", "Park"}
    for query, names in (
        ({"wie": "gemeente-assen"}, {"Straat", "Park"}),
        ({"wie": ["gemeente-assen", "actium"], "soort": "new_build"}, {"Nieuwbouw"}),
        ({"bevindingen": "1"}, {"Nieuwbouw", "Straat"}),
        ({"van": "2027-04-01", "tot": "2027-05-01", "soort": "street"}, {"Straat"}),
    ):
        assert set(listed(planner, "planning", **query)["name"]) == names, query
        page = planner.get("/planning/", {**query, "vorm": "tabel"}).content.decode()
        assert {name for name in ("Nieuwbouw", "Straat", "Park", "Geheim") if f'/">{name}</a>' in page} == names, query


def test_demolitions_with_what_follows_them(client: Client) -> None:
    year = dt.date.today().year
    make.make_work("demolition", f"{year + 1}-08-02", f"{year + 1}-11-01", name="Sloop")
    make.make_work("new_build", f"{year + 2}-11-06", f"{year + 3}-11-05", name="Bouw")
    make.make_work("demolition", f"{year + 1}-08-02", f"{year + 1}-11-01", make.box(500), name="Sloop ver weg")
    rows = listed(client, "na-sloop").set_index("name")
    assert set(rows.index) == {"Sloop", "Sloop ver weg"}
    assert rows.loc["Sloop", "fallow_weeks"] == 53
    assert rows.loc["Sloop", "fallow_until"] == f"{year + 2}-11-06"
    assert rows.loc["Sloop", "followed_by"].startswith("Bouw (Actium")
    assert pd.isna(rows.loc["Sloop ver weg", "followed_by"])
    make.make_organisation("gemeente-assen")
    assert listed(client, "na-sloop", wie="gemeente-assen").empty


def test_findings_with_the_filters_of_their_page(planner: Client, client: Client, finding: Finding) -> None:
    assert finding.sentence_nl in set(listed(planner, "bevindingen")["sentence_nl"])
    assert finding.sentence_nl in set(listed(planner, "bevindingen", van="actium", oordeel="open")["sentence_nl"])
    assert listed(planner, "bevindingen", van="actium", oordeel="agreed").empty
    listed(planner, "bevindingen", 400, van="niemand")
    listed(client, "bevindingen", 403)


def test_what_proposals_ask_and_what_was_answered(client: Client) -> None:
    site = make_site(dt.date.today())
    site.send()
    Work.objects.filter(pk=site.apart.pk).update(visibility=Visibility.INTERNAL)
    client.force_login(site.stila)
    rows = listed(client, "voorstellen").set_index("work")
    assert set(rows.index) == {"Sloop Aar", "Bouw Aar", "Straat Aar"}, "what is another's own is not in it"
    moved = site.building.planned_start + dt.timedelta(days=91)
    assert rows.loc["Bouw Aar", "new_start"] == f"{moved:%Y-%m-%d}"
    assert set(rows["answer"]) == {"open", "accepted"}
    assert listed(Client(), "voorstellen").empty


@pytest.mark.parametrize(
    "page",
    [
        "/planning/?vorm=tabel&wie=actium&wie=gemeente-assen", "/planning/na-sloop/?wie=actium",
        "/planning/bevindingen/?van=actium&oordeel=open", "/voorstellen/",
    ],
)  # fmt: skip
def test_a_page_offers_its_list_in_all_forms_as_it_is_filtered(planner: Client, page: str, tmp_path: Path) -> None:
    addresses = offered(planner, page)
    assert {"gpkg", "geojson", "fgb", "parquet", "zip", "xlsx", "csv"} <= {
        address.partition("?")[0].rpartition(".")[2] for address in addresses
    }
    for address in addresses:
        response = planner.get(address)
        assert response.status_code == 200, address
        content = b"".join(response.streaming_content)  # type: ignore[arg-type]
        assert content
        assert address.partition("?")[2] == page.partition("?")[2]
        if ".gpkg" in address:
            (tmp_path / "list.gpkg").write_bytes(content)
            assert "geometry" in pyogrio.read_dataframe(tmp_path / "list.gpkg", layer=0)


def test_the_cards_of_the_wijken_as_a_table(client: Client) -> None:
    buurt = make.make_buurt(wijk=make.make_wijk("De Lariks"))
    make.make_initiative(buurt=buurt)
    make.make_work("demolition", buurt=buurt, dwellings=102, visibility=Visibility.PUBLIC)
    [row] = listed(client, "wijkcijfers").to_dict("records")
    assert row["name"] == "De Lariks"
    assert (row["dwellings_demolished"], row["dwellings_built"], row["initiatives"]) == (102, 0, 1)


def test_a_file_of_one_proposal_holds_no_other(client: Client) -> None:
    site = make_site(dt.date.today())
    proposal = site.send()
    client.force_login(site.stila)
    assert not listed(client, "voorstellen", voorstel=str(proposal.pk)).empty
    assert listed(client, "voorstellen", voorstel=str(proposal.pk + 1)).empty
    listed(client, "voorstellen", 400, voorstel="²")
    [address] = [found for found in offered(client, f"/voorstellen/{proposal.pk}/") if ".xlsx" in found]
    assert address == f"/export/voorstellen.xlsx?voorstel={proposal.pk}"


@pytest.mark.parametrize(
    ("page", "name", "held"),
    [
        ("/wijken/", "wijkcijfers", "De Lariks"), ("/bic/", "centres", "Open huis"),
        ("/bijeenkomsten/", "meetings", "Avond"),
    ],
)  # fmt: skip
def test_pages_for_everybody_offer_what_they_list(client: Client, page: str, name: str, held: str) -> None:
    make.make_wijk("De Lariks")
    make.make_centre("Open huis")
    make.make_centre("Dicht huis", state="closed")
    make.make_meeting("Avond")
    found = [each for each in offered(client, f"{page}?utm_source=brief") if each.startswith(f"/export/{name}.csv")]
    content = b"".join(client.get(found[0]).streaming_content)  # type: ignore[arg-type]
    rows = pd.read_csv(io.BytesIO(content), sep=";", encoding="utf-8-sig")
    assert rows["name" if "name" in rows else "title"].tolist() == [held]
