"""Speaking as a neighbour on the site, and the ways to cheat."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planning.initiatives.models import PendingSupport, Support
from planning.initiatives.support.areas import addresses_in
from planning.initiatives.support.letters import make_letters
from tests.factories import make_address, make_initiative, point
from tests.initiatives.neighbours import gathering, token_in
from tests.web.initiatives.forms import opened, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mails_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, **_: function())


@pytest.fixture
def area():
    return gathering(10)


def say(client: Client, area: Any, **values: Any) -> Any:
    """Send the form for a voice by e-mail."""
    address = f"{area.initiative.get_absolute_url()}stem/"
    form = {"weg": "mail", "choice": "voor", "postcode": "9403 kl", "number": "1", "email": "buur@example.nl"}
    return client.post(address, {**form, "sinds": opened(), **values})


def code(client: Client, area: Any, text: str, **values: Any) -> Any:
    """Send the form for a voice by letter."""
    form = {"weg": "brief", "brief-choice": "voor", "brief-code": text, "sinds": opened()}
    return client.post(f"{area.initiative.get_absolute_url()}stem/", {**form, **values})


def test_a_voice_by_mail_counts_once_it_is_confirmed_and_can_be_taken_back(client: Client, area, mailoutbox) -> None:
    assert "Kijk in uw mail" in words(say(client, area))
    page = f"{area.initiative.get_absolute_url()}stem/{token_in(mailoutbox[0])}/"
    assert "U stemt voor" in words(client.get(page))
    assert not Support.objects.exists(), "mail is scanned: opening the link alone counts nothing"
    assert "1 van de 10 adressen doet mee, nog 5 nodig" in words(client.post(page))
    assert "telde al" in words(client.post(page))
    assert Support.objects.count() == 1
    assert "Uw stem telt niet meer" in words(client.post(page, {"actie": "intrekken"}))
    assert client.post(page).status_code == 409
    assert not Support.objects.exists()
    assert not client.cookies


def test_every_page_tells_the_new_count_and_never_whose_voices(client: Client, area, mailoutbox) -> None:
    say(client, area, choice="tegen")
    client.post(f"{area.initiative.get_absolute_url()}stem/{token_in(mailoutbox[0])}/")
    page = words(client.get(area.initiative.get_absolute_url()))
    assert "0 van de 10 adressen doen mee, nog 6 nodig" in page
    assert "Minder dan 5 adressen zijn tegen" in page
    assert "Stroom 1" not in page
    answer = client.get(f"/api/initiatives/{area.initiative.slug}/").json()["properties"]
    assert (answer["support_in_favour"], answer["support_addresses"], answer["support_still_needed"]) == (0, 10, 6)
    assert not {key for key in answer if "against" in key or "email" in key or "initiator" in key}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"choice": ""}, "Kies voor of tegen"),
        ({"choice": "misschien"}, "misschien"),
        ({"postcode": "9403"}, "kennen we niet"),
        ({"number": "99"}, "kennen we niet"),
        ({"number": "1; DROP TABLE geo_address"}, "12"),
        ({"number": "1' OR '1'='1"}, "kennen we niet"),
        ({"email": "geen adres"}, "geen e-mailadres"),
        ({"email": "a@example.nl\nBcc: b@example.nl"}, "geen e-mailadres"),
        ({"website": "x"}, "Laat het veld"),
        ({"sinds": ""}, "lang open"),
    ],
)
def test_what_is_not_right_is_said_and_nothing_is_mailed(client: Client, area, mailoutbox, values, message) -> None:
    response = say(client, area, **values)
    assert response.status_code == 422
    assert message in words(response)
    assert not mailoutbox
    assert not PendingSupport.objects.exists()


def test_an_address_outside_the_area_has_no_say(client: Client, area, mailoutbox) -> None:
    make_address(street="Verweg", number=3, postcode="9401AA", at=point(3000, 0))
    assert "Verweg 3 ligt niet in het gebied" in words(say(client, area, postcode="9401AA", number="3"))
    assert not mailoutbox


def test_a_house_with_a_letter_is_another_house(client: Client, mailoutbox) -> None:
    make_address(street="Stroom", number=1, addition="a", at=point(1, 1))
    area = gathering(10)
    assert area.addresses == 11
    for number in ("1", "1A", "1 a"):
        say(client, area, number=number, email=f"buur{len(mailoutbox)}@example.nl")
    keys = set(PendingSupport.objects.values_list("address", flat=True))
    assert (len(mailoutbox), len(keys)) == (3, 2)
    assert "kennen we niet" in words(say(client, area, number="1b"))


def test_a_letter_leads_to_its_form_and_its_code_counts_once(client: Client, area) -> None:
    letter = make_letters(area.initiative)[0]
    page = client.get(f"{area.initiative.get_absolute_url()}stem/?code={letter.code.replace(' ', '')}")
    assert letter.code.replace(" ", "") in page.content.decode()
    assert "1 van de 10 adressen doet mee" in words(code(client, area, letter.code))
    assert "al gebruikt" in words(code(client, area, letter.code))
    assert Support.objects.count() == 1


def test_guessing_codes_is_stopped(client: Client, area) -> None:
    answers = [words(code(client, area, f"ABCDEFGH{n:04d}")) for n in range(11)]
    assert "kennen we niet" in answers[9]
    assert "te vaak" in answers[10]


def test_asking_for_mails_is_stopped(client: Client, area, mailoutbox) -> None:
    for number in range(1, 11):
        say(client, area, number=str(number), email=f"buur{number}@example.nl")
    assert "te vaak" in words(say(client, area, number="1", email="nog@example.nl"))
    assert len(mailoutbox) == 10


def test_a_link_of_one_initiative_does_nothing_at_another(client: Client, area, mailoutbox) -> None:
    say(client, area)
    other = make_initiative("Ander idee")
    page = f"{other.get_absolute_url()}stem/{token_in(mailoutbox[0])}/"
    assert client.get(page).status_code == 409
    assert client.post(page).status_code == 409
    assert not Support.objects.exists()


def test_a_form_of_another_site_counts_nothing(client: Client, area, mailoutbox) -> None:
    say(client, area)
    page = f"{area.initiative.get_absolute_url()}stem/{token_in(mailoutbox[0])}/"
    assert client.post(page, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert client.post(page, HTTP_SEC_FETCH_SITE="same-site").status_code == 403
    assert not Support.objects.exists()


def test_the_sixth_of_ten_closes_the_count(client: Client, area, mailoutbox) -> None:
    letters = make_letters(area.initiative)
    for letter in letters[:5]:
        code(client, area, letter.code, REMOTE_ADDR="192.0.2.1")
    assert "De meerderheid is voor!" in words(code(client, area, letters[5].code))
    assert "kunt over dit idee nu niet stemmen" in words(client.get(f"{area.initiative.get_absolute_url()}stem/"))
    assert code(client, area, letters[6].code).status_code == 422
    assert [mail.to for mail in mailoutbox] == [["team@example.nl"]]
    assert addresses_in(area.geometry).count() == 10
