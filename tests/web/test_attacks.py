"""What is tried against the forms and links that anyone may use: refused in words, or only text; nothing else is kept.

Each attack goes through every form of residents that it can go through.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from planning.coordination import following, privacy
from planning.coordination.following import Subject
from planning.coordination.models import Follow, Follower
from planning.initiatives import attempts, mailing, meetings, signals
from planning.initiatives.models import (
    Initiative,
    Meeting,
    PendingSupport,
    Photo,
    Signal,
    SignUp,
    Submission,
    Support,
    SupportArea,
    Update,
)
from tests import factories as make
from tests.initiatives.neighbours import gathering, make_initiator, secretary, token_in
from tests.initiatives.pictures import bomb, picture, with_location
from tests.web.initiatives.forms import WHAT, WHO, opened, walk, words

pytestmark = pytest.mark.django_db

KEPT: Final[tuple[type[Model], ...]] = (
    Submission, Photo, PendingSupport, Support, Signal, SignUp, Follower, Follow, Update,
)  # fmt: skip
"""All that residents can bring in."""

SCRIPT: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>${alert(3)}{{ 7|add:7 }}{% now 'Y' %}"
OVERRIDE: Final = "Boomgaard \u202egro.live\u202c \u2066x\u2069\x00\x07\x9b"
EMAIL: Final = "noor@example.nl"

Form = Callable[..., Any]
"""Sends a form with some values other than good ones; returns the answer."""


@pytest.fixture(autouse=True)
def mails_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send mail as it is asked for: the test's own transaction is never kept; and be no one's too many tries."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, **_: function())
    monkeypatch.setattr(attempts, "LIMITS", {name: (10_000, within) for name, (_, within) in attempts.LIMITS.items()})


@pytest.fixture
def area() -> SupportArea:
    """An idea with ten addresses around it, in a buurt, and somebody who handed it in."""
    make.make_buurt(wijk=make.make_wijk())
    make.make_organisation("gemeente-assen", kind="municipality")
    area = gathering(10)
    make_initiator(area.initiative)
    return area


@pytest.fixture
def meeting() -> Meeting:
    """An evening for which people sign up."""
    return make.make_meeting(starts_at=timezone.now() + dt.timedelta(days=5), sign_up=True)


@pytest.fixture
def forms(client: Client, area: SupportArea, meeting: Meeting) -> dict[str, Form]:
    """Every form of residents by name, as somebody sends it who takes a while to fill it in."""

    def posted(path: str, good: dict[str, Any]) -> Form:
        return lambda **values: client.post(path, good | {"sinds": opened()} | values)

    def idea(**values: Any) -> Any:
        steps = {name: values.pop(name) for name in ("photos",) if name in values}
        what = WHAT | {name: values[name] for name in ("title", "story") if name in values}
        who = WHO | {name: values[name] for name in ("name", "email", "phone") if name in values}
        where = {"address": values.get("address", "9403 KL 1"), "drawing": ""}
        return walk(client, what=what, where=where, who=who, **steps)

    page = area.initiative.get_absolute_url()
    mine = mailing.initiator_link(area.initiative.initiator).split("/", 3)[3]
    vote = {"choice": "voor", "postcode": "9403KL", "number": "1", "email": EMAIL}
    return {
        "idea": idea,
        "voice": posted(f"{page}stem/", {"weg": "mail", **vote}),
        "letter": posted(f"{page}stem/", {"weg": "brief", "brief-choice": "voor", "brief-code": "ABCD EFGH JKLM"}),
        "signal": posted(
            "/signaal/", {"kind": "street", "text": "Losse tegel", "adres": "9403KL 1", "email": EMAIL, "lon": ""}
        ),
        "sign up": posted(meeting.get_absolute_url(), {"name": "Noor", "email": EMAIL, "people": "2"}),
        "follow": posted("/volgen/", {"initiatief": area.initiative.slug, "email": EMAIL}),
        "place": posted("/volgen/", {"lon": "6.5466", "lat": "52.9942", "label": "Thuis", "email": EMAIL}),
        "privacy": posted("/privacy/", {"email": EMAIL}),
        "link": posted(f"{page}link/", {"email": EMAIL}),
        "update": posted(f"/{mine}", {"actie": "bericht", "text": "Nieuws"}),
    }


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in KEPT}


def refused(answer: Any) -> str:
    """Return what a refusal says; it is one, in words, and no fault of ours."""
    assert 400 <= answer.status_code < 500, answer.status_code
    said = words(answer)
    assert len(said) > 40
    assert "Traceback" not in said
    return said


WITH_EMAIL = ("idea", "voice", "signal", "sign up", "follow", "place", "privacy", "link")


@pytest.mark.parametrize("form", WITH_EMAIL)
def test_an_e_mail_address_that_is_none_or_carries_headers_is_refused(
    forms: dict[str, Form], form: str, mailoutbox: list[Any]
) -> None:
    before = counts()
    for email in (
        "noor@example.nl\nBcc: allen@example.nl", "noor@example.nl\r\nSubject: Gewonnen", "noor@example.nl%0aBcc:x",
        "noor@example.nl,allen@example.nl", "noor@example.nl; allen@example.nl", "Noor <noor@example.nl>",
        "<script>alert(1)</script>@example.nl", "noor@exam\u202eple.nl", "noor\x00@example.nl", "noor@example",
        f"{'a' * 300}@example.nl", "' OR 1=1 --", "../../etc/passwd",
    ):  # fmt: skip
        said = refused(forms[form](email=email))
        assert "e-mailadres" in said or "tekens" in said, email
        assert counts() == before, email
    assert not mailoutbox


@pytest.mark.parametrize(
    ("form", "field", "most"),
    [("idea", "title", 120), ("idea", "story", 4000), ("idea", "name", 80), ("idea", "phone", 20),
     ("idea", "address", 100), ("signal", "text", 1500), ("sign up", "name", 80), ("update", "text", 2000),
     ("voice", "number", 12), ("letter", "brief-code", 40)],
)  # fmt: skip
def test_a_text_beyond_its_length_is_refused(forms: dict[str, Form], form: str, field: str, most: int) -> None:
    before = counts()
    for length in (most + 1, 200_000):
        refused(forms[form](**{field: "x" * length}))
    assert counts() == before


@pytest.mark.parametrize("form", ["idea", "voice", "letter", "signal", "sign up", "follow", "privacy", "link"])
def test_tricks_in_any_field_bring_no_fault_and_no_row(
    forms: dict[str, Form], area: SupportArea, form: str, mailoutbox: list[Any]
) -> None:
    fields = {
        "idea": ("address",), "voice": ("postcode", "number", "choice"), "letter": ("brief-code", "brief-choice"),
        "signal": ("adres", "kind", "lon"), "sign up": ("people",), "follow": ("initiatief",),
        "privacy": ("email",), "link": ("email",),
    }  # fmt: skip
    before = counts()
    for field in fields[form]:
        for text in (
            "'; DROP TABLE geo_address; --", "1' OR '1'='1", "1 UNION SELECT 1", "../../../etc/passwd", "..\\..\\x",
            "%00", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "NaN", "1e400", "-1",
            "²", "${7*7}", "9" * 400,
        ):  # fmt: skip
            answer = forms[form](**{field: text})
            if form == "signal" and field == "lon":
                # What is no number leaves the address to say where it is.
                assert answer.status_code < 500
                Signal.objects.all().delete()
                continue
            refused(answer)
            assert counts() == before, (field, text)
    assert area.initiative.__class__.objects.filter(pk=area.initiative.pk).exists()


def test_html_and_script_are_text_wherever_they_are_read(
    client: Client, forms: dict[str, Form], area: SupportArea, meeting: Meeting, mailoutbox: list[Any]
) -> None:
    forms["idea"](title=SCRIPT[:120], story=SCRIPT, name=SCRIPT[:80])
    forms["signal"](text=SCRIPT)
    forms["sign up"](name=SCRIPT[:80])
    forms["place"](label=SCRIPT)
    forms["update"](text=SCRIPT)
    SignUp.objects.update(confirmed=True)
    team = secretary(is_superuser=True)
    read = []
    tokens = [re.search(r"https?://[^/]+(/\S+/)", mail.body) for mail in mailoutbox]
    read += [client.get(found[1]).content.decode() for found in tokens if found]
    client.post(f"/initiatieven/bevestig/{token_in(mailoutbox[0])}/")
    made = Initiative.objects.latest("pk")
    client.force_login(team)
    signal = Signal.objects.get()
    for path in (
        f"/team/initiatieven/{made.slug}/", made.get_absolute_url(), f"/team/initiatieven/{area.initiative.slug}/",
        "/team/initiatieven/", "/planning/signalen/", f"/planning/signalen/{signal.pk}/",
        f"{meeting.get_absolute_url()}aanmeldingen/", "/admin/initiatives/initiative/",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        read.append(answer.content.decode())
    read += [body for mail in mailoutbox for body, _kind in mail.alternatives]
    assert sum("&lt;script&gt;alert(1)" in page for page in read) >= 10
    for page in read:
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page
        assert "14{% now" not in page
    assert all("\n" not in mail.subject for mail in mailoutbox)


def test_no_sign_makes_the_words_of_others_read_backward(forms: dict[str, Form]) -> None:
    forms["idea"](title=OVERRIDE, story=OVERRIDE, name=OVERRIDE)
    forms["signal"](text=OVERRIDE)
    forms["sign up"](name=OVERRIDE)
    forms["place"](label=OVERRIDE)
    forms["update"](text=OVERRIDE)
    idea = Submission.objects.get()
    texts = [idea.title, idea.story, idea.name, Signal.objects.get().text, SignUp.objects.get().name,
             Follow.objects.get().label, Update.objects.get().text]  # fmt: skip
    assert {" ".join(text.split()) for text in texts} == {"Boomgaard gro.live x"}
    before = counts()
    refused(forms["idea"](title="\u202e\u2066", email="a@example.nl"))
    refused(forms["sign up"](name="\u202e\u2066", email="a@example.nl"))
    assert counts() == before


def _polyglot() -> bytes:
    """Return a JPEG that is a page and an archive too."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("x.html", SCRIPT)
    return picture(comment=SCRIPT.encode()) + SCRIPT.encode() + archive.getvalue()


BAD_FILES: Final = {
    "bomb": ("foto.png", bomb(), "image/png"),
    "svg": ("foto.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/jpeg"),
    "svg told": ("foto.svg", b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
                 "image/svg+xml"),
    "html": ("foto.jpg", SCRIPT.encode(), "image/jpeg"),
    "gif": ("foto.jpg", picture(kind="GIF"), "image/jpeg"),
    "path": ("../../etc/passwd", b"%PDF-1.7", "image/jpeg"),
    "half": ("foto.jpg", picture()[:150], "image/jpeg"),
    "giant": ("foto.jpg", picture() + b"\0" * 12 * 1024 * 1024, "image/jpeg"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize(("form", "field"), [("idea", "photos"), ("signal", "photo")])
def test_a_file_that_is_no_photo_is_refused(forms: dict[str, Form], form: str, field: str, name: str) -> None:
    before = counts()
    sent = SimpleUploadedFile(*BAD_FILES[name])
    said = refused(forms[form](**{field: [sent] if form == "idea" else sent}))
    assert any(text in said for text in ("foto", "12 MB"))
    assert counts() == before


@pytest.mark.parametrize(("form", "field"), [("idea", "photos"), ("signal", "photo")])
@pytest.mark.parametrize(
    ("name", "data"), [("foto.jpg", _polyglot()), ("foto.exe", with_location()), ("foto.svg", picture(kind="PNG"))]
)
def test_of_a_photo_only_its_pixels_are_kept(
    client: Client, forms: dict[str, Form], form: str, field: str, name: str, data: bytes
) -> None:
    sent = SimpleUploadedFile(name, data, "image/svg+xml")
    assert forms[form](**{field: [sent] if form == "idea" else sent}).status_code < 400
    image = bytes(Photo.objects.get().image if form == "idea" else Signal.objects.get().image)
    for trace in (b"<script", b"PK\x03\x04", b"GeheimeCamera", b"Exif", b"Stroom", b"x.html"):
        assert trace not in image
    with Image.open(io.BytesIO(image)) as opened_again:
        assert opened_again.format == "JPEG"
    if form == "signal":
        client.force_login(secretary(is_superuser=True))
        answer = client.get(f"/planning/signalen/{Signal.objects.get().pk}/foto.jpg")
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")


GUESSES: Final = (
    "x", "1", "..", "%2e%2e%2f", "' OR 1=1 --", "%00", "eyJ4IjoxfQ:1vDbNH:x", "A" * 3000, "null", "[1,1]", "ñ", "%ff",
)  # fmt: skip


def _token_pages(area: SupportArea, meeting: Meeting, mailoutbox: list[Any]) -> dict[str, tuple[str, str]]:
    """Return per page behind a link: its address with ``{}`` for the token, and a token that works there."""
    following.ask(EMAIL, Subject("Thuis", point=make.point()))
    follower = following.link(Follower.objects.get()).split("/")[-2]
    signal = signals.hand_in("street", "Losse tegel", make.point(), "", None, EMAIL)
    sign = meetings.sign_up(meeting, "Noor", EMAIL, 1)
    return {
        "follow": ("/volgen/{}/", follower),
        "stop": ("/volgen/{}/stop/", follower),
        "signal": ("/signaal/{}/", signals.link(signal).split("/")[-2]),
        "sign up": ("/bijeenkomsten/aanmelding/{}/", meetings.link(sign).split("/")[-2]),
        "privacy": ("/privacy/{}/", signing.dumps(EMAIL, salt=privacy.SALT)),
        "mine": ("/initiatieven/mijn/{}/", mailing.initiator_link(area.initiative.initiator).split("/")[-2]),
        "idea": ("/initiatieven/bevestig/{}/", ""),
        "voice": (f"{area.initiative.get_absolute_url()}stem/{{}}/", ""),
        "feed": ("/agenda/{}.ics", ""),
    }


def test_guessed_and_borrowed_links_open_nothing_and_change_nothing(
    client: Client, area: SupportArea, meeting: Meeting, mailoutbox: list[Any]
) -> None:
    pages = _token_pages(area, meeting, mailoutbox)
    before = counts()
    tokens = {token for _page, token in pages.values() if token}
    for name, (page, own) in pages.items():
        # One letter of one's own changed, and the links of all others.
        mended = [own[:-1] + ("A" if own[-1] != "A" else "B")] if own else []
        same = {token for _page, token in pages.values() if _page.partition("{}")[0] == page.partition("{}")[0]}
        for guess in (*GUESSES, *mended, *(tokens - same)):
            for answer in (client.get(page.format(guess)), client.post(page.format(guess), {"weg": "1", "stop": "1"})):
                assert answer.status_code < 500, (name, guess)
                assert EMAIL not in answer.content.decode("utf-8", "replace"), (name, guess)
            assert counts() == before, (name, guess)
    for page, own in pages.values():
        assert not own or client.get(page.format(own)).status_code == 200, "each link opens its own page"


def test_a_link_used_again_does_nothing_twice(
    client: Client, forms: dict[str, Form], area: SupportArea, mailoutbox: list[Any]
) -> None:
    forms["idea"]()
    page = f"/initiatieven/bevestig/{token_in(mailoutbox.pop())}/" if len(mailoutbox) == 1 else ""
    ideas = Initiative.objects.count()
    assert client.post(page).status_code == 200
    refused(client.post(page))
    assert Initiative.objects.count() == ideas + 1

    mailoutbox.clear()
    forms["voice"]()
    page = f"{area.initiative.get_absolute_url()}stem/{token_in(mailoutbox[0])}/"
    client.post(page)
    client.post(page)
    area.refresh_from_db()
    assert (area.in_favour, Support.objects.count()) == (1, 1)
    client.post(page, {"actie": "intrekken"})
    refused(client.post(page))
    area.refresh_from_db()
    assert area.in_favour == 0

    mailoutbox.clear()
    forms["sign up"]()
    page = re.search(r"https?://[^/]+(/bijeenkomsten/aanmelding/\S+/)", mailoutbox[0].body)[1]  # type: ignore[index]
    client.post(page, {"weg": "1"})
    refused(client.post(page))
    assert not SignUp.objects.exists()

    mailoutbox.clear()
    forms["privacy"]()
    page = re.search(r"https?://[^/]+(/privacy/\S+/)", mailoutbox[0].body)[1]  # type: ignore[index]
    client.post(page)
    assert client.post(page).status_code == 200, "nothing is left, and that is no fault"


@pytest.mark.parametrize(
    "page", ["/", "/initiatieven/", "/volgen/", "/signaal/", "/bic/", "/bijeenkomsten/", "/agenda.ics"]
)
def test_tricks_in_the_address_of_a_page_are_only_text(client: Client, area: SupportArea, page: str) -> None:
    names = ("adres", "straal", "wijk", "thema", "stand", "volgorde", "pagina", "lon", "lat", "label", "project",
             "initiatief", "centrum", "bladzijde", "jaar")  # fmt: skip
    for text in (SCRIPT, "'; DROP TABLE geo_address; --", "../../etc/passwd", "\x00", "9" * 500, "٣", "x" * 5000, "[]"):
        answer = client.get(page, dict.fromkeys(names, text))
        assert answer.status_code < 500, text[:40]
        assert "<script>alert(1)" not in answer.content.decode()
    for name in names:
        assert client.get(page, {name: SCRIPT}).status_code < 500


@pytest.mark.parametrize("formula", ["=cmd|'/c calc'!A1", "+1+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_file_of_residents_texts_holds_a_formula(client: Client, area: SupportArea, formula: str) -> None:
    Initiative.objects.filter(pk=area.initiative.pk).update(title=formula, summary=formula, story=formula)
    body = b"".join(client.get("/export/initiatives.csv").streaming_content).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(body), delimiter=";") for cell in row]
    assert f"'{formula}" in cells
    assert formula not in cells
    sheet = load_workbook(io.BytesIO(b"".join(client.get("/export/initiatives.xlsx").streaming_content))).worksheets[0]
    values = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in values if cell.data_type == "f" or cell.value == formula]


def test_the_answer_of_the_api_is_data_whatever_stands_in_it(client: Client, area: SupportArea) -> None:
    Initiative.objects.filter(pk=area.initiative.pk).update(title=SCRIPT[:120])
    answer = client.get(f"/api/initiatives/{area.initiative.slug}/")
    assert answer["Content-Type"].startswith(("application/json", "application/geo+json"))
    assert json.loads(answer.content)["properties"]["title"] == SCRIPT[:120]
    page = client.get(area.initiative.get_absolute_url()).content.decode()
    assert html.escape(SCRIPT[:60]) in page
