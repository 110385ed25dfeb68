"""An import kept, and the findings brought up to date with it."""

from __future__ import annotations

from planning.coordination.plan_changes import PlanChange, settle
from planning.coordination.present import whole_plan
from planning.partners.models import Organisation, User
from planning.works.importing import ImportReport, Vanished, drafts
from planning.works.importing.undoing import Undoing, undo
from planning.works.models import Work, WorkImport, WorkImportDraft


def keep_draft(
    draft: WorkImportDraft, by: User | None, *, accept_valid: bool = False, gone: Vanished = Vanished.KEEP
) -> ImportReport:
    """Keep a draft as ``drafts.commit`` does, and find what clashes now.

    Raises
    ------
    DraftChangedError
        Where rows would now do something else than was shown.
    """
    change = PlanChange(whole_plan())
    report = drafts.commit(draft, by, accept_valid=accept_valid, gone=gone)
    if report.kept:
        settle_import(change, draft.owner, by, draft.file_name)
    return report


def take_back(imported: WorkImport, by: User | None) -> Undoing:
    """Take an import back as ``undo`` does, and find what clashes now.

    Raises
    ------
    CannotUndoError
        Where works were changed since, or something hangs on them.
    """
    change = PlanChange(whole_plan())
    done = undo(imported, by)
    settle_import(change, imported.owner, by, imported.file_name)
    return done


def settle_import(change: PlanChange, owner: Organisation, by: User | None, file_name: str) -> None:
    """Do what follows from a file with works of one organisation that came in, or was taken back."""
    change.works.update(Work.objects.filter(owner=owner).order_by().values_list("pk", flat=True))
    settle(change, by, file_name)
