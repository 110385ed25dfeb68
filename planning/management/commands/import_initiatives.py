"""``manage.py import_initiatives FILE --source NAME``: residents' ideas from a list kept elsewhere."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from geo.intake.gate import UnreadableFileError
from geo.intake.headers import read_mapping
from geo.intake.problems import ImportRefusedError
from planning.coordination.findings import sync_findings
from planning.initiatives.importing import InitiativeReport, import_initiatives

MOST_LINES = 200


class Command(BaseCommand):
    """Load initiatives."""

    help = "Loads initiatives from csv, xlsx, GeoPackage, GeoJSON or zipped shapefile; nothing is removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, what it is called and how to treat it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, metavar="NAME", help="what the list is called")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and keep nothing")
        parser.add_argument("--mapping", type=Path, metavar="FILE", help='JSON: {"column in the file": "field"}')
        parser.add_argument("--accept-valid", action="store_true", help="keep the good rows where some are bad")
        parser.add_argument("--language", choices=["nl", "en"], default="nl")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, report, and bring the findings up to date."""
        try:
            report = import_initiatives(
                options["file"],
                options["source"],
                mapping=read_mapping(options["mapping"]) if options["mapping"] else None,
                accept_valid=options["accept_valid"],
                dry_run=options["dry_run"],
            )
        except (ImportRefusedError, UnreadableFileError) as error:
            raise CommandError(str(error)) from error
        self._say(report, options["language"])
        if report.kept and (report.created or report.updated):
            sync_findings()
        if report.refused:
            raise SystemExit(1)

    def _say(self, report: InitiativeReport, language: str) -> None:
        for notice in report.notices:
            self.stdout.write(notice)
        for repair in report.repairs[:MOST_LINES]:
            self.stdout.write(f"hersteld · {repair.text(language)}")
        for problem in report.problems[:MOST_LINES]:
            self.stdout.write(f"geweigerd · {problem.text(language)}")
        if len(report.problems) > MOST_LINES:
            self.stdout.write(f"… en nog {len(report.problems) - MOST_LINES} problemen.")
        for title in report.vanished[:MOST_LINES]:
            self.stdout.write(f"niet meer in het bestand, blijft staan · {title}")
        self.stdout.write(
            f"{report.file_name}: {report.created} nieuw, {report.updated} gewijzigd, {report.unchanged} gelijk,"
            f" {report.refused} geweigerd."
        )
        if not report.kept:
            self.stdout.write(
                "Er is niets bewaard: verbeter de rijen hierboven, of gebruik --accept-valid voor de goede rijen."
                if report.refused
                else "Proef: er is niets bewaard."
            )
