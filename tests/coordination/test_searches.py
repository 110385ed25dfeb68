"""A search fills its scenario in the background: followed, stopped, taken up again, refused to whom it is not for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from procrastinate.contrib.django.models import ProcrastinateJob

from planning.coordination import search_runs
from planning.coordination.models import Happening, Scenario, SequenceSearch
from planning.coordination.present import plan_seen_by
from planning.coordination.scenarios import Dated, make_scenario, put_dates
from planning.coordination.search_runs import Halt, PutBack, run_search
from planning.coordination.searches import Asked, SearchRunsAlready, lost, start_search, stop_search
from planning.partners.models import User
from planning.works.models import Work
from tests import factories as make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("job_queue")]
State = SequenceSearch.State
ASKED = Asked(seconds=3, lead_weeks=0)


def year(ahead: int) -> int:
    """A year to come: a search looks at the real day."""
    return dt.date.today().year + ahead


@pytest.fixture
def wrong() -> tuple[Work, Work]:
    """A building of another owner that starts before the demolition under it is over."""
    demolition = make.make_work("demolition", f"{year(1)}-05-03", f"{year(1)}-11-01", status="committed", name="Sloop")
    building = make.make_work(
        "new_build", f"{year(1)}-09-01", f"{year(2)}-09-01", name="Bouw", owner=make.make_organisation("stila")
    )
    return demolition, building


@pytest.fixture
def planner() -> User:
    """A planner of Actium."""
    return make.make_user(make.make_organisation())


def scenario_of(actor: User, dates: list[Dated] | None = None) -> Scenario:
    return make_scenario(actor, make.make_organisation().pk, "Eerst slopen", plan_seen_by(actor), dates or [])


def test_what_is_found_lands_in_the_scenario_with_why_in_two_languages(
    wrong: tuple[Work, Work], planner: User, run_jobs: Callable[[], list[str]]
) -> None:
    demolition, building = wrong
    search = start_search(scenario_of(planner), ASKED, planner)
    assert search.state == State.WAITING
    assert "planning.coordination.tasks.search_sequence" in run_jobs()
    search.refresh_from_db()
    assert (search.state, search.reason) == (State.DONE, "")
    row = search.scenario.dates.get()
    assert row.work == building
    assert row.start >= demolition.planned_finish
    assert "omdat Sloop" in row.why_nl
    assert "because Sloop" in row.why_en
    assert (search.figures["before"]["hard"], search.figures["after"]["hard"]) == (1, 0)
    assert search.figures["headline_nl"]
    assert search.figures["headline_en"]
    assert search.progress["proven"] is True
    building.refresh_from_db()
    assert building.version == 1  # nothing is applied by itself
    happened = Happening.objects.get()
    assert (happened.kind, list(happened.touches.all())) == ("search_ended", [search.scenario.owner])


def test_the_first_answer_can_be_read_while_the_search_still_runs(
    wrong: tuple[Work, Work], planner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = start_search(scenario_of(planner), ASKED, planner)
    seen: list[SequenceSearch] = []
    real = search_runs.better_sequence

    def slow(present: Any, options: Any, report: Any, stop: Any, begin: Any) -> Any:
        better = real(present, options, report, stop, begin)
        for _ in range(100):
            now = SequenceSearch.objects.get(pk=search.pk)
            if now.dates:
                seen.append(now)
                break
            __import__("time").sleep(0.05)
        return better

    monkeypatch.setattr(search_runs, "better_sequence", slow)
    run_search(search.pk)
    assert seen[0].state == State.RUNNING
    assert seen[0].figures["after"]["hard"] == 0
    assert list(seen[0].dates) == [str(wrong[1].pk)]


def test_pinned_works_stay_where_they_are_put(wrong: tuple[Work, Work], planner: User) -> None:
    demolition, building = wrong
    Work.objects.filter(pk=demolition.pk).update(status="planned")
    pin = Dated(building.pk, building.planned_start, building.planned_finish, pinned=True)
    search = start_search(scenario_of(planner, [pin]), ASKED, planner)
    run_search(search.pk)
    rows = {row.work_id: row for row in search.scenario.dates.all()}
    assert rows[building.pk].start == building.planned_start
    assert rows[demolition.pk].finish <= building.planned_start


def test_a_hidden_work_of_another_owner_neither_moves_nor_is_named(wrong: tuple[Work, Work], planner: User) -> None:
    Work.objects.filter(pk=wrong[1].pk).update(visibility="internal")
    search = start_search(scenario_of(planner), ASKED, planner)
    run_search(search.pk)
    search.refresh_from_db()
    assert not search.scenario.dates.exists()
    assert "Bouw" not in str(search.figures)


class TestStopping:
    def test_before_it_began_it_ends_at_once_and_no_worker_takes_it_up(
        self, wrong: tuple[Work, Work], planner: User, run_jobs: Callable[[], list[str]]
    ) -> None:
        search = start_search(scenario_of(planner), ASKED, planner)
        stop_search(search, planner)
        assert run_jobs() == []
        search.refresh_from_db()
        assert search.state == State.STOPPED

    def test_while_it_runs_the_best_so_far_is_kept(self, wrong: tuple[Work, Work], planner: User) -> None:
        search = start_search(scenario_of(planner), ASKED, planner)
        run_search(search.pk, lambda: Halt.ASKED)
        search.refresh_from_db()
        assert search.state == State.STOPPED
        assert search.scenario.dates.get().work == wrong[1]

    def test_another_organisation_can_neither_ask_nor_stop(self, wrong: tuple[Work, Work], planner: User) -> None:
        scenario = scenario_of(planner)
        stranger = make.make_user(make.make_organisation("stila"))
        with pytest.raises(PermissionDenied):
            start_search(scenario, ASKED, stranger)
        search = start_search(scenario, ASKED, planner)
        with pytest.raises(PermissionDenied):
            stop_search(search, stranger)

    def test_a_scenario_is_searched_once_at_a_time(self, planner: User) -> None:
        scenario = scenario_of(planner)
        start_search(scenario, ASKED, planner)
        with pytest.raises(SearchRunsAlready):
            start_search(scenario, ASKED, planner)
        assert ProcrastinateJob.objects.count() == 1

    def test_nonsense_is_refused(self, planner: User) -> None:
        for asked in (Asked(seconds=0), Asked(seconds=10_000), Asked(lead_weeks=-1)):
            with pytest.raises(ValueError, match=r"must|at most"):
                start_search(scenario_of(planner), asked, planner)


class TestLosingTheWorker:
    def test_put_back_at_a_shutdown_it_goes_on_later(self, wrong: tuple[Work, Work], planner: User) -> None:
        search = start_search(scenario_of(planner), ASKED, planner)
        with pytest.raises(PutBack):
            run_search(search.pk, lambda: Halt.SHUTDOWN)
        search.refresh_from_db()
        assert search.state == State.WAITING
        run_search(search.pk)
        search.refresh_from_db()
        assert (search.state, search.attempt) == (State.DONE, 2)

    def test_who_was_given_up_for_lost_writes_nothing_any_more(
        self, wrong: tuple[Work, Work], planner: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        search = start_search(scenario_of(planner), ASKED, planner)
        real = search_runs.better_sequence

        def overtaken(*arguments: Any) -> Any:
            better = real(*arguments)
            lost(search.job_id, again=True)
            monkeypatch.setattr(search_runs, "better_sequence", real)
            run_search(search.pk)  # another worker, all the way
            search.scenario.dates.all().delete()
            return better

        monkeypatch.setattr(search_runs, "better_sequence", overtaken)
        run_search(search.pk)
        search.refresh_from_db()
        assert (search.state, search.attempt) == (State.DONE, 2)
        assert not search.scenario.dates.exists()
        assert Happening.objects.count() == 1

    def test_given_up_it_fails_with_a_reason_and_keeps_what_it_found(
        self, wrong: tuple[Work, Work], planner: User
    ) -> None:
        demolition, building = wrong
        days = [(demolition.planned_finish - dt.date(1970, 1, 1)).days + n for n in (0, 366)]
        search = start_search(scenario_of(planner), ASKED, planner)
        SequenceSearch.objects.filter(pk=search.pk).update(
            state=State.RUNNING, dates={str(building.pk): days, str(2**40): days}
        )
        lost(search.job_id, again=False)
        search.refresh_from_db()
        assert search.state == State.FAILED
        assert "viel telkens weg" in search.reason
        assert search.scenario.dates.get().start == demolition.planned_finish

    def test_a_fault_ends_it_with_a_reason_that_people_can_read(
        self, wrong: tuple[Work, Work], planner: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        search = start_search(scenario_of(planner), ASKED, planner)
        monkeypatch.setattr(search_runs, "better_sequence", lambda *a: 1 / 0)
        run_search(search.pk)
        search.refresh_from_db()
        assert search.state == State.FAILED
        assert "ZeroDivisionError" in search.reason
        assert Happening.objects.get().facts["state"] == "failed"


class TestByHand:
    def test_back_where_it_was_a_work_leaves_the_scenario(self, wrong: tuple[Work, Work], planner: User) -> None:
        _demolition, building = wrong
        present = plan_seen_by(planner)
        later = Dated(building.pk, building.planned_start + dt.timedelta(90), building.planned_finish)
        scenario = scenario_of(planner, [later])
        assert scenario.dates.count() == 1
        put_dates(scenario, [Dated(building.pk, building.planned_start, building.planned_finish)], planner, present)
        assert scenario.dates.count() == 0
        pinned = Dated(building.pk, building.planned_start, building.planned_finish, pinned=True)
        put_dates(scenario, [pinned], planner, present)
        assert scenario.dates.get().pinned
