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
from planning.works.models import Dependency, Programme, Project, Work
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
    stranger, reader = make.make_user(make.make_organisation("stila")), make.make_user(work.owner, "viewer")
    for other in (stranger, reader):
        assert not restoring.deleted(other, Work)
        with pytest.raises(PermissionDenied):
            restoring.bring_back(other, Work, gone.pgh_id)
    returned = restoring.bring_back(planner, Work, gone.pgh_id)
    assert returned == restoring.Returned(Work(pk=pk), alone=False)
    back = Work.objects.get(pk=pk)
    assert (back.name, back.geometry.area) == ("Stroom", gone.geometry.area)
    assert entries(back)[0][0].why.startswith("teruggezet naar")
    assert [entry.said for entry in entries(back)[0]] == ["Teruggehaald", "Verwijderd", "", "Gemaakt"]
    assert not restoring.deleted(planner, Work)
    with pytest.raises(ValidationError, match="al weer"):
        restoring.bring_back(planner, Work, gone.pgh_id)


def test_who_owned_it_before_it_went_to_another_does_not_see_it_among_the_deleted(work: Work, planner: User) -> None:
    work.delete()
    back = restoring.bring_back(planner, Work, restoring.deleted(planner, Work).get().pgh_id).record
    back.owner = make.make_organisation("stila")
    back.save()
    back.delete()
    assert not restoring.deleted(planner, Work)
    assert restoring.deleted(make.make_user(back.owner), Work).get().owner == back.owner


def test_a_project_takes_its_works_back_but_not_those_that_were_given_another(work: Work, planner: User) -> None:
    project, other = (make.make_project(name, owner=work.owner) for name in ("Aar", "Delft"))
    kept, moved = (make.make_work(owner=work.owner, project=project) for _ in range(2))
    project.delete()
    Work.objects.filter(pk=moved.pk).update(project=other)
    [gone] = restoring.deleted(planner, Project)
    assert (gone.name, gone.owner, gone.alone) == ("Aar", work.owner, False)
    returned = restoring.bring_back(planner, Project, gone.pgh_id)
    assert (returned.alone, returned.joined) == (False, 1)
    assert set(Work.objects.values_list("pk", "project__name")) == {
        (work.pk, None), (kept.pk, "Aar"), (moved.pk, "Delft")
    }  # fmt: skip
    assert entries(Work.objects.get(pk=kept.pk))[0][0].why.startswith("teruggezet naar")


@pytest.mark.django_db(transaction=True)
def test_a_work_that_had_left_a_project_before_stays_out_of_it(work: Work, planner: User) -> None:
    project = make.make_project(owner=work.owner)
    left = make.make_work(owner=work.owner, project=project)
    Work.objects.filter(pk=left.pk).update(project=None)
    project.delete()
    assert restoring.bring_back(planner, Project, restoring.deleted(planner, Project).get().pgh_id).joined == 0


def test_a_project_without_its_programme_stands_alone_until_that_is_back_first(work: Work, planner: User) -> None:
    programme = make.make_programme(owner=work.owner)
    project = make.make_project(owner=work.owner, programme=programme)
    alone = make.make_project("Los", owner=work.owner)
    for each in (alone, project, programme):
        each.delete()
    told = {gone.name: gone.alone for gone in restoring.deleted(planner, Project)}
    assert told == {project.name: True, "Los": False}
    [event] = restoring.deleted(planner, Project).filter(alone=True)
    [whole] = restoring.deleted(planner, Programme)
    restoring.bring_back(planner, Programme, whole.pgh_id)
    assert not restoring.bring_back(planner, Project, event.pgh_id).alone
    assert Project.objects.get(pk=event.pgh_obj_id).programme_id == whole.pgh_obj_id


def test_a_work_whose_project_is_gone_comes_back_on_its_own(work: Work, planner: User) -> None:
    project = make.make_project(owner=work.owner)
    Work.objects.filter(pk=work.pk).update(project=project)
    work.delete()
    project.delete()
    [gone] = restoring.deleted(planner, Work)
    assert gone.alone
    assert restoring.bring_back(planner, Work, gone.pgh_id).alone
    assert Work.objects.get().project is None


def test_dependencies_come_back_with_a_work_where_they_are_its_own_to_say(work: Work, planner: User) -> None:
    stila = make.make_organisation("stila")
    before, theirs = make.make_work(owner=stila), make.make_work(owner=stila)
    Dependency.objects.create(predecessor=before, successor=work, minimum_lag_days=5, reason="eerst het riool")
    Dependency.objects.create(predecessor=work, successor=theirs)
    pk = work.pk
    work.delete()
    returned = restoring.bring_back(planner, Work, restoring.deleted(planner, Work).get().pgh_id)
    assert (returned.tied, returned.untied) == (1, 1)
    tie = Dependency.objects.get()
    assert (tie.predecessor, tie.successor_id, tie.minimum_lag_days, tie.reason) == (before, pk, 5, "eerst het riool")


def test_a_name_that_was_given_again_keeps_a_project_away_and_says_so(work: Work, planner: User) -> None:
    make.make_project("Aar", owner=work.owner).delete()
    make.make_project("Aar", owner=work.owner)
    with pytest.raises(ValidationError, match="Zo kan het niet meer zijn"):
        restoring.bring_back(planner, Project, restoring.deleted(planner, Project).get().pgh_id)
    assert Project.objects.count() == 1


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
