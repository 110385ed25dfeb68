"""Rows into the plan, once it is decided that they may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from geo.areas import locate_all
from planning.partners.models import Organisation
from planning.works.importing.checking import as_geos
from planning.works.importing.rows import RowResult
from planning.works.kinds import WorkStatus
from planning.works.models import Programme, Project, RowOutcome, Work

BATCH = 2000


class Vanished(StrEnum):
    """What becomes of works that left the file."""

    KEEP = "keep"
    CANCEL = "cancel"
    DELETE = "delete"


def keep_rows(rows: Iterable[RowResult], owner: Organisation, source: str) -> None:
    """Make and change works as checked rows say; those that are refused or change nothing are left alone."""
    doing = [row for row in rows if row.outcome in {RowOutcome.NEW, RowOutcome.CHANGED}]
    projects = _projects(doing, owner, source)
    fresh = [
        Work(owner=owner, source=source, **_values(row.values, row.values, projects))
        for row in doing
        if row.outcome == RowOutcome.NEW
    ]
    changed: list[Work] = []
    fields: set[str] = set()
    for row in doing:
        if row.work is None:
            continue
        values = _values(row.values, [difference.field for difference in row.differences], projects)
        for name, value in values.items():
            setattr(row.work, name, value)
        fields.update(values)
        changed.append(row.work)
    Work.objects.bulk_create(fresh, batch_size=BATCH)
    if changed:
        Work.objects.bulk_update(changed, sorted(fields), batch_size=BATCH)
    moved = [row.work.pk for row in doing if row.work and any(d.field == "geometry" for d in row.differences)]
    locate_all(Work, [*(work.pk for work in fresh), *moved], "ground")


def let_go(works: Sequence[Work], what: Vanished) -> int:
    """Cancel or delete works that left the file, as asked; return how many. What is done stays done."""
    if what is Vanished.DELETE:
        Work.objects.filter(pk__in=[work.pk for work in works]).delete()
        return len(works)
    if what is Vanished.CANCEL:
        ended = {WorkStatus.DONE, WorkStatus.CANCELLED}
        return Work.objects.filter(pk__in=[w.pk for w in works if w.status not in ended]).update(
            status=WorkStatus.CANCELLED
        )
    return 0


def _values(values: Mapping[str, Any], names: Iterable[str], projects: Mapping[str, Project]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name in names:
        if name == "geometry":
            kept[name] = as_geos(values[name])
        elif name == "project":
            if values[name]:
                kept["project_id"] = projects[values[name]].pk
        elif name != "programme":
            kept[name] = values[name]
    return kept


def _projects(rows: Iterable[RowResult], owner: Organisation, source: str) -> dict[str, Project]:
    """Return the projects that rows name, made where they are new; with their programmes."""
    named = {row.values["project"]: row.values.get("programme") for row in rows if row.values.get("project")}
    if not named:
        return {}
    programmes = {p.name: p for p in Programme.objects.filter(owner=owner)}
    for programme in {p for p in named.values() if p} - set(programmes):
        programmes[programme] = Programme.objects.create(owner=owner, name=programme, source=source)
    projects = {p.name: p for p in Project.objects.filter(owner=owner)}
    for name, programme in named.items():
        wanted = programmes[programme] if programme else None
        project = projects.get(name)
        if project is None:
            projects[name] = Project.objects.create(owner=owner, name=name, programme=wanted, source=source)
        elif wanted is not None and project.programme_id != wanted.pk:
            project.programme = wanted
            project.save(update_fields=["programme"])
    return projects
