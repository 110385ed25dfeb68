"""``manage.py import_works FILE --organisation SLUG``: a partner's own file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from geo.intake.gate import UnreadableFileError
from geo.intake.headers import read_mapping
from geo.intake.problems import ImportRefusedError
from planning.coordination.imports import settle_import
from planning.coordination.plan_changes import PlanChange
from planning.coordination.present import whole_plan
from planning.management import importing
from planning.partners.models import Organisation
from planning.works.importing import Vanished, import_works


class Command(BaseCommand):
    """Load works of one organisation."""

    help = "Loads works from a partner's file: xlsx, csv, GeoPackage, GeoJSON or zipped shapefile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, its owner and how to treat it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, metavar="SLUG", help="owner of all works in the file")
        parser.add_argument("--source", metavar="NAME", help="name of this feed, where an owner has several")
        parser.add_argument(
            "--set", action="append", default=[], metavar="FIELD=VALUE", help="holds for all rows, such as kind=riool"
        )
        gone = parser.add_mutually_exclusive_group()
        gone.add_argument("--delete-vanished", action="store_true", help="delete works that left the file")
        gone.add_argument("--cancel-vanished", action="store_true", help="cancel works that left the file")
        importing.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, report, and bring the findings up to date."""
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"Er is geen organisatie “{options['organisation']}”; wel: {known or 'nog geen'}.")
        change = PlanChange(whole_plan())
        try:
            report = import_works(
                options["file"],
                organisation,
                dry_run=options["dry_run"],
                mapping=read_mapping(options["mapping"]) if options["mapping"] else None,
                accept_valid=options["accept_valid"],
                source=options["source"],
                constants=_constants(options["set"]),
                gone=Vanished.DELETE
                if options["delete_vanished"]
                else Vanished.CANCEL
                if options["cancel_vanished"]
                else Vanished.KEEP,
            )
        except (ImportRefusedError, UnreadableFileError) as error:
            raise CommandError(str(error)) from error
        gone = "verwijderd" if report.deleted else "vervallen" if report.cancelled else "blijft staan"
        importing.say(report, options["language"], gone, self.stdout.write)
        if report.kept:
            settle_import(change, organisation, None, options["file"].name)
        if report.refused:
            raise SystemExit(1)


def _constants(stated: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in stated]
    bad = [text for text, (_, sign, _) in zip(stated, pairs, strict=True) if not sign]
    if bad:
        raise CommandError(f"“{bad[0]}” is geen VELD=WAARDE.")
    return {name.strip(): value.strip() for name, _, value in pairs}
