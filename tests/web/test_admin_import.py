"""Importing works and areas in the admin: first see, then keep."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geo.models import Buurt, Wijk
from planning.coordination.models import Finding
from planning.web.admin import import_works as page
from planning.works.models import Work, WorkImport
from tests.conftest import BASE
from tests.factories import make_organisation, make_work
from tests.web.admin_forms import sign_in

pytestmark = pytest.mark.django_db

IMPORT = "/admin/works/work/importeren/"
HEAD = "Kenmerk;Naam;Soort;Begin;Einde;Geometrie\n"
GOOD = (
    "A-1;Sloop Stroom;sloop;1 mei 2027;31 oktober 2027;"
    "POLYGON ((232000 557000, 232040 557000, 232040 557040, 232000 557040, 232000 557000))\n"
)
BUILD = GOOD.replace("A-1;Sloop Stroom;sloop;1 mei", "A-2;Bouw Stroom;nieuwbouw;1 juni")
BAD = "A-3;Slop Stroom;slooop;ooit;31 oktober 2027;POINT (232000 557000)\n"


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def actium(client: Client):
    organisation = make_organisation("actium")
    sign_in(client, organisation)
    return organisation


def send(client: Client, text: str, organisation, name: str = "werken.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(IMPORT, {"file": file, "organisation": organisation.pk})


def answer(client: Client, response, **fields):
    return client.post(IMPORT, {"token": response.context["waiting"].token, "commit": "1", **fields}, follow=True)


def test_a_file_is_first_tried_then_kept_and_leaves_nothing_behind(
    client: Client, actium, own_temporary_folder, django_capture_on_commit_callbacks
):
    tried = send(client, HEAD + GOOD + BUILD, actium)
    assert "er is nog niets bewaard" in tried.content.decode()
    assert tried.context["report"].created == 2
    assert not Work.objects.exists()
    assert len(list(own_temporary_folder.iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        kept = answer(client, tried)
    assert "Ingelezen uit werken.csv: 2 nieuw" in kept.content.decode()
    assert Work.objects.filter(owner=actium, external_id__in=["A-1", "A-2"]).count() == 2
    assert WorkImport.objects.get().by == kept.wsgi_request.user
    assert Finding.objects.filter(rule="demolition-before-building").exists()
    assert list(own_temporary_folder.iterdir()) == []
    again = send(client, HEAD + GOOD + BUILD, actium)
    assert again.context["report"].unchanged == 2
    assert "Bewaren" not in again.content.decode().replace("Niet bewaren", "")


def test_a_changed_row_says_which_fields_change(client: Client, actium):
    answer(client, send(client, HEAD + GOOD, actium))
    tried = send(client, HEAD + GOOD.replace("Sloop Stroom", "Sloop Aar").replace("1 mei", "3 mei"), actium)
    assert tried.context["changes"] == [{"row": 2, "name": "Sloop Aar", "what": "naam, begin"}]


def test_bad_rows_are_told_and_the_good_ones_kept_only_when_asked(client: Client, actium):
    tried = send(client, HEAD + GOOD + BAD, actium)
    html = tried.content.decode()
    assert tried.context["report"].refused == 1
    assert "slooop" in html
    assert "Alleen de goede rijen bewaren" in html
    answer(client, tried)
    assert not Work.objects.exists()
    answer(client, send(client, HEAD + GOOD + BAD, actium), accept_valid="1")
    assert [work.external_id for work in Work.objects.all()] == ["A-1"]
    assert WorkImport.objects.get().refused == 1
    run = client.get(f"/admin/works/workimport/{WorkImport.objects.get().pk}/change/").content.decode()
    assert "slooop" in run
    assert client.post(f"/admin/works/workimport/{WorkImport.objects.get().pk}/change/", {}).status_code == 403


def test_saying_no_keeps_nothing(client: Client, actium, own_temporary_folder):
    tried = send(client, HEAD + GOOD, actium)
    client.post(IMPORT, {"token": tried.context["waiting"].token, "cancel": "1"})
    assert not Work.objects.exists()
    assert list(own_temporary_folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("werken.exe", "x", "exe"),
        ("werken.xlsx", "geen excel", "werken.xlsx is geen goed Excel-bestand"),
        ("werken.csv", "zomaar wat tekst", "werken.csv"),
        ("werken.gpkg", "geen geopackage", "werken.gpkg is niet te lezen"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_own_name(
    client: Client, actium, own_temporary_folder, name, text, said
):
    response = send(client, text, actium, name)
    assert said in str(response.context["form"].errors)
    assert "bestand." not in str(response.context["form"].errors["file"]).replace("bestandsextensie", "")
    assert list(own_temporary_folder.iterdir()) == []


def test_a_file_that_is_too_large_is_refused(client: Client, actium, monkeypatch):
    monkeypatch.setattr(page, "LARGEST_FILE", 10)
    assert "groter dan" in str(send(client, HEAD + GOOD, actium).context["form"].errors)


def test_nobody_imports_for_another_partner(client: Client, actium):
    gemeente = make_organisation("gemeente")
    foreign = make_work(owner=gemeente, external_id="A-1", source="gemeente", name="Blijft")
    assert "organisation" in send(client, HEAD + GOOD, gemeente).context["form"].errors
    answer(client, send(client, HEAD + GOOD, actium))
    foreign.refresh_from_db()
    assert foreign.name == "Blijft"


def test_another_persons_trial_cannot_be_answered_nor_one_after_leaving(client: Client, actium):
    tried = send(client, HEAD + GOOD, actium)
    other = Client()
    sign_in(other, actium)
    assert "niet meer bewaard" in answer(other, tried).content.decode()
    assert (
        "niet meer bewaard" in client.post(IMPORT, {"token": "verzonnen", "commit": "1"}, follow=True).content.decode()
    )
    second = make_organisation("stila")
    user = tried.wsgi_request.user
    user.memberships.update(organisation=second)
    assert answer(client, tried).status_code == 403
    assert not Work.objects.exists()


AREAS = "/admin/geo/wijk/importeren/"


def test_areas_are_tried_and_read_in_by_who_may(client: Client, own_temporary_folder):
    def send_areas(**fields):
        with (
            Path(BASE / "fixtures/cbs_buurten_assen_2019.geojson").open("rb") as file,
            Path(BASE / "fixtures/wijken_assen.json").open("rb") as composition,
        ):
            return client.post(
                AREAS, {"file": file, "composition": composition, "municipality": "GM0106", **fields}, follow=True
            )

    sign_in(client, make_organisation())
    assert send_areas().status_code == 403
    sign_in(client, is_superuser=True)
    assert "91 nieuw" in send_areas(dry_run="on").content.decode()
    assert not Buurt.objects.exists()
    send_areas()
    assert Buurt.objects.count() == 91
    assert Wijk.objects.filter(slug="de-lariks").exists()
    bad = client.post(AREAS, {"file": SimpleUploadedFile("kaart.geojson", b"{}")})
    assert "kaart.geojson" in str(bad.context["form"].errors)
    assert list(own_temporary_folder.iterdir()) == []
