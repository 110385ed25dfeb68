"""What the partners of the demonstration are talking over: a scenario that is shared, and two proposals that run.

Made by the same functions that the pages use, so that all of it can be gone on with.
"""

from __future__ import annotations

import datetime as dt

from planning.coordination.models import Proposal, ProposalItem
from planning.coordination.present import Present, plan_seen_by
from planning.coordination.proposals.answering import Said, answer
from planning.coordination.proposals.reading import items_of, with_items
from planning.coordination.proposals.sending import Letter, send_proposal
from planning.coordination.scenarios import Dated, Dates, make_scenario
from planning.partners.models import User

CITY, HOUSING, GRID = "gemeente-assen", "actium", "netbeheerder"


def make_agreement() -> int:
    """Make them where there are none yet; return how many proposals there are."""
    people = {user.username: user for user in User.objects.filter(username__in=[CITY, HOUSING, GRID])}
    if Proposal.objects.exists() or len(people) < 3:
        return Proposal.objects.count()
    city, present = people[CITY], plan_seen_by(people[CITY])
    owner = city.memberships.get().organisation_id
    building = _dates(present, {"Nieuwbouw Aar en Delft, 128 woningen": (2027, 4, 1)})
    after = max(finish for _start, finish in building.values()) + dt.timedelta(days=14)
    streets = _dates(
        present,
        {"Herinrichting Stroom en Delft": (after.year, after.month, after.day),
         "Parkje Stroom": (after.year, after.month, after.day)},
    )  # fmt: skip
    beek = _dates(
        present,
        {"Warmtenet De Beek": (2027, 8, 16), "Verzwaring stroomnet De Beek": (2027, 8, 16),
         "Riool De Beek": (2027, 8, 16)},
    )  # fmt: skip
    # A scenario that is shared, and of which nothing was asked yet.
    make_scenario(
        city, owner, "Stroom en Delft: eerst bouwen, dan de straat", present, _dated(building | streets),
        visibility="partners", note="De straat ligt er nu voordat de vrachtwagens weg zijn.",
    )  # fmt: skip
    once = make_scenario(city, owner, "De Beek: de grond één keer open", present, _dated(beek), visibility="partners")
    letter = Letter(
        "De Beek: de grond één keer open",
        "Warmte, stroom en riool gaan in een jaar tijd drie keer dezelfde straat open. Samen kan het in één keer.",
    )
    sent = send_proposal(city, owner, letter, beek, once)
    grid = [item for item in _items(sent) if item.part.owner.slug == GRID]
    answer(sent, [Said(item.pk, ProposalItem.Answer.ACCEPTED) for item in grid], people[GRID])
    letter = Letter("Stroom en Delft: eerder bouwen", "Het veld ligt al braak sinds 2023; de buurt vraagt ernaar.")
    send_proposal(city, owner, letter, building | streets)
    return Proposal.objects.count()


def _dates(present: Present, starts: dict[str, tuple[int, int, int]]) -> dict[int, tuple[dt.date, dt.date]]:
    """Return works by name at another start, as long as they are."""
    works = present.plan.works
    found = {}
    for name, start in starts.items():
        at = works.name.index(name)
        length = int(works.finish[at]) - int(works.start[at])
        begin = dt.date(*start)
        found[int(works.id[at])] = (begin, begin + dt.timedelta(days=length))
    return found


def _dated(dates: Dates) -> list[Dated]:
    return [Dated(pk, start, finish) for pk, (start, finish) in dates.items()]


def _items(proposal: Proposal) -> list[ProposalItem]:
    return items_of(with_items(Proposal.objects.filter(pk=proposal.pk)).get())
