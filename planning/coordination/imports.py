"""An import kept, and the findings brought up to date with it."""

from __future__ import annotations

from planning.coordination.findings import sync_findings
from planning.partners.models import User
from planning.works.importing import ImportReport, Vanished, drafts
from planning.works.importing.undoing import Undoing, undo
from planning.works.models import WorkImport, WorkImportDraft


def keep_draft(
    draft: WorkImportDraft, by: User | None, *, accept_valid: bool = False, gone: Vanished = Vanished.KEEP
) -> ImportReport:
    """Keep a draft as ``drafts.commit`` does, and find what clashes now.

    Raises
    ------
    DraftChangedError
        Where rows would now do something else than was shown.
    """
    report = drafts.commit(draft, by, accept_valid=accept_valid, gone=gone)
    if report.kept and (report.created or report.updated or report.cancelled):
        sync_findings()
    return report


def take_back(imported: WorkImport, by: User | None) -> Undoing:
    """Take an import back as ``undo`` does, and find what clashes now.

    Raises
    ------
    CannotUndoError
        Where works were changed since, or something hangs on them.
    """
    done = undo(imported, by)
    sync_findings()
    return done
