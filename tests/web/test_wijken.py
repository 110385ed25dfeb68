"""The wijken and their dossiers, as pages."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from planning.coordination.dossier import dossier, figures_by_wijk
from planning.coordination.figures import figures
from planning.coordination.models import Finding
from planning.initiatives.models import NeighbourhoodCentre
from planning.partners.visibility import Visibility
from planning.works.kinds import WorkKind, WorkStatus
from tests.factories import (
    box,
    make_activity,
    make_buurt,
    make_centre,
    make_finding,
    make_initiative,
    make_meeting,
    make_organisation,
    make_user,
    make_wijk,
    make_work,
    point,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lariks():
    wijk = make_wijk("De Lariks", slogan="De Lariks bloeit en groeit verder!")
    make_buurt("De Lariks West", wijk)
    return wijk


def words(response) -> str:
    """The text of a page as it is read, without tags and with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def test_the_index_shows_every_wijk_with_its_own_figures(client: Client, lariks):
    make_wijk("Kloosterveen", box(5000, 5000, 500))
    make_work(WorkKind.DEMOLITION, "2024-01-01", "2024-06-01", dwellings=102, name="Sloop Stroom")
    make_work(WorkKind.NEW_BUILD, "2026-02-02", "2027-06-01", dwellings=128, name="Nieuwbouw Stroom")
    response = client.get("/wijken/")
    assert response.status_code == 200
    page = words(response)
    assert page.index("De Lariks") < page.index("Kloosterveen")
    assert "102" in page
    assert "128" in page
    assert 'href="/wijken/kloosterveen/"' in response.content.decode()


def test_figures_of_all_wijken_are_those_of_each(lariks):
    other = make_wijk("Assen-Oost", box(5000, 5000, 500))
    make_buurt("Schildersbuurt", other, box(5000, 5000, 500))
    make_work(WorkKind.DEMOLITION, "2024-01-01", "2024-06-01", dwellings=102)
    after = make_work(WorkKind.NEW_BUILD, "2026-02-02", "2027-06-01", dwellings=128)
    make_work(WorkKind.RENOVATION, "2025-01-01", "2025-06-01", box(5050, 5050), dwellings=30)
    make_initiative(buurt=after.buurt)
    make_finding(after)
    together = figures_by_wijk(None)
    assert together == {wijk.pk: figures(None, wijk=wijk) for wijk in (lariks, other)}
    assert together[lariks.pk].fallow_weeks > 80


def test_an_index_without_wijken_says_so(client: Client):
    assert "nog geen wijken" in words(client.get("/wijken/"))


def test_a_dossier_shows_works_in_order_with_what_lies_fallow_between(client: Client, lariks):
    make_work(WorkKind.NEW_BUILD, "2027-09-01", "2029-06-30", dwellings=128, name="Nieuwbouw Stroom")
    make_work(
        WorkKind.DEMOLITION, "2022-11-01", "2023-04-15", dwellings=102, name="Sloop Stroom", status=WorkStatus.DONE
    )
    page = words(client.get("/wijken/de-lariks/"))
    assert "De Lariks bloeit en groeit verder!" in page
    assert page.index("Sloop Stroom") < page.index("Nieuwbouw Stroom")
    assert "1 nov 2022 – 14 apr 2023" in page
    assert "Daarna 228 weken braak: apr 2023 – aug 2027." in page
    assert "102 woningen" in page


def test_a_dossier_shows_findings_worst_first_and_marks_the_works_they_are_about(client: Client, lariks):
    street = make_work(WorkKind.STREET, name="Straat Stroom")
    calm = make_work(WorkKind.GREEN, name="Park", geometry=box(500, 500))
    make_finding(
        street, kind="opportunity", rule="dig-once", severity=Finding.Severity.WARNING, sentence_nl="Graaf één keer."
    )
    make_finding(street, severity=Finding.Severity.HARD, sentence_nl="De straat gaat stuk.")
    make_finding(calm, kind="opportunity", rule="initiative-in-design", severity=1, sentence_nl="Ontwerp samen.")
    page = words(client.get("/wijken/de-lariks/"))
    assert page.index("De straat gaat stuk.") < page.index("Graaf één keer.") < page.index("Ontwerp samen.")
    assert page.count("Hier is een botsing") == 1


def test_the_public_sees_no_partners_work_nor_what_is_found_about_it(client: Client, lariks):
    hidden = make_work(name="Geheime sloop", visibility=Visibility.PARTNERS, dwellings=7, budget_eur=50_000)
    make_work(name="Onder embargo", embargo_until=dt.date(2099, 1, 1))
    make_finding(hidden, sentence_nl="Geheim gevonden.")
    html = client.get("/wijken/de-lariks/").content.decode()
    assert "Geheime sloop" not in html
    assert "Onder embargo" not in html
    assert "Geheim gevonden." not in html
    client.force_login(make_user(make_organisation("stila")))
    html = client.get("/wijken/de-lariks/").content.decode()
    assert "Geheime sloop" in html
    assert "Geheim gevonden." in html


def test_an_internal_work_is_for_its_own_organisation(client: Client, lariks):
    make_work(name="Intern werk", visibility=Visibility.INTERNAL, owner=make_organisation("actium"))
    client.force_login(make_user(make_organisation("stila")))
    assert "Intern werk" not in client.get("/wijken/de-lariks/").content.decode()
    client.force_login(make_user(make_organisation("actium")))
    assert "Intern werk" in client.get("/wijken/de-lariks/").content.decode()


def test_budgets_are_for_partners(client: Client, lariks):
    make_work(budget_eur=1_250_000)
    make_work(budget_eur=250_000, geometry=box(300, 300))
    assert "1.500.000" not in words(client.get("/wijken/de-lariks/"))
    client.force_login(make_user())
    assert "1.500.000" not in words(client.get("/wijken/de-lariks/"))
    client.force_login(make_user(make_organisation("stila")))
    assert "€ 1.500.000" in words(client.get("/wijken/de-lariks/"))


def test_initiatives_stand_by_state_and_only_reviewed_ones_for_the_public(lariks):
    buurt = lariks.buurten.get()
    make_initiative("Klaar idee", "done", buurt=buurt)
    make_initiative("Nieuw idee", "submitted", buurt=buurt)
    make_initiative("Zoekt steun", "gathering_support", buurt=buurt)
    make_initiative("Elders", "supported")
    found = dossier(lariks, None)
    assert [(state.value, [i.title for i in group]) for state, group in found.initiatives] == [
        ("gathering_support", ["Zoekt steun"]),
        ("done", ["Klaar idee"]),
    ]
    assert "submitted" in [state for state, _ in dossier(lariks, make_user(make_organisation())).initiatives]


def test_no_link_leads_to_a_page_that_is_not_there(client: Client, lariks):
    work = make_work()
    make_finding(work)
    make_initiative(buurt=work.buurt)
    html = client.get("/wijken/de-lariks/").content.decode()
    for address in sorted(set(re.findall(r'href="(/[^"]*)"', html.replace("&amp;", "&")))):
        if not address.startswith("/static/"):
            assert client.get(address, follow=True).status_code == 200, address


def test_meetings_to_come_and_past_and_what_is_on_in_the_centre(lariks):
    now = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
    make_meeting("Te komen", now + dt.timedelta(days=3), wijk=lariks)
    make_meeting("Nu bezig", now - dt.timedelta(hours=1), wijk=lariks)
    make_meeting("Lang geleden", now - dt.timedelta(days=400), wijk=lariks)
    make_meeting("Geweest", now - dt.timedelta(days=4), wijk=lariks)
    centre = make_centre(wijk=lariks)
    make_activity(centre, recurrence="FREQ=WEEKLY;BYDAY=TU")
    make_centre("Dicht", wijk=lariks, state=NeighbourhoodCentre.State.CLOSED)
    found = dossier(lariks, None, now)
    assert [meeting.title for meeting in found.meetings_to_come] == ["Nu bezig", "Te komen"]
    assert [meeting.title for meeting in found.meetings_past] == ["Geweest", "Lang geleden"]
    assert [open_.centre.name for open_ in found.centres] == ["BIC De Lariks"]
    assert [f"{time.starts_at:%d %b}" for time in found.centres[0].agenda] == ["24 Nov", "01 Dec"]


def test_an_empty_wijk_says_so_everywhere(client: Client, lariks):
    page = words(client.get("/wijken/de-lariks/"))
    for said in (
        "botst nu niets",
        "nog geen werken",
        "nog geen initiatief",
        "nog geen buurtcentrum",
        "geen avond gepland",
    ):
        assert said in page


def test_a_wijk_that_is_not_there_is_not_found(client: Client, lariks):
    assert client.get("/wijken/atlantis/").status_code == 404


def test_dossiers_follow_each_other_by_name(lariks):
    first, last = make_wijk("Assen-Oost", box(5000, 5000, 50)), make_wijk("Kloosterveen", box(6000, 5000, 50))
    found = dossier(lariks, None)
    assert (found.previous, found.following) == (first, last)
    assert dossier(first, None).previous is None
    assert dossier(last, None).following is None


def test_texts_of_users_are_text(client: Client, lariks):
    work = make_work(name="<script>alert(1)</script>", geometry=box(10, 10))
    make_initiative("<img src=x onerror=alert(2)>", buurt=work.buurt, slug="boos")
    make_finding(work, sentence_nl="<b onclick=alert(3)>")
    html = client.get("/wijken/de-lariks/").content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b onclick" not in html


@pytest.mark.parametrize("address", ["/wijken/", "/wijken/de-lariks/"])
def test_many_records_take_as_many_queries_as_few(client: Client, lariks, address, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def fill(number: int) -> None:
        for i in range(number):
            owner = make_organisation(f"partner-{i}")
            work = make_work(WorkKind.DEMOLITION, "2024-01-01", "2024-06-01", box(i * 60, 0), owner=owner)
            make_work(WorkKind.NEW_BUILD, "2026-02-02", "2027-06-01", box(i * 60, 0), owner=owner)
            make_finding(work)
            make_initiative(buurt=work.buurt, geometry=point(i))
            make_meeting(f"Avond {i}", wijk=lariks, organiser=owner)
            make_activity(make_centre(f"Centrum {number} {i}", wijk=lariks))

    client.force_login(make_user(make_organisation("stila")))
    fill(1)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    fill(6)
    with django_assert_num_queries(len(few)):
        client.get(address)


def test_of_many_findings_the_first_are_in_sight_and_the_rest_is_one_tap_away(client: Client, lariks):
    street = make_work(WorkKind.STREET, name="Straat Stroom")
    for number in range(8):
        make_finding(street, sentence_nl=f"Bevinding {number}.", rule=f"rule-{number}")
    html = client.get("/wijken/de-lariks/").content.decode()
    assert "Nog 2 laten zien" in html
    assert html.index('class="more"') < html.index("Bevinding 7.")
    assert html.count('class="finding panel') == 8
