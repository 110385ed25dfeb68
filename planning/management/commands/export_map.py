"""``manage.py export_map``: a map in one html file that opens without a network."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from geo.models import Wijk
from planning.partners.models import Organisation, User
from planning.web.folium_maps import export_map


class Command(BaseCommand):
    """Write a stand-alone map."""

    help = "Writes a map with layers, legend, time slider and popups that opens without a network."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what to show and where to write it."""
        parser.add_argument("--wijk", metavar="SLUG", default="all", help="a wijk, or all")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")
        parser.add_argument("--from", dest="start", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="finish", type=dt.date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--organisation", metavar="SLUG", help="only works of this organisation")
        parser.add_argument("--viewer", metavar="USERNAME", help="show what this person may see; else the public")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        viewer = _one(User, "username", options["viewer"], "gebruiker") if options["viewer"] else None
        wijk = _one(Wijk, "slug", options["wijk"], "wijk") if options["wijk"] != "all" else None
        organisation = (
            _one(Organisation, "slug", options["organisation"], "organisatie") if options["organisation"] else None
        )
        page = export_map(
            viewer, wijk=wijk, organisation=organisation, start=options["start"], finish=options["finish"]
        )
        try:
            options["out"].write_text(page, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['out']} kan niet geschreven worden ({error.strerror}).") from error
        self.stdout.write(f"{options['out']}: {len(page.encode()) // 1024} kB")


def _one(model: Any, field: str, value: str, what: str) -> Any:
    found = model.objects.filter(**{field: value}).first()
    if found is None:
        known = ", ".join(model.objects.order_by(field).values_list(field, flat=True)[:20])
        raise CommandError(f"Er is geen {what} “{value}”; wel: {known or 'nog geen'}.")
    return found
