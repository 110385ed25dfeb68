"""Every page in every language: whole, at an address of its own, and without a cookie."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, RequestFactory, override_settings
from django.utils import translation
from django.views.defaults import server_error

from planning import catalogue
from planning.web.language import BY_BROWSER, in_language
from tests import factories as make
from tests.access.people import Role
from tests.access.urls import ADDRESSES
from tests.access.visits import Visit
from tests.access.world import World, make_world

pytestmark = pytest.mark.django_db

PIECE = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}|<[^>]+>|\s{2,}|\n")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The planted records of the walk over all addresses."""
    logging.disable(logging.WARNING)
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def dutch() -> dict[str, str]:
    """Pieces of three words or more of every Dutch text that is another one in English, with the text they are of."""
    known = catalogue.read("en")
    english = " ".join(str(message.string) for message in known)
    pieces: dict[str, str] = {}
    for message in known:
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        for form in forms:
            for part in PIECE.split(form):
                piece = " ".join(part.split())
                # A name, such as that of a map of CBS, is the same in every language.
                if len(re.findall(r"[a-zéëïö]{2,}", piece, re.I)) >= 3 and piece not in english:
                    pieces[piece] = form
    return pieces


def read(text: str) -> str:
    """Return what a page says: its text, and what its attributes and the words for its scripts say."""
    said = re.findall(r'(?:aria-label|alt|title|placeholder|data-\w+)="([^"]+)"', text)
    given = re.findall(r"<script[^>]*application/json[^>]*>(.*?)</script>", text, re.S)
    # What Django keeps of permissions in the database stays in the language in which it was made.
    text = re.sub(r'<select name="(user_)?permissions".*?</select>', " ", text, flags=re.S)
    visible = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S)
    return " ".join(html.unescape(" ".join([re.sub(r"<[^>]+>", " ", visible), *said, *given])).split())


def pages() -> list[Any]:
    """Return every address that has a page, with the visits that look at it."""
    found = []
    for address, visits in sorted(ADDRESSES.items()):
        looks = [v for v in visits if v.method == "get" and v.ok == 200 and not BY_BROWSER.match(f"/{address}")]
        if looks and not address.startswith(("healthz", "readyz", "robots.txt")):
            found.append(pytest.param(looks, id=address or "home"))
    return found


@pytest.mark.parametrize("looks", pages())
def test_every_page_is_english_from_head_to_foot(looks: list[Visit], world: World, dutch: dict[str, str]) -> None:
    for visit in looks:
        for role in {Role.ANONYMOUS, Role.SUPERUSER} & visit.may or set(list(visit.may)[:1]):
            with transaction.atomic():
                path = in_language(visit.path.format_map(world.ids), "en")
                response = world.client(role).get(path, headers={**visit.headers, **world.headers(role)})
                transaction.set_rollback(True)
            assert response.status_code == 200, f"{role} {path}: {response.status_code}"
            if not response.get("Content-Type", "").startswith("text/html"):
                continue
            text = response.content.decode()
            assert '<html lang="en' in text, path
            said = read(text)
            left = {form for piece, form in dutch.items() if piece in said}
            assert not left, f"{path} says in Dutch: {sorted(left)}"


def test_a_page_in_dutch_would_be_noticed(client: Client, dutch: dict[str, str]) -> None:
    said = read(client.get("/").content.decode())
    assert len([piece for piece in dutch if piece in said]) > 5


@pytest.mark.parametrize(
    ("here", "dutch_address", "english_address"),
    [
        ("/", "/", "/en/"),
        ("/en/", "/", "/en/"),
        ("/kaart/?m=2027-06&wijk=de-lariks", "/kaart/?m=2027-06&wijk=de-lariks", "/en/kaart/?m=2027-06&wijk=de-lariks"),
        ("/en/?adres=9403+KL+12", "/?adres=9403+KL+12", "/en/?adres=9403+KL+12"),
        ("/en/english-is-not-a-page/", "/english-is-not-a-page/", "/en/english-is-not-a-page/"),
        ("/entree/", "/entree/", "/en/entree/"),
    ],
)
def test_the_switch_keeps_page_and_question(
    client: Client, here: str, dutch_address: str, english_address: str
) -> None:
    response = client.get(here)
    text = html.unescape(response.content.decode())
    assert not response.cookies
    nav = text[text.index('<nav class="languages"') : text.index("</nav>", text.index('<nav class="languages"'))]
    assert f'<a href="{dutch_address}" lang="nl" hreflang="nl"' in nav
    assert f'<a href="{english_address}" lang="en" hreflang="en"' in nav
    assert nav.count("aria-current") == 1
    assert f'<link rel="alternate" hreflang="en" href="{english_address}">' in text


def test_the_address_decides_and_not_the_browser(client: Client) -> None:
    english = {"accept-language": "en-GB,en;q=0.9"}
    assert '<html lang="nl"' in client.get("/", headers=english).content.decode()
    assert '<html lang="en"' in client.get("/en/", headers={"accept-language": "nl"}).content.decode()


def test_programs_say_in_a_header_what_they_want(client: Client) -> None:
    def detail(language: str) -> str:
        return client.get("/api/near/?lat=x", headers={"accept-language": language}).json()["detail"]

    assert detail("nl") != detail("en-GB,en;q=0.8")
    assert detail("nl") == detail("fy") == client.get("/api/near/?lat=x").json()["detail"]
    assert client.get("/en/api/works/").status_code == 404
    for path, headers in (("/tiles/works/x/1/1.mvt", {}), ("/api/works/", {"authorization": "Bearer none"})):
        client.get("/en/")
        dutch = client.get(path, headers=headers).json()
        english = client.get(path, headers={**headers, "accept-language": "en"}).json()
        assert dutch["status"] == english["status"] >= 400
        assert dutch["detail"] != english["detail"], path


def test_a_fault_of_ours_is_told_in_the_language_of_the_page() -> None:
    for language, said, home in (("nl", "Er ging iets mis", 'href="/"'), ("en", "Something went wrong", 'href="/en/"')):
        with translation.override(language):
            text = server_error(RequestFactory().get("/")).content.decode()
        assert f'<html lang="{language}" dir="ltr">' in text
        assert said in text
        assert home in text


def test_links_on_a_page_stay_in_its_language(client: Client) -> None:
    wijk = make.make_wijk("Peelo")
    make.make_initiative(buurt=make.make_buurt("Peelo-Oost", wijk=wijk))
    for path in ("/en/", "/en/wijken/", f"/en/wijken/{wijk.slug}/", "/en/initiatieven/", "/en/privacy/", "/en/volgen/"):
        text = client.get(path).content.decode()
        nav = text.index('<nav class="languages"')
        text = text[text.index("<body") : nav] + text[text.index("</nav>", nav) :]
        for address in re.findall(r'(?:href|action)="(/[^"]*)"', text):
            assert address.startswith(("/en/", "/static/", "/api/", "/ogc/", "/tiles/")), f"{path}: {address}"


def test_who_must_sign_in_comes_back_in_english(client: Client) -> None:
    response = client.get("/en/planning/scenarios/")
    assert response.status_code == 302
    assert response["Location"].startswith("/en/account/inloggen/?next=/en/planning/scenarios/")


def test_dates_and_numbers_are_written_as_the_language_does(client: Client) -> None:
    import datetime as dt

    from django.utils import formats

    with translation.override("en"):
        assert formats.date_format(dt.date(2027, 3, 3)) == "3 March 2027"
        assert formats.number_format(12345.5, 1, use_l10n=True, force_grouping=True) == "12,345.5"
    with translation.override("nl"):
        assert formats.date_format(dt.date(2027, 3, 3)) == "3 maart 2027"


def test_another_language_is_one_line_and_turns_the_page_where_it_must(client: Client) -> None:
    with override_settings(LANGUAGES=[*settings.LANGUAGES, ("ar", "العربية")]):
        text = client.get("/ar/wijken/").content.decode()
        assert '<html lang="ar" dir="rtl" data-home="/ar/">' in text
        assert 'href="/ar/kaart/"' in text
        assert '<a href="/ar/wijken/" lang="ar" hreflang="ar" aria-current="true">AR' in text
        assert 'dir="ltr"' in client.get("/en/wijken/").content.decode()[:120]
    assert client.get("/ar/wijken/").status_code == 404


PHYSICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right)\b|text-align: ?(?:left|right)\b|float: ?(?:left|right)\b"
    r"|(?:^|[ {;])(?:left|right):(?! ?50%)|border-(?:top|bottom)-(?:left|right)-radius",
    re.M,
)
FOUR = re.compile(r"(?<![\w-])(?:margin|padding|inset): ?([^;}(]+)[;}]")


ROOMS = ("geo/static", "planning/web/static", "planning/api/static")


@pytest.mark.parametrize(
    "path", sorted(path for room in ROOMS for path in Path(room).rglob("*.css")), ids=lambda path: path.name
)
def test_no_style_says_left_or_right(path: Path) -> None:
    """Sides are start and end: then a language that runs from right to left turns the whole page."""
    css = path.read_text()
    assert not [css[max(0, m.start() - 60) : m.end()] for m in PHYSICAL.finditer(css)]
    sides = [match[1].split() for match in FOUR.finditer(css)]
    assert not [four for four in sides if len(four) == 4 and four[1] != four[3]], "say margin-inline and margin-block"
