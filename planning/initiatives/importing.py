"""Initiatives from a list that somebody kept elsewhere: read, checked row by row, and brought up to date."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pghistory
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.text import slugify
from shapely.geometry.base import BaseGeometry

from geo.areas import locate_all
from geo.crs import RD_NEW
from geo.intake.areas import Areas
from geo.intake.dates import read_period
from geo.intake.headers import Vocabulary, normal
from geo.intake.places import PLACE_HEADERS, PlaceError, read_place
from geo.intake.problems import BadValueError, Problem, Repair
from geo.intake.reports import IntakeReport
from geo.intake.tables import Wanted, read_table
from geo.intake.values import Words, at_most, is_empty, read_amount, read_flag, read_integer, read_text
from planning.initiatives.models import SUPPORT_RADIUS_M, Initiative, InitiativeState
from planning.initiatives.models.initiative import Theme

INITIATIVES: Final = Vocabulary(
    {
        "external_id": ("kenmerk", "id", "nummer", "nr", "code", "reference", "number"),
        "title": ("titel", "naam", "initiatief", "idee", "title", "name"),
        "summary": ("in een zin", "samenvatting", "korte omschrijving", "kort", "summary"),
        "story": ("verhaal", "toelichting", "omschrijving", "beschrijving", "story", "description"),
        "theme": ("thema", "onderwerp", "categorie", "soort", "theme", "category"),
        "state": ("stand", "status", "fase", "state"),
        "state_reason": ("reden bij de stand", "reden", "reason"),
        "submitted_on": ("ingediend op", "ingediend", "datum", "datum ingediend", "submitted on", "date"),
        "looks_for_place": ("zoekt nog een plek", "zoekt plek", "zoekt een plek", "looks for place"),
        "support_radius_m": ("straal in meter", "straal", "straal van het draagvlak", "radius"),
        "asked_eur": ("gevraagd", "gevraagd in euro", "gevraagd bedrag", "bedrag", "budget", "asked"),
        **PLACE_HEADERS,
    },
    weak=frozenset({"id", "nr", "code", "x", "y", "naam", "soort", "datum"}),
    example="Titel, Thema, Ingediend op en Buurt",
)  # fmt: skip

THEME: Final = Words(
    {str(code): code for code in Theme.values}
    | {str(label): code for code, label in Theme.choices}
    | {
        "groen": "green", "tuin": "green", "natuur": "green", "spelen": "play", "sport": "play",
        "ontmoeting": "meeting", "schoon": "clean_safe", "veilig": "clean_safe", "veiligheid": "clean_safe",
        "kunst": "culture", "cultuur": "culture", "zorg": "care", "hulp": "care", "wandelen": "mobility",
        "fietsen": "mobility", "verkeer": "mobility",
    },
    "thema", "theme",
)  # fmt: skip
STATE: Final = Words(
    {str(code): code for code in InitiativeState.values}
    | {str(label): code for code, label in InitiativeState.choices}
    | {"nieuw": "submitted", "idee": "submitted", "draagvlak": "gathering_support", "in uitvoering": "under_way",
       "gereed": "done", "afgerond": "done"},
    "stand", "state",
)  # fmt: skip

LONGEST: Final = {"title": 120, "summary": 240, "state_reason": 240, "external_id": 100, "story": 20_000}
LARGEST_RADIUS_M: Final = 5_000
BATCH: Final = 1_000


def read_story(value: object) -> str:
    """Return a text of several paragraphs, without what steers; raises BadValueError for a formula."""
    lines = [read_text(line) for line in str(value).replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def read_radius(value: object) -> int:
    """Return a radius in metres; raises BadValueError where it is none, or reaches beyond the neighbours."""
    radius = read_integer(value)
    if not 1 <= radius <= LARGEST_RADIUS_M:
        raise BadValueError(
            f"De straal is {radius} meter.", f"Schrijf een straal van 1 tot en met {LARGEST_RADIUS_M} meter.",
            f"The radius is {radius} metres.", f"Write a radius from 1 to {LARGEST_RADIUS_M} metres.",
        )  # fmt: skip
    return radius


def _read_day(value: object) -> object:
    period = read_period(value)
    return period.start if period else None


READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "external_id": read_text, "title": read_text, "summary": read_text, "story": read_story, "theme": THEME.read,
    "state": STATE.read, "state_reason": read_text, "submitted_on": _read_day, "looks_for_place": read_flag,
    "support_radius_m": read_radius, "asked_eur": lambda value: read_amount(value, 10_000_000),
}  # fmt: skip


def import_initiatives(
    path: Path,
    source: str,
    *,
    mapping: Mapping[str, str] | None = None,
    accept_valid: bool = False,
    dry_run: bool = False,
) -> IntakeReport:
    """Bring the initiatives of one source up to date with its file; the same file a second time changes nothing.

    What stands in the file counts for a new initiative. One that is known keeps its state: from then on the road of an
    initiative decides it, with the neighbours' voices. What is not in the file any more is reported and left alone.

    Parameters
    ----------
    path
        csv, xlsx, GeoPackage, GeoJSON or a zipped shapefile.
    source
        What the list is called; an initiative is known again by it and by its own identity.
    mapping
        Header to field, where the file's own words are not known.
    accept_valid
        Keep the good rows where some are bad; else one bad row keeps all out.
    dry_run
        Report without keeping.

    Raises
    ------
    ImportRefusedError, UnreadableFileError
        Where the file as a whole cannot be read.
    """
    report = IntakeReport(path.name)
    table = read_table(path, Wanted(INITIATIVES, frozenset(mapping or ()), layers=("initiatieven", "initiatives")))
    columns, unknown = INITIATIVES.match(table.headers, mapping)
    report.notices += table.notices
    if unknown:
        report.notices.append(f"Onbekende kolommen, niet gebruikt: {', '.join(unknown)}.")
    places = {name: table.headers.index(header) for name, header in columns.items()}
    areas = Areas()
    if "street" in places:
        areas.streets.expect(cells[places["street"]] for _number, cells in table.rows)
    good: dict[str, dict[str, Any]] = {}
    first: dict[str, int] = {}
    for number, cells in table.rows:
        values, problems, repairs = read_initiative(number, {n: cells[i] for n, i in places.items()}, columns, areas)
        key = values.get("external_id", "")
        if not problems and key in first:
            problems = [_double(number, first[key], values["title"], columns)]
        report.repairs += repairs
        report.problems += problems
        report.refused += bool(problems)
        if not problems:
            first[key], good[key] = number, values
    with transaction.atomic(), pghistory.context(import_file=report.file_name, source=source):
        _keep(good, source, report)
        report.kept = not dry_run and (accept_valid or not report.refused)
        if not report.kept:
            transaction.set_rollback(True)
    return report


def read_initiative(
    number: int, cells: Mapping[str, Any], columns: Mapping[str, str], areas: Areas
) -> tuple[dict[str, Any], list[Problem], list[Repair]]:
    """Read one row: the values of an initiative (geometry as shapely, RD New), what is wrong, and what was mended."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    repairs: list[Repair] = []

    def refuse(name: str, error: BadValueError) -> None:
        problems.append(error.at(number, columns.get(name, INITIATIVES.label(name)), name))

    for name, reader in READERS.items():
        if is_empty(cells.get(name)):
            continue
        try:
            value = reader(cells[name])
            values[name] = at_most(value, LONGEST[name]) if isinstance(value, str) and name in LONGEST else value
        except BadValueError as error:
            refuse(name, error)
    try:
        _field, place = read_place({name: cells.get(name) for name in PLACE_HEADERS}, areas)
        values["geometry"] = place.geometry
        repairs += [Repair(number, nl, en) for nl, en in place.repairs]
    except PlaceError as error:
        refuse(error.name, error.cause)
    if "summary" not in values and values.get("story") and not is_empty(values["story"]):
        values["summary"] = _first_sentence(values["story"])
        repairs.append(
            Repair(number, "de eerste zin van het verhaal is de samenvatting", "the story's start sums it up")
        )
    failed = {problem.field for problem in problems}
    needed = ["title", "summary", "theme", "submitted_on"]
    needed += ["state_reason"] if values.get("state") == InitiativeState.DECLINED else []
    for name in needed:
        if not values.get(name) and name not in failed:
            refuse(name, _missing(name))
    if not problems and not values.get("external_id"):
        words = "|".join((normal(values["title"]), str(values["submitted_on"])))
        values["external_id"] = "auto-" + hashlib.sha256(words.encode()).hexdigest()[:16]
    return values, problems, repairs


def _first_sentence(story: str) -> str:
    sentence = re.split(r"(?<=[.!?])\s", " ".join(story.split()), maxsplit=1)[0]
    return sentence if len(sentence) <= LONGEST["summary"] else f"{sentence[: LONGEST['summary'] - 1]}…"


def _missing(name: str) -> BadValueError:
    label = INITIATIVES.label(name)
    return BadValueError(
        f"{label} ontbreekt.", f"Vul {label.lower()} in.", f"{label} is missing.", f"Fill in {label.lower()}."
    )


def _double(number: int, first: int, title: str, columns: Mapping[str, str]) -> Problem:
    return Problem(
        number, columns.get("external_id", INITIATIVES.label("external_id")),
        f"“{title}” staat ook in rij {first}.", "Geef elk initiatief een eigen kenmerk, of verwijder een van de rijen.",
        f"“{title}” also stands in row {first}.", "Give each its own identity, or remove one of the rows.",
        "external_id",
    )  # fmt: skip


def _keep(rows: Mapping[str, dict[str, Any]], source: str, report: IntakeReport) -> None:
    known = {i.external_id: i for i in Initiative.objects.filter(source=source).select_for_update().defer("mercator")}
    taken = set(Initiative.objects.values_list("slug", flat=True))
    fresh: list[Initiative] = []
    changed: list[Initiative] = []
    fields: set[str] = set()
    for key, row in rows.items():
        values = {**row, "geometry": _geos(row["geometry"])}
        initiative = known.get(key)
        if initiative is None:
            values.setdefault("support_radius_m", SUPPORT_RADIUS_M[Theme(values["theme"])])
            fresh.append(Initiative(source=source, slug=_slug(values["title"], key, taken), **values))
            continue
        # Its road goes on here, whatever the list still says.
        differing = [n for n, v in values.items() if n not in {"state", "state_reason"} and _differs(initiative, n, v)]
        for name in differing:
            setattr(initiative, name, values[name])
        fields.update(differing)
        changed += [initiative] if differing else []
        report.unchanged += not differing
    report.created, report.updated = len(fresh), len(changed)
    Initiative.objects.bulk_create(fresh, batch_size=BATCH)
    if changed:
        Initiative.objects.bulk_update(changed, sorted(fields), batch_size=BATCH)
    locate_all(Initiative, [initiative.pk for initiative in (*fresh, *changed)], "geometry")
    # A refused row hides whose it is, so that nothing can be said to have gone.
    report.vanished = [] if report.refused else sorted(i.title for key, i in known.items() if key not in rows)


def _geos(shape: BaseGeometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=RD_NEW)


def _differs(initiative: Initiative, name: str, value: Any) -> bool:
    before = getattr(initiative, name)
    return not before.equals_exact(value, 0.001) if name == "geometry" else bool(before != value)


def _slug(title: str, key: str, taken: set[str]) -> str:
    """Return a readable address that nobody has; it stays when the title changes."""
    base = "-".join(part for part in (slugify(title)[:90].strip("-"), slugify(key)[:24].strip("-")) if part) or "idee"
    slug = base
    count = 1
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    taken.add(slug)
    return slug
