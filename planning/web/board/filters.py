"""The choices above the board, as a form that works without scripts."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.models import Wijk
from geo.problems import BadRequestError
from planning.coordination.board.choice import DUTCH, Choice, Grouping, read_choice
from planning.coordination.board.content import owners_seen_by
from planning.partners.visibility import Viewer
from planning.web.board.words import BOARD
from planning.works.kinds import WorkKind


def choice_of(request: HttpRequest) -> tuple[Choice, str]:
    """Return what a page's address chooses, and what is wrong with it; then all is shown."""
    try:
        return read_choice({name: ",".join(request.GET.getlist(name)) for name in request.GET}, DUTCH), ""
    except BadRequestError as error:
        return Choice(), error.detail


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

    @property
    def folded(self) -> dict[str, str]:
        """What a folded list says of what was chosen in it; nothing where all is."""
        return {"owners": _said(self.owners), "kinds": _said(self.kinds), "period": self._period_said()}

    def _period_said(self) -> str:
        start, finish = self.choice.period.start, self.choice.period.finish
        if start is None and finish is None:
            return ""
        first, last = (f"{day:%Y-%m}" if day else "…" for day in (start, finish))
        return str(BOARD["until"]).format(first=first, last=last)

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


def _said(options: list[Option]) -> str:
    """Return how a script says it too (``filters.mjs``)."""
    chosen = [option.text for option in options if option.chosen]
    if len(chosen) < 2:
        return "".join(chosen)
    return str(BOARD["some"]).format(first=chosen[0], n=len(chosen) - 1)
