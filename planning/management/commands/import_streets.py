"""``manage.py import_streets FILE``: road parts of NWB or BGT."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from geo.intake.gate import UnreadableFileError
from geo.intake.problems import ImportRefusedError
from geo.registers.roads import import_streets
from planning.management import registers


class Command(BaseCommand):
    """Load road parts."""

    help = "Loads road parts: wegvakken of NWB, or wegdeel of BGT (GeoPackage, GeoJSON, FlatGeobuf, zipped shapefile)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and what to take from it."""
        registers.add_arguments(parser, "parts")
        parser.add_argument("--source", metavar="NAME", help="what the file is called; else NWB or BGT by its columns")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        try:
            report = import_streets(
                options["file"],
                municipality=options["municipality"],
                source=options["source"],
                dry_run=options["dry_run"],
                remove_vanished=options["remove_vanished"],
            )
        except (UnreadableFileError, ImportRefusedError) as error:
            raise CommandError(str(error)) from error
        registers.say_refused(report, options["language"], self.stdout.write)
        said = "verwijderd" if report.removed else "niet meer in het bestand, blijven staan"
        for count, what in (
            (report.ended, "vervallen, overgeslagen"),
            (report.elsewhere, "in een andere gemeente, overgeslagen"),
            (report.named, "vlakken genoemd naar de straat die erover loopt"),
            (report.vanished, said),
        ):
            if count:
                self.stdout.write(f"{count} {what}.")
        self.stdout.write(
            f"Wegdelen ({report.source}): {report.created} nieuw, {report.updated} gewijzigd,"
            f" {report.unchanged} gelijk, {report.refused} geweigerd."
        )
        if options["dry_run"]:
            self.stdout.write("Proef: er is niets bewaard.")
