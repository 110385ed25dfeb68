"""Nothing that a partner reads names another's internal work: not a reason, not a finding, not a list of identities."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from planning.coordination import webhooks
from planning.coordination.findings import sync_findings
from planning.coordination.models import Delivery, Finding, Happening, Proposal, Scenario, SequenceSearch, Webhook
from planning.coordination.present import plan_seen_by
from planning.coordination.proposals.sending import Letter, reasons, send_proposal
from planning.coordination.rescheduling import Redate, reschedule
from planning.coordination.scenarios import Dated, make_scenario
from planning.coordination.search_runs import run_search
from planning.coordination.searches import Asked, start_search
from planning.partners.models import User
from planning.works.models import Dependency, Work
from tests import factories as make

pytestmark = pytest.mark.django_db
NAME, PK = "Geheime nieuwbouw", 918273645
YEAR = dt.date.today().year + 1


def day(month: int, years: int = 0) -> dt.date:
    return dt.date(YEAR + years, month, 5)


@dataclass
class Story:
    """Actium builds in secret beside a path of its own and a street of the municipality, which are laid too early."""

    hidden: Work
    path: Work
    street: Work
    anna: User
    bram: User
    browser: Client

    @property
    def later(self) -> dict[int, tuple[dt.date, dt.date]]:
        """The path and the street after the building."""
        return {self.path.pk: (day(3, 2), day(5, 2)), self.street.pk: (day(3, 2), day(6, 2))}

    def must_not_tell(self, path: str, answer: Any = None) -> str:
        """Return what a page of Bram's says, once it is sure that it does not tell of the hidden work."""
        answer = answer or self.browser.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        body = answer.getvalue() if answer.streaming else answer.content
        told = unquote(body.decode(errors="replace"))
        assert NAME not in told, path
        assert "Geheime" not in told, path
        assert str(PK) not in told, path
        return told


@pytest.fixture
def story() -> Story:
    wijk = make.make_wijk()
    buurt = make.make_buurt(wijk=wijk)
    make.make_address(at=make.point(20, 20), buurt=buurt)
    actium, city = make.make_organisation("actium"), make.make_organisation("gemeente-assen")
    project = make.make_project("De Aar", actium)
    common = {"buurt": buurt, "noise": 3}
    hidden = make.make_work(
        "new_build", day(1).isoformat(), day(2, 2).isoformat(), make.box(0, 0, 40), actium, id=PK, name=NAME,
        visibility="internal", project=project, dwellings=60, **common,
    )  # fmt: skip
    path = make.make_work(
        "street", day(4).isoformat(), day(6).isoformat(), make.box(42, 0, 10, 40), actium, name="Pad Stroom",
        project=project, **common,
    )  # fmt: skip
    street = make.make_work(
        "street", day(4).isoformat(), day(7).isoformat(), make.box(0, 42, 40, 10), city, name="Straat Stroom", **common
    )
    Dependency.objects.create(predecessor=hidden, successor=street, reason="na de geheime bouw")
    sync_findings()
    browser = Client()
    bram = make.make_user(city)
    browser.force_login(bram)
    return Story(hidden, path, street, make.make_user(actium), bram, browser)


def test_there_is_something_to_hide(story: Story) -> None:
    """Its owner reads of it, so that what follows can fail."""
    assert Finding.objects.filter(works=story.hidden, rule="building-before-surface").count() == 2
    why = reasons(plan_seen_by(story.anna), story.later)
    assert NAME in why[story.street.pk][0]
    assert NAME in why[story.path.pk][0]
    browser = Client()
    browser.force_login(story.anna)
    assert NAME in browser.get(f"/planning/werken/{story.street.pk}/").content.decode()


def test_no_page_file_feed_or_answer_tells_of_it(story: Story) -> None:
    lon, lat = make.point(20, 20).transform(4326, clone=True).coords
    near = f"lat={lat:.6f}&lon={lon:.6f}"
    for path in [
        "/planning/", "/planning/?als=tabel", "/planning/bevindingen/", f"/planning/werken/{story.street.pk}/",
        f"/planning/werken/{story.path.pk}/", "/planning/na-sloop/", "/planning/werken/omtrekken.json",
        "/api/board/", f"/api/board/works/{story.street.pk}/",
        f"/planning/geschiedenis/werk/{story.street.pk}/", f"/planning/geschiedenis/project/{story.path.project_id}/",
        "/wijken/de-lariks/", "/kaart/", "/kaart/export/", "/export/works.csv", "/export/works.geojson",
        "/export/findings.geojson", "/ogc/collections/works/items", "/ogc/collections/findings/items",
        "/api/works/", "/api/findings/", "/api/dependencies/", "/api/projects/", "/api/search/?q=geheim",
        "/api/search/?q=stroom", f"/api/near/?{near}", f"/api/place/?{near}", "/api/overview/?wijk=de-lariks",
        "/agenda.ics", f"/?{near}",
    ]:  # fmt: skip
        answer = story.browser.get(path)
        if answer.status_code == 404:
            pytest.fail(f"{path} is not there")
        story.must_not_tell(path, answer)


def test_why_a_work_is_then_names_only_what_the_reader_sees(story: Story) -> None:
    told = story.must_not_tell(f"/api/board/works/{story.street.pk}/")
    assert "sentences" in told
    checked = story.browser.post(
        "/api/plan/check/",
        json.dumps({"dates": [{"work": story.street.pk, "start": day(5).isoformat(), "finish": day(8).isoformat()}]}),
        content_type="application/json",
    )
    story.must_not_tell("check", checked)


def test_reasons_kept_in_a_scenario_that_is_shared(story: Story) -> None:
    present = plan_seen_by(story.anna)
    dates = [Dated(pk, *period) for pk, period in story.later.items()]
    scenario = make_scenario(story.anna, story.hidden.owner_id, "Na de bouw", present, dates, visibility="partners")
    for row in scenario.dates.all():
        row.why_nl, row.why_en = reasons(present, story.later)[row.work_id]
        assert NAME in row.why_nl
        row.save()
    SequenceSearch.objects.create(
        scenario=scenario, job_id=1, state="done", figures={"remaining_nl": [f"{NAME} blijft."], "headline_nl": []},
        dates={str(PK): [0, 1]},
    )  # fmt: skip
    page = story.must_not_tell(f"/planning/scenarios/{scenario.pk}/")
    assert "Straat Stroom" in page
    story.must_not_tell(f"/planning/scenarios/vergelijken/?s={scenario.pk}")
    assert "Straat Stroom" in story.must_not_tell(f"/kaart/export/?scenario={scenario.pk}")
    story.must_not_tell(f"/api/scenarios/{scenario.pk}/")
    story.must_not_tell(f"/api/scenarios/{scenario.pk}/search/")
    owner = Client()
    owner.force_login(story.anna)
    assert NAME in owner.get(f"/planning/scenarios/{scenario.pk}/").content.decode()
    assert NAME in unquote(owner.get(f"/kaart/export/?scenario={scenario.pk}").content.decode())


def test_a_search_looks_with_the_eyes_of_its_organisation_whoever_asked(story: Story) -> None:
    """What comes of it is read by colleagues, who see less than a superuser."""
    everything = make.make_user(is_superuser=True)
    scenario = make_scenario(everything, story.street.owner_id, "Zoek", plan_seen_by(everything))
    search = start_search(scenario, Asked(seconds=2, lead_weeks=0), everything)
    run_search(search.pk, lambda: None)
    search.refresh_from_db()
    assert search.state == "done", search.reason
    assert str(PK) not in search.dates
    assert not Scenario.objects.get().dates.filter(work=story.hidden).exists()
    story.must_not_tell(f"/planning/scenarios/{scenario.pk}/")
    story.must_not_tell(f"/api/scenarios/{scenario.pk}/search/")


def test_the_reason_that_an_owner_reads_is_not_its_senders(story: Story) -> None:
    dates = {story.path.pk: story.later[story.path.pk]}
    city = story.street.owner_id
    scenario = make_scenario(story.bram, city, "Pad later", plan_seen_by(story.bram), [
        Dated(story.path.pk, *dates[story.path.pk])
    ])  # fmt: skip
    form = {"titel": "Pad later", "waarom": "Dan past het.", "namens": "gemeente-assen", "antwoord": day(1).isoformat()}
    preview = story.browser.post(f"/voorstellen/nieuw/{scenario.pk}/", form)
    assert "Pad Stroom" in story.must_not_tell("preview", preview)
    assert not Proposal.objects.exists()
    sent = send_proposal(story.bram, city, Letter("Pad later", "Dan past het."), dates)
    for path in (f"/voorstellen/{sent.pk}/", f"/api/proposals/{sent.pk}/", f"/kaart/export/?voorstel={sent.pk}",
                 f"/planning/geschiedenis/voorstel/{sent.pk}/"):  # fmt: skip
        story.must_not_tell(path)
    owner = Client()
    owner.force_login(story.anna)
    assert NAME in owner.get(f"/voorstellen/{sent.pk}/").content.decode(), "its owner reads why"


def test_a_slip_tells_those_whom_it_touches_only_of_what_they_see(story: Story) -> None:
    """The hidden work waits for the path: it is touched, and only its owner may know that."""
    Dependency.objects.all().delete()
    Dependency.objects.create(predecessor=story.path, successor=story.hidden)
    Dependency.objects.create(predecessor=story.path, successor=story.street)
    Webhook.objects.create(organisation_id=story.street.owner_id, url="https://example.nl/", secret="s" * 64)
    reschedule(
        [Redate(story.path.pk, story.path.version, {"planned_start": day(6), "planned_finish": day(9)})],
        story.anna, "De aannemer kan niet eerder.",
    )  # fmt: skip
    told = Happening.objects.get(touches=story.street.owner_id)
    assert told.facts["touched"] == [story.street.pk]
    webhooks.spread(told)
    message = json.dumps(webhooks._message(told, Delivery.objects.get().pk))
    assert NAME not in message
    assert str(PK) not in message
    story.must_not_tell("/meldingen/")
    story.must_not_tell(f"/planning/uitloop/gemeld/{told.pk}/")


def test_a_hidden_work_that_moves_is_told_to_nobody_else(story: Story) -> None:
    reschedule(
        [Redate(PK, story.hidden.version, {"planned_start": day(2), "planned_finish": day(4, 2)})], story.anna, "Later."
    )
    assert not Happening.objects.filter(touches=story.street.owner_id).exists()
    story.must_not_tell("/meldingen/")
    story.must_not_tell("/wijken/de-lariks/stuurgroep/")
