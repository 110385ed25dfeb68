"""What somebody typed in the table of the board: dates per work, an order, and why."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.parameters import whole_number
from planning.coordination.board.saving import OtherPeriod
from planning.coordination.board.works import BoardWork
from planning.coordination.checking import Followers
from planning.works.dependencies import LONGEST_LAG, Wanted

MOST_ID = 2**62


@dataclass
class TypedRow:
    """Dates as they were typed for a work, and what is wrong with them; ``last`` is the last day of work.

    ``was`` is what stood there when the page was made: a row counts as changed where it differs from that.
    """

    start: str
    last: str
    version: int
    was: tuple[str, str]
    error: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether other dates were typed than stood there."""
        return (self.start, self.last) != self.was

    def period(self) -> tuple[dt.date, dt.date]:
        """Return the period ``[start, finish)``; raises ValueError for what is no date."""
        return _day(self.start), _day(self.last) + dt.timedelta(days=1)


def _day(text: str) -> dt.date:
    """Return a day as a date field sends it, or as it is written by hand in a browser without those."""
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(text.strip(), form).date()
    raise ValueError(text)


@dataclass
class Typed:
    """All that was typed."""

    rows: dict[int, TypedRow] = field(default_factory=dict)
    untie: list[int] = field(default_factory=list)
    pinned: set[int] = field(default_factory=set)
    tie: Wanted | None = None
    followers: Followers = Followers.PUSH
    reason: str = ""
    confirmed: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def changed(self) -> dict[int, TypedRow]:
        """Rows with other dates."""
        return {pk: row for pk, row in self.rows.items() if row.is_changed}

    @property
    def is_wrong(self) -> bool:
        """Whether something cannot be read."""
        return bool(self.errors) or any(row.error for row in self.rows.values())

    def periods(self, works: Mapping[int, BoardWork], own: frozenset[str]) -> list[OtherPeriod]:
        """Return the other dates of works of these owners."""
        return [
            OtherPeriod(pk, row.version, *row.period())
            for pk, row in self.changed.items()
            if works[pk].owner in own
        ]  # fmt: skip


def read_typed(data: QueryDict, works: Mapping[int, BoardWork]) -> Typed:
    """Return what was typed about ``works``; what cannot be read is told per row, and stays as it was typed."""
    typed = Typed(
        untie=[int(pk) for pk in data.getlist("untie") if _is_id(pk)],
        pinned={int(pk) for pk in data.getlist("pin") if _is_id(pk) and int(pk) in works},
        reason=data.get("reason", "").strip()[:500],
        confirmed=data.get("confirmed") == "1",
    )
    chosen = data.get("followers", "")
    if chosen in {each.value for each in Followers}:
        typed.followers = Followers(chosen)
    for pk in works:
        was = data.get(f"was-{pk}", "").split("/")
        if len(was) != 3 or not was[2].isdecimal():
            continue
        row = TypedRow(
            data.get(f"start-{pk}", was[0])[:20], data.get(f"last-{pk}", was[1])[:20], int(was[2][:9]), (was[0], was[1])
        )
        row.error = _wrong(row) if row.is_changed else ""
        typed.rows[pk] = row
    typed.tie = _read_tie(data, typed)
    return typed


def _wrong(row: TypedRow) -> str:
    try:
        start, finish = row.period()
    except (ValueError, OverflowError):
        return _("Schrijf een datum als 31-05-2027.")
    return _("De laatste dag ligt voor de eerste.") if finish <= start else ""


def _read_tie(data: QueryDict, typed: Typed) -> Wanted | None:
    """Return the dependency that is to be stated; none where nothing was chosen."""
    ends = data.get("tie-predecessor", ""), data.get("tie-successor", "")
    if not any(ends):
        return None
    if not all(_is_id(end) for end in ends):
        typed.errors.append(_("Kies bij de volgorde twee werken."))
        return None
    minimum, maximum = (_lag(data.get(f"tie-{name}", "")) for name in ("minimum", "maximum"))
    if minimum is False or maximum is False:
        typed.errors.append(_("Een tussentijd is een geheel aantal werkdagen."))
        return None
    return Wanted(
        int(ends[0]), int(ends[1]), data.get("tie-type", "FS")[:2], minimum or 0, maximum,
        data.get("tie-reason", "").strip()[:200],
    )  # fmt: skip


def _lag(text: str) -> int | bool | None:
    """Return a lag, None where it is left open, and False for what is no whole number."""
    text = text.strip()
    if not text:
        return None
    try:
        lag = int(text)
    except ValueError:
        return False
    return lag if abs(lag) <= LONGEST_LAG else False


def _is_id(text: str) -> bool:
    return bool(whole_number(text, MOST_ID))
