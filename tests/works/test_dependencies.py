"""What waits for what: stated by whose work waits, and never in a circle."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from planning.works.circles import circle_with
from planning.works.dependencies import CircleError, Wanted, state, withdraw
from planning.works.models import Dependency
from tests import factories as make

PAIRS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1]), max_size=25)


@given(edges=PAIRS, new=st.tuples(st.integers(0, 8), st.integers(0, 8)))
def test_a_circle_is_found_exactly_where_a_path_leads_back(edges: list[tuple[int, int]], new: tuple[int, int]) -> None:
    circle = circle_with(edges, *new)
    if new[0] < new[1]:
        assert circle is None
    elif circle is not None:
        assert (circle[0], circle[-1]) == (new[1], new[0])
        assert all(step in edges for step in pairwise(circle))
        assert len(set(circle)) == len(circle)
    else:
        reached = {new[1]}
        for before, after in sorted(edges):
            reached |= {after} if before in reached else set()
        assert new[0] not in reached


@pytest.mark.django_db
class TestStating:
    def test_whose_work_waits_states_it(self) -> None:
        other = make.make_work(owner=make.make_organisation("stila"))
        own = make.make_work("new_build")
        planner = make.make_user(make.make_organisation("actium"))
        made = state(Wanted(other.pk, own.pk, "SS", 7, 30, "steigers"), planner)
        assert (made.type, made.minimum_lag_days, made.maximum_lag_days) == ("SS", 7, 30)
        with pytest.raises(PermissionDenied):
            state(Wanted(own.pk, other.pk), planner)
        with pytest.raises(PermissionDenied):
            state(Wanted(other.pk, own.pk), make.make_user(make.make_organisation("actium"), "viewer"))

    def test_a_hidden_work_cannot_be_waited_for(self) -> None:
        hidden = make.make_work(owner=make.make_organisation("stila"), visibility="internal")
        with pytest.raises(PermissionDenied):
            state(Wanted(hidden.pk, make.make_work().pk), make.make_user(make.make_organisation("actium")))

    def test_a_circle_is_refused_and_shown(self) -> None:
        a, b, c = (make.make_work(name=name) for name in "abc")
        planner = make.make_user(a.owner)
        state(Wanted(a.pk, b.pk), planner)
        state(Wanted(b.pk, c.pk), planner)
        with pytest.raises(CircleError) as refused:
            state(Wanted(c.pk, a.pk), planner)
        assert refused.value.works == [a.pk, b.pk, c.pk]
        with pytest.raises(ValidationError):
            Dependency(predecessor=c, successor=a).full_clean()
        assert Dependency.objects.count() == 2

    @pytest.mark.parametrize(
        ("values", "said"),
        [({"type": "XX"}, "Dit soort"), ({"minimum": 9, "maximum": 3}, "meeste"), ({"minimum": 99_999_999}, "te lang")],
    )
    def test_what_cannot_be_is_refused(self, values: dict, said: str) -> None:
        a, b = make.make_work(), make.make_work()
        with pytest.raises(ValidationError, match=said):
            state(Wanted(a.pk, b.pk, **values), make.make_user(a.owner))

    def test_it_is_stated_once_and_withdrawn_by_whose_work_waits(self) -> None:
        a, b = make.make_work(), make.make_work(owner=make.make_organisation("stila"))
        made = state(Wanted(a.pk, b.pk), make.make_user(b.owner))
        with pytest.raises(ValidationError, match="al"):
            state(Wanted(a.pk, b.pk), make.make_user(b.owner))
        with pytest.raises(PermissionDenied):
            withdraw([made.pk], make.make_user(a.owner))
        withdraw([made.pk, 10**9], make.make_user(b.owner))
        assert not Dependency.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_close_no_circle() -> None:
    a, b = make.make_work(), make.make_work()
    planner = make.make_user(a.owner)
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def run(wanted: Wanted) -> None:
        try:
            ready.wait(10)
            with transaction.atomic():
                state(wanted, planner)
            outcomes.append("stated")
        except CircleError:
            outcomes.append("circle")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[wanted]) for wanted in (Wanted(a.pk, b.pk), Wanted(b.pk, a.pk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["circle", "stated"]
