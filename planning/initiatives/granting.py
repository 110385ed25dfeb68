"""Giving to initiatives from yearly budgets, and what is left of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pghistory
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.models import Wijk
from planning.initiatives.models import Grant, GrantBudget, Initiative, InitiativeState, Role
from planning.initiatives.refusals import RefusedError
from planning.initiatives.states import move
from planning.partners.models import Organisation

if TYPE_CHECKING:
    from planning.partners.models import User

CAN_BE_GIVEN_TO: Final = (InitiativeState.SUPPORTED, InitiativeState.RESOURCED, InitiativeState.UNDER_WAY)
"""Only what the neighbours stand behind gets something, until it is done."""


@dataclass(frozen=True)
class Gift:
    """What a partner gives: an amount for money, hours for people, words for all."""

    partner: Organisation
    kind: str
    description: str
    on: dt.date
    amount_eur: Decimal | None = None
    hours: Decimal | None = None


def give(initiative: Initiative, gift: Gift, *, role: Role, by: User | None, beyond_reason: str = "") -> Grant:
    """Give to an initiative, from the partner's budget for its wijk in that year.

    Whether ``by`` may give for the partner is for the caller to ask (``planning.partners.permissions``).

    Raises
    ------
    RefusedError
        Where the initiative cannot be given to, the gift is incomplete, or it is more than is left and there is no
        reason.
    """
    _check_gift(gift)
    beyond_reason = " ".join(beyond_reason.split())[:240]
    with transaction.atomic(), pghistory.context(reason=beyond_reason or gift.description):
        initiative = (
            Initiative.objects.select_for_update(of=("self",)).select_related("buurt__wijk").get(pk=initiative.pk)
        )
        if initiative.state not in CAN_BE_GIVEN_TO:
            raise RefusedError(_("Alleen een initiatief dat de buren steunen, en dat nog niet klaar is, krijgt iets."))
        budget = _locked_budget(initiative, gift)
        if gift.kind != Grant.Kind.MEANS and not beyond_reason:
            _check_left(initiative, gift, budget)
        grant = Grant.objects.create(
            initiative=initiative,
            partner=gift.partner,
            kind=gift.kind,
            amount_eur=gift.amount_eur,
            hours=gift.hours,
            description=gift.description,
            granted_on=gift.on,
            budget=budget,
            beyond_reason=beyond_reason,
            by=by,
        )
        if initiative.state == InitiativeState.SUPPORTED:
            move(initiative, InitiativeState.RESOURCED, role, by=by)
    return grant


def take_back(grant: Grant, *, reason: str) -> None:
    """Undo a grant that was a mistake; the history keeps it, with the reason.

    Raises
    ------
    RefusedError
        Where there is no reason.
    """
    reason = " ".join(reason.split())[:240]
    if not reason:
        raise RefusedError(_("Zeg waarom de toekenning vervalt."), "reason")
    with transaction.atomic(), pghistory.context(reason=reason):
        grant.delete()


@dataclass(frozen=True)
class WijkMoney:
    """What is left in one wijk: its budgets per partner, and the sums."""

    wijk: Wijk
    budgets: list[GrantBudget]
    money_eur: Decimal
    left_eur: Decimal
    people_hours: Decimal
    left_hours: Decimal


def left_per_wijk(year: int) -> list[WijkMoney]:
    """Return what partners set aside in a year and what is left of it, per wijk; in one query."""
    budgets: dict[int, list[GrantBudget]] = {}
    found = GrantBudget.objects.filter(year=year).with_left().select_related("partner", "wijk")
    for budget in found.defer("wijk__geometry", "wijk__mercator").order_by("wijk__name", "partner__name"):
        budgets.setdefault(budget.wijk_id, []).append(budget)
    return [
        WijkMoney(
            rows[0].wijk,
            rows,
            _sum(rows, "money_eur"),
            _sum(rows, "left_eur"),
            _sum(rows, "people_hours"),
            _sum(rows, "left_hours"),
        )
        for rows in budgets.values()
    ]


def budgets_for(initiative: Initiative, year: int) -> list[GrantBudget]:
    """Return the budgets that an initiative can be given from in a year, with what is left."""
    if initiative.buurt is None or initiative.buurt.wijk_id is None:
        return []
    found = GrantBudget.objects.filter(wijk=initiative.buurt.wijk_id, year=year).with_left()
    return list(found.select_related("partner").order_by("partner__name"))


def _check_gift(gift: Gift) -> None:
    money, people = gift.kind == Grant.Kind.MONEY, gift.kind == Grant.Kind.PEOPLE
    if money and (gift.amount_eur is None or gift.amount_eur <= 0):
        raise RefusedError(_("Vul een bedrag in, meer dan nul."), "amount_eur")
    if people and gift.hours is not None and gift.hours <= 0:
        raise RefusedError(_("Vul meer dan nul uren in, of laat het leeg."), "hours")
    if (not money and gift.amount_eur is not None) or (not people and gift.hours is not None):
        raise RefusedError(_("Een bedrag hoort bij geld, uren horen bij mensen. Laat het andere leeg."), "kind")
    if not gift.description.strip():
        raise RefusedError(_("Schrijf op wat het is."), "description")


def _locked_budget(initiative: Initiative, gift: Gift) -> GrantBudget | None:
    """Return the budget that pays, locked so that two who give at once do not both see it as left."""
    if gift.kind == Grant.Kind.MEANS or initiative.buurt is None or initiative.buurt.wijk_id is None:
        return None
    budgets = GrantBudget.objects.select_for_update()
    return budgets.filter(partner=gift.partner, wijk=initiative.buurt.wijk_id, year=gift.on.year).first()


def _check_left(initiative: Initiative, gift: Gift, budget: GrantBudget | None) -> None:
    if gift.kind == Grant.Kind.PEOPLE and gift.hours is None:
        return
    if budget is None:
        raise RefusedError(
            _("%(partner)s heeft voor deze wijk in %(year)s geen budget. Geef een reden om toch te geven.")
            % {"partner": gift.partner, "year": gift.on.year},
            "beyond_reason",
        )
    left: Any = GrantBudget.objects.with_left().get(pk=budget.pk)
    if gift.amount_eur is not None and gift.amount_eur > left.left_eur:
        over = "€ " + number_format(left.left_eur, 2, use_l10n=True, force_grouping=True)
    elif gift.hours is not None and gift.hours > left.left_hours:
        over = hours_text(left.left_hours)
    else:
        return
    raise RefusedError(
        _("%(partner)s heeft voor deze wijk in %(year)s nog %(left)s over. Geef een reden om meer te geven.")
        % {"partner": gift.partner, "year": gift.on.year, "left": over},
        "beyond_reason",
    )


def hours_text(hours: Decimal) -> str:
    """Return hours of help in words, to a tenth: "7,5 uur"."""
    rounded = round(hours, 1)
    # Only English tells one hour from more; a plural is chosen by a whole number.
    said = ngettext("%(hours)s uur", "%(hours)s uur", 1 if rounded == 1 else 2)
    places = 0 if rounded == rounded.to_integral_value() else 1
    return said % {"hours": number_format(rounded, places, use_l10n=True, force_grouping=True)}


def _sum(budgets: list[Any], column: str) -> Decimal:
    return sum((getattr(budget, column) for budget in budgets), Decimal(0))
