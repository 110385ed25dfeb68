"""Loads the files of ``fixtures/``; a second time changes nothing."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.text import slugify

from geo.cbs import AreasReport, import_areas, read_composition
from geo.crs import RD_NEW
from geo.models import Address, Wijk
from geo.registers.roads import RoadReport, import_streets
from planning.coordination.models import Crew
from planning.demo.neighbours import load_budgets, load_road, load_support
from planning.initiatives.importing import import_initiatives
from planning.initiatives.models import (
    Activity,
    Grant,
    Initiative,
    Meeting,
    NeighbourhoodCentre,
    OpeningHours,
    Presence,
)
from planning.partners.models import Organisation
from planning.works.importing import ImportReport, import_works
from planning.works.models import Dependency, Work

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
SOURCE = "illustratief"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def load_areas() -> AreasReport:
    """Load the buurten of CBS and the five wijken of the partners."""
    return import_areas(
        FIXTURES / "cbs_buurten_assen_2019.geojson",
        municipality="GM0106",
        composition=read_composition(FIXTURES / "wijken_assen.json"),
    )


def load_organisations() -> dict[str, Organisation]:
    """Load the partners and how many crews they have; return them by slug."""
    rows = _json("organisations.json")
    partners = {
        row["slug"]: Organisation.objects.update_or_create(
            slug=row["slug"], defaults={k: row[k] for k in ("name", "kind", "description")}
        )[0]
        for row in rows
    }
    for row in rows:
        for kind, number in row.get("crews", {}).items():
            Crew.objects.update_or_create(owner=partners[row["slug"]], kind=kind, defaults={"number": number})
    return partners


def load_works(organisations: dict[str, Organisation]) -> list[ImportReport]:
    """Load the partners' own files; return what each import did."""
    return [import_works(FIXTURES / row["file"], organisations[row["slug"]]) for row in _json("organisations.json")]


def load_dependencies() -> int:
    """Load what the owners state about order; return how many there are."""
    works = _works_by_key()
    rows = _json("dependencies.json")
    for row in rows:
        Dependency.objects.update_or_create(
            predecessor_id=works[row["owner"], row["predecessor"]],
            successor_id=works[row["owner"], row["successor"]],
            type=row["type"],
            defaults={"minimum_lag_days": row["minimum_lag_days"], "reason": row["reason"]},
        )
    return len(rows)


def load_addresses() -> int:
    """Load addresses, each with the buurt it lies in; return how many there are."""
    with (FIXTURES / "addresses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    Address.objects.bulk_create(
        [
            Address(
                postcode=row["postcode"], number=int(row["number"]), street=row["street"], city="Assen",
                point=Point(float(row["x"]), float(row["y"]), srid=RD_NEW), source=SOURCE,
                external_id=f"{row['postcode']}-{row['number']}",
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE geo_address a SET buurt_id = b.id FROM geo_buurt b"
            " WHERE a.buurt_id IS NULL AND ST_Contains(b.geometry, a.point)"
        )
    return len(rows)


def load_streets() -> RoadReport:
    """Load the streets, through the importer of road parts; return what it did."""
    return import_streets(FIXTURES / "straten_illustratief.geojson", source=SOURCE)


def load_initiatives(organisations: dict[str, Organisation]) -> int:
    """Load initiatives with what partners granted them; return how many there are."""
    file = FIXTURES / "initiatives.geojson"
    report = import_initiatives(file, SOURCE)
    if report.problems:
        raise ValueError(f"{report.file_name}: {report.problems[0].text()}")
    kept = {initiative.external_id: initiative for initiative in Initiative.objects.filter(source=SOURCE)}
    features = _json(file.name)["features"]
    for feature in features:
        row = feature["properties"]
        initiative = kept[row["external_id"]]
        grants, steps, news, support = row["grants"], row["steps"], row["updates"], row.get("support")
        for grant in grants:
            Grant.objects.update_or_create(
                initiative=initiative,
                partner=organisations[grant["partner"]],
                kind=grant["kind"],
                defaults={
                    "amount_eur": grant["amount_eur"], "hours": grant.get("hours"),
                    "description": grant["description"],
                    "granted_on": dt.date.fromisoformat(grant["granted_on"]),
                },
            )  # fmt: skip
        load_road(initiative, steps, news)
        if support is not None:
            load_support(initiative, support)
    load_budgets(_json("grant_budgets.json"), organisations)
    return len(features)


def load_centres() -> int:
    """Load the centres and their activities; return how many centres there are."""
    rows = _json("centres.json")
    for row in rows:
        activities, hours, presences = row.pop("activities"), row.pop("hours"), row.pop("presences")
        centre, _ = NeighbourhoodCentre.objects.update_or_create(
            slug=slugify(row["name"]),
            defaults={
                **row, "wijk": Wijk.objects.get(slug=row["wijk"]), "point": Point(row["point"], srid=RD_NEW),
                "source": SOURCE,
            },
        )  # fmt: skip
        for weekday in hours["weekdays"]:
            OpeningHours.objects.update_or_create(
                centre=centre, weekday=weekday, opens=hours["opens"], defaults={"closes": hours["closes"]}
            )
        for presence in presences:
            Presence.objects.update_or_create(
                centre=centre,
                kind=presence["kind"],
                who=presence["who"],
                starts_at=_moment(presence["starts_at"]),
                defaults={"ends_at": _moment(presence["ends_at"]), "recurrence": presence["recurrence"]},
            )
        for activity in activities:
            Activity.objects.update_or_create(
                centre=centre,
                title=activity["title"],
                defaults={
                    "description": activity["description"], "recurrence": activity["recurrence"], "source": SOURCE,
                    "starts_at": _moment(activity["starts_at"]), "ends_at": _moment(activity["ends_at"]),
                },
            )  # fmt: skip
    return len(rows)


def load_meetings(organisations: dict[str, Organisation]) -> int:
    """Load the residents' meetings, tied to their works; return how many there are."""
    works = _works_by_key()
    rows = _json("meetings.json")
    for row in rows:
        starts = _moment(row["starts_at"])
        meeting, _ = Meeting.objects.update_or_create(
            title=row["title"],
            starts_at=starts,
            defaults={
                "description": row["description"], "organiser": organisations[row["organiser"]],
                "ends_at": starts + dt.timedelta(hours=2), "location": row["location"],
                "point": Point(row["point"], srid=RD_NEW), "wijk": Wijk.objects.get(slug=row["wijk"]),
                "report": row["report"], "source": SOURCE,
            },
        )  # fmt: skip
        meeting.works.set([works[owner, key] for owner, key in row["works"]])
    return len(rows)


def _works_by_key() -> dict[tuple[str, str], int]:
    rows = Work.objects.order_by().values_list("owner__slug", "external_id", "pk")
    return {(owner, key): pk for owner, key, pk in rows}


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def _json(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
