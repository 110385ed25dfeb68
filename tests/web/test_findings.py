"""The pages on which partners talk findings over."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.coordination.models import Assessment, Finding
from planning.partners.models import Organisation
from tests import factories as make
from tests.coordination.stories import street_before_building

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding() -> Finding:
    return street_before_building()


@pytest.fixture
def planner(client: Client, finding: Finding) -> Client:
    """A planner of Actium, signed in."""
    client.force_login(make.make_user(Organisation.objects.get(slug="actium"), "planner"))
    return client


def test_the_list_shows_what_each_partner_thinks_and_filters(planner: Client, finding: Finding) -> None:
    page = planner.get("/planning/bevindingen/").content.decode()
    assert finding.sentence_nl in page.replace("&quot;", '"').replace("&#x27;", "'")
    assert finding.sentence_nl[:20] not in planner.get(
        "/planning/bevindingen/", {"van": "actium", "oordeel": "dismissed"}
    ).content.decode()  # fmt: skip
    assert "kennen we niet" in planner.get("/planning/bevindingen/", {"van": "niemand"}).content.decode()


def test_the_next_page_is_of_the_same_choice(
    planner: Client, finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planning.web.findings.PER_PAGE", 1)
    make.make_finding(*finding.works.all())
    page = planner.get("/planning/bevindingen/", {"wijk": "", "bladzijde": "2"}).content.decode()
    assert "bladzijde 2 van 2" in page
    assert 'rel="prev" href="?wijk=&amp;bladzijde=1"' in page
    assert 'rel="next"' not in page


def test_to_assess_remark_and_take_up_from_the_page(planner: Client, finding: Finding) -> None:
    address = f"/planning/bevindingen/{finding.pk}/"
    sent = {"organisatie": "actium", "oordeel": "dismissed", "reden": ""}
    refused = planner.post(f"{address}oordeel/", sent)
    assert refused.status_code == 400
    assert "Schrijf waarom" in refused.content.decode()
    planner.post(f"{address}oordeel/", sent | {"reden": "Past <b> niet"})
    planner.post(f"{address}opmerking/", {"organisatie": "actium", "opmerking": "Bellen we even?"})
    planner.post(f"{address}oppakken/", {"organisatie": "actium", "wie": "gemeente-assen", "uiterlijk": "2027-02-01"})
    page = planner.get(address).content.decode()
    for text in ("Past &lt;b&gt; niet", "Bellen we even?", "1 februari 2027"):
        assert text in page


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("oordeel/", {"organisatie": "gemeente-assen", "oordeel": "agreed"}, 403),
        ("oordeel/", {"organisatie": "nergens\x00", "oordeel": "agreed"}, 404),
        ("opmerking/", {"organisatie": "actium", "opmerking": ""}, 400),
        ("oppakken/", {"organisatie": "actium", "wie": "actium", "uiterlijk": "morgen"}, 400),
        ("oppakken/", {"organisatie": "actium", "wie": "actium", "uiterlijk": "9999-01-01"}, 400),
    ],
)
def test_what_may_not_or_cannot_be_is_refused(
    planner: Client, finding: Finding, path: str, sent: dict[str, str], status: int
) -> None:
    assert planner.post(f"/planning/bevindingen/{finding.pk}/{path}", sent).status_code == status
    assert not Assessment.objects.exists()


def test_only_partners_and_only_what_they_may_see(client: Client, finding: Finding) -> None:
    assert client.get("/planning/bevindingen/").status_code == 302
    stranger = make.make_user(make.make_organisation("stila"), "planner")
    finding.works.update(visibility="internal")
    client.force_login(stranger)
    assert client.get(f"/planning/bevindingen/{finding.pk}/").status_code == 404
    stranger.memberships.all().delete()
    assert client.get("/planning/bevindingen/").status_code == 403


def test_more_findings_ask_no_more_queries(planner: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            planner.get("/planning/bevindingen/")
        return len(queries)

    few = asked()
    for number in range(5):
        work = make.make_work("street", "2027-03-01", "2027-06-01", visibility="partners")
        make.make_finding(work, key=f"extra-{number}")
    assert asked() == few
