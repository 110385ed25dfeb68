"""The board in a real browser: tried out before it is saved, by mouse and by keys; two people; every look of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from planning.works.models import Dependency, Work, WorkEvent
from tests import factories as make
from tests.web.looking import violations

pytestmark = pytest.mark.browser
YEAR = dt.date.today().year


@pytest.fixture(autouse=True)
def nothing_amiss(watch: Any) -> Any:
    yield
    assert watch.foreign_requests == []
    assert watch.console_errors == []


def sign_in(page: Any, site: str, user: Any) -> None:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    # The live stream has tests of its own, on the server that is made for it.
    page.route("**/planning/live/**", lambda route: route.fulfill(status=204))
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def open_board(page: Any, site: str, query: str = "") -> None:
    page.goto(f"{site}/planning/{query}")
    page.wait_for_selector(".row.work, #leeg:not([hidden])")


def row(page: Any, name: str) -> Any:
    return page.locator(".row.work").filter(has_text=name)


def period(page: Any, name: str) -> str:
    return row(page, name).locator(".when").text_content()


def drag(page: Any, where: Any, by: int, at: float = 0.5) -> None:
    """Take hold of something with the mouse and pull it to the right; the button stays down."""
    box = where.bounding_box()
    x, y = box["x"] + box["width"] * at, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y + 2, steps=5)


@pytest.fixture
def works(transactional_db: None) -> dict[str, Work]:
    """A demolition, its building that waits for it, and a street of another beside them."""
    make.make_buurt(wijk=make.make_wijk())
    city = make.make_organisation("gemeente-assen")
    works = {
        "sloop": make.make_work("demolition", f"{YEAR + 1}-09-06", f"{YEAR + 1}-12-04", name="Sloop Stroom"),
        "bouw": make.make_work("new_build", f"{YEAR + 1}-12-06", f"{YEAR + 2}-10-01", name="Nieuwbouw Stroom"),
        "straat": make.make_work(
            "street", f"{YEAR + 2}-10-09", f"{YEAR + 2}-11-20", make.box(40, 0, 8, 40), city, name="Straat Stroom"
        ),
    }  # fmt: skip
    Dependency.objects.create(predecessor=works["sloop"], successor=works["bouw"])
    return works


def test_what_an_edit_does_is_seen_before_anything_is_saved(
    new_page: Any, live_server: Any, works: dict[str, Work], screenshot: Any
) -> None:
    page = new_page()
    sign_in(page, live_server.url, make.make_user(works["sloop"].owner, username="ada"))
    open_board(page, live_server.url, f"?schaal=.9&op={YEAR + 1}-05-01")
    before = period(page, "Sloop Stroom"), period(page, "Nieuwbouw Stroom")

    # The end of the demolition is pulled: the building follows while the button is down, and goes back on Escape.
    row(page, "Sloop Stroom").hover()
    drag(page, row(page, "Sloop Stroom").locator(".grip.finish"), 60)
    page.wait_for_selector(".row.work.changed:has-text('Nieuwbouw Stroom')")
    assert period(page, "Nieuwbouw Stroom") != before[1]
    assert page.locator("#wijzigingen").inner_text().startswith("↶")
    screenshot(page, "bord-slepen-1440")
    page.keyboard.press("Escape")
    page.mouse.up()
    page.wait_for_selector(".row.work.changed", state="detached")
    assert (period(page, "Sloop Stroom"), period(page, "Nieuwbouw Stroom")) == before

    # Put down it is a draft, in figures and in words; undone and done again; others' works are never saved.
    drag(page, row(page, "Sloop Stroom").locator(".grip.finish"), 60)
    page.mouse.up()
    page.get_by_text("2 wijzigingen van u, 1 van een ander").wait_for()
    page.keyboard.press("Control+z")
    page.get_by_text("Niets gewijzigd").wait_for()
    page.keyboard.press("Control+Shift+z")
    page.get_by_text("2 wijzigingen van u").wait_for()
    assert not Work.objects.filter(version__gt=1).exists()
    assert violations(page) == []

    # A line from the building back to the demolition would be a circle, and says so.
    row(page, "Nieuwbouw Stroom").hover()
    knob = row(page, "Nieuwbouw Stroom").locator(".knob.finish").bounding_box()
    target = row(page, "Sloop Stroom").locator(".bar").bounding_box()
    page.mouse.move(knob["x"] + 5, knob["y"] + 5)
    page.mouse.down()
    page.mouse.move(target["x"] + 8, target["y"] + 8, steps=6)
    page.mouse.up()
    page.get_by_text("Zo wacht een werk op zichzelf: Sloop Stroom → Nieuwbouw Stroom → Sloop Stroom.").wait_for()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Bewaar mijn werken (2)").click()
    assert violations(page) == []
    page.get_by_label("Waarom").fill("Asbest gevonden")
    page.get_by_role("dialog").get_by_role("button", name="Bewaar mijn werken").click()
    page.wait_for_function("document.querySelector('#wijzigingen strong').textContent === '1 van een ander'")
    bouw = Work.objects.get(pk=works["bouw"].pk)
    assert bouw.version == 2
    assert bouw.planned_start > works["bouw"].planned_start
    assert WorkEvent.objects.filter(pgh_obj=bouw).latest("pgh_id").pgh_context.metadata["reason"] == "Asbest gevonden"
    assert Work.objects.get(pk=works["straat"].pk).version == 1

    # Undone after saving it is a new change, to be saved again.
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Bewaar mijn werken").wait_for()
    assert period(page, "Sloop Stroom") == before[0]


def test_by_keys_alone_and_the_second_of_two_loses_nothing(
    new_page: Any, live_server: Any, works: dict[str, Work], watch: Any
) -> None:
    page = new_page()
    sign_in(page, live_server.url, make.make_user(works["sloop"].owner, username="ada"))
    open_board(page, live_server.url, f"?schaal=.9&op={YEAR + 1}-05-01")
    row(page, "Sloop Stroom").focus()
    page.keyboard.press("ArrowDown")
    assert f"werk={works['bouw'].pk}" in page.url or page.wait_for_url(f"**werk={works['bouw'].pk}**") is None
    for key in ("Enter", "ArrowRight", "ArrowDown", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.get_by_text("1 wijziging van u").wait_for()
    moved = period(page, "Nieuwbouw Stroom")
    assert page.evaluate("document.activeElement.dataset.work") == str(works["bouw"].pk)

    # Meanwhile a colleague was there; the draft stands, also after the page is opened anew.
    work = Work.objects.get(pk=works["bouw"].pk)
    work.planned_finish += dt.timedelta(days=70)
    work.save()
    page.reload()
    page.get_by_text("1 wijziging van u").wait_for()
    assert period(page, "Nieuwbouw Stroom") == moved
    page.get_by_role("button", name="Bewaar mijn werken").click()
    page.get_by_label("Waarom").fill("Aannemer kan later")
    page.get_by_role("dialog").get_by_role("button", name="Bewaar mijn werken").click()
    page.get_by_role("heading", name="Iemand anders was u voor").wait_for()
    assert moved in page.get_by_role("dialog").inner_text()
    assert violations(page) == []
    page.get_by_label("Mijn data:").check()
    page.get_by_role("button", name="Verder", exact=True).click()
    reason = page.get_by_label("Waarom")
    reason.wait_for()
    assert reason.input_value() == "Aannemer kan later"
    page.get_by_role("dialog").get_by_role("button", name="Bewaar mijn werken").click()
    page.wait_for_function("!document.querySelector('dialog')")
    assert Work.objects.get(pk=work.pk).version == 3
    # The browser itself notes the refusal.
    watch.console_errors[:] = [text for text in watch.console_errors if "409" not in text]


CHOOSE_LARIKS = """(() => {
  const wijk = document.querySelector('#keuze select[name=wijk]');
  wijk.value = 'de-lariks';
  wijk.dispatchEvent(new Event('change', { bubbles: true }));
})()"""


def test_who_chooses_before_the_board_has_come_sees_what_was_chosen(page: Any, demo_site: str) -> None:
    # While the first answer is on its way: the second question opens the board.
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/api/board/?*", hold, times=1)
    page.goto(f"{demo_site}/planning/")
    page.wait_for_function("document.querySelector('#bord-melding').textContent.startsWith('Laden')")
    page.evaluate(CHOOSE_LARIKS)
    page.wait_for_selector(".row.work:has-text('Nieuwbouw Aar en Delft')")
    assert held, "nothing was held back"
    assert not page.get_by_text("Laden").is_visible()
    page.wait_for_function("window.boardMap?.loaded()")

    # At the moment it comes, before its scale is in the address (which is kept a little later).
    page.add_init_script(f"document.addEventListener('planning:loaded', () => {CHOOSE_LARIKS}, {{ once: true }})")
    page.goto(f"{demo_site}/planning/")
    page.wait_for_url("**wijk=de-lariks**")
    page.wait_for_selector(".row.work:has-text('Nieuwbouw Aar en Delft')")
    page.wait_for_url("**schaal=**")


def test_timeline_and_map_choose_in_each_other_and_only_what_shows_is_in_the_page(page: Any, demo_site: str) -> None:
    open_board(page, demo_site)
    rows = int(page.locator("#tijdlijn").get_attribute("aria-rowcount"))
    assert rows > 150
    assert page.locator("#tijdlijn [role=row]").count() < 60
    page.locator("#keuze select[name=wijk]").select_option("de-lariks")
    page.wait_for_url("**wijk=de-lariks**")
    page.wait_for_function(f"Number(document.querySelector('#tijdlijn').getAttribute('aria-rowcount')) < {rows}")
    page.locator("#tijdlijn").evaluate("(node) => { node.scrollTop = 300; }")
    row(page, "Nieuwbouw Aar en Delft").locator(".name").click()
    page.get_by_role("heading", name="Nieuwbouw Aar en Delft").wait_for()
    page.wait_for_function(
        "window.boardMap?.loaded() && boardMap.getFilter('chosen')[2] > 0 && boardMap.getZoom() > 14"
    )
    address = page.url
    page.wait_for_timeout(700)
    spot = page.evaluate("(() => { const p = boardMap.project(boardMap.getCenter()); return [p.x, p.y]; })()")
    frame = page.locator("#bordkaart").bounding_box()
    page.mouse.click(frame["x"] + spot[0], frame["y"] + spot[1])
    page.wait_for_function(f"location.href !== {address!r}")
    assert page.locator("#details h2").inner_text() != "Nieuwbouw Aar en Delft, 128 woningen"
    page.get_by_role("button", name="Weken", exact=True).click()
    assert page.locator(".axis .minor").first.inner_text().startswith("wk")
    page.goto(address)
    page.get_by_role("heading", name="Nieuwbouw Aar en Delft").wait_for()
    # Paper holds all rows.
    shown = page.locator(".row.work").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".row.work").count() > shown
    assert not page.locator("#keuze").is_visible()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (360, True)], ids=["breed-licht", "smal-donker"])
def test_the_pages_look_finished_and_are_accessible(
    width: int, dark: bool, new_page: Any, demo_site: str, screenshot: Any
) -> None:
    page = new_page(width, 900, dark=dark)
    suffix = f"{width}{'-donker' if dark else ''}"
    open_board(page, demo_site, "?wijk=de-lariks")
    page.wait_for_function("window.boardMap?.loaded()")
    screenshot(page, f"bord-{suffix}")
    assert violations(page) == []
    page.keyboard.press("?")
    page.get_by_role("heading", name="Toetsen").wait_for()
    assert violations(page) == []
    for address, name in (("/planning/?vorm=tabel&wijk=de-lariks", "tabel"), ("/planning/na-sloop/", "na-sloop")):
        page.goto(demo_site + address)
        screenshot(page, f"{name}-{suffix}", full_page=True)
        assert violations(page) == []
    for address in ("/planning/?wijk=de-lariks", "/planning/?vorm=tabel&wijk=de-lariks", "/planning/na-sloop/"):
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(demo_site + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(f"{demo_site}/planning/?vorm=tabel&wijk=de-lariks")
    # Every choice of the table is in sight, none is scrolled to sideways.
    boxes = [each.bounding_box() for each in page.locator("#keuze > :is(label, details, button)").all()]
    assert len(boxes) == 8
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes)


def test_nothing_to_show_and_nothing_that_answers_are_said(new_page: Any, demo_site: str, watch: Any) -> None:
    page = new_page()
    open_board(page, demo_site, "?soort=event&sloop=1")
    page.get_by_text("Geen enkel werk past bij deze keuze.").wait_for()
    page.get_by_role("button", name="Alles laten zien").click()
    page.wait_for_selector(".row.work")
    page.route("**/api/board/*", lambda route: route.abort())
    page.reload()
    page.get_by_role("button", name="Probeer opnieuw").wait_for()
    page.unroute("**/api/board/*")
    page.get_by_role("button", name="Probeer opnieuw").click()
    page.wait_for_selector(".row.work")
    watch.console_errors[:] = [text for text in watch.console_errors if "ERR_FAILED" not in text]
