"""The choices above the board, as a form that works without scripts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from geo.models import Wijk
from planning.coordination.board.choice import DUTCH, Choice, Grouping
from planning.coordination.board.content import owners_seen_by
from planning.partners.visibility import Viewer
from planning.works.kinds import WorkKind


@dataclass(frozen=True)
class Option:
    """A value that can be chosen, what it is called, and whether it is."""

    value: str
    text: str
    chosen: bool


GROUPINGS = {
    Grouping.GROUND: _("Per plek"),
    Grouping.BUURT: _("Per buurt"),
    Grouping.OWNER: _("Per partner"),
    Grouping.PROJECT: _("Per project"),
}


@dataclass(frozen=True)
class Filters:
    """What can be chosen, and what is."""

    wijken: list[Option]
    owners: list[Option]
    kinds: list[Option]
    groupings: list[Option]
    choice: Choice

    @classmethod
    def of(cls, viewer: Viewer, choice: Choice) -> Filters:
        """Return the choices that ``viewer`` has; two queries besides those of who they are."""
        return cls(
            [
                Option(slug, name, slug == choice.wijk)
                for slug, name in Wijk.objects.order_by("name").values_list("slug", "name")
            ],
            [Option(slug, name, slug in choice.owners) for slug, name in owners_seen_by(viewer)],
            [Option(kind.value, str(kind.label), kind.value in choice.kinds) for kind in WorkKind],
            [
                Option(DUTCH.groupings[i], str(GROUPINGS[grouping]), grouping is choice.grouping)
                for i, grouping in enumerate(Grouping)
            ],
            choice,
        )
