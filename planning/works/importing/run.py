"""Import of works: read the file, say what is wrong, keep what is right, all or nothing unless told otherwise."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pghistory
from django.db import transaction

from geo.intake.reports import IntakeReport
from geo.intake.tables import Wanted, read_table
from planning.partners.models import Organisation, User
from planning.works.importing.checking import Checker, vanished
from planning.works.importing.columns import WORKS, check_constants
from planning.works.importing.keeping import BATCH, Vanished, keep_rows, let_go
from planning.works.importing.rows import RowResult
from planning.works.models import RowOutcome, Work, WorkImport

LAYERS = ("werken", "works")
MOST_PROBLEMS_KEPT = 1000


@dataclass
class ImportReport(IntakeReport):
    """What an import of works did, or would do; ``record`` is how it stands among the imports."""

    cancelled: int = 0
    deleted: int = 0
    record: WorkImport | None = None

    def count(self, rows: Iterable[RowResult]) -> None:
        """Add what checked rows do."""
        for row in rows:
            self.created += row.outcome == RowOutcome.NEW
            self.updated += row.outcome == RowOutcome.CHANGED
            self.unchanged += row.outcome == RowOutcome.UNCHANGED
            self.refused += row.outcome == RowOutcome.REFUSED
            self.problems += row.problems
            self.repairs += row.repairs


def import_works(
    path: Path,
    organisation: Organisation,
    *,
    by: User | None = None,
    dry_run: bool = False,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    accept_valid: bool = False,
    source: str | None = None,
    gone: Vanished = Vanished.KEEP,
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
    constants
        Field to what holds for all rows, where the file has no column for it.
    accept_valid
        Keep the good rows where some are bad; else one bad row keeps all out.
    source
        Name of this feed where an organisation has several; default its slug.
    gone
        What becomes of works of this source that are not in the file any more; by default they are only reported.

    Raises
    ------
    ImportRefusedError, UnreadableFileError
        Where the file as a whole cannot be read.
    """
    report = ImportReport(path.name)
    source = source or organisation.slug
    table = read_table(path, Wanted(WORKS, frozenset(mapping or ()), layers=LAYERS))
    columns, unknown = WORKS.match(table.headers, mapping)
    fixed = check_constants(constants or {}, columns)
    report.notices += [*table.notices, *notices_on_columns(columns, unknown)]
    places = {name: table.headers.index(header) for name, header in columns.items()}
    lines = [(number, {**fixed, **{name: cells[i] for name, i in places.items()}}) for number, cells in table.rows]
    with transaction.atomic():
        checker = Checker(organisation, source, columns, lock=not dry_run)
        rows = [row for start in range(0, len(lines), BATCH) for row in checker.check(lines[start : start + BATCH])]
        report.count(rows)
        left = works_that_left(rows, organisation, source)
        report.vanished = [work.name for work in left]
        if not dry_run and (accept_valid or not report.refused):
            keep_import(
                rows, left, gone, report, organisation, source, by, hashlib.sha256(path.read_bytes()).hexdigest()
            )
    return report


def notices_on_columns(columns: Mapping[str, str], unknown: Sequence[str]) -> list[str]:
    """Return what a sender should know of how the columns were taken."""
    notices = [f"Onbekende kolommen, niet gebruikt: {', '.join(unknown)}."] if unknown else []
    if "external_id" not in columns:
        notices.append(
            "Het bestand heeft geen kolom met een kenmerk; werken worden herkend aan naam, soort en project."
        )
    return notices


def works_that_left(rows: Iterable[RowResult], owner: Organisation, source: str) -> list[Work]:
    """Return the works that are not in the file any more; none where a refused row hides whose it is."""
    present = [row.values.get("external_id") for row in rows]
    return [] if None in present else vanished(owner, source, [key for key in present if key])


def keep_import(
    rows: Sequence[RowResult],
    left: Sequence[Work],
    gone: Vanished,
    report: ImportReport,
    owner: Organisation,
    source: str,
    by: User | None,
    sha256: str,
    draft_number: int | None = None,
) -> None:
    """Keep checked rows, and note in ``report`` and in the database what was done; inside a transaction."""
    with pghistory.context(import_file=report.file_name, organisation=owner.slug) as context:
        keep_rows(rows, owner, source)
        let_go_of = let_go(left, gone)
        report.cancelled, report.deleted = (
            let_go_of if gone is Vanished.CANCEL else 0,
            let_go_of if gone is Vanished.DELETE else 0,
        )
        report.kept = True
        report.record = WorkImport.objects.create(
            owner=owner,
            by=by,
            file_name=report.file_name[:255],
            sha256=sha256,
            source=source,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            refused=report.refused,
            vanished=len(report.vanished),
            cancelled=report.cancelled,
            deleted=report.deleted,
            problems=[problem.as_json() for problem in report.problems[:MOST_PROBLEMS_KEPT]],
            context=context.id,
            draft_number=draft_number,
        )


__all__ = ["ImportReport", "Vanished", "import_works"]
