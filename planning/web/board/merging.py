"""Two people and one work's form: what each changed since both opened it, and what has to be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from geo.parameters import whole_number
from planning.web.board.work_form import WorkForm
from planning.works.models import Work
from planning.works.versions import at_version, differing

KEEP = "keep-"
"""Before the name of a field: "mine" or "theirs"."""


@dataclass(frozen=True)
class Choice:
    """A field that both changed: what was typed, and what is kept now."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merge:
    """A form in which both changes stand; ``choices`` are fields of which only one can stay.

    ``taken`` are the labels of fields that only the other changed.
    """

    data: QueryDict
    choices: list[Choice]
    taken: list[str]


def chosen(data: QueryDict, form: WorkForm) -> QueryDict:
    """Return what was sent, with the other's value where that was chosen."""
    merged = data.copy()
    for name in form.fields:
        if data.get(f"{KEEP}{name}") == "theirs":
            _put(merged, form, name)
    return merged


def merge(data: QueryDict, work: Work, viewer: Any) -> Merge:
    """Return what was typed on an older version, laid over ``work`` as it is now."""
    now = WorkForm(viewer, instance=work)
    version = whole_number(data.get("version", ""))
    base = None if version is None else at_version(work.pk, version)
    typed = WorkForm(viewer, data, instance=Work.objects.get(pk=work.pk))
    fields = [name for name in typed.Meta.fields if name in typed.fields]
    mine = {name for name in fields if name in typed.changed_data}
    theirs = {name for name in fields if base is None or name in differing(base, work)}
    if base is not None:
        as_it_was = WorkForm(viewer, data, instance=_as_work(base))
        touched = {name for name in fields if name in as_it_was.changed_data}
    else:
        touched = mine
    merged = data.copy()
    merged["version"] = str(work.version)
    for name in theirs - touched:
        _put(merged, now, name)
    both = [name for name in fields if name in theirs & touched & mine]
    return Merge(
        merged,
        [Choice(name, str(now[name].label), _shown(typed, name), _shown(now, name)) for name in both],
        [str(now[name].label) for name in fields if name in theirs - touched],
    )


def _as_work(base: Any) -> Work:
    """Return the work of a record of its history, for a form to compare with."""
    names = [f.attname for f in Work._meta.concrete_fields if hasattr(base, f.attname) and f.attname != "id"]
    return Work(pk=base.pgh_obj_id, **{name: getattr(base, name) for name in names})


def _put(data: QueryDict, form: WorkForm, name: str) -> None:
    """Put the value that the form's work has into what was sent."""
    value = form.fields[name].widget.format_value(form[name].value()) if name != "geometry" else form[name].value()
    if name == "geometry":
        data[name] = form.fields[name].widget.serialize(value)
        return
    values = value if isinstance(value, list) else [value]
    kept = [str(each) for each in values if each is not None]
    # A box that is not ticked is not sent at all.
    if form[name].value() is False:
        data.pop(name, None)
    else:
        data.setlist(name, kept or [""])


def _shown(form: WorkForm, name: str) -> str:
    """Return a field's value in words."""
    field, value = form.fields[name], form[name].value()
    if name == "geometry":
        return str(value)[:60]
    choices = dict(getattr(field, "choices", None) or [])
    for key, label in choices.items():
        if str(key) == str(value):
            return str(label)
    return "" if value is None else str(value)
