"""The pages of signals and meetings, as residents and partners meet them."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from planning.initiatives.models import Signal, SignUp
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests type faster than people."""
    monkeypatch.setattr("planning.web.public_forms.LEAST", dt.timedelta())


@pytest.fixture
def city() -> Any:
    make.make_buurt()
    make.make_address("Stroom", 12, "9403KL", make.point())
    return make.make_organisation("gemeente-assen", kind="municipality")


def _opened(client: Client, path: str) -> dict[str, str]:
    page = client.get(path)
    assert not page.cookies
    found = re.search(r'name="sinds" value="([^"]+)"', page.content.decode())
    assert found is not None
    return {"sinds": found[1], "website": ""}


def _photo() -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(target, "JPEG")
    return SimpleUploadedFile("stoep.jpg", target.getvalue(), "image/jpeg")


def test_from_the_phone_to_the_partner_and_back(
    client: Client, city: Any, django_capture_on_commit_callbacks: Any
) -> None:
    sent = _opened(client, "/signaal/") | {
        "kind": "street", "text": "Losse <b>tegel</b>", "adres": "9403KL 12", "email": "anna@example.nl",
        "photo": _photo(),
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/signaal/", sent)
    assert "ligt bij" in page.content.decode()
    signal = Signal.objects.get()
    path = "/" + re.search(r"http\S+/signaal/\S+", mail.outbox[0].body)[0].split("/", 3)[3]  # type: ignore[index]
    client.post(path)
    planner = Client()
    planner.force_login(make.make_user(city))
    assert "Losse &lt;b&gt;tegel" in planner.get("/planning/signalen/").content.decode()
    photo = planner.get(f"/planning/signalen/{signal.pk}/foto.jpg")
    assert photo["Content-Type"] == "image/jpeg"
    planner.post(f"/planning/signalen/{signal.pk}/", {"state": "solved", "text": "Gemaakt."})
    assert "Gemaakt." in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"adres": ""}, "Zeg waar het is"),
        ({"adres": "9999ZZ 1"}, "kennen we niet"),
        ({"kind": ""}, "Kies waar het over gaat"),
        ({"lon": "0", "lat": "0"}, "niet in Nederland"),
        ({"photo": SimpleUploadedFile("x.jpg", b"<script>", "image/jpeg")}, "geen foto"),
        ({"website": "spam"}, "Laat het veld"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(client: Client, city: Any, wrong: dict[str, Any], said: str) -> None:
    sent = _opened(client, "/signaal/") | {"kind": "street", "text": "Losse tegel", "adres": "9403KL 12"}
    page = client.post("/signaal/", sent | wrong)
    assert page.status_code == 400
    assert said in page.content.decode()
    assert "Losse tegel" in page.content.decode()
    assert not Signal.objects.exists()


def test_others_see_nothing_of_it(client: Client, city: Any) -> None:
    client.post(
        "/signaal/", _opened(client, "/signaal/") | {"kind": "street", "text": "Losse tegel", "adres": "9403KL 12"}
    )
    signal = Signal.objects.get()
    assert client.get(f"/planning/signalen/{signal.pk}/").status_code == 302
    client.force_login(make.make_user(make.make_organisation("stila")))
    for path in ("", "foto.jpg"):
        assert client.get(f"/planning/signalen/{signal.pk}/{path}").status_code == 404
    assert client.get("/signaal/gok/").status_code == 404


def test_signing_up_for_a_meeting_and_taking_it_back(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    meeting = make.make_meeting("Avond", starts_at=timezone.now() + dt.timedelta(days=5), sign_up=True, capacity=20)
    path = meeting.get_absolute_url()
    assert "Avond" in client.get("/bijeenkomsten/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, _opened(client, path) | {"name": "Anna", "email": "anna@example.nl", "people": "2"})
    mine = "/" + re.search(r"http\S+/aanmelding/\S+", mail.outbox[0].body)[0].split("/", 3)[3]  # type: ignore[index]
    client.get(mine)
    assert not SignUp.objects.get().confirmed
    client.post(mine)
    assert SignUp.objects.get().confirmed
    organiser = Client()
    organiser.force_login(make.make_user(meeting.organiser))
    assert "Anna" in organiser.get(f"{path}aanmeldingen/").content.decode()
    other = Client()
    other.force_login(make.make_user(make.make_organisation("elders")))
    assert other.get(f"{path}aanmeldingen/").status_code == 403
    client.post(mine, {"weg": "1"})
    assert not SignUp.objects.exists()
