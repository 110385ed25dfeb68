"""Other dates for works: own works only, never over another's change, all or nothing; who it touches hears of it."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from planning.coordination.checking import ImpossibleDates
from planning.coordination.conflicts import conflict_rows
from planning.coordination.models import Finding, Happening
from planning.coordination.rescheduling import ChangedMeanwhile, Redate, period_dates, reschedule
from planning.partners.models import Membership
from planning.works.models import Dependency, Work, WorkEvent
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
D = dt.date


def later(work: Work, days: int, version: int | None = None) -> Redate:
    by = dt.timedelta(days=days)
    dates = {"planned_start": work.planned_start + by, "planned_finish": work.planned_finish + by}
    return Redate(work.pk, version or work.version, dates)


class TestChanging:
    def test_dates_history_and_findings_follow(self) -> None:
        demolition = make.make_work("demolition", "2027-05-03", "2027-11-01")
        building = make.make_work("new_build", "2027-11-01", "2029-01-01")
        actor = make.make_user(demolition.owner)
        done = reschedule([later(demolition, 28)], actor, "asbest gevonden", today=TODAY)
        assert done.works[0].planned_start == D(2027, 5, 31)
        assert done.works[0].version == 2
        assert done.findings.new >= 1
        assert Finding.objects.current().get(rule="demolition-before-building").works.count() == 2
        event = WorkEvent.objects.filter(pgh_obj=demolition).latest("pgh_id")
        assert event.pgh_context.metadata["reason"] == "asbest gevonden"
        building.refresh_from_db()
        assert building.version == 1

    def test_the_length_the_owner_gave_follows_the_new_period(self) -> None:
        work = make.make_work("street", "2027-03-01", "2027-03-13", duration_days=10)
        actor = make.make_user(work.owner)
        reschedule([Redate(work.pk, 1, {"planned_finish": D(2027, 3, 20)})], actor, "", today=TODAY)
        work.refresh_from_db()
        assert work.duration_days == 15

    def test_the_same_dates_again_change_nothing(self) -> None:
        work = make.make_work()
        reschedule([later(work, 0)], make.make_user(work.owner), "", today=TODAY)
        work.refresh_from_db()
        assert work.version == 1
        assert not Happening.objects.exists()

    def test_what_really_happened_stays_as_it_is(self) -> None:
        work = make.make_work(actual_start=D(2026, 5, 4), status="under_way")
        assert period_dates(work, D(2026, 5, 4), D(2028, 1, 1)) == {"planned_finish": D(2028, 1, 1)}
        with pytest.raises(ImpossibleDates, match="al begonnen"):
            period_dates(work, D(2026, 6, 1), D(2028, 1, 1))


class TestRefusing:
    def test_another_organisations_work_and_a_viewers_hand(self) -> None:
        work = make.make_work()
        stranger = make.make_user(make.make_organisation("stila"))
        viewer = make.make_user(work.owner, Membership.Role.VIEWER)
        for actor in (stranger, viewer, None):
            with pytest.raises(PermissionDenied):
                reschedule([later(work, 7)], actor, "", today=TODAY)
        reschedule([later(work, 7)], stranger, "afgesproken", agreed=[work.owner_id], today=TODAY)
        work.refresh_from_db()
        assert work.version == 2

    def test_a_work_that_is_not_there(self) -> None:
        with pytest.raises(PermissionDenied):
            reschedule([Redate(2**40, 1, {})], make.make_user(make.make_organisation()), "", today=TODAY)

    @pytest.mark.parametrize(
        "dates",
        [
            {"planned_finish": D(2027, 5, 1)}, {"planned_start": None}, {"planned_start": D(1800, 1, 1)},
            {"planned_finish": D(2400, 1, 1)}, {"actual_start": D(2026, 12, 1)},
            {"actual_start": D(2026, 11, 2), "actual_finish": D(2026, 11, 1)},
        ],
    )  # fmt: skip
    def test_dates_that_cannot_be(self, dates: dict[str, Any]) -> None:
        work = make.make_work()
        with pytest.raises(ImpossibleDates):
            reschedule([Redate(work.pk, 1, dates)], make.make_user(work.owner), "", today=TODAY)
        work.refresh_from_db()
        assert work.version == 1

    def test_a_change_of_another_meanwhile_is_kept_and_both_versions_come_back(self) -> None:
        first, second = make.make_work(), make.make_work(geometry=make.box(500))
        actor = make.make_user(first.owner, first_name="Noor", last_name="Prins")
        reschedule([later(first, 14)], actor, "eerder vergund", today=TODAY)
        with pytest.raises(ChangedMeanwhile) as refused:
            reschedule([later(second, 7), later(first, 7)], actor, "", today=TODAY)
        second.refresh_from_db()
        assert second.version == 1
        row = conflict_rows(refused.value.conflicts)[0]
        assert row["work"] == first.pk
        assert row["yours"] == {"version": 1, "planned_start": "2027-05-08", "planned_finish": "2027-11-08"}
        assert (row["theirs"]["version"], row["theirs"]["planned_start"]) == (2, "2027-05-15")
        assert row["theirs"]["reason"] == "eerder vergund"


class TestTelling:
    def test_a_slip_of_a_committed_work_tells_whom_it_pushes_and_whom_it_breaks(self) -> None:
        actium, stila = make.make_organisation(), make.make_organisation("stila")
        gemeente, vaart = make.make_organisation("gemeente-assen"), make.make_organisation("vaart-welzijn")
        slipping = make.make_work("demolition", status="committed", owner=actium, name="Sloop Aar")
        pushed = make.make_work("temporary_use", "2027-11-02", "2028-03-01", make.box(300), owner=stila)
        frozen = make.make_work("event", "2027-11-02", "2027-11-09", make.box(600), owner=gemeente, status="committed")
        make.make_work("event", "2028-11-02", "2028-11-09", make.box(900), owner=vaart)
        for work in (pushed, frozen):
            Dependency.objects.create(predecessor=slipping, successor=work)
        actor = make.make_user(actium)
        reschedule([later(slipping, 42)], actor, "asbest", today=TODAY)
        happened = Happening.objects.get()
        assert happened.kind == Happening.Kind.SLIPPED
        assert happened.by == actor
        assert set(happened.touches.all()) == {stila, gemeente}
        assert happened.sentence == "Sloop Aar (Actium) is 6 weken later: 12 juni 2027 tot en met 12 december 2027."
        assert set(happened.facts["touched"]) == {pushed.pk, frozen.pk}
        assert set(Happening.objects.visible_to(make.make_user(stila))) == {happened}
        assert set(Happening.objects.visible_to(make.make_user(vaart))) == set()

    def test_a_secret_work_is_told_to_nobody_else(self) -> None:
        slipping = make.make_work("demolition", status="committed", visibility="internal")
        other = make.make_work("event", "2027-11-02", "2027-11-09", owner=make.make_organisation("stila"))
        Dependency.objects.create(predecessor=slipping, successor=other)
        reschedule([later(slipping, 42)], make.make_user(slipping.owner), "", today=TODAY)
        assert not Happening.objects.get().touches.exists()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_of_two_who_change_one_work_one_is_told(self) -> None:
        work = make.make_work()
        actor = make.make_user(work.owner)
        outcomes = together(lambda days: reschedule([later(work, days)], actor, "", today=TODAY), [7, 14, 21])
        assert sorted(type(outcome).__name__ for outcome in outcomes) == [
            "ChangedMeanwhile", "ChangedMeanwhile", "Rescheduled",
        ]  # fmt: skip
        work.refresh_from_db()
        assert work.version == 2

    def test_two_who_change_the_same_works_in_other_orders_do_not_wait_for_each_other(self) -> None:
        works = [make.make_work(geometry=make.box(500 * i)) for i in range(4)]
        actor = make.make_user(works[0].owner)

        def change(turn: int) -> Any:
            order = works if turn % 2 else works[::-1]
            return reschedule([later(work, 7 * (turn + 1)) for work in order], actor, "", today=TODAY)

        outcomes = together(change, range(4))
        assert [type(outcome).__name__ for outcome in outcomes].count("Rescheduled") == 1
        assert {type(outcome).__name__ for outcome in outcomes} == {"Rescheduled", "ChangedMeanwhile"}
        assert len({work.planned_start for work in Work.objects.all()}) == 1


def together(act: Any, arguments: Any) -> list[Any]:
    """Do the same with each argument at once, each on a connection of its own; what is raised is an outcome too."""
    arguments = list(arguments)
    start = threading.Barrier(len(arguments))
    outcomes: list[Any] = []

    def run(argument: Any) -> None:
        try:
            start.wait(10)
            outcomes.append(act(argument))
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[argument]) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(outcomes) == len(arguments)
    return outcomes
