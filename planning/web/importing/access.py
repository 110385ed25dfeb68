"""Who may import, and which drafts and imports are whose."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from planning.partners.permissions import organisations_edited_by
from planning.works.models import WorkImport, WorkImportDraft

View = Callable[..., HttpResponseBase]

STEPS: Final = ("bestand", "kolommen", "bekijken", "klaar")


def importer(view: View) -> View:
    """Let only people in who change the works of some organisation; others are told why not."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not organisations_edited_by(request.user).exists():
            raise PermissionDenied(
                _(
                    "Werken importeren kan wie planner of beheerder is van een organisatie. Vraag de beheerder van uw"
                    " organisatie om die rol."
                )
            )
        return view(request, *args, **kwargs)

    return answer


def draft_of(request: HttpRequest, pk: int) -> WorkImportDraft:
    """Return a draft of this person's organisations; for another's there is none (404)."""
    drafts = WorkImportDraft.objects.editable_by(request.user).select_related("owner", "by")
    return get_object_or_404(drafts, pk=pk)


def import_of(request: HttpRequest, pk: int) -> WorkImport:
    """Return an import of this person's organisations; for another's there is none (404)."""
    imports = WorkImport.objects.editable_by(request.user).select_related("owner", "by", "undone_by")
    return get_object_or_404(imports, pk=pk)
