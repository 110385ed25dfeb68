"""Findings talked over: whose word counts, what opens again, and who hears of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.coordination import discussion
from planning.coordination.discussion import Choice
from planning.coordination.findings import sync_findings
from planning.coordination.models import Assessment, Finding, Happening
from planning.partners.models import Organisation, User
from planning.works.models import Work
from tests import factories as make
from tests.coordination.stories import TODAY, street_before_building

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding() -> Finding:
    return street_before_building()


def _planner(slug: str) -> tuple[User, Organisation]:
    organisation = Organisation.objects.get(slug=slug)
    return make.make_user(organisation, "planner"), organisation


def test_each_organisation_says_its_own_and_the_other_hears_it(finding: Finding) -> None:
    person, actium = _planner("actium")
    discussion.assess(person, finding, actium, "agreed")
    tallies = {tally.organisation.slug: tally for tally in discussion.counts(person)}
    assert (tallies["actium"].agreed, tallies["gemeente-assen"].open) == (1, tallies["gemeente-assen"].all)
    heard = Happening.objects.get(kind="assessed")
    assert [each.slug for each in heard.touches.all()] == ["gemeente-assen"]
    assert "Actium" in heard.sentence_nl


def test_nobody_speaks_for_another(finding: Finding) -> None:
    person, _actium = _planner("actium")
    city = Organisation.objects.get(slug="gemeente-assen")
    for attempt in (
        lambda: discussion.assess(person, finding, city, "agreed"),
        lambda: discussion.remark(person, finding, city, "Hallo"),
        lambda: discussion.assign(person, finding, city, city, None),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    outsider = make.make_organisation("stila")
    with pytest.raises(PermissionDenied):
        discussion.assess(make.make_user(outsider, "planner"), finding, outsider, "agreed")
    with pytest.raises(PermissionDenied):
        viewer = make.make_user(Organisation.objects.get(slug="actium"), "viewer")
        discussion.assess(viewer, finding, Organisation.objects.get(slug="actium"), "agreed")
    assert not Assessment.objects.exists()


def test_to_dismiss_takes_a_reason_and_hides_it_from_nobody(finding: Finding) -> None:
    person, actium = _planner("actium")
    with pytest.raises(ValidationError):
        discussion.assess(person, finding, actium, "dismissed", "  ")
    discussion.assess(person, finding, actium, "dismissed", "De straat ligt te ver weg.")
    other, city = _planner("gemeente-assen")
    assert finding in Finding.objects.visible_to(other).current()
    assert finding in Choice(organisation=city.pk, state="open").select(other, TODAY)
    assert finding not in Choice(organisation=actium.pk, state="open").select(other, TODAY)


def test_a_changed_work_opens_it_again_but_another_name_does_not(finding: Finding) -> None:
    person, actium = _planner("actium")
    discussion.assess(person, finding, actium, "agreed")
    Work.objects.filter(name="Straat").update(name="Stroom")
    sync_findings(TODAY)
    assert Assessment.objects.get().state == "agreed"
    Work.objects.filter(name="Stroom").update(planned_start="2027-04-01")
    sync_findings(TODAY)
    assert (Assessment.objects.get().state, Assessment.objects.get().reopened) == ("open", True)
    assert Happening.objects.filter(kind="finding_reopened").count() == 1


def test_what_comes_back_after_it_was_resolved_is_open_again(finding: Finding) -> None:
    person, actium = _planner("actium")
    discussion.assess(person, finding, actium, "agreed")
    street = Work.objects.get(name="Straat")
    Work.objects.filter(pk=street.pk).update(status="cancelled")
    sync_findings(TODAY)
    Work.objects.filter(pk=street.pk).update(status="planned")
    sync_findings(TODAY)
    assert Assessment.objects.get().state == "open"


def test_a_remark_names_no_secret_work_to_who_may_not_see_it(finding: Finding) -> None:
    Work.objects.filter(name="Nieuwbouw").update(visibility="internal")
    person, actium = _planner("actium")
    discussion.remark(person, finding, actium, "Dit weten wij alleen.")
    assert not Happening.objects.get(kind="remarked").touches.exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "\x00"])
def test_a_remark_that_says_nothing_or_too_much_is_refused(finding: Finding, text: str) -> None:
    person, actium = _planner("actium")
    with pytest.raises(ValidationError):
        discussion.remark(person, finding, actium, text)


def test_taken_up_by_a_date_and_found_when_late(finding: Finding) -> None:
    person, actium = _planner("actium")
    discussion.assign(person, finding, actium, actium, TODAY - dt.timedelta(days=1))
    assert finding in Choice(assigned_to=actium.pk, late=True).select(person, TODAY)
    discussion.assign(person, finding, actium, None, None)
    assert finding not in Choice(assigned_to=actium.pk).select(person, TODAY)
    with pytest.raises(ValidationError):
        discussion.assign(person, finding, actium, make.make_organisation("stila"), None)


def test_counts_ask_the_same_however_many_findings(finding: Finding) -> None:
    person, _ = _planner("actium")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            discussion.counts(person)
        return len(queries)

    few = asked()
    for number in range(4):
        far = 300 * (number + 1)
        make.make_work("new_build", "2027-02-01", "2028-02-01", geometry=make.box(far, 0, 40))
        make.make_work("street", "2027-03-01", "2027-06-01", geometry=make.box(far + 45, 0, 10, 40))
    sync_findings(TODAY)
    assert asked() == few
