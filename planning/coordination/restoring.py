"""Back to how a record was: as a change of its own, by who may change it, and never over another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model
from django.template.defaultfilters import date as as_date
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.coordination.plan_changes import plan_changes
from planning.partners.permissions import organisations_edited_by
from planning.works.history import tracked_fields
from planning.works.models import Dependency, Programme, Project, Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

RESTORABLE: Final = (Work, Project, Programme, Dependency)
"""What can be set back; what people said or decided (opinions, answers) stays said."""


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
        _write(locked, event)
    return locked


@contextmanager
def _following(viewer: Viewer, record: Any) -> Iterator[None]:
    """Set a record back in the body of this, with what follows for the plan where it is of it."""
    if not isinstance(record, Work | Dependency):
        with transaction.atomic():
            yield
        return
    with plan_changes(viewer, _("teruggezet")) as change:
        yield
        if isinstance(record, Work):
            change.works.add(record.pk)


def deleted(viewer: Viewer, model: type[Model]) -> list[Any]:
    """Return the last events of records of ``model`` that are gone and were of the viewer's organisations."""
    events: Any = model._meta.get_field("events").related_model
    owned = organisations_edited_by(viewer).values("pk")
    there = model._default_manager.values("pk")
    gone = events.objects.filter(pgh_label="delete", owner__in=owned).exclude(pgh_obj_id__in=there)
    return list(gone.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").select_related("pgh_context", "owner"))


def bring_back(viewer: Viewer, model: type[Any], event_id: int) -> Any:
    """Make a record that was deleted again, under its old identity, and return it.

    Raises
    ------
    PermissionDenied
        Where it was not of the viewer's organisations.
    ValidationError
        Where there is nothing to bring back, or it cannot be any more.
    """
    event = next((each for each in deleted(viewer, model) if each.pgh_id == event_id), None)
    if event is None:
        raise PermissionDenied
    record = model(pk=event.pgh_obj_id)
    with _following(viewer, record):
        _write(record, event)
    return record


def _write(record: Any, event: Any) -> None:
    """Give ``record`` the values of ``event`` and save it with the reason."""
    for column in tracked_fields(type(record)):
        if not hasattr(event, column.attname):
            continue
        value = getattr(event, column.attname)
        if isinstance(column, ForeignKey) and value is not None and column.null:
            related: Any = column.remote_field.model
            # What it belonged to may be gone since; then it stands on its own.
            value = value if related._default_manager.filter(pk=value).exists() else None
        setattr(record, column.attname, value)
    moment = as_date(timezone.localtime(event.pgh_created_at), "j F Y, H:i")
    try:
        with transaction.atomic(), pghistory.context(reason=_("teruggezet naar %(moment)s") % {"moment": moment}):
            record.save()
    except IntegrityError as error:
        raise ValidationError(
            _("Zo kan het niet meer zijn: iets anders heeft intussen die plaats of dat kenmerk.")
        ) from error
