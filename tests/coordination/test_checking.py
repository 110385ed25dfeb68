"""A check of other dates says what the rules, the followers and the figures would be, and shows nobody's secrets."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.coordination import present
from planning.coordination.checking import Followers, ImpossibleDates, check
from planning.coordination.present import plan_seen_by, whole_plan
from planning.coordination.rescheduling import Redate, reschedule
from planning.works.models import Dependency, Work
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


def moved(work: Work, days: int) -> dict[int, tuple[dt.date, dt.date]]:
    by = dt.timedelta(days=days)
    return {work.pk: (work.planned_start + by, work.planned_finish + by)}


def site() -> tuple[Work, Work]:
    """A demolition of Actium and the building that follows it a month later, on one plot."""
    demolition = make.make_work("demolition", "2027-05-03", "2027-11-01", dwellings=40)
    building = make.make_work("new_build", "2027-12-01", "2029-01-01")
    return demolition, building


class TestWhatItSays:
    def test_a_building_follows_its_demolition(self) -> None:
        demolition, building = site()
        checked = check(whole_plan(TODAY), moved(demolition, 60))
        plan = whole_plan(TODAY)
        assert [int(plan.plan.works.id[push.work]) for push in checked.ripple.pushes] == [demolition.pk, building.pk]
        assert not any("demolition-before-building" in key for key in checked.new)

    def test_without_followers_the_broken_rule_is_a_new_finding(self) -> None:
        demolition, _building = site()
        checked = check(whole_plan(TODAY), moved(demolition, 60), followers=Followers.STAY)
        assert [found.rule for found in checked.new.values()] == ["demolition-before-building"]
        assert len(checked.ripple.breaks) == 1
        assert (checked.before.hard, checked.after.hard) == (0, 1)

    def test_back_again_the_finding_is_gone(self) -> None:
        _demolition, building = site()
        Work.objects.filter(pk=building.pk).update(planned_start=dt.date(2027, 10, 1))
        checked = check(whole_plan(TODAY), {building.pk: (dt.date(2027, 12, 1), dt.date(2029, 1, 1))})
        assert [found.rule for found in checked.gone.values()] == ["demolition-before-building"]

    def test_longer_fallow_ground_is_a_changed_finding_with_more_weeks(self) -> None:
        _demolition, building = site()
        Work.objects.filter(pk=building.pk).update(
            planned_start=dt.date(2028, 12, 1), planned_finish=dt.date(2030, 1, 1)
        )
        building.refresh_from_db()
        checked = check(whole_plan(TODAY), moved(building, 70))
        assert "fallow-ground" in {found.rule for found in checked.changed.values()}
        assert checked.after.fallow_weeks - checked.before.fallow_weeks == 10
        assert checked.after.fallow_dwelling_weeks - checked.before.fallow_dwelling_weeks == 400

    def test_the_worst_off_address_is_counted_without_counting_all_anew(self) -> None:
        first = make.make_work("street", "2027-03-01", "2027-09-01", make.box(0, 0, 40), noise=3)
        make.make_work("sewer", "2028-03-01", "2028-06-01", make.box(60, 0, 40), noise=5)
        make.make_address(at=make.point(50, 20))
        make.make_address(number=99, at=make.point(900, 900))
        plan = whole_plan(TODAY)
        checked = check(plan, {first.pk: (dt.date(2028, 2, 1), dt.date(2028, 8, 1))}, followers=Followers.STAY)
        assert (checked.before.nuisance_address, checked.after.nuisance_address) == (5, 10)
        assert checked.after.nuisance_address == int(plan.near.peaks(checked.ripple.plan).max())

    def test_the_money_of_a_year_moves_along(self) -> None:
        work = make.make_work("street", "2027-03-01", "2027-09-01", budget_eur=100_000)
        checked = check(whole_plan(TODAY), moved(work, 366))
        assert (checked.before.budget, checked.after.budget) == ({2027: 100_000}, {2028: 100_000})

    def test_a_work_pushed_past_its_latest_finish_is_named(self) -> None:
        demolition, building = site()
        Work.objects.filter(pk=building.pk).update(latest_finish=dt.date(2029, 1, 1))
        checked = check(whole_plan(TODAY), moved(demolition, 60))
        assert [int(checked.ripple.plan.works.id[i]) for i in checked.too_late] == [building.pk]


class TestWhatItRefuses:
    @pytest.mark.parametrize(
        ("start", "finish"),
        [("2027-05-01", "2027-05-01"), ("2027-05-02", "2027-05-01"), ("1890-01-01", "2027-05-01"),
         ("2027-05-01", "2399-01-01")],
    )  # fmt: skip
    def test_dates_that_cannot_be(self, start: str, finish: str) -> None:
        work = make.make_work()
        with pytest.raises(ImpossibleDates) as refused:
            check(whole_plan(TODAY), {work.pk: (dt.date.fromisoformat(start), dt.date.fromisoformat(finish))})
        assert refused.value.work == work.pk

    def test_a_work_that_may_not_be_seen(self) -> None:
        work = make.make_work(visibility="internal")
        with pytest.raises(ImpossibleDates):
            check(plan_seen_by(make.make_user(make.make_organisation("stila")), TODAY), moved(work, 7))

    def test_a_chain_pushed_beyond_all_calendars(self) -> None:
        works = [make.make_work("relocation", "2027-01-04", "2040-01-01", make.box(100 * i)) for i in range(4)]
        for before, after in itertools.pairwise(works):
            Dependency.objects.create(predecessor=before, successor=after)
        with pytest.raises(ImpossibleDates, match="Zo ver vooruit"):
            check(whole_plan(TODAY), moved(works[0], 4 * 365))


class TestWhoSeesWhat:
    def test_anothers_secret_work_moves_nothing_and_is_told_of_nowhere(self) -> None:
        demolition, building = site()
        Work.objects.filter(pk=building.pk).update(
            visibility="internal", owner=make.make_organisation("stila"), name="Geheim"
        )
        actium = make.make_user(demolition.owner)
        checked = check(plan_seen_by(actium, TODAY), moved(demolition, 60))
        assert len(checked.ripple.pushes) == 1
        assert len(checked.new) == 0
        assert "Geheim" not in str(checked.ripple.plan.works.name)
        stila = make.make_user(make.make_organisation("stila"))
        assert len(check(plan_seen_by(stila, TODAY), moved(demolition, 60)).ripple.pushes) == 2

    def test_colleagues_share_a_plan_and_strangers_do_not(self) -> None:
        demolition, building = site()
        Work.objects.filter(pk=building.pk).update(visibility="internal")
        one, two = make.make_user(demolition.owner), make.make_user(demolition.owner)
        assert plan_seen_by(one, TODAY) is plan_seen_by(two, TODAY)
        assert plan_seen_by(AnonymousUser(), TODAY) is not plan_seen_by(one, TODAY)
        assert len(plan_seen_by(AnonymousUser(), TODAY).plan.works) == 1


class TestHowItIsKept:
    def test_a_drag_asks_the_database_next_to_nothing(self) -> None:
        demolition, _building = site()
        user = make.make_user(demolition.owner)
        check(plan_seen_by(user, TODAY), moved(demolition, 60))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            check(plan_seen_by(user, TODAY), moved(demolition, 61))
        assert len(queries) == 2  # the version of the data, and whose eyes

    @pytest.mark.parametrize("change", ["work", "dependency", "rule", "address"])
    def test_what_changes_is_seen_at_once(self, change: str) -> None:
        demolition, building = site()
        first = whole_plan(TODAY)
        assert whole_plan(TODAY) is first
        if change == "work":
            Work.objects.filter(pk=building.pk).update(planned_finish=dt.date(2029, 2, 1))
        elif change == "dependency":
            Dependency.objects.create(predecessor=demolition, successor=building)
        elif change == "rule":
            from planning.coordination.models import RuleSetting

            RuleSetting.objects.create(municipality_code="GM0106", rule="frost", enabled=False)
        else:
            make.make_address()
        assert whole_plan(TODAY) is not first

    def test_only_so_many_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        kept: Any = present._Kept(2)
        for key in "abc":
            kept.get(key, object)
        assert list(kept.plans) == ["b", "c"]

    def test_after_a_change_the_plan_is_the_new_one(self) -> None:
        demolition, _building = site()
        actor = make.make_user(demolition.owner)
        check(plan_seen_by(actor, TODAY), moved(demolition, 60))
        start, finish = moved(demolition, 7)[demolition.pk]
        reschedule(
            [Redate(demolition.pk, demolition.version, {"planned_start": start, "planned_finish": finish})],
            actor, "later begonnen", today=TODAY,
        )  # fmt: skip
        plan = plan_seen_by(actor, TODAY)
        assert int(plan.plan.works.finish[plan.positions[demolition.pk]]) == (finish - dt.date(1970, 1, 1)).days
