"""Background work that pages start."""

from __future__ import annotations

from procrastinate.contrib.django import app

from planning.coordination.imports import keep_draft
from planning.partners.models import User
from planning.works.importing import Vanished
from planning.works.importing.drafts import DraftChangedError
from planning.works.models import WorkImportDraft

Stage = WorkImportDraft.Stage


@app.task(name="web.keep_import_draft")
def keep_import_draft(draft_id: int, by: int | None, accept_valid: bool, gone: str) -> None:
    """Keep a draft that somebody said yes to; whatever stops it, the draft can be looked at again."""
    draft = WorkImportDraft.objects.select_related("owner").filter(pk=draft_id, stage=Stage.KEEPING).first()
    if draft is None:
        return
    try:
        keep_draft(
            draft, User.objects.filter(pk=by).first() if by else None, accept_valid=accept_valid, gone=Vanished(gone)
        )
    except DraftChangedError:
        pass  # The rows now say what changed; who looks sees it.
    finally:
        # A draft of which bad rows are left, or that could not be kept, waits for its owner again.
        WorkImportDraft.objects.filter(pk=draft_id, stage=Stage.KEEPING).update(stage=Stage.CHECKED)
