"""Pages of proposals: looked at before they are done, answered per work, and nothing typed is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.coordination.models import Happening, Proposal, ProposalItem
from planning.works.models import Work
from tests import factories as make
from tests.api.test_scenarios import signed_in
from tests.coordination.proposals.conftest import Site, item, make_site
from tests.web.agreement.test_scenario_pages import made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("job_queue")]
TODAY = dt.date.today()
"""The pages look at the real day, so the works of these tests lie after it."""

SOON = TODAY + dt.timedelta(days=30)


@pytest.fixture
def site(db: None) -> Site:
    """The works, and a planner of each owner."""
    return make_site(TODAY)


def html(client: Client, path: str, expect: int = 200) -> str:
    response = client.get(f"/voorstellen/{path}")
    assert response.status_code == expect, response.content
    return str(response.content.decode())


def post(client: Client, path: str, expect: int = 302, **data: Any) -> str:
    response = client.post(f"/voorstellen/{path}", data, follow=expect == 302)
    assert response.status_code == (200 if expect == 302 else expect), response.content.decode()[:3000]
    return str(response.content.decode())


def say(proposal: Proposal, work: Work, answer: str, **more: Any) -> dict[str, Any]:
    pk = item(proposal, work).pk
    return {f"antwoord-{pk}": answer} | {f"{name}-{pk}": value for name, value in more.items()}


class TestSending:
    def test_looked_at_first_and_sent_once_confirmed(self, site: Site) -> None:
        client = signed_in(site.actium)
        scenario = made(client, "Later slopen", (site.demolition, 91), (site.building, 91))
        letter = {"namens": "actium", "titel": "Later slopen", "waarom": "Asbest.", "antwoord": SOON}
        page = post(client, f"nieuw/{scenario.pk}/", 200, **letter)
        assert "Dit gebeurt er als u het verstuurt" in page
        assert "Stila" in page
        assert not Proposal.objects.exists()
        assert not Happening.objects.exists()
        page = post(client, f"nieuw/{scenario.pk}/", **letter, bevestigd="1")
        assert "Het voorstel is verstuurd" in page
        assert Proposal.objects.get().expires_on == SOON

    @pytest.mark.parametrize(
        "wrong", [{"titel": ""}, {"antwoord": "onzin"}, {"antwoord": "2020-01-01"}, {"namens": "stila"}]
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, site: Site, wrong: dict[str, str]) -> None:
        client = signed_in(site.actium)
        scenario = made(client, "Later", (site.demolition, 91))
        letter = {"namens": "actium", "titel": "Later", "waarom": "Lang verhaal.", "antwoord": SOON} | wrong
        assert "Lang verhaal." in post(client, f"nieuw/{scenario.pk}/", 400, **letter, bevestigd="1")
        assert not Proposal.objects.exists()

    def test_an_empty_scenario_is_no_proposal(self, site: Site) -> None:
        client = signed_in(site.actium)
        letter = {"namens": "actium", "titel": "Niets", "antwoord": SOON}
        assert "geen enkel werk andere data" in post(client, f"nieuw/{made(client).pk}/", 400, **letter)


class TestAnswering:
    def test_the_list_and_the_badge_say_what_waits(self, site: Site) -> None:
        proposal = site.send()
        page = html(signed_in(site.stila), "")
        assert page.index("Wacht op u") < page.index(proposal.title) < page.index("Loopt")
        assert '<span class="badge">1' in page
        page = html(signed_in(site.gemeente), "")
        assert page.index("Loopt") < page.index(proposal.title) < page.index("Afgerond")
        assert '<span class="badge">1<span' not in page

    def test_an_owner_reads_its_own_reason_and_not_anothers(self, site: Site) -> None:
        proposal = site.send()
        mine, other = item(proposal, site.building), item(proposal, site.demolition)
        page = html(signed_in(site.stila), f"{proposal.pk}/")
        assert mine.reason_nl.split(".")[0] in page
        assert other.reason_nl.split(".")[0] not in page
        assert "Sloop Aar" in page
        proposal.refresh_from_db()
        assert proposal.parts.get(owner__slug="stila").seen_at is not None
        assert proposal.parts.get(owner__slug="actium").seen_at is None

    def test_what_an_answer_does_is_shown_before_it_is_done(self, site: Site) -> None:
        proposal = site.send()
        stila, actium = signed_in(site.stila), signed_in(site.actium)
        page = post(actium, f"{proposal.pk}/antwoord/", 200, **say(proposal, site.demolition, "accepted"))
        assert "Er verandert nog niets" in page
        assert item(proposal, site.demolition).answer == "open"
        post(actium, f"{proposal.pk}/antwoord/", bevestigd="1", **say(proposal, site.demolition, "accepted"))
        page = post(stila, f"{proposal.pk}/antwoord/", 200, **say(proposal, site.building, "accepted"))
        assert "Deze 3 werken krijgen meteen hun nieuwe data" in page
        site.refresh()
        assert site.building.version == 1
        page = post(stila, f"{proposal.pk}/antwoord/", bevestigd="1", **say(proposal, site.building, "accepted"))
        assert "3 werken hebben nu andere data" in page
        site.refresh()
        assert site.building.version == 2

    def test_partial_acceptance_shows_what_it_breaks(self, site: Site) -> None:
        proposal = site.send()
        no = say(proposal, site.demolition, "accepted") | say(proposal, site.apart, "accepted")
        post(signed_in(site.actium), f"{proposal.pk}/antwoord/", bevestigd="1", **no)
        declined = say(proposal, site.building, "declined", reden="De bouwer is besproken.")
        page = post(signed_in(site.stila), f"{proposal.pk}/antwoord/", 200, **declined)
        assert "Gaan de anderen zo mee, dan ontstaat dit" in page
        assert "Bouw vóór de sloop klaar is" in page
        assert "Opnieuw gevraagd wordt" in page
        post(signed_in(site.stila), f"{proposal.pk}/antwoord/", bevestigd="1", **declined)
        page = html(signed_in(site.actium), f"{proposal.pk}/")
        assert "Zoals er nu geantwoord is, ontstaat dit" in page
        assert "De bouwer is besproken." in page
        assert "Opnieuw gevraagd" in page

    def test_all_at_once(self, site: Site) -> None:
        proposal = site.send()
        page = post(signed_in(site.actium), f"{proposal.pk}/antwoord/", 200, alles="1")
        assert page.count(">akkoord</span>") == 2
        post(signed_in(site.actium), f"{proposal.pk}/antwoord/", alles="1", bevestigd="1")
        assert item(proposal, site.apart).applied_at is not None

    @pytest.mark.parametrize(
        ("answer", "more", "said"),
        [
            ("declined", {}, "Zeg waarom niet"), ("countered", {"reden": "Later graag"}, "Geef het begin"),
            ("countered", {"begin": "2090-02-01", "einde": "2090-01-01"}, "Het einde moet na het begin"),
            ("countered", {"begin": "2099-02-01", "einde": "2099-03-01"}, "te ver van de planning"),
            ("onzin", {}, "Dit antwoord kennen we niet"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, site: Site, answer: str, more: dict[str, str], said: str
    ) -> None:
        proposal = site.send()
        data = say(proposal, site.demolition, answer, **more) | say(proposal, site.apart, "declined", reden="Vol.")
        page = post(signed_in(site.actium), f"{proposal.pk}/antwoord/", 400, bevestigd="1", **data)
        assert said in page
        assert "Vol." in page
        assert item(proposal, site.apart).answer == "open"

    def test_nothing_chosen(self, site: Site) -> None:
        proposal = site.send()
        page = post(signed_in(site.actium), f"{proposal.pk}/antwoord/", 400)
        assert "Geef bij minstens één werk een antwoord" in page

    def test_anothers_items_are_not_in_the_form_and_not_taken_from_it(self, site: Site) -> None:
        proposal = site.send()
        page = post(signed_in(site.actium), f"{proposal.pk}/antwoord/", 400, **say(proposal, site.building, "accepted"))
        assert "Geef bij minstens één werk" in page
        assert item(proposal, site.building).answer == "open"


class TestAfterwards:
    def test_a_counter_is_agreed_to_or_not(self, site: Site) -> None:
        proposal = site.send()
        asked, later = item(proposal, site.building), dt.timedelta(days=28)
        counter = say(
            proposal, site.building, "countered", begin=asked.new_start + later, einde=asked.new_finish + later,
            reden="Later",
        )  # fmt: skip
        post(signed_in(site.stila), f"{proposal.pk}/antwoord/", bevestigd="1", **counter)
        gemeente, pk = signed_in(site.gemeente), item(proposal, site.building).pk
        assert "Andere data, aan u gevraagd" in html(gemeente, f"{proposal.pk}/")
        assert "Andere data, aan u gevraagd" not in html(signed_in(site.actium), f"{proposal.pk}/")
        page = post(gemeente, f"{proposal.pk}/tegenvoorstel/", werk=pk, wat="niet", reden="De winter.")
        assert "opnieuw gevraagd" in page
        post(signed_in(site.stila), f"{proposal.pk}/antwoord/", bevestigd="1", **counter)
        post(gemeente, f"{proposal.pk}/tegenvoorstel/", werk=pk, wat="wel")
        assert item(proposal, site.building).agreed_at is not None
        assert gemeente.post(f"/voorstellen/{proposal.pk}/tegenvoorstel/", {"werk": "x"}).status_code == 403

    def test_changed_meanwhile_brought_up_to_date_and_taken_back(self, site: Site) -> None:
        proposal = site.send()
        actium, stila = signed_in(site.actium), signed_in(site.stila)
        Work.objects.filter(pk=site.apart.pk).update(description="Anders")
        page = post(actium, f"{proposal.pk}/antwoord/", bevestigd="1", **say(proposal, site.apart, "accepted"))
        assert "Niet doorgevoerd, want intussen gewijzigd: Ver weg" in page
        assert "Werk het voorstel bij" in page
        assert "Bijgewerkt" in post(actium, f"{proposal.pk}/bijwerken/")
        assert "Er was niets gewijzigd" in post(actium, f"{proposal.pk}/bijwerken/")
        post(actium, f"{proposal.pk}/antwoord/", bevestigd="1", **say(proposal, site.apart, "accepted"))
        assert item(proposal, site.apart).applied_at is not None
        assert "vorige data terug" in post(actium, f"{proposal.pk}/terug/")
        assert stila.post(f"/voorstellen/{proposal.pk}/terug/").status_code == 403

    def test_what_was_changed_since_is_not_taken_back(self, site: Site) -> None:
        proposal = site.send()
        actium = signed_in(site.actium)
        post(actium, f"{proposal.pk}/antwoord/", bevestigd="1", **say(proposal, site.apart, "accepted"))
        page_before = html(actium, f"{proposal.pk}/")
        assert "Neem terug" in page_before
        Work.objects.filter(pk=site.apart.pk).update(planned_finish=site.apart.planned_finish + dt.timedelta(200))
        assert "niet overschreven: Ver weg" in post(actium, f"{proposal.pk}/terug/")
        site.refresh()
        assert site.apart.version == 3

    def test_withdrawn(self, site: Site) -> None:
        proposal = site.send()
        gemeente = signed_in(site.gemeente)
        assert "Zeg waarom" in post(gemeente, f"{proposal.pk}/intrekken/", reden="")
        assert "is ingetrokken" in post(gemeente, f"{proposal.pk}/intrekken/", reden="Er komt een beter voorstel.")
        page = html(signed_in(site.stila), f"{proposal.pk}/")
        assert "Er komt een beter voorstel." in page
        assert "Alles akkoord" not in page


class TestWhoSeesIt:
    def test_who_it_does_not_concern_finds_nothing(self, site: Site) -> None:
        proposal = site.send()
        stranger = signed_in(make.make_user(make.make_organisation("vaart-welzijn")))
        html(stranger, f"{proposal.pk}/", 404)
        assert proposal.title not in html(stranger, "")
        for path in ("antwoord/", "tegenvoorstel/", "intrekken/", "bijwerken/", "terug/"):
            assert stranger.post(f"/voorstellen/{proposal.pk}/{path}", {"werk": "1"}).status_code == 404
        assert Client().get("/voorstellen/").status_code == 302

    def test_of_secret_works_only_the_number(self, site: Site) -> None:
        proposal = site.send()
        Work.objects.filter(pk=site.demolition.pk).update(visibility="internal", name="Geheime sloop")
        page = html(signed_in(site.stila), f"{proposal.pk}/")
        assert "Geheime sloop" not in page
        assert "En 1 werk dat u niet mag zien" in page

    def test_hostile_texts_are_text(self, site: Site) -> None:
        proposal = site.send()
        Proposal.objects.update(title="<script>alert(1)</script>", message="<img src=x onerror=alert(1)>")
        ProposalItem.objects.update(answer_reason="</ul><script>alert(2)</script>")
        page = html(signed_in(site.stila), f"{proposal.pk}/") + html(signed_in(site.stila), "")
        assert "<script>alert" not in page
        assert "<img src=x" not in page

    def test_pages_take_a_fixed_number_of_queries(self, site: Site) -> None:
        stila = signed_in(site.stila)

        def count(path: str) -> int:
            html(stila, path)
            with CaptureQueriesContext(connection) as queries:
                html(stila, path)
            return len(queries)

        small = site.send(dates={}, expires_on=SOON)
        first = count(""), count(f"{small.pk}/")
        for _ in range(3):
            site.send()
        assert (count(""), count(f"{small.pk}/")) == first
        assert max(first) <= 28
