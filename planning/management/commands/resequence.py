"""``manage.py resequence``: work out a better sequence and say what it wins; nothing is changed."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import signal
import textwrap
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string
from django.utils import translation

from geo.models import Wijk
from geo.text import formula_safe
from planning.coordination.present import whole_plan
from planning.coordination.resequencing import better_sequence
from planning.coordination.sequence_report import ChangeRow, Report, make_report, number
from planning.management.shared import one_of
from planning.partners.models import Organisation
from planning.sequencing.resequencing.options import Options
from planning.sequencing.resequencing.resequence import Progress
from planning.sequencing.rules.base import Lang
from planning.web.sequence import report_context

WIDTH = 100
SAY_EVERY = 1.0


class Command(BaseCommand):
    """Print a better sequence with figures before and after."""

    help = "Works out a better sequence of the works that can still move and prints what it wins; changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may move, how long to search, and the form of the output."""
        parser.add_argument("--wijk", metavar="SLUG", help="only works in this wijk may move")
        parser.add_argument("--organisation", metavar="SLUG", help="only works of this organisation may move")
        parser.add_argument("--seconds", type=float, default=30.0, help="time limit of the search (30)")
        parser.add_argument("--workers", type=int, default=2, help="threads (2)")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--earlier", type=int, default=Options.earlier_weeks, metavar="WEEKS",
                            help="a work starts at most so many weeks earlier (%(default)s)")  # fmt: skip
        parser.add_argument("--later", type=int, default=Options.later_weeks, metavar="WEEKS",
                            help="a work starts at most so many weeks later (%(default)s)")  # fmt: skip
        parser.add_argument("--lead", type=int, default=Options.lead_weeks, metavar="WEEKS",
                            help="what moves starts at least so many weeks from today (%(default)s)")  # fmt: skip
        parser.add_argument("--format", choices=["table", "json", "csv", "html"], default="table")
        parser.add_argument("--output", type=Path, metavar="FILE", help="write to this file instead of the screen")
        parser.add_argument("--language", choices=["nl", "en"], default="nl")

    def handle(self, *args: Any, **options: Any) -> None:
        """Search, with progress on the error stream, and print the best answer; Ctrl-C stops the search early."""
        translation.activate(options["language"])
        chosen = _options(options)
        begun = time.monotonic()
        stopped = threading.Event()
        before = _on_interrupt(stopped)
        try:
            better = better_sequence(whole_plan(), chosen, self._progress(begun), stopped.is_set)
        finally:
            if before is not None:
                signal.signal(signal.SIGINT, before)
        report = make_report(better, Lang(options["language"]))
        writer = {"table": _table, "json": _json, "csv": _csv, "html": _html}
        text = writer[options["format"]](report)
        if options["output"] is None:
            self.stdout.write(text, ending="" if text.endswith("\n") else "\n")
            return
        try:
            options["output"].write_text(text, "utf-8")
        except OSError as error:
            raise CommandError(f"{options['output']} kan niet worden geschreven: {error.strerror}.") from error
        self.stderr.write(f"Geschreven: {options['output']}")

    def _progress(self, begun: float) -> Any:
        said = [0.0]

        def report(progress: Progress) -> None:
            now = time.monotonic() - begun
            if said[0] and now - said[0] < SAY_EVERY:
                return
            said[0] = now
            self.stderr.write(f"· {now:.0f} s: {progress.done} van {progress.groups} groepen werken bekeken …")

        return report


def _on_interrupt(stopped: threading.Event) -> Any:
    """Let Ctrl-C end the search instead of the program; only the main thread may."""
    if threading.current_thread() is not threading.main_thread():
        return None
    return signal.signal(signal.SIGINT, lambda *_: stopped.set())


def _options(given: dict[str, Any]) -> Options:
    """Return the options of the search.

    Raises
    ------
    CommandError
        Where a wijk or an organisation does not exist, or a number makes no sense.
    """
    wijk = one_of(Wijk.objects.all(), given["wijk"], "wijk")
    owner = one_of(Organisation.objects.all(), given["organisation"], "organisatie")
    try:
        return Options(
            wijken=None if wijk is None else frozenset({wijk.pk}),
            owners=None if owner is None else frozenset({owner.pk}),
            seconds=given["seconds"],
            workers=given["workers"],
            seed=given["seed"],
            earlier_weeks=given["earlier"],
            later_weeks=given["later"],
            lead_weeks=given["lead"],
        )
    except ValueError as error:
        raise CommandError("--seconds moet boven 0 zijn, --workers minstens 1, en weken niet onder 0.") from error


def _table(report: Report) -> str:
    nl = report.lang is Lang.NL
    lines = [report.title, "=" * len(report.title), ""]
    for sentence in report.headline:
        lines += textwrap.wrap(sentence, WIDTH)
    lines += ["", f"{'':<52}{'nu' if nl else 'now':>10}{'straks' if nl else 'then':>10}"]
    for row in report.figures:
        percent = "" if row.percent is None else f"{row.percent:+d}%"
        lines.append(
            f"{row.name:<52}{number(row.before, report.lang):>10}{number(row.after, report.lang):>10}{percent:>8}"
        )
    wijk = None
    for change in report.changes:
        if change.wijk != wijk:
            wijk = change.wijk
            lines += ["", wijk, "-" * len(wijk)]
        for nr, sentence in enumerate(change.sentences):
            lines += textwrap.wrap(sentence, WIDTH, initial_indent="· " if nr == 0 else "  ", subsequent_indent="  ")
    if report.remaining:
        head = "Wat blijft" if nl else "What remains"
        lines += ["", head, "-" * len(head)]
        for sentence in report.remaining:
            lines += textwrap.wrap(sentence, WIDTH, initial_indent="· ", subsequent_indent="  ")
    note = "Er is niets gewijzigd: dit is een voorstel." if nl else "Nothing was changed: this is a proposal."
    return "\n".join([*lines, "", note, ""])


def _json(report: Report) -> str:
    plain = {
        "title": report.title,
        "date": report.today.isoformat(),
        "headline": list(report.headline),
        "figures": {row.key: {"before": row.before, "after": row.after} for row in report.figures},
        "changes": [dataclasses.asdict(change) for change in report.changes],
        "remaining": list(report.remaining),
    }
    return json.dumps(plain, ensure_ascii=False, indent=2, default=str)


def _csv(report: Report) -> str:
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\n")
    names = [field.name for field in dataclasses.fields(ChangeRow) if field.name != "sentences"]
    table.writerow([*names, "explanation"])
    for change in report.changes:
        values = [*(getattr(change, name) for name in names), " ".join(change.sentences)]
        table.writerow([formula_safe(value) for value in values])
    return out.getvalue()


def _html(report: Report) -> str:
    return render_to_string("web/sequence/report.html", report_context(report))
