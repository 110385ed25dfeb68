"""An import taken back, from the history that the database keeps, as long as nobody went on from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import pghistory
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning.partners.models import User
from planning.works.models import Programme, Project, Work, WorkImport, WorkQuerySet

NOT_TAKEN_BACK = {"id", "mercator", "ground", "public_from", "version", "created_at", "updated_at"}
"""Fields that the database sets itself."""

WORKED_OUT: Final = {"findings", "happenings"}
"""Relations that the service makes itself, and makes anew."""


class CannotUndoError(Exception):
    """The import cannot be taken back; the message says why."""


@dataclass(frozen=True)
class Undoing:
    """What taking an import back would do, or what stands in its way."""

    created: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)

    @property
    def possible(self) -> bool:
        """Whether nothing stands in its way."""
        return not self.obstacles


def works_of(imported: WorkImport) -> WorkQuerySet:
    """Return the works that an import made or changed, as far as they are there."""
    if imported.context is None:
        return Work.objects.none()
    return Work.objects.filter(pk__in=_events(Work).filter(pgh_context_id=imported.context).values("pgh_obj_id"))


def undoing(imported: WorkImport) -> Undoing:
    """Return what taking an import back would do; a fixed number of queries."""
    if imported.undone_at is not None:
        return Undoing(obstacles=[_("Deze import is al teruggedraaid.")])
    if imported.context is None:
        return Undoing(obstacles=[_("Van deze import is niet bewaard wat er eerst stond.")])
    if imported.deleted:
        return Undoing(obstacles=[_("Deze import heeft werken verwijderd; die komen niet terug.")])
    events = _events(Work).filter(pgh_context_id=imported.context).order_by("pgh_id")
    rows = list(events.values_list("pgh_obj_id", "pgh_label", "version"))
    created = {work for work, label, _version in rows if label == "insert"}
    left_at = {work: version for work, _label, version in rows}
    present = dict(Work.objects.filter(pk__in=left_at).values_list("pk", "version"))
    went_on = [pk for pk, version in present.items() if version != left_at[pk]]
    obstacles = []
    if len(present) < len(left_at):
        gone = len(left_at) - len(present)
        said = ngettext(
            "%(n)s werk van deze import is intussen verwijderd.",
            "%(n)s werken van deze import zijn intussen verwijderd.",
            gone,
        )
        obstacles.append(said % {"n": gone})
    if went_on:
        names = Work.objects.filter(pk__in=went_on[:3]).order_by("name").values_list("name", flat=True)
        obstacles.append(
            _("Intussen veranderd: %(names)s%(more)s.")
            % {"names": ", ".join(names), "more": _(" en meer") if len(went_on) > 3 else ""}
        )
    hanging = _hanging_on(created)
    if hanging:
        obstacles.append(_("Aan nieuwe werken hangt al iets: %(what)s.") % {"what": ", ".join(hanging)})
    return Undoing(sorted(created), sorted(set(left_at) - created), obstacles)


@transaction.atomic
def undo(imported: WorkImport, by: User | None) -> Undoing:
    """Take an import back: what it made goes, what it changed becomes what it was.

    Raises
    ------
    CannotUndoError
        Where works were changed since, or something hangs on them; nothing is done then.
    """
    imported = WorkImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    touched = _events(Work).filter(pgh_context_id=imported.context).values("pgh_obj_id")
    list(Work.objects.filter(pk__in=touched).select_for_update().values_list("pk", flat=True))
    plan = undoing(imported)
    if not plan.possible:
        raise CannotUndoError(" ".join(plan.obstacles))
    with pghistory.context(reason=_("import teruggedraaid: %(file)s") % {"file": imported.file_name}):
        _take_back(plan.changed, imported)
        Work.objects.filter(pk__in=plan.created).delete()
        _remove_empty(imported)
        imported.undone_at, imported.undone_by = timezone.now(), by
        imported.save(update_fields=["undone_at", "undone_by"])
    return plan


def _take_back(ids: Iterable[int], imported: WorkImport) -> None:
    names = [f.attname for f in Work._meta.concrete_fields if f.name not in NOT_TAKEN_BACK]
    # Nothing came after the import, so the last event that is not of it holds what there was before.
    before = (
        _events(Work)
        .filter(pgh_obj_id__in=list(ids))
        .exclude(pgh_context_id=imported.context)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    works = Work.objects.in_bulk(list(ids))
    for event in before:
        for name in names:
            setattr(works[event.pgh_obj_id], name, getattr(event, name))
    fields = [f.name for f in Work._meta.concrete_fields if f.attname in names]
    Work.objects.bulk_update(works.values(), fields, batch_size=500)


def _remove_empty(imported: WorkImport) -> None:
    """Remove the projects and programmes that the import made, where nothing else is in them."""
    for model, inside in ((Project, "works"), (Programme, "projects")):
        made = _events(model).filter(pgh_context_id=imported.context, pgh_label="insert").values("pgh_obj_id")
        model._default_manager.filter(pk__in=made, **{f"{inside}__isnull": True}).delete()


def _hanging_on(works: set[int]) -> list[str]:
    """Return what would be lost with these works, by its name: what people made that points at them."""
    found = []
    for relation in Work._meta.related_objects:
        ours = relation.on_delete in {models.CASCADE, models.PROTECT} or relation.many_to_many
        if not ours or relation.name in WORKED_OUT:
            continue
        model = relation.related_model
        if model._default_manager.filter(**{f"{relation.field.name}__in": works}).exists():
            found.append(str(model._meta.verbose_name_plural))
    return found


def _events(model: type[models.Model]) -> models.QuerySet[Any]:
    event_model: Any = model.pgh_event_model  # type: ignore[attr-defined]
    return event_model.objects.all()
