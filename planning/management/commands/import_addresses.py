"""``manage.py import_addresses FILE``: the addresses of the BAG."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from geo.intake.gate import UnreadableFileError
from geo.intake.problems import ImportRefusedError
from geo.registers.addresses import import_addresses
from planning.initiatives.support.recounting import recount_open
from planning.management import registers


class Command(BaseCommand):
    """Load addresses."""

    help = "Loads addresses: bag-light.gpkg of PDOK, a BAG 2.0 extract (zip), or csv, GeoPackage, GeoJSON, shapefile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and what to take from it."""
        registers.add_arguments(parser, "addresses")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        try:
            report = import_addresses(
                options["file"],
                municipality=options["municipality"],
                dry_run=options["dry_run"],
                remove_vanished=options["remove_vanished"],
            )
        except (UnreadableFileError, ImportRefusedError) as error:
            raise CommandError(str(error)) from error
        registers.say_refused(report, options["language"], self.stdout.write)
        for count, what in (
            (report.without_postcode, "zonder postcode overgeslagen"),
            (report.not_in_use, "ingetrokken of niet gebouwd, overgeslagen"),
            (report.elsewhere, "in een andere gemeente, overgeslagen"),
        ):
            if count:
                self.stdout.write(f"{count} {what}.")
        if report.vanished:
            names = "; ".join(report.vanished_names)
            said = "verwijderd" if report.removed else "staan niet meer in het bestand en blijven staan"
            self.stdout.write(f"{report.vanished} adressen {said}: {names}{' …' * (report.vanished > 20)}")
        self.stdout.write(
            f"Adressen: {report.created} nieuw, {report.updated} gewijzigd, {report.unchanged} gelijk,"
            f" {report.refused} geweigerd."
        )
        if options["dry_run"]:
            self.stdout.write("Proef: er is niets bewaard.")
            return
        recounted = recount_open()
        for correction in recounted.corrections:
            self.stdout.write(f"Opnieuw geteld: {correction.area.initiative} ({correction.addresses:+d} adressen).")
        for title in recounted.refused:
            self.stdout.write(f"Niet opnieuw geteld, kijk er zelf naar: {title}.")
