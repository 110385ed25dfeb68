"""Back to how a record was: by its own people, never over another's change, and findings follow."""

from __future__ import annotations

import pghistory
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from planning.coordination import restoring
from planning.coordination.findings import sync_findings
from planning.coordination.models import Finding
from planning.partners.models import User
from planning.works.history import entries
from planning.works.models import Work
from tests import factories as make
from tests.coordination.stories import TODAY, street_before_building

pytestmark = pytest.mark.django_db


def _events(record: Work) -> list[int]:
    return list(record.events.order_by("-pgh_id").values_list("pgh_id", flat=True))


@pytest.fixture
def work() -> Work:
    """A work that was renamed and moved since it was made."""
    made = make.make_work("street", "2027-03-01", "2027-06-01", name="Straat")
    made.name, made.planned_start = "Stroom", "2027-04-01"
    made.save()
    return Work.objects.get(pk=made.pk)


@pytest.fixture
def planner(work: Work) -> User:
    return make.make_user(work.owner, "planner")


def test_a_work_goes_back_and_the_going_back_is_told(work: Work, planner: User) -> None:
    newest, first = _events(work)
    restoring.restore(planner, work, first, newest)
    again = Work.objects.get(pk=work.pk)
    assert (again.name, again.planned_start.isoformat(), again.version) == ("Straat", "2027-03-01", 3)
    assert entries(again)[0][0].why.startswith("teruggezet naar")
    restoring.restore(planner, again, newest, _events(again)[0])
    assert Work.objects.get(pk=work.pk).name == "Stroom"


def test_not_over_what_another_changed_meanwhile(work: Work, planner: User) -> None:
    newest, first = _events(work)
    work.dwellings = 5
    work.save()
    with pytest.raises(restoring.ChangedSince):
        restoring.restore(planner, work, first, newest)
    assert Work.objects.get(pk=work.pk).name == "Stroom"


def test_only_by_who_may_change_it_and_only_its_own_events(work: Work, planner: User) -> None:
    newest, first = _events(work)
    for stranger in (make.make_user(make.make_organisation("stila"), "manager"), make.make_user(work.owner, "viewer")):
        with pytest.raises(PermissionDenied):
            restoring.restore(stranger, work, first, newest)
    other = make.make_work("sewer", "2027-03-01", "2027-06-01")
    with pytest.raises(ValidationError):
        restoring.restore(planner, work, _events(other)[0], newest)


def test_a_project_that_is_gone_is_left_out(work: Work, planner: User) -> None:
    project = make.make_project(owner=work.owner)
    work.project = project
    work.save()
    with_project = _events(work)[0]
    work.project = None
    work.save()
    project.delete()
    restored = restoring.restore(planner, work, with_project, _events(work)[0])
    assert restored.project_id is None


def test_what_cannot_be_any_more_is_refused_and_loses_nothing(planner: User, work: Work) -> None:
    work.source, work.external_id = "actium.xlsx", "A-1"
    work.save()
    taken = _events(work)[0]
    work.external_id = "A-2"
    work.save()
    make.make_work("green", "2027-03-01", "2027-06-01", owner=work.owner, source="actium.xlsx", external_id="A-1")
    with pytest.raises(ValidationError):
        restoring.restore(planner, work, taken, _events(work)[0])
    assert Work.objects.get(pk=work.pk).external_id == "A-2"


def test_what_was_deleted_comes_back_as_it_was(work: Work, planner: User) -> None:
    pk = work.pk
    with pghistory.context(reason="dubbel"):
        work.delete()
    [gone] = restoring.deleted(planner, Work)
    assert gone.name == "Stroom"
    assert restoring.deleted(make.make_user(make.make_organisation("stila")), Work) == []
    with pytest.raises(PermissionDenied):
        restoring.bring_back(make.make_user(make.make_organisation("stila")), Work, gone.pgh_id)
    assert restoring.bring_back(planner, Work, gone.pgh_id).pk == pk
    back = Work.objects.get(pk=pk)
    assert (back.name, back.geometry.area) == ("Stroom", gone.geometry.area)
    assert restoring.deleted(planner, Work) == []


def test_findings_follow_what_is_set_back() -> None:
    street_before_building()
    street = Work.objects.get(name="Straat")
    early = _events(street)[0]
    street.planned_start, street.planned_finish = "2028-03-01", "2028-05-01"
    street.save()
    sync_findings(TODAY)
    assert not Finding.objects.current().filter(rule="building-before-surface").exists()
    restoring.restore(make.make_user(street.owner), street, early, _events(street)[0])
    assert Finding.objects.current().filter(rule="building-before-surface").exists()
