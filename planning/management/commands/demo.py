"""``manage.py demo``: the demonstration of Assen, through the same importers that users use."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import transaction

from geo.machine.console import step
from geo.models import Buurt
from planning.coordination.findings import sync_findings
from planning.demo import accounts, load
from planning.demo.agreement import make_agreement
from planning.partners.models import User
from planning.works.models import Work


class Command(BaseCommand):
    """Load the demonstration."""

    help = "Loads the demonstration of Assen; a second time changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare when to load, and the accounts."""
        parser.add_argument("--if-empty", action="store_true", help="only where there are no areas and works yet")
        parser.add_argument("--passwords", action="store_true", help="give the demonstration accounts new passwords")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all or nothing, and say what there is."""
        if options["passwords"]:
            self._accounts()
            return
        if options["if_empty"] and (Buurt.objects.exists() or Work.objects.exists()):
            return
        with transaction.atomic(), step("loading the demonstration of Assen"):
            self._load()
        if User.objects.exists():
            self.stdout.write("De accounts bestaan al; nieuwe wachtwoorden: python3 manage.py demo --passwords")
        else:
            self._accounts()
            with transaction.atomic(), step("what the partners talk over"):
                self.stdout.write(f"Voorstellen: {make_agreement()}.")

    def _load(self) -> None:
        areas = load.load_areas()
        total = areas.buurten_created + areas.buurten_updated + areas.buurten_unchanged
        self.stdout.write(f"Gebieden: {total} buurten ({areas.buurten_created} nieuw).")
        organisations = load.load_organisations()
        for report in load.load_works(organisations):
            if report.problems:
                raise CommandError(f"{report.file_name}: {report.problems[0].text()}")
            self.stdout.write(
                f"{report.file_name}: {report.created} nieuw, {report.updated} gewijzigd, {report.unchanged} gelijk."
            )
        self.stdout.write(f"Afhankelijkheden: {load.load_dependencies()}.")
        self.stdout.write(f"Adressen: {load.load_addresses()}.")
        roads = load.load_streets()
        self.stdout.write(f"Wegdelen: {roads.created + roads.updated + roads.unchanged} ({roads.created} nieuw).")
        self.stdout.write(f"Initiatieven: {load.load_initiatives(organisations)}.")
        self.stdout.write(f"Buurtcentra: {load.load_centres()}.")
        self.stdout.write(f"Bewonersavonden: {load.load_meetings(organisations)}.")
        self.stdout.write(f"Bevindingen: {sync_findings().found}.")

    def _accounts(self) -> None:
        self.stdout.write("\nOm in te loggen (deze wachtwoorden staan alleen hier):")
        for name, password, role in accounts.set_passwords():
            self.stdout.write(f"  {name:<19} {password:<14} {role}")
