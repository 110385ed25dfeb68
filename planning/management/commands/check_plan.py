"""``manage.py check_plan``: every clash and chance between partners, worst first."""

from __future__ import annotations

import csv
import datetime as dt
import json
import textwrap
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Prefetch, QuerySet
from django.utils import translation

from geo.crs import WGS_84
from geo.models import Wijk
from geo.text import formula_safe
from planning.coordination.findings import sync_findings
from planning.coordination.models import Finding
from planning.management.shared import one_of
from planning.partners.models import Organisation
from planning.sequencing.rules import rule_types
from planning.sequencing.rules.base import Lang
from planning.works.models import Work

WIDTH = 100
SEVERITIES = {severity.name.lower(): severity.value for severity in Finding.Severity}


class Command(BaseCommand):
    """Print the findings of the plan."""

    help = "Finds every clash and chance between the partners' works and prints them, worst first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the filters and the form of the output."""
        parser.add_argument("--wijk", metavar="SLUG", help="only this wijk")
        parser.add_argument("--organisation", metavar="SLUG", help="only findings that this organisation has part in")
        parser.add_argument("--format", choices=["table", "json", "csv", "geojson"], default="table")
        parser.add_argument("--fail-on", choices=SEVERITIES, help="exit with 1 where a finding is at least so severe")
        parser.add_argument("--past", action="store_true", help="also what is over")
        parser.add_argument("--language", choices=["nl", "en"], default="nl")

    def handle(self, *args: Any, **options: Any) -> None:
        """Detect, keep and print."""
        translation.activate(options["language"])
        findings = _selected(options["wijk"], options["organisation"])
        sync_findings()
        today = dt.date.today()
        if not options["past"]:
            findings = findings.filter(finish__gt=today)
        rows = [_row(finding, Lang(options["language"])) for finding in findings]
        writer = {"table": self._table, "json": self._json, "csv": self._csv, "geojson": self._geojson}
        writer[options["format"]](rows)
        limit = options["fail_on"]
        if limit and any(row["severity"] >= SEVERITIES[limit] for row in rows):
            raise SystemExit(1)

    def _table(self, rows: list[dict[str, Any]]) -> None:
        if not rows:
            self.stdout.write("Geen bevindingen: niets zit elkaar in de weg, en er blijft geen kans liggen.")
            return
        for row in rows:
            mark = "KANS" if row["kind"] == "opportunity" else row["severity_label"].upper()
            self.stdout.write(f"{mark:<9} {row['title']}  ·  {row['wijk'] or '-'}  ·  {row['rule']}")
            for line in textwrap.wrap(row["sentence"], WIDTH - 10):
                self.stdout.write(f"{'':<9} {line}")
        conflicts = sum(row["kind"] == "conflict" for row in rows)
        self.stdout.write(f"\n{conflicts} botsingen, {len(rows) - conflicts} kansen")

    def _json(self, rows: list[dict[str, Any]]) -> None:
        plain = [{k: v for k, v in row.items() if k != "geometry"} for row in rows]
        self.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2))

    def _csv(self, rows: list[dict[str, Any]]) -> None:
        names = ["key", "rule", "title", "kind", "severity", "wijk", "start", "finish", "owners", "works", "sentence"]
        table = csv.writer(self.stdout, delimiter=";", lineterminator="\n")
        table.writerow(names)
        for row in rows:
            flat = {**row, "owners": ", ".join(row["owners"]), "works": ", ".join(w["name"] for w in row["works"])}
            table.writerow([formula_safe(flat[name]) for name in names])

    def _geojson(self, rows: list[dict[str, Any]]) -> None:
        features = [
            {
                "type": "Feature",
                "id": row["key"],
                "geometry": json.loads(row["geometry"].transform(WGS_84, clone=True).geojson),
                "properties": {k: v for k, v in row.items() if k != "geometry"},
            }
            for row in rows
        ]
        self.stdout.write(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))


def _selected(wijk: str | None, organisation: str | None) -> QuerySet[Finding]:
    """Return the findings of a wijk and an organisation.

    Raises
    ------
    CommandError
        Where there is none of that name; says which there are.
    """
    findings = (
        Finding.objects.current()
        .select_related("wijk")
        .prefetch_related(Prefetch("works", Work.objects.select_related("owner").order_by("planned_start", "pk")))
        .worst_first()
    )
    area = one_of(Wijk.objects.all(), wijk, "wijk")
    if area is not None:
        findings = findings.filter(wijk=area)
    owner = one_of(Organisation.objects.all(), organisation, "organisatie")
    if owner is not None:
        findings = findings.filter(works__owner=owner).distinct()
    return findings


def _row(finding: Finding, lang: Lang) -> dict[str, Any]:
    works = finding.works.all()
    return {
        "key": finding.key,
        "rule": finding.rule,
        "title": rule_types()[finding.rule].title[lang],
        "kind": finding.kind,
        "severity": finding.severity,
        "severity_label": finding.get_severity_display(),
        "wijk": finding.wijk.name if finding.wijk else None,
        "start": finding.start.isoformat(),
        "finish": finding.finish.isoformat(),
        "owners": sorted({work.owner.name for work in works}),
        "works": [{"id": work.pk, "name": work.name, "external_id": work.external_id} for work in works],
        "sentence": finding.sentence,
        "geometry": finding.geometry,
    }
