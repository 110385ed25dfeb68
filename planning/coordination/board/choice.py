"""What somebody chose to see on the board: read from an address, or said in plain words what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from geo.models import Wijk
from geo.periods import ALWAYS, Period, parse_date
from geo.problems import BadRequestError
from planning.partners.models import Organisation
from planning.works.kinds import WorkKind


class Grouping(StrEnum):
    """By what the rows of the board stand together."""

    GROUND = "ground"
    BUURT = "buurt"
    OWNER = "owner"
    PROJECT = "project"


@dataclass(frozen=True)
class Choice:
    """What stands on the board.

    Parameters
    ----------
    wijk
        Slug of a wijk; None for all.
    owners, kinds
        Slugs of organisations and values of ``WorkKind``; all where empty.
    period
        Works that share a day with ``[start, finish)``.
    with_findings
        Only works that a finding is about.
    after_demolition
        Only demolitions, and what comes after them on their ground.
    grouping
        By what rows stand together.
    """

    wijk: str | None = None
    owners: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    period: Period = ALWAYS
    with_findings: bool = False
    after_demolition: bool = False
    grouping: Grouping = Grouping.GROUND


@dataclass(frozen=True)
class Names:
    """What the parameters and the groupings are called in an address."""

    wijk: str = "wijk"
    owners: str = "owner"
    kinds: str = "kind"
    start: str = "from"
    finish: str = "to"
    with_findings: str = "with_findings"
    after_demolition: str = "after_demolition"
    grouping: str = "group"
    groupings: tuple[str, str, str, str] = ("ground", "buurt", "owner", "project")


ENGLISH: Final = Names()
"""The words of the API."""

DUTCH: Final = Names(
    owners="wie", kinds="soort", start="van", finish="tot", with_findings="bevindingen", after_demolition="sloop",
    grouping="groep", groupings=("plek", "buurt", "eigenaar", "project"),
)  # fmt: skip
"""The words of the page."""


def read_choice(query: Mapping[str, str], names: Names = ENGLISH) -> Choice:
    """Return what ``query`` asks for; raises BadRequestError for what does not exist or cannot be read."""
    start, finish = (parse_date(query[name], name) if query.get(name) else None for name in (names.start, names.finish))
    if start and finish and start >= finish:
        raise BadRequestError(names.finish, _("De laatste dag moet na de eerste liggen."))
    grouping = query.get(names.grouping, "") or names.groupings[0]
    if grouping not in names.groupings:
        raise _unknown(names.grouping, grouping, names.groupings)
    return Choice(
        wijk=_one_of(query, names.wijk, Wijk.objects.values_list("slug", flat=True)),
        owners=_some_of(query, names.owners, Organisation.objects.values_list("slug", flat=True)),
        kinds=_some_of(query, names.kinds, WorkKind.values),
        period=Period(start, finish),
        with_findings=_flag(query, names.with_findings),
        after_demolition=_flag(query, names.after_demolition),
        grouping=list(Grouping)[names.groupings.index(grouping)],
    )


def _one_of(query: Mapping[str, str], name: str, known: Iterable[str]) -> str | None:
    values = _some_of(query, name, known)
    if len(values) > 1:
        raise BadRequestError(name, _("Kies hier één waarde."))
    return values[0] if values else None


def _some_of(query: Mapping[str, str], name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the values of a list with commas; ``known`` is asked only where there are any."""
    values = tuple(dict.fromkeys(value for value in query.get(name, "").split(",") if value))
    if not values:
        return ()
    allowed = list(known)
    for value in values:
        if value not in allowed:
            raise _unknown(name, value, allowed)
    return values


def _flag(query: Mapping[str, str], name: str) -> bool:
    value = query.get(name, "")
    if value not in ("", "0", "1", "true", "false"):
        raise _unknown(name, value, ("1", "0"))
    return value in ("1", "true")


def _unknown(name: str, value: str, allowed: Iterable[str]) -> BadRequestError:
    text = _("“%(value)s” kennen we niet. Wel: %(allowed)s.")
    return BadRequestError(name, text % {"value": value[:40], "allowed": ", ".join(allowed)})
