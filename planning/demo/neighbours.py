"""The neighbours' side of the demonstration: roads, counts, news and budgets; a second time changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from geo.models import Wijk
from planning.initiatives.identities import address_key
from planning.initiatives.models import (
    Grant,
    GrantBudget,
    Initiative,
    InitiativeState,
    Step,
    Support,
    SupportAddress,
    SupportArea,
    Update,
)
from planning.initiatives.support.areas import addresses_in, circle
from planning.partners.models import Organisation

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def load_budgets(rows: list[dict[str, Any]], organisations: dict[str, Organisation]) -> int:
    """Load what partners set aside, and let what was granted in those years come from it; return how many there are."""
    wijken = {wijk.slug: wijk for wijk in Wijk.objects.only("slug")}
    for row in rows:
        budget, _ = GrantBudget.objects.update_or_create(
            partner=organisations[row["partner"]],
            wijk=wijken[row["wijk"]],
            year=row["year"],
            defaults={"money_eur": row["money_eur"], "people_hours": row["people_hours"]},
        )
        given = Grant.objects.filter(
            partner=budget.partner, initiative__buurt__wijk=budget.wijk, granted_on__year=budget.year, budget=None
        )
        given.exclude(kind=Grant.Kind.MEANS).update(budget=budget)
    return len(rows)


def load_road(initiative: Initiative, steps: list[dict[str, str]], news: list[str]) -> None:
    """Load the steps that an initiative took, and its news."""
    for step in steps:
        Step.objects.get_or_create(
            initiative=initiative,
            state=step["state"],
            defaults={"at": _noon(step["on"]), "role": step["role"], "reason": step["reason"]},
        )
    for turn, text in enumerate(news):
        at = _noon(steps[-1]["on"]) + dt.timedelta(weeks=4 * turn + 1)
        Update.objects.get_or_create(
            initiative=initiative, text=text, defaults={"role": "initiator", "written_at": at, "published_at": at}
        )


def load_support(initiative: Initiative, row: dict[str, int]) -> None:
    """Load the count of an initiative: open with its voices, or decided with only its outcome."""
    if SupportArea.objects.filter(initiative=initiative).exists():
        return
    shape = circle(initiative, row["radius_m"])
    moments = dict(initiative.steps.values_list("state", "at"))
    opened = moments[InitiativeState.GATHERING_SUPPORT]
    values = {
        "geometry": GEOSGeometry(shape), "radius_m": row["radius_m"], "in_favour": row["in_favour"],
        "against": row["against"], "opened_at": opened,
    }  # fmt: skip
    Initiative.objects.filter(pk=initiative.pk).update(support_radius_m=row["radius_m"])
    if initiative.state != InitiativeState.GATHERING_SUPPORT:
        decided = moments[InitiativeState.SUPPORTED]
        SupportArea.objects.create(
            initiative=initiative, addresses=row["addresses"], decided_at=decided, forgotten_at=decided, **values
        )
        return
    addresses = list(addresses_in(shape).order_by("postcode", "number", "addition"))
    area = SupportArea.objects.create(initiative=initiative, addresses=len(addresses), **values)
    households = SupportAddress.objects.bulk_create(
        SupportAddress(area=area, key=address_key(initiative.pk, address), buurt_id=address.buurt_id)
        for address in addresses
    )
    Support.objects.bulk_create(
        Support(
            address=household,
            area=area,
            in_favour=turn < row["in_favour"],
            way=Support.Way.LETTER,
            confirmed_at=min(opened + dt.timedelta(days=turn), timezone.now()),
        )
        for turn, household in enumerate(households[: row["in_favour"] + row["against"]])
    )


def _noon(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), AMSTERDAM)
