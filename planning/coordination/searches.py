"""Searches for a better sequence in the background: asked, taken up, followed, stopped, and lost.

A search belongs to a scenario, and what it finds ends up there. While it runs, what it found so far stands on the
search itself, so that a page can show it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateWorker

from planning.coordination.models import Scenario, ScenarioDate, SequenceSearch
from planning.coordination.scenarios import may_edit
from planning.partners.background import ask_for
from planning.partners.models import User
from planning.partners.viewers import Program, Scope
from planning.sequencing.plan import to_date
from planning.sequencing.resequencing.options import Goal, Options
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

State = SequenceSearch.State

SECONDS_AT_MOST: Final = 600
TASK: Final = "planning.coordination.tasks.search_sequence"


class SearchRunsAlready(Exception):  # noqa: N818 - what it is, not that it is an error
    """A scenario is searched once at a time."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks of a search.

    Parameters
    ----------
    wijken, owners, works
        Identities: only works in these wijken, of these owners, or these works may move; None: all.
    seconds
        How long to search at most.
    earlier_weeks, later_weeks, lead_weeks
        As in ``Options``.
    stay
        Works (identities) that stay where they are.
    repair
        Whether to look for the least change after which nothing is broken, and for nothing else.
    """

    wijken: Collection[int] | None = None
    owners: Collection[int] | None = None
    works: Collection[int] | None = None
    seconds: float = 30.0
    earlier_weeks: int = Options.earlier_weeks
    later_weeks: int = Options.later_weeks
    lead_weeks: int = Options.lead_weeks
    stay: Collection[int] = ()
    repair: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, to keep."""
        sets = {name: getattr(self, name) for name in ("wijken", "owners", "works")}
        rest = ("seconds", "earlier_weeks", "later_weeks", "lead_weeks", "repair")
        return {
            **{name: None if chosen is None else sorted(chosen) for name, chosen in sets.items()},
            **{name: getattr(self, name) for name in rest},
            "stay": sorted(self.stay),
        }

    def options(self, fixed: Collection[int] = (), seconds: float | None = None) -> Options:
        """Return it for the engine; ``fixed`` are works (identities) that stay."""
        return Options(
            wijken=None if self.wijken is None else frozenset(self.wijken),
            owners=None if self.owners is None else frozenset(self.owners),
            works=None if self.works is None else frozenset(self.works),
            fixed=frozenset(fixed) | frozenset(self.stay),
            goals=(Goal.BROKEN, Goal.CHANGE) if self.repair else tuple(Goal),
            seconds=self.seconds if seconds is None else seconds,
            earlier_weeks=self.earlier_weeks,
            later_weeks=self.later_weeks,
            lead_weeks=self.lead_weeks,
        )


def start_search(scenario: Scenario, asked: Asked, actor: Viewer) -> SequenceSearch:
    """Ask for a search that fills a scenario; a worker takes it up.

    Raises
    ------
    PermissionDenied
        Where the scenario is another organisation's, or a program asks that may not read works.
    SearchRunsAlready
        Where this scenario is being searched.
    ValueError
        Where what is asked makes no sense.
    """
    if not may_edit(actor, scenario.owner_id):
        raise PermissionDenied
    # A search sees what its organisation does: a program too must be one that may look at that.
    if isinstance(actor, Program) and not actor.may(Scope.WORKS_READ):
        raise PermissionDenied
    person = actor if isinstance(actor, User) else None
    if asked.seconds > SECONDS_AT_MOST:
        raise ValueError(f"a search lasts at most {SECONDS_AT_MOST} s")
    asked.options()
    try:
        with transaction.atomic():
            search = SequenceSearch.objects.create(scenario=scenario, asked_by=person, options=asked.plain())
            search.job_id = ask_for(TASK, search_id=search.pk)
            note(search, _("Gevraagd; een rekenaar begint zodra er een vrij is."))
            search.save(update_fields=["job_id", "log"])
    except IntegrityError:
        raise SearchRunsAlready from None
    return search


def stop_search(search: SequenceSearch, actor: Viewer) -> None:
    """Ask a search to stop with the best it has; one that did not begin yet ends at once.

    Raises
    ------
    PermissionDenied
        Where it is another organisation's.
    """
    if not may_edit(actor, search.scenario.owner_id):
        raise PermissionDenied
    if search.job_id is not None:
        app.job_manager.cancel_job_by_id(search.job_id, abort=True)
    with transaction.atomic():
        held = SequenceSearch.objects.select_for_update().get(pk=search.pk)
        if held.state == State.WAITING:
            note(held, _("Gestopt voordat het zoeken begon."))
            end(held, State.STOPPED)


def lost(job_id: int | None, *, again: bool, stopped: bool = False) -> None:
    """Note that the worker of a search is no longer heard.

    ``again`` where another takes it up, ``stopped`` where somebody had asked it to stop. What was found so far is kept.
    """
    for search in running().filter(job_id=job_id):
        if again:
            note(search, _("De rekenaar viel weg; het zoeken gaat zo verder waar het was."))
            search.state = State.WAITING
            search.save(update_fields=["state", "log"])
            continue
        with transaction.atomic():
            _keep_found(search)
            if stopped:
                note(search, _("Gestopt met het beste tot nu toe."))
                end(search, State.STOPPED)
            else:
                search.reason = _(
                    "De rekenaar viel telkens weg. Vraag de beheerder ernaar, of zoek in een kleiner gebied."
                )
                note(search, search.reason)
                end(search, State.FAILED)


def worker_is_heard() -> bool:
    """Return whether there is any worker that could take a search up."""
    since = timezone.now() - dt.timedelta(seconds=settings.WORKER_LOST_AFTER_S)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).exists()


def running() -> QuerySet[SequenceSearch]:
    """Return the searches of which something is still to come."""
    return SequenceSearch.objects.filter(state__in=[State.WAITING, State.RUNNING])


def end(search: SequenceSearch, state: SequenceSearch.State) -> None:
    """End a search and save it."""
    search.state, search.finished_at = state, timezone.now()
    search.save()


def _keep_found(search: SequenceSearch) -> None:
    """Put what a search had found into its scenario, beside what is pinned there."""
    pinned = set(search.scenario.dates.filter(pinned=True).values_list("work_id", flat=True))
    there = set(Work.objects.filter(pk__in=search.dates).values_list("pk", flat=True)) - pinned
    search.scenario.dates.filter(pinned=False).delete()
    ScenarioDate.objects.bulk_create(
        ScenarioDate(scenario=search.scenario, work_id=int(pk), start=to_date(start), finish=to_date(finish))
        for pk, (start, finish) in search.dates.items()
        if int(pk) in there
    )


def note(search: SequenceSearch, text: str) -> None:
    """Write a line in the log of a search, with the moment; the caller saves."""
    search.log = [*search.log, {"at": timezone.now().isoformat(timespec="seconds"), "text": text}]
