"""The third step: see what every row would do, on the map and in a table, and mend what is refused."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from geo.functions import Bounds
from geo.parameters import whole_number
from planning.web.headers import may_show_basemap
from planning.web.importing.access import draft_of, importer
from planning.web.importing.preview_rows import PreviewRow, preview_rows, vanished_rows
from planning.web.importing.tiles import map_config
from planning.web.importing.words import rows_text
from planning.works import tasks
from planning.works.importing import drafts, mending
from planning.works.importing.columns import HEADERS
from planning.works.importing.mending import CannotMendError
from planning.works.kinds import WorkKind
from planning.works.models import RowOutcome, WorkImport, WorkImportDraft, WorkImportRow

PER_PAGE: Final = 50
GONE: Final = "gone"
OUTCOMES: Final = {
    "": gettext_lazy("Alle rijen"),
    RowOutcome.REFUSED.value: gettext_lazy("Geweigerd"),
    RowOutcome.NEW.value: gettext_lazy("Nieuw"),
    RowOutcome.CHANGED.value: gettext_lazy("Gewijzigd"),
    RowOutcome.UNCHANGED.value: gettext_lazy("Gelijk"),
    GONE: gettext_lazy("Niet meer in het bestand"),
}


@importer
@require_safe
@may_show_basemap
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rows of a draft with what each would do; where it is busy, how far it is."""
    try:
        draft = draft_of(request, pk)
    except Http404:
        # It was kept meanwhile: on to what it became.
        done = WorkImport.objects.editable_by(request.user).filter(draft_number=pk).order_by("-at").first()
        if done is None:
            raise
        return redirect(done)
    if draft.stage == WorkImportDraft.Stage.COLUMNS:
        return redirect("import-columns", pk)
    if draft.is_busy:
        return render(request, "web/importeren/bezig.html", {"section": "planning", "step": 3, "draft": draft})
    counts = drafts.counts(draft)
    gone = drafts.vanished_of(draft)
    outcome = request.GET.get("uitkomst", RowOutcome.REFUSED.value if counts["refused"] else "")
    outcome = outcome if outcome in OUTCOMES else ""
    numbers = counts | {"": sum(counts.values()), GONE: gone.count()}
    page, rows = _page(request, draft, outcome, gone)
    good = counts["new"] + counts["changed"]
    context = {
        "section": "planning",
        "step": 3,
        "draft": draft,
        "filters": [(code, label, numbers[code]) for code, label in OUTCOMES.items()],
        "outcome": outcome,
        "counts": counts,
        "good": good,
        "gone": numbers[GONE],
        "page": page,
        "rows": rows,
        "common": mending.common_problems(draft) if counts["refused"] > 1 else [],
        "config": map_config(draft),
        "kinds": WorkKind.labels,
        "query": urlencode({"uitkomst": outcome}),
    }
    return render(request, "web/importeren/bekijken.html", context)


def _page(request: HttpRequest, draft: WorkImportDraft, outcome: str, gone: Any) -> tuple[Page, list[PreviewRow]]:
    """Return the page that was asked for: by its number, or by a row that must be on it."""
    if outcome == GONE:
        page = Paginator(gone, PER_PAGE).get_page(request.GET.get("pagina"))
        return page, vanished_rows(page.object_list)
    rows = draft.rows.order_by("number").annotate(bounds=Bounds("geometry")).defer("geometry", "mercator")
    rows = rows.filter(outcome=outcome) if outcome else rows
    wanted = whole_number(request.GET.get("rij", ""))
    paginator = Paginator(rows, PER_PAGE)
    asked: Any = request.GET.get("pagina")
    if wanted is not None and asked is None:
        asked = rows.filter(number__lt=wanted).count() // PER_PAGE + 1
    page = paginator.get_page(asked)
    everything = wanted if "alles" in request.GET else None
    return page, preview_rows(draft, page.object_list, chosen=wanted, everything=everything)


@importer
@require_POST
def mend(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take what was filled in for a row, and check that row again."""
    draft = draft_of(request, pk)
    if draft.is_busy:
        return redirect(draft)
    values = {name: request.POST[f"veld-{name}"] for name in HEADERS if f"veld-{name}" in request.POST}
    try:
        row = mending.mend(draft, number, values)
    except CannotMendError as error:
        messages.error(request, _("Rij %(n)s: %(what)s") % {"n": number, "what": error})
    except WorkImportRow.DoesNotExist:
        messages.error(request, _("Rij %(n)s is er niet meer.") % {"n": number})
    else:
        if row.outcome == RowOutcome.REFUSED:
            messages.warning(request, _("Rij %(n)s wordt nog geweigerd.") % {"n": number})
        else:
            said = {"n": number, "what": row.get_outcome_display()}
            messages.success(request, _("Rij %(n)s is nu goed: %(what)s.") % said)
    return _back(request, draft, number)


@importer
@require_POST
def mend_alike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take what was filled in for all rows with the same problem, and check those again."""
    draft = draft_of(request, pk)
    if draft.is_busy:
        return redirect(draft)
    try:
        numbers = mending.mend_alike(
            draft, request.POST.get("veld", ""), request.POST.get("fout", ""), request.POST.get("waarde", "")
        )
    except CannotMendError as error:
        messages.error(request, str(error))
    else:
        tasks.check_again(draft, numbers)
        messages.success(request, _("Verbeterd in %(rows)s.") % {"rows": rows_text(len(numbers))})
    return _back(request, draft)


@importer
@require_POST
def check_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Check all rows of a draft again, as the plan may have changed; also one that seems to have stopped."""
    draft = draft_of(request, pk)
    if not draft.is_busy or draft.is_stuck:
        drafts.start_over(draft)
        tasks.start_check(draft)
    return redirect(draft)


@importer
@require_safe
def progress(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer how far background work on a draft is, for the page that waits for it."""
    if not WorkImportDraft.objects.filter(pk=pk).exists() and WorkImport.objects.filter(draft_number=pk).exists():
        return JsonResponse({"busy": False})
    draft = draft_of(request, pk)
    return JsonResponse(
        {"busy": draft.is_busy, "stuck": draft.is_stuck, "checked": draft.checked, "total": draft.total}
    )


def _back(request: HttpRequest, draft: WorkImportDraft, number: int | None = None) -> HttpResponse:
    """Go back to the rows as they were looked at."""
    query = {name: request.POST[name] for name in ("uitkomst", "pagina") if request.POST.get(name)}
    address = reverse("import-preview", args=[draft.pk])
    place = f"#rij-{number}" if number is not None else ""
    return redirect(f"{address}?{urlencode(query)}{place}")
