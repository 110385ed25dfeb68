"""Elements of MS Project's XML, in the order its schema asks for: tasks, their links, and who does them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree import ElementTree as ET

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.text import printable
from planning.works.exporting.working_time import MINUTES_PER_DAY, Span, WorkingTime, bounded
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Dependency, Work
from planning.works.periods import day_text, period_text

Value = str | int | bool | dt.datetime | ET.Element | None
Pairs = Iterable[tuple[str, Value]]

LONGEST_NAME: Final = 512
LINK_TYPES: Final = {
    Dependency.Type.FINISH_FINISH: 0, Dependency.Type.FINISH_START: 1, Dependency.Type.START_FINISH: 2,
    Dependency.Type.START_START: 3,
}  # fmt: skip
DAYS: Final = 7
ELAPSED_DAYS: Final = 8
GUESSED_DAYS: Final = 39
"""How a length is written: in working days, in days round the clock, and in working days with a question mark."""

FIXED_DURATION: Final = 1
START_NO_EARLIER_THAN: Final = 4
TENTHS_PER_DAY: Final = MINUTES_PER_DAY * 10


def element(name: str, pairs: Pairs) -> ET.Element:
    """Return an element with one child per pair, in their order; a pair without a value is left out."""
    made = ET.Element(name)
    for child, value in pairs:
        if isinstance(value, ET.Element):
            made.append(value)
        elif value is not None:
            ET.SubElement(made, child).text = _text(value)
    return made


def _text(value: str | int | bool | dt.datetime) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return printable(value) if isinstance(value, str) else str(value)


def duration(minutes: int) -> str:
    """Return a length as MS Project writes it: hours, minutes and seconds, never days."""
    return f"PT{minutes // 60}H{minutes % 60}M0S"


def summary(uid: int, number: int, outline: str, name: str, span: Span) -> ET.Element:
    """Return the task that holds the works of one place or project."""
    return element("Task", [
        ("UID", uid), ("ID", number), ("Name", name[:LONGEST_NAME]), ("Active", True), ("Manual", False),
        ("Type", FIXED_DURATION), ("IsNull", False), ("WBS", outline), ("OutlineNumber", outline),
        ("OutlineLevel", outline.count(".") + 1), ("Priority", 500), ("Start", span.start), ("Finish", span.finish),
        ("Duration", duration(span.minutes)), ("DurationFormat", ELAPSED_DAYS if span.elapsed else DAYS),
        ("Milestone", False), ("Summary", True),
    ])  # fmt: skip


def task(
    work: Mapping[str, Any], number: int, outline: str, time: WorkingTime, links: Iterable[Dependency],
    site: str, today: dt.date,
) -> tuple[ET.Element, ET.Element]:  # fmt: skip
    """Return a work as a task, and the assignment of its owner to it.

    Its dates are entered by hand (``Manual``), so that a program that opens the file shows them as they were agreed,
    and marks a link that they break where it would else move the work.
    """
    status = WorkStatus(work["status"])
    begun, done = status in (WorkStatus.UNDER_WAY, WorkStatus.DONE), status is WorkStatus.DONE
    start = (begun and work["actual_start"]) or work["planned_start"]
    finish = (done and work["actual_finish"]) or work["planned_finish"]
    span = time.span(start, finish)
    percent = _percent(status, start, finish, time, today)
    past = span.minutes * percent // 100
    length, coming = duration(span.minutes), duration(span.minutes - past)
    guessed = work["date_precision"] != Work.Precision.DAY
    # Round the clock nobody's hours are counted.
    hours = {"Work": 0, "ActualWork": 0, "RemainingWork": 0} if span.elapsed else {
        "Work": span.minutes, "ActualWork": past, "RemainingWork": span.minutes - past,
    }  # fmt: skip
    effort = {name: duration(minutes) for name, minutes in hours.items()}
    links = list(links)
    latest = work["latest_finish"]
    made = element("Task", [
        ("UID", work["pk"]), ("ID", number), ("Name", work["name"][:LONGEST_NAME]), ("Active", True), ("Manual", True),
        ("Type", FIXED_DURATION), ("IsNull", False), ("WBS", outline), ("OutlineNumber", outline),
        ("OutlineLevel", outline.count(".") + 1), ("Priority", 500), ("Start", span.start), ("Finish", span.finish),
        ("Duration", length), ("ManualStart", span.start), ("ManualFinish", span.finish), ("ManualDuration", length),
        ("DurationFormat", ELAPSED_DAYS if span.elapsed else GUESSED_DAYS if guessed else DAYS),
        ("Work", effort["Work"]), ("EffortDriven", False), ("Estimated", guessed and not span.elapsed),
        ("Milestone", False), ("Summary", False), ("PercentComplete", percent), ("PercentWorkComplete", percent),
        ("ActualStart", span.start if begun else None), ("ActualFinish", span.finish if done else None),
        ("ActualDuration", duration(past)), ("ActualWork", effort["ActualWork"]), ("RemainingDuration", coming),
        ("RemainingWork", effort["RemainingWork"]), ("ConstraintType", START_NO_EARLIER_THAN), ("CalendarUID", 1),
        ("ConstraintDate", span.start), ("Deadline", time.span(start, latest).finish if latest else None),
        ("HyperlinkAddress", f"{site.removesuffix('/')}{reverse('kaart')}?plek=work:{work['pk']}" if site else None),
        ("Notes", _notes(work, links)),
        *(("PredecessorLink", _link(link)) for link in links),
    ])  # fmt: skip
    assignment = element("Assignment", [
        ("UID", work["pk"]), ("TaskUID", work["pk"]), ("ResourceUID", work["owner_id"]),
        ("PercentWorkComplete", percent), ("ActualWork", effort["ActualWork"]), ("Finish", span.finish),
        ("RemainingWork", effort["RemainingWork"]), ("Start", span.start), ("Units", 1), ("Work", effort["Work"]),
    ])  # fmt: skip
    return made, assignment


def _percent(status: WorkStatus, start: dt.date, finish: dt.date, time: WorkingTime, today: dt.date) -> int:
    """Return how far a work is; of one under way only its dates are known, so the days that have gone by."""
    if status is WorkStatus.DONE:
        return 100
    if status is not WorkStatus.UNDER_WAY:
        return 0
    whole = time.days(start, finish)
    return min(99, max(1, 100 * time.days(start, min(today, finish)) // whole)) if whole else 1


def _link(link: Dependency) -> ET.Element:
    """Return a link; its lag is in working days."""
    return element("PredecessorLink", [
        ("PredecessorUID", link.predecessor_id), ("Type", LINK_TYPES[Dependency.Type(link.type)]),
        ("CrossProject", False), ("LinkLag", link.minimum_lag_days * TENTHS_PER_DAY), ("LagFormat", DAYS),
    ])  # fmt: skip


def _notes(work: Mapping[str, Any], links: Iterable[Dependency]) -> str:
    """Return what a project file has no field for."""
    start, finish, homes = work["planned_start"], work["planned_finish"], work["dwellings"]
    lines = [
        f"{str(WorkKind(work['kind']).label).capitalize()} · {WorkStatus(work['status']).label}",
        period_text(start, finish, work["date_precision"]),
        ngettext("%(n)s woning", "%(n)s woningen", homes) % {"n": homes} if homes else "",
        work["description"],
    ]
    if (bounded(start), bounded(finish)) != (start, finish):
        dates = {"start": day_text(start), "finish": day_text(finish)}
        lines.append(_("De echte data passen niet in dit bestand: van %(start)s tot %(finish)s.") % dates)
    for link in links:
        if link.maximum_lag_days is not None:
            said = ngettext(
                "Na %(name)s hoogstens %(days)s werkdag (%(type)s).",
                "Na %(name)s hoogstens %(days)s werkdagen (%(type)s).",
                link.maximum_lag_days,
            )
            lines.append(said % {"name": link.predecessor.name, "days": link.maximum_lag_days, "type": link.type})
        if link.reason:
            lines.append(f"{link.predecessor.name}: {link.reason}")
    return "\n".join(line for line in lines if line)
