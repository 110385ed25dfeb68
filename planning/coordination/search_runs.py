"""One run of a search by a worker: it takes the search up, lets others follow it, and writes what came of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

import pghistory
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from planning.coordination import events
from planning.coordination.check_rows import figures_row
from planning.coordination.models import Happening, ScenarioDate, SequenceSearch
from planning.coordination.plan_figures import compared
from planning.coordination.present import Present, plan_seen_by
from planning.coordination.proposals.reading import eyes_of
from planning.coordination.resequencing import BetterSequence, better_sequence
from planning.coordination.scenarios import Dates, lay_over, moved_works
from planning.coordination.searches import Asked, State, end, note
from planning.coordination.sequence_report import make_report
from planning.sequencing.plan import Plan, to_date
from planning.sequencing.resequencing.resequence import Progress
from planning.sequencing.resequencing.sentences import change_sentences
from planning.sequencing.rules.base import Lang

logger = logging.getLogger(__name__)

SHOW_EVERY_S: Final = 0.5
"""What is found is shown at most so often; the first answer at once."""

LEAST_S: Final = 2.0
"""A search that is taken up again has at least so many seconds left."""


class Halt(Enum):
    """Why a search ends before its time."""

    ASKED = auto()
    SHUTDOWN = auto()


class PutBack(Exception):  # noqa: N818 - what it is, not that it is an error
    """The worker ends; the search is to be taken up again later."""


@dataclass(frozen=True)
class Task:
    """What a run works on."""

    search: SequenceSearch
    present: Present
    base: Plan
    """The present plan with the scenario's pinned dates."""
    begin: Plan
    """Where to begin: what the scenario or an earlier attempt holds."""
    asked: Asked
    fixed: frozenset[int]
    seconds: float


def run_search(search_id: int, halted: Callable[[], Halt | None] = lambda: None) -> None:
    """Do a search to its end.

    Parameters
    ----------
    search_id
        Which.
    halted
        Asked often: why to end now, if at all.

    Raises
    ------
    PutBack
        Where the worker ends before the search does.
    """
    search = _take_up(search_id)
    if search is None:
        return
    try:
        task = _prepared(search)
        with _Shown(task) as shown:
            better = better_sequence(
                _with_base(task),
                task.asked.options(task.fixed, task.seconds),
                shown.report,
                lambda: halted() is not None,
                task.begin,
            )
        if halted() is Halt.SHUTDOWN:
            _put_back(search)
            raise PutBack
        _finish(task, better, halted() is Halt.ASKED)
    except PutBack:
        raise
    except Exception as error:
        logger.exception("Search %s failed", search_id)
        _fail(search, error)


def _take_up(search_id: int) -> SequenceSearch | None:
    """Return the search, now running under a new attempt; None where it has ended or is gone."""
    with transaction.atomic():
        search = (
            SequenceSearch.objects.select_for_update(of=("self",))
            .select_related("scenario", "asked_by")
            .filter(pk=search_id)
            .first()
        )
        if search is None or search.has_ended:
            return None
        search.state, search.attempt = State.RUNNING, search.attempt + 1
        search.started_at = search.started_at or timezone.now()
        search.heard_at = timezone.now()
        note(search, _("Het zoeken begint.") if search.attempt == 1 else _("Het zoeken gaat verder."))
        search.save()
    return search


def _prepared(search: SequenceSearch) -> Task:
    # Colleagues read what comes of it, and whoever asked may see more than they do.
    present = plan_seen_by(eyes_of(search.scenario.owner_id))
    asked = Asked(**search.options)
    rows = list(search.scenario.dates.all())
    pinned = {row.work_id: (row.start, row.finish) for row in rows if row.pinned}
    found = {int(pk): (to_date(start), to_date(finish)) for pk, (start, finish) in search.dates.items()}
    base = lay_over(search.scenario, present, pinned).plan
    begin = lay_over(search.scenario, present, {**{r.work_id: (r.start, r.finish) for r in rows}, **found}).plan
    # What a first attempt used of its time is not given again.
    left = asked.seconds - float(search.progress.get("seconds", 0.0))
    return Task(search, present, base, begin, asked, frozenset(pinned), min(asked.seconds, max(LEAST_S, left)))


def _with_base(task: Task) -> Present:
    present = task.present
    return Present(task.base, present.rules, present.owners, present.wijken)


class _Shown:
    """Writes what a search has found so far, beside the search, on a connection of its own.

    The solver tells of it from threads of its own, which must not wait and not touch the database.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.news = threading.Condition()
        self.latest: Progress | None = None
        self.over = False
        self.spent = float(task.search.progress.get("seconds", 0.0))
        self.writer = threading.Thread(target=self._write, name=f"search {task.search.pk}", daemon=True)

    def __enter__(self) -> _Shown:
        self.writer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        with self.news:
            self.over = True
            self.news.notify()
        self.writer.join()

    def report(self, progress: Progress) -> None:
        """Take in what was found; what came before it and was not written yet need not be."""
        with self.news:
            self.latest = progress
            self.news.notify()

    def _write(self) -> None:
        try:
            while not self.over:
                with self.news:
                    # Also without news the search is heard: what is not, is taken for lost.
                    if self.latest is None and not self.over:
                        self.news.wait(SHOW_EVERY_S)
                    progress, self.latest = self.latest, None
                self._save(progress)
                with self.news:
                    if not self.over:
                        self.news.wait_for(lambda: self.over, SHOW_EVERY_S)
        except Exception:
            # Who follows the search sees less; the search itself goes on.
            logger.exception("Search %s cannot show how far it is", self.task.search.pk)
        finally:
            connection.close()

    def _save(self, progress: Progress | None) -> None:
        now = timezone.now()
        values: dict[str, Any] = {"heard_at": now}
        if progress is not None:
            present = self.task.present
            before, after = compared(present, present.plan, progress.plan, wijken=self.task.asked.wijken)
            values |= {
                "dates": dates_row(moved_works(progress.plan, present)),
                "figures": {"before": figures_row(before), "after": figures_row(after)},
                "progress": {
                    "seconds": round(self.spent + progress.seconds, 1),
                    "done": progress.done,
                    "groups": progress.groups,
                },
            }
        mine = SequenceSearch.objects.filter(pk=self.task.search.pk, attempt=self.task.search.attempt)
        mine.filter(state=State.RUNNING).update(**values)


def dates_row(dates: Dates) -> dict[str, list[int]]:
    """Return dates as plain values: day numbers by identity."""
    epoch = to_date(0)
    return {str(pk): [(start - epoch).days, (finish - epoch).days] for pk, (start, finish) in dates.items()}


def _put_back(search: SequenceSearch) -> None:
    with transaction.atomic():
        held = _mine(search)
        if held is not None:
            note(held, _("De dienst stopt; het zoeken gaat verder zodra hij weer draait."))
            held.state = State.WAITING
            held.save()


def _fail(search: SequenceSearch, error: Exception) -> None:
    with transaction.atomic():
        held = _mine(search)
        if held is not None:
            held.reason = _("Het zoeken liep vast (%(what)s). De beheerder vindt meer in het logboek.") % {
                "what": type(error).__name__
            }
            note(held, held.reason)
            end(held, State.FAILED)
            _tell(held)


def _finish(task: Task, better: BetterSequence, stopped: bool) -> None:
    """Write what was found into the scenario, unless another worker took the search over."""
    present, search = task.present, task.search
    plan, rules = better.answer.plan, better.rules
    before, after = compared(present, present.plan, plan, wijken=task.asked.wijken)
    works = plan.works
    rows = []
    for change in better.changes:
        said = {
            lang: " ".join(change_sentences(change, task.base, plan, rules, lang)[1:]) for lang in (Lang.NL, Lang.EN)
        }
        at = change.work
        rows.append(
            ScenarioDate(
                scenario=search.scenario, work_id=int(works.id[at]), start=to_date(int(works.start[at])),
                finish=to_date(int(works.finish[at])), why_nl=said[Lang.NL], why_en=said[Lang.EN],
            )
        )  # fmt: skip
    with transaction.atomic(), pghistory.context(search=search.pk, user=search.asked_by_id):
        held = _mine(search)
        if held is None:
            return
        held.scenario.dates.filter(pinned=False).delete()
        ScenarioDate.objects.bulk_create(rows)
        held.scenario.save(update_fields=["changed_at"])
        held.dates = dates_row(moved_works(plan, present))
        held.figures = {"before": figures_row(before), "after": figures_row(after), **_said(better)}
        held.progress = {**held.progress, "done": held.progress.get("groups", 0), "proven": better.answer.proven}
        note(held, _("Gestopt met het beste tot nu toe.") if stopped else _("Klaar."))
        end(held, State.STOPPED if stopped else State.DONE)
        _tell(held)


def _said(better: BetterSequence) -> dict[str, list[str]]:
    """Return what there is to say of the whole, in both languages."""
    said: dict[str, list[str]] = {}
    for lang in Lang:
        with override(lang.value):
            report = make_report(better, lang)
        said[f"headline_{lang.value}"] = list(report.headline)
        said[f"remaining_{lang.value}"] = list(report.remaining)
    return said


def _tell(search: SequenceSearch) -> None:
    name = search.scenario.name
    nl, en = {
        State.DONE: (f"De zoektocht van “{name}” is klaar.", f"The search of “{name}” is done."),
        State.STOPPED: (f"De zoektocht van “{name}” is gestopt.", f"The search of “{name}” was stopped."),
        State.FAILED: (f"De zoektocht van “{name}” is mislukt.", f"The search of “{name}” failed."),
    }[State(search.state)]
    events.record(
        Happening.Kind.SEARCH_ENDED,
        (nl, en),
        touches=[search.scenario.owner_id],
        search=search,
        facts={"state": search.state, "asked_by": search.asked_by_id},
    )


def _mine(search: SequenceSearch) -> SequenceSearch | None:
    """Return the search locked, as it is kept; None where another worker took it over or it has ended."""
    return (
        SequenceSearch.objects.select_for_update(of=("self",))
        .select_related("scenario")
        .filter(pk=search.pk, attempt=search.attempt, state=State.RUNNING)
        .first()
    )
