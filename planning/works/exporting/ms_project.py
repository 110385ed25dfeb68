"""Works as a project file: MS Project's own XML (MSPDI), which ProjectLibre and others read too."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final
from xml.etree import ElementTree as ET

from django.db.models import BooleanField, ExpressionWrapper, Max, Min, Q, QuerySet, Window
from django.utils.translation import gettext as _

from geo.export.base import Export
from geo.export.batches import BATCH
from planning.partners.models import Organisation
from planning.works.exporting.ms_task import element, summary, task
from planning.works.exporting.working_time import CLOSES, MINUTES_PER_DAY, OPENS, SHIFTS, WorkingTime
from planning.works.models import Dependency, Work

NAMESPACE: Final = "http://schemas.microsoft.com/project"
SAVED_BY: Final = 14
"""MS Project 2010, the first that knows dates entered by hand."""

COLUMNS: Final = (
    "pk", "name", "kind", "status", "description", "owner_id", "dwellings", "planned_start", "planned_finish",
    "date_precision", "latest_finish", "actual_start", "actual_finish",
)  # fmt: skip
OUTLINE: Final = ("buurt__wijk__name", "buurt__name", "project__name")
"""What holds what: a wijk its buurten, a buurt the projects in it, a project its works."""

WHOLE_DAY: Final = (("FromDate", dt.time()), ("ToDate", dt.time(23, 59)))

Group = tuple[str, ...]


def write_project(export: Export) -> Path:
    """Write the works of ``export`` as tasks under their place and project, with their links and owners.

    A batch of works is in memory at a time; assignments, which stand after all tasks, wait on disk.
    """
    works: QuerySet[Work] = export.records.order_by()
    bounds = works.aggregate(first=Min("planned_start"), begun=Min("actual_start"), last=Max("planned_finish"),
                             ended=Max("actual_finish"), deadline=Max("latest_finish"), most=Max("pk"))  # fmt: skip
    today = dt.date.today()
    first = min(filter(None, (bounds["first"], bounds["begun"])), default=today)
    last = max(filter(None, (bounds["last"], bounds["ended"], bounds["deadline"])), default=today)
    time = WorkingTime(first, last)
    waiting = export.folder / "assignments.xml"
    with export.path.open("w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Project xmlns="{NAMESPACE}">')
        for part in _head(time, str(export.layer.title)):
            _put(file, part)
        file.write("<Tasks>")
        with waiting.open("w", encoding="utf-8") as later:
            outline = _Outline(time, next_uid=(bounds["most"] or 0) + 1)
            count = 0
            for batch in _batches(works):
                links = _links(works, [work["pk"] for work in batch])
                for work in batch:
                    for holder in outline.enter(_group(work), _spans(work)):
                        _put(file, holder)
                    number, place = outline.place()
                    made, assignment = task(work, number, place, time, links[work["pk"]], export.site, today)
                    _put(file, made)
                    _put(later, assignment)
                count += len(batch)
                export.report(count)
        file.write("</Tasks><Resources>")
        for owner in Organisation.objects.filter(pk__in=works.values("owner")).order_by("pk"):
            _put(file, _resource(owner))
        file.write("</Resources><Assignments>")
        with waiting.open(encoding="utf-8") as written:
            shutil.copyfileobj(written, file)
        file.write("</Assignments></Project>\n")
    waiting.unlink()
    return export.path


def _put(file: IO[str], made: ET.Element) -> None:
    file.write(ET.tostring(made, encoding="unicode"))


def _head(time: WorkingTime, title: str) -> Iterator[ET.Element]:
    """Yield what stands before the tasks: the project's own settings, and its calendar."""
    yield from element("Project", [
        ("SaveVersion", SAVED_BY), ("Name", title), ("Title", f"{title} · Mijn Buurt Assen"),
        ("ScheduleFromStart", True), ("StartDate", dt.datetime.combine(time.first, OPENS)),
        ("FinishDate", dt.datetime.combine(time.last, CLOSES)), ("CurrencySymbol", "€"), ("CurrencyCode", "EUR"),
        ("CalendarUID", 1), ("DefaultStartTime", OPENS.isoformat()), ("DefaultFinishTime", CLOSES.isoformat()),
        ("MinutesPerDay", MINUTES_PER_DAY), ("MinutesPerWeek", 5 * MINUTES_PER_DAY), ("DaysPerMonth", 20),
        ("DefaultTaskType", 1), ("DurationFormat", 7), ("WeekStartDay", 1), ("NewTasksAreManual", True),
    ])  # fmt: skip
    shifts = [
        element("WorkingTime", [("FromTime", begin.isoformat()), ("ToTime", end.isoformat())]) for begin, end in SHIFTS
    ]
    weekdays = [
        element("WeekDay", [
            ("DayType", number), ("DayWorking", 1 < number < 7),
            ("", element("WorkingTimes", [("", shift) for shift in shifts]) if 1 < number < 7 else None),
        ])
        for number in range(1, 8)  # Sunday is the first
    ]  # fmt: skip
    holidays = [
        element("Exception", [
            ("EnteredByOccurrences", False),
            ("", element("TimePeriod", [(name, dt.datetime.combine(day, clock)) for name, clock in WHOLE_DAY])),
            ("Occurrences", 1), ("Name", _("Feestdag")), ("Type", 1), ("DayWorking", False),
        ])
        for day in time.holidays()
    ]  # fmt: skip
    calendar = element("Calendar", [
        ("UID", 1), ("Name", _("Nederlandse werkdagen")), ("IsBaseCalendar", True), ("BaseCalendarUID", -1),
        ("", element("WeekDays", [("", day) for day in weekdays])),
        ("", element("Exceptions", [("", day) for day in holidays]) if holidays else None),
    ])  # fmt: skip
    yield element("Calendars", [("", calendar)])


def _resource(owner: Organisation) -> ET.Element:
    """Return an owner; it does as many works at a time as it pleases, what it can bear is for the rules to say."""
    return element("Resource", [
        ("UID", owner.pk), ("ID", owner.pk), ("Name", owner.name), ("Type", 1), ("IsNull", False),
        ("MaxUnits", 1000), ("CanLevel", False), ("CalendarUID", 1),
    ])  # fmt: skip


def _batches(works: QuerySet[Work]) -> Iterator[list[dict[str, Any]]]:
    """Yield works in the order of the outline, each with when all that holds it begins and ends."""
    nowhere = ExpressionWrapper(Q(buurt__name=None), BooleanField())
    within: dict[str, Window] = {}
    for depth in range(len(OUTLINE)):
        held: list[Any] = [*OUTLINE[: depth + 1], nowhere]
        within[f"begins{depth}"] = Window(Min("planned_start"), partition_by=held)
        within[f"ends{depth}"] = Window(Max("planned_finish"), partition_by=held)
    ordered = works.order_by(*OUTLINE, "planned_start", "planned_finish", "pk").annotate(**within)
    rows = ordered.values(*COLUMNS, *OUTLINE, *within).iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _links(works: QuerySet[Work], successors: list[int]) -> Mapping[int, list[Dependency]]:
    """Return what each of these works waits for, as far as that is in the file too; one query."""
    found: dict[int, list[Dependency]] = defaultdict(list)
    links = Dependency.objects.filter(successor__in=successors, predecessor__in=works.values("pk"))
    for link in links.select_related("predecessor").only(
        "type", "minimum_lag_days", "maximum_lag_days", "reason", "successor_id", "predecessor__name"
    ).order_by("pk"):  # fmt: skip
        found[link.successor_id].append(link)
    return found


def _holders(work: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Yield the name of what holds a work and how deep in ``OUTLINE`` it stands, the widest first."""
    wijk, buurt, project = (work[name] for name in OUTLINE)
    place = (wijk or (_("Buiten de wijken") if buurt else None), buurt or _("Buiten de buurten"))
    yield from ((name, depth) for depth, name in enumerate((*place, project)) if name)


def _group(work: Mapping[str, Any]) -> Group:
    """Return the names of what holds a work, the widest first."""
    return tuple(name for name, _depth in _holders(work))


def _spans(work: Mapping[str, Any]) -> list[tuple[dt.date, dt.date]]:
    """Return when all that each of these holds begins and ends."""
    return [(work[f"begins{depth}"], work[f"ends{depth}"]) for _name, depth in _holders(work)]


@dataclass
class _Outline:
    """Where in the outline we are while tasks are written one after another."""

    time: WorkingTime
    next_uid: int
    number: int = 0
    group: Group = ()
    counts: list[int] = field(default_factory=lambda: [0])

    def enter(self, group: Group, spans: Sequence[tuple[dt.date, dt.date]]) -> Iterator[ET.Element]:
        """Yield a task for each group that begins with the next work; ``spans`` are their periods."""
        shared = next((i for i, names in enumerate(zip(self.group, group, strict=False)) if names[0] != names[1]),
                      min(len(self.group), len(group)))  # fmt: skip
        del self.counts[shared + 1 :]
        for depth in range(shared, len(group)):
            number, outline = self.place()
            self.counts.append(0)
            span = self.time.span(*spans[depth])
            yield summary(self.next_uid, number, outline, group[depth], span)
            self.next_uid += 1
        self.group = group

    def place(self) -> tuple[int, str]:
        """Return the next task's number in the file, and in the outline."""
        self.number += 1
        self.counts[-1] += 1
        return self.number, ".".join(map(str, self.counts))
