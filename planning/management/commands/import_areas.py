"""``manage.py import_areas FILE``: the CBS wijk- en buurtkaart."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from geo.cbs import import_areas, read_composition
from geo.intake.gate import UnreadableFileError


class Command(BaseCommand):
    """Load wijken and buurten."""

    help = "Loads wijken and buurten from the CBS wijk- en buurtkaart (GeoPackage, GeoJSON or shapefile)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and what to take from it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", metavar="CODE", help="only this municipality, as GM0106")
        parser.add_argument("--wijken", type=Path, metavar="FILE", help="JSON that makes wijken of buurten")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        try:
            report = import_areas(
                options["file"],
                municipality=options["municipality"],
                composition=read_composition(options["wijken"]) if options["wijken"] else None,
                dry_run=options["dry_run"],
            )
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error
        for notice in report.notices:
            self.stdout.write(notice)
        for what in ("wijken", "buurten"):
            created, updated, unchanged = (
                getattr(report, f"{what}_{outcome}") for outcome in ("created", "updated", "unchanged")
            )
            self.stdout.write(f"{what.capitalize()}: {created} nieuw, {updated} gewijzigd, {unchanged} gelijk.")
        if report.water_left_out:
            self.stdout.write(f"{report.water_left_out} watervlakken zijn overgeslagen.")
        if options["dry_run"]:
            self.stdout.write("Proef: er is niets bewaard.")
