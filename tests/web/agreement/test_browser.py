"""Partners come to one plan in the browser: a slip, its repair as a proposal, an answer and a counter; and axe."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from planning.coordination.models import Proposal
from planning.partners.models import User
from tests.coordination.proposals.conftest import Site, item, make_site
from tests.web.looking import violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("job_queue")]
DAY = dt.timedelta(days=1)


def sign_in(page: Any, address: str, user: User) -> Any:
    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    return page


def test_from_a_slip_to_one_plan(new_page: Any, live_server: Any, screenshot: Any) -> None:
    site: Site = make_site(dt.date.today())
    site.demolition.status = "committed"
    site.demolition.save()
    url = live_server.url
    actium = sign_in(new_page(1440, 900), url, site.actium)

    # The demolition slips six weeks: what it does stands there before it is saved.
    actium.goto(f"{url}/planning/uitloop/")
    actium.get_by_role("link", name="Sloop Aar").click()
    last = site.demolition.planned_finish - DAY + dt.timedelta(weeks=6)
    actium.get_by_label("Geplande laatste dag").fill(last.isoformat())
    actium.get_by_label("Waarom").fill("Asbest gevonden")
    actium.get_by_role("button", name="Bekijk wat het doet").click()
    assert "Bouw Aar" in actium.get_by_role("region", name="Dit doet het").inner_text()
    assert violations(actium) == []
    actium.get_by_role("button", name="Leg vast en vertel het").click()
    actium.get_by_text("Dit hoorden").wait_for()
    assert violations(actium) == []

    # Gemeente proposes to move what comes after it, all a quarter later.
    site.refresh()
    proposal = site.send()

    # STILA can do it four weeks later still, by keyboard alone, on a phone.
    stila = sign_in(new_page(360, 780), url, site.stila)
    stila.goto(f"{url}/voorstellen/")
    assert violations(stila) == []
    stila.get_by_role("link", name=proposal.title).click()
    assert violations(stila) == []
    assert stila.evaluate("document.documentElement.scrollWidth") <= 360
    stila.get_by_label("Akkoord", exact=True).focus()
    stila.keyboard.press("ArrowRight")
    assert stila.get_by_label("Andere data").is_checked()
    asked = item(proposal, site.building)
    later = asked.new_start + dt.timedelta(weeks=4)
    stila.get_by_label("Begin").fill(later.isoformat())
    stila.get_by_label("Laatste dag").fill((asked.new_finish - DAY + dt.timedelta(weeks=4)).isoformat())
    stila.get_by_label("Reden").fill("Pas na de bouwvak.")
    screenshot(stila, "voorstel-antwoord-360", full_page=True)
    stila.get_by_role("button", name="Bekijk wat mijn antwoord doet").click()
    stila.get_by_text("Dit doet uw antwoord").wait_for()
    assert violations(stila) == []
    stila.get_by_role("button", name="Bevestig mijn antwoord").click()
    stila.get_by_text("andere data", exact=True).first.wait_for()

    # Actium accepts all of its own, Gemeente agrees to the counter: then it is the plan.
    actium.goto(f"{url}{proposal.get_absolute_url()}")
    actium.get_by_role("button", name="Alles akkoord").click()
    actium.get_by_role("button", name="Bevestig mijn antwoord").click()
    gemeente = sign_in(new_page(1440, 900, dark=True), url, site.gemeente)
    gemeente.goto(f"{url}{proposal.get_absolute_url()}")
    assert violations(gemeente) == []
    gemeente.get_by_role("button", name="Akkoord met deze data").click()
    gemeente.get_by_text("hebben nu andere data").wait_for()
    screenshot(gemeente, "voorstel-afgerond-1440-donker", full_page=True)
    proposal.refresh_from_db()
    site.refresh()
    assert proposal.state == Proposal.State.DONE
    assert site.building.planned_start == later
    assert site.demolition.planned_finish == last + DAY + dt.timedelta(days=91)
    assert "Asbest gevonden" not in str(proposal.message)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (360, True)])
def test_scenarios_are_finished_and_accessible(
    new_page: Any, live_server: Any, screenshot: Any, width: int, dark: bool
) -> None:
    from planning.coordination.present import plan_seen_by
    from planning.coordination.scenarios import Dated, make_scenario

    site = make_site(dt.date.today())
    later = dt.timedelta(days=60)
    dates = [Dated(work.pk, work.planned_start + later, work.planned_finish + later) for work in site.works()[:2]]
    owner = site.demolition.owner_id
    scenario = make_scenario(site.actium, owner, "Later slopen", plan_seen_by(site.actium), dates)
    page = sign_in(new_page(width, 900, dark=dark), live_server.url, site.actium)
    for path in ("", f"{scenario.pk}/", f"vergelijken/?s={scenario.pk}"):
        page.goto(f"{live_server.url}/planning/scenarios/{path}")
        page.wait_for_load_state("networkidle")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    slider = page.get_by_label("Maand")
    before = page.locator("figure[data-plan='1'] ul").inner_text()
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert page.locator("output").inner_text() != ""
    slider.press("End")
    assert page.locator("figure[data-plan='1'] ul").inner_text() != before
    screenshot(page, f"scenarios-vergelijken-{width}", full_page=True)
