"""What a slip does as things stand, and the least change to other dates that puts it right."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from planning.coordination.models import Happening, Scenario
from planning.coordination.present import Present, plan_seen_by
from planning.coordination.scenarios import make_scenario
from planning.coordination.searches import Asked, start_search
from planning.partners.permissions import organisations_edited_by
from planning.partners.viewers import Scope
from planning.sequencing.ripple import Ripple, follow

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

SECONDS: Final = 20.0
"""A repair is a small search; it mostly ends, proven, well within this."""


def moved_in(happening: Happening, present: Present) -> list[int]:
    """Return the works (positions) that were moved then and can be seen now."""
    facts = happening.facts
    return [present.positions[pk] for pk in facts.get("works", [facts.get("work")]) if pk in present.positions]


def ripple_now(happening: Happening, present: Present) -> Ripple | None:
    """Return who would have to follow the works that were moved and saved, as the plan is now."""
    works = present.plan.works
    dates = {at: (int(works.start[at]), int(works.finish[at])) for at in moved_in(happening, present)}
    try:
        return follow(present.network, dates) if dates else None
    except IndexError:
        return None


def offer_repair(happening: Happening, actor: Viewer) -> Scenario:
    """Make a scenario with the least change that puts right what a slip broke; a search fills it.

    Raises
    ------
    PermissionDenied
        Where the actor plans for nobody, or may not see the work.
    """
    present = plan_seen_by(actor)
    moved = moved_in(happening, present)
    own = list(organisations_edited_by(actor, Scope.PROPOSALS_WRITE).order_by("name").values_list("pk", flat=True))
    if not own or not moved:
        raise PermissionDenied
    owner = happening.organisation_id if happening.organisation_id in own else own[0]
    names = ", ".join(present.plan.works.name[at] for at in moved)
    title = _("Herstel na uitloop: %(work)s") % {"work": names}
    with transaction.atomic():
        scenario = make_scenario(actor, owner, title[:120], present, note=happening.sentence, slip=happening)
        ids = present.plan.works.id
        asked = Asked(
            works=[int(ids[at]) for at in affected(moved, present)],
            stay=[int(ids[at]) for at in moved],
            seconds=SECONDS,
            lead_weeks=0,
            repair=True,
        )
        start_search(scenario, asked, actor)
    return scenario


def affected(works: Sequence[int], present: Present) -> list[int]:
    """Return the works (positions) that can move and that a chain of lags through such works ties to one of these."""
    network = present.network
    found: set[int] = set()
    waiting = deque(works)
    while waiting:
        at = waiting.popleft()
        for row in network.rows(at):
            for other in (int(network.links.before[row]), int(network.links.after[row])):
                if other not in works and other not in found and network.free[other]:
                    found.add(other)
                    waiting.append(other)
    return sorted(found)
