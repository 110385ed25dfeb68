"""The team's pages: what the secretary does, what a planner may, and what nobody else sees."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client

from planning.initiatives.models import Grant, GrantBudget, LetterCode, Photo, SupportCorrection, Update
from planning.initiatives.photos import develop, keep
from planning.partners.models import Membership
from tests.factories import make_buurt, make_initiative, make_organisation, make_user, make_wijk
from tests.initiatives.neighbours import gathering, make_initiator, make_street, secretary
from tests.initiatives.pictures import picture
from tests.web.initiatives.forms import words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mails_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, **_: function())


@pytest.fixture
def team(client: Client) -> Client:
    client.force_login(secretary(email="secretaris@example.nl"))
    return client


@pytest.fixture
def planner(client: Client) -> Client:
    client.force_login(make_user(make_organisation("actium"), Membership.Role.PLANNER))
    return client


def page_of(initiative: Any) -> str:
    return f"/team/initiatieven/{initiative.slug}/"


@pytest.mark.parametrize("address", ["", "budgetten/", "x/", "x/brieven/"])
def test_nobody_else_comes_in(client: Client, address: str) -> None:
    initiative = make_initiative(slug="x")
    for _ in range(2):
        response = client.post(f"/team/initiatieven/{address}", {"actie": "stap", "state": "declined", "reason": "x"})
        assert response.status_code in (302, 403, 405)
        client.force_login(make_user(make_organisation(), Membership.Role.VIEWER))
    initiative.refresh_from_db()
    assert initiative.state == "supported"


def test_the_queue_holds_what_waits_in_a_fixed_number_of_questions(team: Client, django_assert_max_num_queries) -> None:
    gathering(5)
    for number in range(5):
        make_initiative(f"Nieuw {number}", state="submitted")
        initiative = make_initiative(f"Gesteund {number}")
        Update.objects.create(
            initiative=initiative, text=f"Lees {number}", role="initiator", written_at="2026-11-01T10:00Z"
        )
    with django_assert_max_num_queries(14):
        page = words(team.get("/team/initiatieven/"))
    for text in ("Nieuw 4", "Lees 4", "Gesteund 4", "0 van de 5 adressen"):
        assert text in page


def test_an_idea_is_read_bettered_and_opened_with_its_photos(team: Client) -> None:
    make_street(10)
    initiative = make_initiative(state="submitted")
    make_initiator(initiative)
    keep([develop(io.BytesIO(picture()))], initiative=initiative)
    page = team.get(page_of(initiative))
    assert "noor@example.nl" in words(page)
    assert "50 m: 10" in words(page)
    form = page.context["forms"]["tekst"]
    text = {name: form[name].value() or "" for name in form.fields} | {"looks_for_place": ""}
    team.post(page_of(initiative), {**text, "actie": "tekst", "title": "Betere titel"})
    photo = Photo.objects.get()
    response = team.post(page_of(initiative), {"actie": "open", "radius_m": "100", "foto": [str(photo.pk), "x"]})
    assert response.status_code == 302
    initiative.refresh_from_db()
    assert (initiative.title, initiative.state, initiative.support_area.addresses) == (
        "Betere titel",
        "gathering_support",
        10,
    )
    photo.refresh_from_db()
    assert photo.public


def test_one_address_is_told_as_one(team: Client) -> None:
    make_street(1)
    initiative = make_initiative(state="submitted")
    opened = team.post(page_of(initiative), {"actie": "open", "radius_m": "100"}, follow=True)
    assert "1 adres kan stemmen." in words(opened)
    counted = team.post(page_of(initiative), {"actie": "hertel", "radius_m": "90", "reason": "Nagekeken."}, follow=True)
    assert "Er is nu 1 adres." in words(counted)
    assert "Gesteund is het als dit ene adres voor is." in words(Client().get(initiative.get_absolute_url()))


def test_a_drawn_area_counts_what_lies_in_it(team: Client) -> None:
    make_street(10)
    initiative = make_initiative(state="submitted")
    around = initiative.geometry.transform(4326, clone=True).buffer(0.0003)
    response = team.post(page_of(initiative), {"actie": "open", "radius_m": "1", "drawing": around.json})
    assert response.status_code == 302, words(response)
    assert initiative.support_area.radius_m is None
    assert 0 < initiative.support_area.addresses <= 10


@pytest.mark.parametrize(
    "values",
    [{"radius_m": ""}, {"radius_m": "0"}, {"radius_m": "99999"}, {"radius_m": "x"}, {"drawing": "{}"},
     {"drawing": json.dumps({"type": "Point", "coordinates": [6.5466, 52.9942]})}, {"radius_m": "50"}],
)  # fmt: skip
def test_an_area_that_cannot_be_is_refused_in_words(team: Client, values: dict[str, str]) -> None:
    initiative = make_initiative(state="submitted")
    response = team.post(page_of(initiative), {"actie": "open", **values})
    assert response.status_code == 422
    assert "Er is nog iets niet goed" in words(response)
    initiative.refresh_from_db()
    assert initiative.state == "submitted"


def test_declining_needs_a_reason_that_everyone_reads(team: Client, client: Client) -> None:
    initiative = make_initiative(state="submitted")
    assert team.post(page_of(initiative), {"actie": "stap", "state": "declined", "reason": ""}).status_code == 422
    team.post(page_of(initiative), {"actie": "stap", "state": "declined", "reason": "De grond is al nodig."})
    assert "De grond is al nodig." in words(Client().get(initiative.get_absolute_url()))


def test_a_count_is_corrected_and_counted_anew_for_all_to_see(team: Client) -> None:
    area = gathering(10)
    page = page_of(area.initiative)
    assert team.post(page, {"actie": "corrigeer", "in_favour": "1", "reason": ""}).status_code == 422
    team.post(page, {"actie": "corrigeer", "in_favour": "2", "against": "", "reason": "Twee briefjes in het centrum."})
    team.post(page, {"actie": "hertel", "radius_m": "150", "reason": "Nieuwe huizen."})
    assert SupportCorrection.objects.count() == 2
    public = words(Client().get(area.initiative.get_absolute_url()))
    assert "voor +2. Twee briefjes in het centrum." in public
    assert "2 van de 10 adressen" in public


def test_letters_come_as_one_pdf_and_only_for_the_team(team: Client) -> None:
    area = gathering(3)
    response = team.post(f"{page_of(area.initiative)}brieven/")
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-1.7")
    assert "no-store" in response["Cache-Control"]
    assert LetterCode.objects.count() == 3
    assert team.get(f"{page_of(area.initiative)}brieven/").status_code == 405
    planner = Client()
    planner.force_login(make_user(make_organisation("actium"), Membership.Role.PLANNER))
    assert planner.post(f"{page_of(area.initiative)}brieven/").status_code == 403


class TestGiving:
    @pytest.fixture
    def supported(self):
        wijk = make_wijk()
        GrantBudget.objects.create(
            partner=make_organisation("actium"), wijk=wijk, year=2026, money_eur=500, people_hours=8
        )
        return make_initiative(buurt=make_buurt(wijk=wijk))

    def grant(self, **values: Any) -> dict[str, Any]:
        actium = make_organisation("actium")
        return {"actie": "geef", "partner": actium.pk, "kind": "money", "amount_eur": "450", "description": "Bomen",
                "on": "2026-11-20", **values}  # fmt: skip

    def test_a_planner_gives_for_the_own_organisation_and_no_other(self, planner: Client, supported) -> None:
        assert planner.post(page_of(supported), self.grant()).status_code == 302
        supported.refresh_from_db()
        assert supported.state == "resourced"
        other = self.grant(partner=make_organisation("stila").pk)
        assert planner.post(page_of(supported), other).status_code == 422
        assert Grant.objects.count() == 1

    def test_more_than_is_left_is_asked_why_with_everything_still_filled_in(self, team: Client, supported) -> None:
        response = team.post(page_of(supported), self.grant(amount_eur="600"))
        assert response.status_code == 422
        assert "nog € 500,00 over" in words(response)
        assert 'value="600"' in response.content.decode()
        team.post(page_of(supported), self.grant(amount_eur="600", beyond_reason="De wethouder vult aan."))
        assert Grant.objects.get().beyond_reason == "De wethouder vult aan."

    def test_a_grant_is_taken_back_by_who_may_give_it(self, team: Client, supported) -> None:
        team.post(page_of(supported), self.grant())
        grant = Grant.objects.get()
        stranger = Client()
        stranger.force_login(make_user(make_organisation("stila"), Membership.Role.PLANNER))
        values = {"actie": "neem-terug", "toekenning": grant.pk, "reden": "Dubbel."}
        assert stranger.post(page_of(supported), values).status_code == 404
        team.post(page_of(supported), values | {"reden": ""})
        assert Grant.objects.exists()
        team.post(page_of(supported), values)
        assert not Grant.objects.exists()

    def test_budgets_are_kept_per_partner_wijk_and_year(self, planner: Client, supported) -> None:
        budget = GrantBudget.objects.get()
        values = {
            "partner": budget.partner_id,
            "wijk": budget.wijk_id,
            "year": 2026,
            "money_eur": "750",
            "people_hours": "4",
        }
        assert planner.post("/team/initiatieven/budgetten/", values).status_code == 302
        assert GrantBudget.objects.get().money_eur == 750
        foreign = values | {"partner": make_organisation("stila").pk}
        assert planner.post("/team/initiatieven/budgetten/", foreign).status_code == 422


@pytest.mark.parametrize("action", ["tekst", "open", "hertel", "corrigeer", "bericht", "publiceer", "fotos"])
def test_what_only_the_team_does_is_refused_to_a_planner(planner: Client, action: str) -> None:
    initiative = make_initiative(state="submitted")
    make_initiator(initiative)
    assert "noor@example.nl" not in words(planner.get(page_of(initiative)))
    assert planner.post(page_of(initiative), {"actie": action}).status_code == 403


def test_an_unknown_action_changes_nothing(team: Client) -> None:
    assert team.post(page_of(make_initiative()), {"actie": "../weg"}).status_code == 422


def test_news_and_photos_are_shown_hidden_described_and_removed(team: Client) -> None:
    initiative = make_initiative()
    keep([develop(io.BytesIO(picture()))] * 2, initiative=initiative)
    first, second = Photo.objects.order_by("place")
    team.post(page_of(initiative), {"actie": "fotos", "foto": str(first.pk), f"beschrijving-{first.pk}": "Een boom"})
    team.post(page_of(initiative), {"actie": "fotos", "weg": str(second.pk)})
    photo = Photo.objects.get()
    assert (photo.public, photo.description) == (True, "Een boom")
    update = Update.objects.create(
        initiative=initiative, text="Hoera", role="initiator", written_at="2026-11-01T10:00Z"
    )
    team.post(page_of(initiative), {"actie": "publiceer", "bericht": update.pk, "besluit": "goed"})
    team.post(page_of(initiative), {"actie": "bericht", "text": "Van het team."})
    public = words(Client().get(initiative.get_absolute_url()))
    assert "Hoera" in public
    assert "Van het team." in public
    team.post(page_of(initiative), {"actie": "publiceer", "bericht": update.pk, "besluit": "weg"})
    assert not Update.objects.filter(pk=update.pk).exists()
