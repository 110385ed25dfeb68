"""``manage.py export_map``: a map in one html file that opens without a network."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from geo.models import Wijk
from planning.coordination.models import Proposal, Scenario
from planning.coordination.other_dates import Dates, dates_of_proposal, dates_of_report, dates_of_scenario
from planning.coordination.present import plan_seen_by, whole_plan
from planning.coordination.resequencing import better_sequence
from planning.coordination.sequence_report import make_report
from planning.partners.models import Organisation, User
from planning.sequencing.resequencing.options import Options
from planning.sequencing.rules.base import Lang
from planning.web.folium_maps import export_before_after, export_map


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
        parser.add_argument(
            "--before-after", action="store_true",
            help="two maps: the plan of today beside a proposal, a scenario, or else a better sequence",
        )  # fmt: skip
        parser.add_argument("--proposal", type=int, metavar="NUMBER", help="with --before-after")
        parser.add_argument("--scenario", type=int, metavar="NUMBER", help="with --before-after")
        parser.add_argument("--seconds", type=float, default=20.0, help="how long to search for a better sequence")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        viewer = _one(User, "username", options["viewer"], "gebruiker") if options["viewer"] else None
        wijk = _one(Wijk, "slug", options["wijk"], "wijk") if options["wijk"] != "all" else None
        if options["before_after"]:
            title, dates = _other_dates(viewer, wijk, options)
            page = export_before_after(viewer, dates, title=title, wijk=wijk)
        elif options["proposal"] or options["scenario"]:
            raise CommandError("Een voorstel of scenario staat naast de planning: geef ook --before-after.")
        else:
            slug = options["organisation"]
            organisation = _one(Organisation, "slug", slug, "organisatie") if slug else None
            page = export_map(
                viewer, wijk=wijk, organisation=organisation, start=options["start"], finish=options["finish"]
            )
        try:
            options["out"].write_text(page, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['out']} kan niet geschreven worden ({error.strerror}).") from error
        self.stdout.write(f"{options['out']}: {len(page.encode()) // 1024} kB")


def _other_dates(viewer: User | None, wijk: Wijk | None, options: dict[str, Any]) -> tuple[str, Dates]:
    """Return what stands beside the plan: its title and its dates."""
    if options["proposal"] and options["scenario"]:
        raise CommandError("Kies een voorstel of een scenario, niet allebei.")
    if options["proposal"]:
        proposal = _one(Proposal, "pk", options["proposal"], "voorstel")
        return f"Voorstel: {proposal.title}", dates_of_proposal(proposal, viewer)
    if options["scenario"]:
        scenario = _one(Scenario, "pk", options["scenario"], "scenario")
        return f"Scenario: {scenario.name}", dates_of_scenario(scenario, viewer)
    if options["seconds"] <= 0:
        raise CommandError("--seconds moet meer dan 0 zijn.")
    # What its reader may not see does not count for the sequence either.
    present = plan_seen_by(viewer) if viewer is None or not viewer.is_superuser else whole_plan()
    limits = Options(wijken=frozenset({wijk.pk}) if wijk else None, seconds=options["seconds"])
    report = make_report(better_sequence(present, limits), Lang.NL)
    return report.title, dates_of_report(report)


def _one(model: Any, field: str, value: Any, what: str) -> Any:
    found = model.objects.filter(**{field: value}).first()
    if found is None:
        known = ", ".join(map(str, model.objects.order_by(field).values_list(field, flat=True)[:20]))
        raise CommandError(f"Er is geen {what} “{value}”; wel: {known or 'nog geen'}.")
    return found
