"""Import of works: read the file, say what is wrong, keep what is right, all or nothing unless told otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pghistory
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction

from geo.crs import RD_NEW
from geo.intake.places import Areas
from geo.intake.problems import ImportRefusedError, Problem, Repair
from geo.intake.tables import Wanted, read_table
from planning.partners.models import Organisation, User
from planning.works.importing.columns import WORKS
from planning.works.importing.rows import RowResult, read_row
from planning.works.models import Programme, Project, Work, WorkImport

BATCH = 2000


@dataclass
class ImportReport:
    """What an import did, or would do: counts, problems per row, repairs, and notices in Dutch."""

    file_name: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    vanished: list[str] = field(default_factory=list)
    deleted: int = 0
    problems: list[Problem] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    changes: list[tuple[int, str, str]] = field(default_factory=list)
    """Per row that is new or changes: its number, its name, and "created" or the fields that change."""
    kept: bool = False


def import_works(
    path: Path,
    organisation: Organisation,
    *,
    by: User | None = None,
    dry_run: bool = False,
    mapping: Mapping[str, str] | None = None,
    accept_valid: bool = False,
    source: str | None = None,
    delete_vanished: bool = False,
    file_name: str | None = None,
) -> ImportReport:
    """Bring the works of one organisation up to date with its file.

    A row is known again by organisation, source and its own identity; so the same file a second time changes
    nothing. A field whose column is not in the file stays as it is. Rows can only touch this organisation's works.

    Parameters
    ----------
    path
        xlsx, csv, GeoPackage, GeoJSON or zipped shapefile.
    organisation
        Owner of all works in the file.
    by
        Who imports, for the history.
    dry_run
        Report without keeping.
    mapping
        Header to field, where the file's own words are not known.
    accept_valid
        Keep the good rows where some are bad; else one bad row keeps all out.
    source
        Name of this feed where an organisation has several; default its slug.
    delete_vanished
        Delete works of this source that are not in the file any more; else they are only reported.
    file_name
        What the sender called the file, where ``path`` is a temporary one.

    Raises
    ------
    ImportRefusedError, UnreadableFileError
        Where the file as a whole cannot be read.
    """
    name = file_name or path.name
    report = ImportReport(name)
    source = source or organisation.slug
    table = read_table(path, Wanted(WORKS, frozenset(mapping or ()), layers=("werken", "works")))
    columns, unknown = WORKS.match(table.headers, mapping)
    report.notices += table.notices
    if unknown:
        report.notices.append(f"Onbekende kolommen, niet gebruikt: {', '.join(unknown)}.")
    rows = _read_rows(table.headers, table.rows, columns, report)
    if "external_id" not in columns:
        report.notices.append(
            "Het bestand heeft geen kolom met een kenmerk; werken worden herkend aan naam, soort en project."
        )
    if report.refused and not accept_valid:
        # Still said what the good rows would do, so that the sender sees the whole at once.
        dry_run = True
    with transaction.atomic(), pghistory.context(import_file=name, organisation=organisation.slug):
        _keep(rows, organisation, source, report, delete_vanished=delete_vanished)
        if dry_run:
            transaction.set_rollback(True)
        else:
            report.kept = True
            _log(report, path, organisation, source, by)
    return report


def _read_rows(
    headers: Sequence[str], lines: Sequence[tuple[int, Sequence[object]]], columns: dict[str, str], report: ImportReport
) -> list[RowResult]:
    """Return the good rows; note the problems of the others, doubles included."""
    positions = {name: headers.index(header) for name, header in columns.items()}
    areas = Areas()
    good: dict[str, RowResult] = {}
    for number, line in lines:
        row = read_row(number, {name: line[i] for name, i in positions.items()}, columns, areas)
        report.repairs += row.repairs
        if not row.problems:
            key = row.values["external_id"]
            first = good.get(key)
            if first is None:
                good[key] = row
                continue
            row.problems.append(_double(number, first.number, columns.get("external_id", "Kenmerk"), row))
        report.refused += 1
        report.problems += row.problems
    return list(good.values())


def _double(number: int, first: int, column: str, row: RowResult) -> Problem:
    said = row.values["name"] if row.values["external_id"].startswith("auto-") else row.values["external_id"]
    return Problem(
        number, column,
        f"“{said}” staat ook in rij {first}.", "Geef elk werk een eigen kenmerk, of verwijder een van de rijen.",
        f"“{said}” also stands in row {first}.", "Give each work its own identity, or remove one of the rows.",
    )  # fmt: skip


def _keep(
    rows: Sequence[RowResult], organisation: Organisation, source: str, report: ImportReport, *, delete_vanished: bool
) -> None:
    projects = _projects(rows, organisation, source)
    known = {work.external_id: work for work in Work.objects.filter(owner=organisation, source=source)}
    fresh: list[Work] = []
    changed: list[Work] = []
    fields: set[str] = set()
    for row in rows:
        values = _work_values(row.values, projects)
        work = known.get(row.values["external_id"])
        if work is None:
            fresh.append(Work(owner=organisation, source=source, **values))
            report.changes.append((row.number, values["name"], "created"))
            continue
        differing = _differing(work, values)
        if not differing:
            report.unchanged += 1
            continue
        for name in differing:
            setattr(work, name, values[name])
        fields.update(differing)
        changed.append(work)
        report.changes.append((row.number, values["name"], ", ".join(sorted(differing))))
    report.created, report.updated = len(fresh), len(changed)
    Work.objects.bulk_create(fresh, batch_size=BATCH)
    if changed:
        Work.objects.bulk_update(changed, sorted(fields), batch_size=BATCH)
    _locate([*(w.pk for w in fresh), *(w.pk for w in changed if "geometry" in fields)])
    present = {row.values["external_id"] for row in rows}
    # A refused row has not vanished: its work is left out of the count of those that have.
    gone = [work for key, work in known.items() if key not in present] if not report.refused else []
    report.vanished = [work.name for work in gone]
    if delete_vanished and gone:
        report.deleted = len(gone)
        Work.objects.filter(pk__in=[work.pk for work in gone]).delete()


def _work_values(values: Mapping[str, Any], projects: Mapping[str, Project]) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in {"project", "programme"}}
    kept["geometry"] = GEOSGeometry(memoryview(shapely.to_wkb(values["geometry"])), srid=RD_NEW)
    if values.get("project"):
        kept["project_id"] = projects[values["project"]].pk
    return kept


def _differing(work: Work, values: Mapping[str, Any]) -> list[str]:
    different = []
    for name, value in values.items():
        before = getattr(work, name)
        same = before.equals_exact(value, 0.001) if name == "geometry" else before == value
        if not same:
            different.append(name)
    return different


def _projects(rows: Sequence[RowResult], organisation: Organisation, source: str) -> dict[str, Project]:
    """Return the projects that rows name, made where they are new; with their programmes."""
    named = {row.values["project"]: row.values.get("programme") for row in rows if row.values.get("project")}
    programmes = {p.name: p for p in Programme.objects.filter(owner=organisation)}
    for programme in {p for p in named.values() if p} - set(programmes):
        programmes[programme] = Programme.objects.create(owner=organisation, name=programme, source=source)
    projects = {p.name: p for p in Project.objects.filter(owner=organisation)}
    for name, programme in named.items():
        wanted = programmes[programme] if programme else None
        project = projects.get(name)
        if project is None:
            projects[name] = Project.objects.create(owner=organisation, name=name, programme=wanted, source=source)
        elif wanted is not None and project.programme_id != wanted.pk:
            project.programme = wanted
            project.save(update_fields=["programme"])
    return projects


def _locate(ids: Sequence[int]) -> None:
    """Note for these works the buurt that holds most of them, in one statement."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE works_work w SET buurt_id = held.buurt
            FROM (
                SELECT DISTINCT ON (w.id) w.id, b.id AS buurt
                FROM works_work w JOIN geo_buurt b ON ST_Intersects(b.geometry, w.ground)
                WHERE w.id = ANY(%s)
                ORDER BY w.id, ST_Area(ST_Intersection(b.geometry, w.ground)) DESC, b.code
            ) held
            WHERE w.id = held.id AND w.buurt_id IS DISTINCT FROM held.buurt
            """,
            [list(ids)],
        )


def _log(report: ImportReport, path: Path, organisation: Organisation, source: str, by: User | None) -> None:
    WorkImport.objects.create(
        owner=organisation,
        by=by,
        file_name=report.file_name[:255],
        sha256=hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        source=source,
        created=report.created,
        updated=report.updated,
        unchanged=report.unchanged,
        refused=report.refused,
        vanished=len(report.vanished),
        problems=[problem.as_json() for problem in report.problems[:1000]],
    )


__all__ = ["ImportRefusedError", "ImportReport", "import_works"]
