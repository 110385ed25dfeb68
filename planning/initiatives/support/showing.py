"""What may be shown of a count: never what one address said, and no group so small that it would tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q

from planning.initiatives.models import SupportArea

FEWEST: Final = 5
"""A group of fewer than this is not shown (issue "Residents", item 4)."""


@dataclass(frozen=True)
class BuurtCount:
    """What one buurt said; ``in_favour`` is None where it is too small a group to show."""

    name: str
    addresses: int
    in_favour: int | None


def shown_against(area: SupportArea) -> int | None:
    """Return how many are against; None where they are so few that neighbours could guess who."""
    return None if 0 < area.against < FEWEST else area.against


def per_buurt(area: SupportArea) -> list[BuurtCount]:
    """Return the voices for it per buurt; nothing where there is only one, or where the voices are forgotten.

    One hidden count could be worked out from the total, so the smallest shown one is hidden with it.
    """
    rows = list(
        area.households.filter(buurt__isnull=False)
        .order_by("buurt__name")
        .values_list("buurt__name")
        .annotate(addresses=Count("pk"), voices=Count("voice", filter=Q(voice__in_favour=True)))
    )
    if len(rows) < 2:
        return []
    # Nearly everyone tells as much of the few others as a few tell of themselves.
    hidden = {name for name, addresses, voices in rows if voices < FEWEST or 0 < addresses - voices < FEWEST}
    if len(hidden) == 1:
        _name, smallest = min((voices, name) for name, _addresses, voices in rows if name not in hidden)
        hidden.add(smallest)
    return [BuurtCount(name, addresses, None if name in hidden else voices) for name, addresses, voices in rows]
