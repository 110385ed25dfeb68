"""The last step: keep a draft, see what an import did, and take it back."""

from __future__ import annotations

import math
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.gis.db.models import Extent
from django.contrib.gis.geos import Polygon
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from geo.crs import RD_NEW, WGS_84
from planning.coordination.imports import keep_draft, take_back
from planning.partners.models import User
from planning.web.importing.access import draft_of, import_of, importer
from planning.web.tasks import keep_import_draft
from planning.works.importing import Vanished
from planning.works.importing.drafts import DraftChangedError
from planning.works.importing.undoing import CannotUndoError, undoing, works_of
from planning.works.models import Work, WorkImportDraft
from planning.works.tasks import AT_ONCE

MOST_WORKS: Final = 100
Stage = WorkImportDraft.Stage


@importer
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a draft: here and now, or in the background where it is long."""
    draft = draft_of(request, pk)
    accept_valid = "goede" in request.POST
    gone = Vanished.CANCEL if "vervallen" in request.POST else Vanished.KEEP
    by = request.user if isinstance(request.user, User) else None
    if draft.total > AT_ONCE:
        # Said once: who presses twice finds it busy.
        if WorkImportDraft.objects.filter(pk=pk, stage=Stage.CHECKED).update(stage=Stage.KEEPING):
            keep_import_draft.defer(draft_id=pk, by=by.pk if by else None, accept_valid=accept_valid, gone=gone.value)
        return redirect(draft)
    try:
        report = keep_draft(draft, by, accept_valid=accept_valid, gone=gone)
    except WorkImportDraft.DoesNotExist:
        return redirect(draft)
    except DraftChangedError:
        messages.warning(
            request,
            _("Het plan is intussen veranderd; er is niets bewaard. Bekijk hieronder wat het bestand nu verandert."),
        )
        return redirect(draft)
    if report.record is None:
        messages.error(request, _("Er is niets bewaard: er zijn rijen met een probleem."))
        return redirect(draft)
    return redirect(report.record)


@importer
@require_safe
def kept(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an import did, with the way to its works and the way back."""
    imported = import_of(request, pk)
    works = works_of(imported)
    context = {
        "section": "planning",
        "step": 4,
        "imported": imported,
        "works": works.order_by("planned_start", "name").defer("geometry", "mercator", "ground")[:MOST_WORKS],
        "more": max(0, works.count() - MOST_WORKS),
        "map": _map_address(works),
        "undoing": undoing(imported),
        "left": WorkImportDraft.objects.editable_by(request.user).filter(pk=imported.draft_number or 0).first(),
    }
    return render(request, "web/importeren/klaar.html", context)


@importer
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back, once somebody said so twice."""
    imported = import_of(request, pk)
    if "zeker" not in request.POST:
        messages.warning(request, _("Zet eerst het vinkje; dan wordt de import teruggedraaid."))
        return redirect(imported)
    try:
        done = take_back(imported, request.user if isinstance(request.user, User) else None)
    except CannotUndoError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Teruggedraaid: %(created)s weggehaald, %(changed)s weer zoals eerst.")
            % {"created": len(done.created), "changed": len(done.changed)},
        )
    return redirect(imported)


def _map_address(works: QuerySet[Work]) -> str:
    """Return the address of the map that shows these works from the month in which the first begins; "" for none."""
    found: dict[str, Any] = works.aggregate(extent=Extent("geometry"))
    first = works.order_by("planned_start").values_list("planned_start", "planned_finish").first()
    if first is None or found["extent"] is None:
        return ""
    last = works.order_by("-planned_finish").values_list("planned_finish", flat=True)[0]
    around = Polygon.from_bbox(found["extent"])
    around.srid = RD_NEW
    west, south, east, north = around.transform(WGS_84, clone=True).extent
    span = max(east - west, 1.6 * (north - south), 0.002)
    zoom = min(17.0, math.log2(360 / span) + 0.6)
    query = {
        "van": f"{first[0]:%Y-%m}", "tot": f"{last:%Y-%m}",
        "c": f"{(south + north) / 2:.5f},{(west + east) / 2:.5f}", "z": f"{zoom:.2f}",
    }  # fmt: skip
    return f"{reverse('kaart')}?{urlencode(query, safe=',')}"
