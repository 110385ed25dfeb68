"""Every page for everybody: axe light and dark, wide and narrow, and nothing that leaves the house.

The pages are those of the walk over all addresses (``tests/access``): a page that is added comes along by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from planning.initiatives.models import Meeting
from tests.access.people import Role
from tests.access.urls import ADDRESSES, MAY_SET_COOKIES
from tests.access.visits import Visit
from tests.access.world import World, make_world
from tests.web.looking import by_tab, looked_at, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("job_queue")]

AS = [Role.ANONYMOUS, Role.MANAGER, Role.SECRETARY, Role.SUPERUSER, Role.OUTSIDER]
"""Who looks: the first of these who may."""
ADMIN = {
    "admin/", "admin/works/work/", "admin/works/work/add/", "admin/works/work/<object_id>/change/",
    "admin/works/work/<object_id>/history/", "admin/works/work/<object_id>/delete/", "admin/geo/wijk/",
}  # fmt: skip
"""Of Django's own admin these; all others are made by the same templates."""
NOT_WALKED = ("admin/", "tiles/", "export/", "api/", "healthz", "readyz", "agenda", "kaart/export/", "planning/live/")
"""Where programs come, files and streams: no pages, but for ``api/docs``."""


def pages() -> Iterator[tuple[str, Visit]]:
    """Yield every address that may be a page, with one visit to it that succeeds."""
    for address, visits in sorted(ADDRESSES.items()):
        if address.startswith(NOT_WALKED) and address not in ADMIN and not address.startswith("api/docs"):
            continue
        looks = [visit for visit in visits if visit.method == "get" and visit.may and visit.ok != 302]
        html = [visit for visit in looks if "f=html" in visit.path]
        if looks and ".pdf" not in address and ".json" not in address:
            yield address, (html or looks)[0]


@pytest.fixture
def world(transactional_db: None) -> World:
    """The planted records."""
    return make_world()


def without_live(page: Any) -> None:
    """Keep the page from listening for what others change. (A route of Playwright's would have it cache nothing.)"""
    browser = page.context.new_cdp_session(page)
    browser.send("Network.enable")
    browser.send("Network.setBlockedURLs", {"urls": ["*/planning/live/*"]})


def become(page: Any, site: str, world: World, role: Role) -> None:
    """Come back as ``role``, with no cookies but that."""
    page.context.clear_cookies()
    if role in world.sessions:
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": world.sessions[role], "url": site}
        page.context.add_cookies([cookie])


DJANGOS_OWN = ("empty-table-header", "aria-input-field-name", "text 200 %")
"""Of Django's admin and its select2: their markup, and boxes that do not grow with text alone (zooming works)."""


def faults(page: Any, path: str) -> list[str]:
    """Return what is wrong with the page as it stands, said with its path."""
    return [
        f"{path}: {fault}"
        for fault in looked_at(page)
        if not (path.startswith("/admin/") and any(rule in fault for rule in DJANGOS_OWN))
    ]


def test_every_page_is_for_everybody(new_page: Any, live_server: Any, world: World, watch: Any) -> None:
    page = new_page()
    without_live(page)
    wrong, seen = [], 0
    for address, visit in pages():
        role = next(role for role in AS if role in visit.may)
        become(page, live_server.url, world, role)
        path = visit.path.format_map(world.ids)
        answer = page.goto(live_server.url + path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        seen += 1
        assert answer.status == visit.ok, path
        wrong += faults(page, path)
        if role is Role.ANONYMOUS and address not in MAY_SET_COOKIES and page.context.cookies():
            wrong.append(f"{path}: sets cookies")
    assert seen > 75
    assert watch.foreign_requests == []
    assert not wrong, "\n".join(wrong)
    assert [error for error in watch.console_errors if not error.startswith("Failed to load resource")] == []


STATES = [
    # Nothing found, refused, gone.
    ("/?adres=onzin", Role.ANONYMOUS), ("/initiatieven/?adres=onzin", Role.ANONYMOUS),
    ("/er-is-niets/", Role.ANONYMOUS), ("/planning/?vorm=tabel&van=ooit", Role.ANONYMOUS),
    ("/planning/?q=niets", Role.MANAGER),
    ("/initiatieven/mijn/guessed/", Role.ANONYMOUS), ("/admin/works/work/?q=niets", Role.MANAGER),
    # What everybody sees, for who is signed in.
    ("/", Role.MANAGER), ("/kaart/", Role.MANAGER), ("/wijken/{wijk}/", Role.MANAGER),
    ("/bic/{centre}/", Role.SECRETARY),
    ("/initiatieven/{ideepublicslug}/", Role.SECRETARY), ("/planning/?van=2090-01-01&tot=2091-01-01", Role.MANAGER),
    ("/planning/werken/{alfapublic}/", Role.MANAGER), ("/voorstellen/{voorstelalfa}/", Role.OTHER),
    # In English.
    ("/en/", Role.ANONYMOUS), ("/en/kaart/", Role.ANONYMOUS), ("/en/initiatieven/nieuw/", Role.ANONYMOUS),
]  # fmt: skip
REFUSED = [
    ("/initiatieven/{ideepublicslug}/link/", Role.ANONYMOUS, "main form[method=post]"),
    ("/signaal/", Role.ANONYMOUS, "#signaal"),
    ("/volgen/?wijk={wijk}", Role.ANONYMOUS, "form.ask"),
    ("/bijeenkomsten/{meeting}/", Role.ANONYMOUS, "main form[method=post]"),
    ("/privacy/", Role.ANONYMOUS, "main form[method=post]"),
    ("/account/inloggen/", Role.ANONYMOUS, "form.account-form"),
    ("/account/wachtwoord/vergeten/", Role.ANONYMOUS, "main form[method=post]"),
    ("/account/nogmaals/", Role.MANAGER, "main form[method=post]"),
    ("/account/wachtwoord/", Role.MANAGER, "main form[method=post]"),
    ("/planning/werken/nieuw/", Role.MANAGER, "#werk"),
    ("/planning/uitloop/{alfapublic}/", Role.MANAGER, "main form[method=post]"),
    ("/planning/scenarios/", Role.MANAGER, "main form[method=post]:last-of-type"),
    ("/planning/importeren/", Role.MANAGER, "[data-upload]"),
    ("/organisatie/alfa/", Role.MANAGER, "form[action$='/uitnodigen/']"),
    ("/organisatie/alfa/", Role.MANAGER, "form[action$='/sleutels/']"),
    ("/organisatie/alfa/koppelingen/", Role.MANAGER, "form[action$='/webhook/']"),
    ("/team/initiatieven/{ideepublicslug}/", Role.SECRETARY, "form:has([value=geef])"),
    ("/team/initiatieven/budgetten/", Role.SECRETARY, "main form[method=post]"),
    ("/admin/works/work/add/", Role.MANAGER, "#work_form"),
]
SENT_EMPTY = """form => {
    form.noValidate = true;
    const fields = form.querySelectorAll('input:not([type=hidden], [type=checkbox], [type=radio]), textarea');
    for (const field of fields) field.value = '';
    form.requestSubmit();
}"""
SAYS_WHY = "[role=alert], #fouten, .errorlist, .errornote, .errors, .error, [aria-invalid=true], .notice, .messages"


IDEA = [
    {"Geef uw idee een naam": "Bankje", "Vertel wat u wilt": "Een bankje."},
    {"Postcode en huisnummer": "9403KL 12"},
    {"Uw naam": "Noor", "Uw e-mailadres": "noor@example.nl"},
]
"""What is filled in at each step of an idea; the last step is to look it over."""


def idea(page: Any, site: str) -> list[str]:
    """Hand in an idea, each step sent empty first; return what is wrong on the way."""
    page.goto(f"{site}/initiatieven/nieuw/")
    wrong = []
    for number, fields in enumerate(IDEA, 1):
        wrong += faults(page, f"idea, step {number}")
        with page.expect_navigation():
            page.locator("form[data-draft]").evaluate(SENT_EMPTY)
        wrong += faults(page, f"idea, step {number} sent empty")
        for label, text in fields.items():
            page.get_by_label(label).fill(text)
        if number == 1:
            page.get_by_label("Waar gaat het over?").select_option("meeting")
        with page.expect_navigation():
            page.get_by_role("button", name="Verder").last.click()
    page.get_by_role("button", name="Verstuur mijn idee").wait_for()
    return wrong + faults(page, "idea, step 4")


def test_every_state_is_for_everybody(
    new_page: Any, live_server: Any, world: World, watch: Any, monkeypatch: Any, settings: Any
) -> None:
    # Here nobody needs two seconds to fill in a form.
    monkeypatch.setattr("planning.web.public_forms.LEAST", dt.timedelta(0))
    page = new_page()
    without_live(page)
    wrong = []
    for address, role in STATES:
        become(page, live_server.url, world, role)
        path = address.format_map(world.ids)
        page.goto(live_server.url + path)
        wrong += faults(page, f"{path} ({role})" if role is not Role.ANONYMOUS else path)
    become(page, live_server.url, world, Role.ANONYMOUS)
    wrong += idea(page, live_server.url)
    become(page, live_server.url, world, Role.MANAGER)
    for button in ("menu", "who"):
        page.goto(f"{live_server.url}/initiatieven/")
        page.locator(f".{button}-button").click()
        # What a menu covers is small, and not to be tapped while it is open.
        wrong += [f"{button}: {fault}" for fault in violations(page) if not fault.startswith("target-size")]
    Meeting.objects.update(
        starts_at=timezone.now() + dt.timedelta(9), ends_at=timezone.now() + dt.timedelta(10), sign_up=True
    )
    for address, role, form in REFUSED:
        become(page, live_server.url, world, role)
        path = address.format_map(world.ids)
        page.goto(live_server.url + path)
        if not page.locator(form).count():
            wrong.append(f"{path}: no form {form}, but {page.url}")
            continue
        with page.expect_navigation():
            page.locator(form).last.evaluate(SENT_EMPTY)
        told = page.locator(SAYS_WHY).filter(visible=True)
        if not told.count():
            wrong.append(f"{path}: says nothing of what is wrong")
        wrong += faults(page, f"{path} sent empty")
    assert watch.foreign_requests == []
    assert not wrong, "\n".join(wrong)


BY_TAB = [
    ("/", Role.ANONYMOUS), ("/kaart/", Role.ANONYMOUS), ("/wijken/", Role.ANONYMOUS),
    ("/wijken/{wijk}/", Role.ANONYMOUS),
    ("/initiatieven/", Role.ANONYMOUS), ("/initiatieven/nieuw/", Role.ANONYMOUS), ("/bic/", Role.ANONYMOUS),
    ("/initiatieven/{ideepublicslug}/", Role.ANONYMOUS), ("/initiatieven/{ideepublicslug}/stem/", Role.ANONYMOUS),
    ("/signaal/", Role.ANONYMOUS), ("/volgen/?wijk={wijk}", Role.ANONYMOUS), ("/account/inloggen/", Role.ANONYMOUS),
    ("/planning/?van=2090-01-01&tot=2091-01-01", Role.MANAGER), ("/planning/?vorm=tabel", Role.MANAGER),
    ("/planning/werken/nieuw/", Role.MANAGER), ("/planning/bevindingen/", Role.MANAGER),
    ("/voorstellen/", Role.MANAGER),
    ("/planning/importeren/", Role.MANAGER), ("/organisatie/alfa/", Role.MANAGER),
    ("/team/initiatieven/{ideepublicslug}/", Role.SECRETARY),
]  # fmt: skip


@pytest.mark.parametrize("width", [1280, 320])
def test_tab_goes_through_every_page_in_order_and_is_seen(
    new_page: Any, live_server: Any, world: World, width: int
) -> None:
    page = new_page(width, 800, reduced_motion="reduce")
    without_live(page)
    wrong = []
    for address, role in BY_TAB:
        become(page, live_server.url, world, role)
        path = address.format_map(world.ids)
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        wrong += [f"{path}: {fault}" for fault in by_tab(page)]
    assert not wrong, "\n".join(wrong)
