"""Searches for a better sequence in the background: asked, taken up, followed, stopped, and lost."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from planning.coordination.models import SequenceSearch

State = SequenceSearch.State


def lost(job_id: int | None, *, again: bool) -> None:
    """Note that the worker of a search is no longer heard; ``again`` where another takes it up."""
    for search in _running().filter(job_id=job_id):
        if again:
            note(search, "De rekenaar viel weg; het zoeken begint opnieuw.")
            search.state = State.WAITING
        else:
            search.reason = "De rekenaar viel telkens weg. Vraag de beheerder ernaar, of zoek in een kleiner gebied."
            note(search, search.reason)
            search.state, search.finished_at = State.FAILED, timezone.now()
        search.save(update_fields=["state", "reason", "finished_at", "log"])


def note(search: SequenceSearch, text: str) -> None:
    """Write a line in the log of a search, with the moment; the caller saves."""
    search.log = [*search.log, {"at": timezone.now().isoformat(timespec="seconds"), "text": text}]


def _running() -> QuerySet[SequenceSearch]:
    return SequenceSearch.objects.filter(state__in=[State.WAITING, State.RUNNING])
