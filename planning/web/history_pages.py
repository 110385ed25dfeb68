"""The history of what partners share, for reading and for setting back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.gis.db.models import GeometryField
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from planning.coordination import restoring
from planning.coordination.models import Proposal
from planning.initiatives.models import Initiative
from planning.partners.permissions import organisations_of
from planning.partners.visibility import Visibility
from planning.web.partner_pages import partner_page
from planning.works.history import entries
from planning.works.models import Programme, Project, Work


@dataclass(frozen=True)
class Subject:
    """A sort of record whose history can be read."""

    model: type[Any]
    name: Promise

    def visible_to(self, viewer: Any) -> QuerySet[Any]:
        """Return the records whose history ``viewer`` may read: those it may see."""
        records: Any = self.model._default_manager
        if hasattr(records, "visible_to"):
            return records.visible_to(viewer)
        return records.filter(owner__in=organisations_of(viewer)) if not viewer.is_superuser else records.all()


SUBJECTS: Final = {
    "werk": Subject(Work, gettext_lazy("werk")),
    "project": Subject(Project, gettext_lazy("project")),
    "programma": Subject(Programme, gettext_lazy("programma")),
    "voorstel": Subject(Proposal, gettext_lazy("voorstel")),
    "initiatief": Subject(Initiative, gettext_lazy("initiatief")),
}


@require_safe
@partner_page
def history_page(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Show who changed what, when and why."""
    subject, record = _subject(what), _record(request, what, pk)
    number = request.GET.get("bladzijde", "1")
    events = _readable(request, record)
    told, page = entries(
        record, int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1, events
    )
    newest = record.events.order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    context = {
        "section": "geschiedenis",
        "what": what,
        "subject": subject,
        "record": record,
        "entries": told,
        "page": page,
        "newest": newest,
        "may_restore": restoring.may_restore(request.user, record),
    }
    return render(request, "web/history/page.html", context)


@require_POST
@partner_page
def restore(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Set a record back to how it was."""
    record = _record(request, what, pk)
    try:
        restoring.restore(request.user, record, _number(request, "naar"), _number(request, "laatste"))
    except restoring.ChangedSince:
        messages.error(request, _("Iemand anders heeft dit intussen gewijzigd. Kijk hieronder wat er veranderd is."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Teruggezet. Ook dit staat in de geschiedenis, en u kunt het weer terugdraaien."))
    return redirect("history", what=what, pk=pk)


@partner_page
def deleted(request: HttpRequest) -> HttpResponse:
    """Show the works that are gone, and bring one back."""
    if request.method == "POST":
        try:
            work = restoring.bring_back(request.user, Work, _number(request, "naar"))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("deleted")
        messages.success(request, _("Dit werk is er weer."))
        return redirect("history", what="werk", pk=work.pk)
    return render(
        request, "web/history/deleted.html", {"section": "geschiedenis", "gone": restoring.deleted(request.user, Work)}
    )


def _subject(what: str) -> Subject:
    if what not in SUBJECTS:
        raise Http404
    return SUBJECTS[what]


def _record(request: HttpRequest, what: str, pk: int) -> Any:
    subject = _subject(what)
    shapes = [f.name for f in subject.model._meta.concrete_fields if isinstance(f, GeometryField) or f.generated]
    return get_object_or_404(subject.visible_to(request.user).defer(*shapes), pk=pk)


def _readable(request: HttpRequest, record: Any) -> QuerySet[Any]:
    """Return the events that this person may read: what was internal once stays so for others."""
    events = record.events.all()
    if not hasattr(record, "visibility") or request.user.is_superuser:
        return events
    return (
        events if record.owner_id in organisations_of(request.user) else events.exclude(visibility=Visibility.INTERNAL)
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
