"""Importing areas in the admin: first see, then keep."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from geo.models import Buurt, Wijk
from tests.conftest import BASE
from tests.factories import make_organisation
from tests.web.admin_forms import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


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
