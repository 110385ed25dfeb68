"""Background work on imports."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from procrastinate.contrib.django import app

from planning.works.importing import drafts, mending
from planning.works.models import WorkImportDraft

AT_ONCE: Final = 1_000
"""Rows that are checked while the sender waits, in well under a second."""


def start_check(draft: WorkImportDraft) -> None:
    """Check a draft whose columns were set: here and now, or in the background where it is long."""
    if draft.total <= AT_ONCE:
        drafts.check(draft)
    else:
        check_import_draft.defer(draft_id=draft.pk)


def check_again(draft: WorkImportDraft, numbers: Collection[int]) -> None:
    """Check some rows again that were mended; very many in the background, with all others."""
    if len(numbers) <= AT_ONCE:
        mending.recheck(draft, numbers)
    else:
        drafts.start_over(draft)
        start_check(draft)


@app.task(name="works.check_import_draft")
def check_import_draft(draft_id: int) -> None:
    """Check all rows of a draft; one that is gone, or was checked meanwhile, needs nothing."""
    draft = WorkImportDraft.objects.select_related("owner").filter(
        pk=draft_id, stage=WorkImportDraft.Stage.CHECKING
    ).first()  # fmt: skip
    if draft is not None:
        drafts.check(draft)
