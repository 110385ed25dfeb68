"""Who changed what, when and why: the events that the database keeps, in words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.paginator import Paginator
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from planning.partners.models import Token, User
from planning.works.periods import day_text

UNTOLD: Final = frozenset({"id", "version", "created_at", "updated_at"})
"""What the service keeps for itself and nobody changes by hand."""

PER_PAGE: Final = 25


@dataclass(frozen=True)
class Change:
    """One field of one change, in words; ``before`` is None for a new record."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Entry:
    """One change: when, by whom, by what road, why, and what; ``event`` is its identity.

    ``kind`` is "made", "gone", "back" (made again once it was gone) or "changed".
    """

    event: int
    at: dt.datetime
    who: str
    road: str
    why: str
    kind: str
    changes: list[Change] = field(default_factory=list)

    @property
    def said(self) -> str:
        """What happened, where that is more than a change of values."""
        return {"made": _("Gemaakt"), "gone": _("Verwijderd"), "back": _("Teruggehaald")}.get(self.kind, "")


def entries(obj: Any, page: str | int = 1, events: QuerySet[Any] | None = None) -> tuple[list[Entry], Any]:
    """Return a page of the history of ``obj``, newest first, and the page itself; a fixed number of queries.

    ``page`` as it was asked for: what is no number of a page is the first. ``events`` are those that the reader may
    see; all where left out.
    """
    kept = obj.events.all() if events is None else events
    events = kept.select_related("pgh_context").order_by("-pgh_id")
    shown = Paginator(events, PER_PAGE).get_page(page)
    # One more than the page shows, because a change is told against the event before it.
    rows = list(events[shown.start_index() - 1 if shown.paginator.count else 0 :][: PER_PAGE + 1])
    names = _names(type(obj), rows)
    befores = [*rows[1:], None]
    told = []
    for entry, event, before in zip(bare_entries(rows[:PER_PAGE]), rows, befores, strict=False):
        kind = "back" if entry.kind == "made" and before is not None else entry.kind
        told.append(replace(entry, kind=kind, changes=_changes(type(obj), before, event, names)))
    return told, shown


def bare_entries(events: Sequence[Any]) -> list[Entry]:
    """Return events, read with their ``pgh_context``, without what they changed; at most two queries."""
    people, told = _people(events), []
    for event in events:
        context = event.pgh_context.metadata if event.pgh_context else {}
        told.append(
            Entry(
                event=event.pgh_id,
                at=timezone.localtime(event.pgh_created_at),
                who=people.get(context.get("token") or context.get("user"), _("het systeem")),
                road=_road(context),
                why=str(context.get("reason") or ""),
                kind={"insert": "made", "delete": "gone"}.get(event.pgh_label, "changed"),
            )
        )
    return told


def _people(rows: Iterable[Any]) -> dict[Any, str]:
    """Return who made the changes: people by their identity, programs by the first letters of their token."""
    contexts = [row.pgh_context.metadata for row in rows if row.pgh_context]
    wanted = {context.get("user") for context in contexts} - {None}
    people = {user.pk: user.get_full_name() or user.get_username() for user in User.objects.filter(pk__in=wanted)}
    who: dict[Any, str] = {pk: people.get(pk, _("iemand die er niet meer is")) for pk in wanted}
    if prefixes := {context["token"] for context in contexts if context.get("token")}:
        tokens = Token.objects.filter(prefix__in=prefixes).select_related("organisation")
        who |= {prefix: _("een programma dat er niet meer is") for prefix in prefixes}
        who |= {token.prefix: _("programma %(token)s") % {"token": token} for token in tokens}
    return who


def _road(context: dict[str, Any]) -> str:
    if context.get("import_file"):
        return _("import van %(file)s") % {"file": context["import_file"]}
    url = str(context.get("url") or "")
    if re.match(r"(/[a-z-]+)?/admin/", url):
        return _("in het beheer")
    return _("via de API") if url.startswith("/api/") else ""


def tracked_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """Return the columns of ``model`` that people change and that its history tells of."""
    return [f for f in model._meta.concrete_fields if f.name not in UNTOLD and not f.generated]


def _names(model: type[Model], rows: list[Any]) -> dict[tuple[str, Any], str]:
    """Return the names of the records that foreign keys in ``rows`` point to, one query per key."""
    names = {}
    for key in (f for f in tracked_fields(model) if isinstance(f, ForeignKey)):
        wanted = {getattr(row, key.attname) for row in rows} - {None}
        related: Any = key.remote_field.model
        heavy = [f.name for f in related._meta.concrete_fields if isinstance(f, GeometryField) or f.generated]
        if wanted:
            for record in related._default_manager.filter(pk__in=wanted).defer(*heavy):
                names[key.name, record.pk] = str(record)
    return names


def _changes(model: type[Model], before: Any | None, after: Any, names: dict[tuple[str, Any], str]) -> list[Change]:
    changes = []
    for column in tracked_fields(model):
        if not hasattr(after, column.attname):
            continue
        new = getattr(after, column.attname)
        if before is None:
            if new not in (None, "", False, 0) and not isinstance(new, GEOSGeometry):
                changes.append(Change(_label(column), None, _words(column, new, names)))
            continue
        old = getattr(before, column.attname)
        if isinstance(column, GeometryField):
            if old is not None and new is not None and not old.equals_exact(new, 0.0005):
                changes.append(Change(_label(column), size(old), _moved(old, new)))
        elif old != new:
            changes.append(Change(_label(column), _words(column, old, names), _words(column, new, names)))
    return changes


def _label(column: Field[Any, Any]) -> str:
    name = str(column.verbose_name)
    return name[:1].upper() + name[1:]


def _words(column: Field[Any, Any], value: Any, names: dict[tuple[str, Any], str]) -> str:
    """Return a value as a person would write it."""
    if value is None or value == "":
        return _("leeg")
    if isinstance(column, ForeignKey):
        return names.get((column.name, value), _("iets dat er niet meer is"))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return _("ja") if value else _("nee")
        case dt.datetime():
            moment = timezone.localtime(value)
            return f"{day_text(moment)}, {moment:%H:%M}"
        case dt.date():
            return day_text(value)
        case Decimal():
            return number_format(value, force_grouping=True)
        case _:
            return str(value)


def size(geometry: GEOSGeometry) -> str:
    """Return how large a place in RD New is: square metres, metres or a point."""
    if geometry.area:
        return _("vlak van %(n)s m²") % {"n": round(geometry.area)}
    if geometry.length:
        return _("lijn van %(n)s m") % {"n": round(geometry.length)}
    return _("punt")


def _moved(old: GEOSGeometry, new: GEOSGeometry) -> str:
    metres = round(old.centroid.distance(new.centroid))
    if not metres:
        return _("%(size)s, op dezelfde plek") % {"size": size(new)}
    return _("%(size)s, %(n)s m verschoven") % {"size": size(new), "n": metres}
