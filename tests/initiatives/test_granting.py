"""What partners give, and what is left."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from planning.initiatives.granting import Gift, give, left_per_wijk, take_back
from planning.initiatives.models import Grant, GrantBudget, InitiativeState, Role, Step
from planning.initiatives.refusals import RefusedError
from tests.factories import make_buurt, make_initiative, make_organisation, make_wijk

DAY = dt.date(2026, 11, 20)


def gift(**values: Any) -> Gift:
    """Return 400 euros of the municipality."""
    defaults = {"partner": make_organisation("gemeente-assen"), "kind": "money", "description": "Bomen", "on": DAY}
    return Gift(**{**defaults, "amount_eur": Decimal(400), **values})


@pytest.fixture
def budget(db: None) -> GrantBudget:
    wijk = make_wijk()
    return GrantBudget.objects.create(
        partner=make_organisation("gemeente-assen"), wijk=wijk, year=2026, money_eur=1000, people_hours=10
    )


@pytest.fixture
def supported(budget: GrantBudget):
    return make_initiative(buurt=make_buurt(wijk=budget.wijk))


def test_money_comes_from_the_budget_of_the_wijk_and_year_and_moves_the_initiative_on(supported, budget) -> None:
    grant = give(supported, gift(), role=Role.TEAM, by=None)
    assert grant.budget == budget
    supported.refresh_from_db()
    assert supported.state == InitiativeState.RESOURCED
    assert Step.objects.get().state == "resourced"
    (row,) = left_per_wijk(2026)
    assert (row.left_eur, row.left_hours) == (600, 10)
    assert left_per_wijk(2025) == []


def test_more_than_is_left_needs_a_reason_that_is_kept(supported) -> None:
    give(supported, gift(), role=Role.TEAM, by=None)
    with pytest.raises(RefusedError, match=r"nog € 600,00 over") as refused:
        give(supported, gift(amount_eur=Decimal("600.01")), role=Role.TEAM, by=None)
    assert refused.value.field == "beyond_reason"
    give(supported, gift(amount_eur=Decimal(700)), role=Role.TEAM, by=None, beyond_reason="De wethouder vult aan.")
    assert left_per_wijk(2026)[0].left_eur == -100
    assert Grant.objects.exclude(beyond_reason="").count() == 1


def test_hours_of_people_have_a_budget_too(supported) -> None:
    give(supported, gift(kind="people", amount_eur=None, hours=Decimal(8)), role=Role.TEAM, by=None)
    with pytest.raises(RefusedError, match=r"nog 2 uur over"):
        give(supported, gift(kind="people", amount_eur=None, hours=Decimal(3)), role=Role.TEAM, by=None)
    give(supported, gift(kind="means", amount_eur=None, description="Scheppen te leen"), role=Role.TEAM, by=None)


def test_without_a_budget_a_reason_is_asked(supported) -> None:
    with pytest.raises(RefusedError, match="geen budget"):
        give(supported, gift(on=dt.date(2027, 1, 1)), role=Role.TEAM, by=None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount_eur": None}, "amount_eur"),
        ({"amount_eur": Decimal(0)}, "amount_eur"),
        ({"kind": "means"}, "kind"),
        ({"kind": "people", "amount_eur": None, "hours": Decimal(-1)}, "hours"),
        ({"description": "  "}, "description"),
    ],
)
def test_a_gift_that_is_none_is_refused_and_nothing_moves(supported, values: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        give(supported, gift(**values), role=Role.TEAM, by=None)
    assert refused.value.field == field
    supported.refresh_from_db()
    assert supported.state == InitiativeState.SUPPORTED
    assert not Grant.objects.exists()


@pytest.mark.parametrize("state", ["submitted", "gathering_support", "done", "declined", "withdrawn"])
def test_only_what_the_neighbours_stand_behind_gets_something(budget, state: str) -> None:
    initiative = make_initiative(state=state, buurt=make_buurt(wijk=budget.wijk))
    with pytest.raises(RefusedError, match="buren steunen"):
        give(initiative, gift(), role=Role.TEAM, by=None)


def test_a_mistake_is_taken_back_with_a_reason_and_the_history_keeps_it(supported) -> None:
    grant = give(supported, gift(), role=Role.TEAM, by=None)
    with pytest.raises(RefusedError, match="waarom"):
        take_back(grant, reason=" ")
    take_back(grant, reason="Dubbel ingevoerd.")
    assert left_per_wijk(2026)[0].left_eur == 1000
    assert Grant.pgh_event_model.objects.get(pgh_label="insert").amount_eur == 400


@pytest.mark.django_db(transaction=True)
def test_two_who_give_the_last_money_at_once_do_not_both_get_it() -> None:
    partner, wijk = make_organisation("gemeente-assen"), make_wijk()
    GrantBudget.objects.create(partner=partner, wijk=wijk, year=2026, money_eur=1000)
    buurt = make_buurt(wijk=wijk)
    initiatives = [make_initiative(f"Idee {n}", state="resourced", buurt=buurt) for n in range(8)]

    def ask(initiative: Any) -> bool:
        try:
            give(initiative, gift(amount_eur=Decimal(300)), role=Role.TEAM, by=None)
        except RefusedError:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        given = sum(pool.map(ask, initiatives))
    assert given == 3
    assert left_per_wijk(2026)[0].left_eur == 100
