"""``manage.py import_initiatives FILE``: residents' ideas from a list kept elsewhere."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from geo.intake.gate import UnreadableFileError
from geo.intake.headers import read_mapping
from geo.intake.problems import ImportRefusedError
from planning.coordination.findings import sync_findings
from planning.initiatives.importing import import_initiatives
from planning.management import importing

ONLY_LIST: Final = "lijst"
"""What a list is called where nobody said so: not after its file, whose name may be another the next time."""


class Command(BaseCommand):
    """Load initiatives."""

    help = "Loads initiatives from csv, xlsx, GeoPackage, GeoJSON or zipped shapefile; nothing is removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, what it is called and how to treat it."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--source", default=ONLY_LIST, metavar="NAME", help="what the list is called, where you have several"
        )
        importing.add_arguments(parser)

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
        importing.say(report, options["language"], "blijft staan", self.stdout.write)
        if report.kept and (report.created or report.updated):
            sync_findings()
        if report.refused:
            raise SystemExit(1)
