"""Two maps that travel: the plan beside other dates, from a proposal, a scenario or a search; without a network."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from planning.coordination.models import Proposal, Scenario, ScenarioDate
from planning.coordination.other_dates import OtherDates, dates_of_proposal, dates_of_scenario
from planning.coordination.proposals.sending import Letter, send_proposal
from planning.partners.visibility import Visibility
from planning.web.folium_maps import export_before_after
from planning.works.models import Work
from tests import factories as make
from tests.web.test_folium_export import HOSTILE, hostile_plan

__all__ = ["hostile_plan"]
D = dt.date


@pytest.fixture
def street(db: None) -> Work:
    """A street of the municipality in De Lariks."""
    wijk = make.make_wijk("De Lariks", slug="de-lariks")
    return make.make_work(
        "street", "2027-05-01", "2027-08-01", name="Straat Stroom", owner=make.make_organisation("gemeente-assen"),
        buurt=make.make_buurt(wijk=wijk),
    )  # fmt: skip


@pytest.fixture
def scenario(street: Work) -> Scenario:
    """A scenario of the municipality in which the street comes a year later."""
    made = Scenario.objects.create(owner=street.owner, name="Straat na de bouw")
    ScenarioDate.objects.create(
        scenario=made, work=street, start=D(2028, 5, 1), finish=D(2028, 8, 1), why_nl="Dan is de kraan weg."
    )
    return made


def months(page: Any) -> list[int]:
    """Return how many works each map shows."""
    return [page.locator(".folium-map").nth(i).locator("path.werk").count() for i in (0, 1)]


@pytest.mark.browser
def test_both_maps_follow_one_slider_one_view_and_one_legend(
    scenario: Scenario, street: Work, tmp_path: Path, new_page: Any, watch: Any, screenshot: Any
) -> None:
    make.make_work("demolition", "2027-05-01", "2029-01-01", geometry=make.box(100), buurt=street.buurt)
    file = tmp_path / "va.html"
    planner = make.make_user(street.owner)
    html = export_before_after(planner, dates_of_scenario(scenario, planner), title="Straat na de bouw")
    file.write_text(html, encoding="utf-8")
    for width, height in ((1440, 900), (360, 740)):
        page = new_page(width, height, offline=True)
        page.goto(file.as_uri())
        page.wait_for_selector("path.werk")
        assert page.locator("#maand").inner_text() == "mei 2027", "it opens where both plans differ most"
        assert months(page) == [2, 1]
        moved = page.locator(".folium-map").nth(0).locator("path.werk.schuift").bounding_box()
        assert min(moved["width"], moved["height"]) > 12, "it opens where something changes, not on the whole town"
        page.locator("#schuif").fill(str(2028 * 12 + 5))
        assert months(page) == [1, 2]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        screenshot(page, f"voor-en-na-{width}")
        # One moves, the other follows.
        maps = page.evaluate_handle("Object.values(window).filter((v) => v instanceof L.Map)")
        page.evaluate("([one]) => one.setZoom(15, { animate: false })", maps)
        views = page.evaluate("(maps) => maps.map((m) => [m.getZoom(), m.getCenter().lat.toFixed(5)])", maps)
        assert views[0] == views[1] and views[0][0] == 15
        # The legend of one switches both.
        page.locator(".leaflet-control-layers").hover()
        page.locator(".leaflet-control-layers label", has_text="Sloop").click()
        assert months(page) == [0, 1]
        page.mouse.move(5, height - 5)
        # The list says what changes and why, and shows it on both.
        page.locator(".verschil summary").click()
        row = page.locator("#verschil button")
        assert row.locator("span").all_inner_texts() == [
            "Gemeente Assen", "Nu: 1 mei – 31 jul 2027", "Voorstel: 1 mei – 31 jul 2028", "Dan is de kraan weg.",
        ]  # fmt: skip
        row.click()
        assert page.locator(".leaflet-popup-content strong").all_inner_texts() == ["Straat Stroom"] * 2
    assert watch.console_errors == []
    assert watch.foreign_requests == []


@pytest.mark.browser
def test_what_users_typed_is_shown_and_never_run(
    hostile_plan: list[Work], tmp_path: Path, new_page: Any, watch: Any
) -> None:
    dates = {
        work.pk: OtherDates(D(2028, 1, 1), D(2028, 6, 1), attack)
        for work, attack in zip(hostile_plan, HOSTILE[3:], strict=True)
    }
    file = tmp_path / "va.html"
    file.write_text(export_before_after(None, dates, title=HOSTILE[0]), encoding="utf-8")
    page = new_page(offline=True)
    page.goto(file.as_uri())
    page.wait_for_selector("path.werk")
    page.locator(".verschil summary").click()
    listed = page.locator("#verschil").text_content()
    for attack in (*HOSTILE[:5], *HOSTILE[3:]):
        assert attack in listed
    for button in page.locator("#verschil button").all():
        button.evaluate("(button) => button.click()")
    assert page.locator("h1").text_content() == HOSTILE[0]
    page.wait_for_timeout(200)
    assert page.evaluate("window.gepakt") is None
    assert page.locator("img[src=x]").count() == 0
    assert watch.console_errors == []
    assert watch.foreign_requests == []


@pytest.fixture
def proposal(street: Work) -> Proposal:
    """A proposal of Actium to have the street a hundred days later."""
    sender = make.make_user(make.make_organisation("actium"))
    letter = Letter("Straat later", "De bouw loopt nog.", expires_on=dt.date.today() + dt.timedelta(days=30))
    day = dt.date.today() + dt.timedelta(days=400)
    Work.objects.filter(pk=street.pk).update(planned_start=day, planned_finish=day + dt.timedelta(days=90))
    later = (day + dt.timedelta(days=100), day + dt.timedelta(days=190))
    return send_proposal(sender, make.make_organisation("actium").pk, letter, {street.pk: later})


@pytest.mark.browser
def test_a_proposal_of_one_wijk_opens_without_a_network(
    proposal: Proposal, street: Work, client: Client, tmp_path: Path, new_page: Any, watch: Any
) -> None:
    make.make_work(name="Elders", geometry=make.box(2000), buurt=make.make_buurt("Elders"), owner=street.owner)
    client.force_login(make.make_user(street.owner))
    file = tmp_path / "voorstel.html"
    file.write_bytes(client.get(f"/kaart/export/?voorstel={proposal.pk}&wijk=de-lariks").content)
    page = new_page(offline=True)
    page.goto(file.as_uri())
    page.wait_for_selector("path.werk")
    assert page.locator("h1").text_content() == "Voorstel: Straat later"
    assert months(page) == [1, 0]
    page.locator("#alles").check()
    assert months(page) == [1, 1], "and of no other wijk"
    assert watch.console_errors == []
    assert watch.foreign_requests == []


def test_a_proposal_is_the_map_that_its_owners_answers_come_to(
    proposal: Proposal, street: Work, client: Client
) -> None:
    sender = proposal.sent_by
    day = Work.objects.get(pk=street.pk).planned_start
    later = (day + dt.timedelta(days=100), day + dt.timedelta(days=190))
    [dates] = dates_of_proposal(proposal, sender).values()
    assert (dates.start, dates.finish) == later
    proposal.parts.get().items.update(answer="declined", answer_reason="Kan niet.")
    [dates] = dates_of_proposal(proposal, sender).values()
    assert dates.start == day

    address = f"/kaart/export/?voorstel={proposal.pk}"
    assert client.get(address).status_code == 404, "a proposal is not for the public"
    client.force_login(make.make_user(make.make_organisation("buiten")))
    assert client.get(address).status_code == 404, "nor for a partner that it does not ask"
    client.force_login(make.make_user(street.owner))
    response = client.get(address)
    assert response["Content-Disposition"].startswith('attachment; filename="kaart-voor-en-na-')
    assert "Voorstel: Straat later" in response.content.decode()
    assert 'href="/kaart/export/?voorstel=' in client.get(proposal.get_absolute_url()).content.decode()


def test_a_scenario_is_for_who_may_see_it(scenario: Scenario, street: Work, client: Client) -> None:
    address = f"/kaart/export/?scenario={scenario.pk}"
    assert client.get(address).status_code == 404
    for nonsense in ("x", "-1", "9" * 30, "%00"):
        assert client.get(f"/kaart/export/?scenario={nonsense}").status_code == 404
    client.force_login(make.make_user(street.owner))
    assert client.get(address).status_code == 200


def test_a_work_that_its_reader_may_not_see_is_on_neither_map(scenario: Scenario, street: Work) -> None:
    Work.objects.filter(pk=street.pk).update(visibility=Visibility.INTERNAL)
    page = export_before_after(None, dates_of_scenario(scenario, None), title="x")
    assert "Straat%20Stroom" not in page and "Straat Stroom" not in page and "kraan" not in page
    assert "er verandert niets" in page


def test_the_command_searches_or_takes_a_scenario(scenario: Scenario, street: Work, tmp_path: Path) -> None:
    user = make.make_user(street.owner)
    out = tmp_path / "va.html"
    common = ["--before-after", "--out", str(out), "--viewer", user.username, "--wijk", "de-lariks"]
    call_command("export_map", *common, "--scenario", str(scenario.pk))
    assert "Scenario: Straat na de bouw" in out.read_text()
    call_command("export_map", *common, "--seconds", "1")
    assert "Een betere volgorde voor De Lariks" in out.read_text()
    with pytest.raises(CommandError, match="Er is geen voorstel “999”"):
        call_command("export_map", *common, "--proposal", "999")
    with pytest.raises(CommandError, match="geef ook --before-after"):
        call_command("export_map", "--out", str(out), "--scenario", str(scenario.pk))


def test_it_costs_the_same_queries_for_few_and_many(scenario: Scenario, django_assert_num_queries: Any) -> None:
    dates = dates_of_scenario(scenario, None)
    with django_assert_num_queries(3):
        export_before_after(None, dates, title="x")
    for number in range(8):
        make.make_work("sewer", geometry=make.box(number * 50))
    with django_assert_num_queries(3):
        export_before_after(None, dates, title="x")
