"""Back to how a record was: as a change of its own, by who may change it, and never over another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pghistory
from django.contrib.gis.db.models import GeometryField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, ForeignKey, Model, OuterRef, Q, QuerySet, Value
from django.template.defaultfilters import date as as_date
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.coordination.plan_changes import plan_changes
from planning.partners.permissions import organisations_edited_by
from planning.works import dependencies
from planning.works.history import tracked_fields
from planning.works.models import Dependency, Programme, Project, Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

RESTORABLE: Final = (Work, Project, Programme, Dependency)
"""What can be set back; what people said or decided (opinions, answers) stays said."""

BELONGS_TO: Final[dict[type[Model], str]] = {Work: "project", Project: "programme"}
"""The foreign key to what a record is part of."""


class ChangedSince(Exception):  # noqa: N818 - what it is, not that it is an error
    """The record was changed after the page that offered to set it back was made."""


def may_restore(viewer: Viewer, record: Any) -> bool:
    """Whether ``viewer`` may set ``record`` back: whoever may change it."""
    if not isinstance(record, RESTORABLE):
        return False
    owner = record.successor.owner_id if isinstance(record, Dependency) else record.owner_id
    return organisations_edited_by(viewer).filter(pk=owner).exists()


def restore(viewer: Viewer, record: Any, event_id: int, newest: int) -> Any:
    """Set ``record`` back to how it was in one of its events, and return it.

    Parameters
    ----------
    event_id
        The event (``pgh_id``) to go back to.
    newest
        The last event that the viewer saw: a later one means that somebody changed it meanwhile.

    Raises
    ------
    PermissionDenied
        Where ``viewer`` may not change it.
    ChangedSince
        Where it was changed after ``newest``.
    ValidationError
        Where there is no such event, or what it was cannot be any more.
    """
    if not may_restore(viewer, record):
        raise PermissionDenied
    with _following(viewer, record):
        locked = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
        events = locked.events.order_by("-pgh_id")
        event = events.filter(pgh_id=event_id).first()
        if event is None:
            raise ValidationError(_("Die stand is er niet."))
        if events.values_list("pgh_id", flat=True).first() != newest:
            raise ChangedSince
        with pghistory.context(reason=_reason(event)):
            _write(locked, event)
    return locked


@dataclass(frozen=True)
class Returned:
    """A record that was deleted and is there again.

    Parameters
    ----------
    record
        The record.
    alone
        Whether it stands on its own now, for the project or programme it was part of is gone.
    joined
        How many works or projects are part of it again.
    tied, untied
        How many dependencies of a work came back with it, and how many could not.
    """

    record: Any
    alone: bool
    joined: int = 0
    tied: int = 0
    untied: int = 0


@contextmanager
def _following(viewer: Viewer, record: Any) -> Iterator[None]:
    """Set a record back in the body of this, with what follows for the plan where rules look at it."""
    if not isinstance(record, Work | Project | Dependency):
        with transaction.atomic():
            yield
        return
    with plan_changes(viewer, _("teruggezet")) as change:
        yield
        if isinstance(record, Work):
            change.works.add(record.pk)


def deleted(viewer: Viewer, model: type[Model]) -> QuerySet[Any]:
    """Return the last events of records of ``model`` that are gone and were of the viewer's organisations at the end.

    Newest first, without shapes, each with its ``owner``, and with ``alone``: whether what it was part of is gone too.
    """
    events = _events_of(model)
    # Who owned it only before it came back and went on to another owner has no say in it.
    later = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
    gone = _deletions(viewer, model).filter(~Exists(later)).order_by("-pgh_id")
    shapes = [f.name for f in gone.model._meta.concrete_fields if isinstance(f, GeometryField)]
    return gone.annotate(alone=_alone(model)).select_related("pgh_context", "owner").defer(*shapes)


def bring_back(viewer: Viewer, model: type[Any], event_id: int) -> Returned:
    """Make a record that was deleted again, under its old identity, with what was tied to it.

    Raises
    ------
    PermissionDenied
        Where it was not of the viewer's organisations.
    ValidationError
        Where it is there again already, or cannot be any more.
    """
    event = deleted(viewer, model).defer(None).filter(pgh_id=event_id).first()
    if event is None:
        if _deletions(viewer, model).filter(pgh_id=event_id).exists():
            raise ValidationError(_("Dit is er al weer."))
        raise PermissionDenied
    record = model(pk=event.pgh_obj_id)
    with _following(viewer, record), pghistory.context(reason=_reason(event)):
        _write(record, event, force_insert=True)
        tied, untied = _tie_again(viewer, event) if model is Work else (0, 0)
        return Returned(record, event.alone, _join_again(viewer, record, event), tied, untied)


def _events_of(model: type[Model]) -> QuerySet[Any]:
    events: Any = model._meta.get_field("events").related_model
    return events._default_manager.all()


def _deletions(viewer: Viewer, model: type[Model]) -> QuerySet[Any]:
    owned = organisations_edited_by(viewer).values("pk")
    return _events_of(model).filter(pgh_label="delete", owner__in=owned)


def _alone(model: type[Model]) -> Any:
    name = BELONGS_TO.get(model)
    if name is None:
        return Value(False)
    whole: Any = model._meta.get_field(name).related_model
    return Q(**{f"{name}__isnull": False}) & ~Exists(whole._default_manager.filter(pk=OuterRef(f"{name}_id")))


def _join_again(viewer: Viewer, record: Any, event: Any) -> int:
    """Let what lost ``record`` when that was deleted be part of it again, unless it was given another; say how many."""
    joined = 0
    for model, name in BELONGS_TO.items():
        if model._meta.get_field(name).related_model is not type(record):
            continue
        events = _events_of(model)
        # The database sets the key to nothing in the very transaction of the deletion.
        lost = events.filter(
            pgh_created_at=event.pgh_created_at,
            pgh_obj_id__in=events.filter(**{name: record.pk}).values("pgh_obj_id"),
            **{f"{name}__isnull": True},
        )
        parts = model._default_manager.filter(
            pk__in=lost.values("pgh_obj_id"), owner__in=organisations_edited_by(viewer), **{f"{name}__isnull": True}
        )
        joined += parts.update(**{name: record})
    return joined


def _tie_again(viewer: Viewer, event: Any) -> tuple[int, int]:
    """State the dependencies again that went with a work; return how many came back and how many could not."""
    ends = Q(predecessor=event.pgh_obj_id) | Q(successor=event.pgh_obj_id)
    went = _events_of(Dependency).filter(ends, pgh_label="delete", pgh_created_at=event.pgh_created_at)
    ties, tied = list(went.order_by("pgh_id")), 0
    for tie in ties:
        wanted = dependencies.Wanted(
            predecessor=tie.predecessor_id,
            successor=tie.successor_id,
            type=tie.type,
            minimum=tie.minimum_lag_days,
            maximum=tie.maximum_lag_days,
            reason=tie.reason,
        )
        # Another's work that waited is another's to say; and the other work may be gone, or wait for this one by now.
        with suppress(PermissionDenied, ValidationError, dependencies.CircleError), transaction.atomic():
            dependencies.state(wanted, viewer)
            tied += 1
    return tied, len(ties) - tied


def _reason(event: Any) -> str:
    moment = as_date(timezone.localtime(event.pgh_created_at), "j F Y, H:i")
    return _("teruggezet naar %(moment)s") % {"moment": moment}


def _write(record: Any, event: Any, *, force_insert: bool = False) -> None:
    """Give ``record`` the values of ``event`` and save it."""
    for column in tracked_fields(type(record)):
        if not hasattr(event, column.attname):
            continue
        value = getattr(event, column.attname)
        if isinstance(column, ForeignKey) and value is not None and column.null:
            related: Any = column.remote_field.model
            # What it belonged to may be gone since; then it stands on its own.
            value = value if related._default_manager.filter(pk=value).exists() else None
        setattr(record, column.attname, value)
    try:
        with transaction.atomic():
            record.save(force_insert=force_insert)
    except IntegrityError as error:
        raise ValidationError(
            _("Zo kan het niet meer zijn: iets anders heeft intussen die plaats of dat kenmerk.")
        ) from error
