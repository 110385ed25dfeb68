"""The history of what partners share, for reading and for setting back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.gis.db.models import GeometryField
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.parameters import whole_number
from planning.coordination import restoring
from planning.coordination.models import Proposal
from planning.initiatives.models import Initiative
from planning.partners.permissions import organisations_of
from planning.partners.visibility import Visibility
from planning.web.partner_pages import partner_page
from planning.works.history import bare_entries, entries
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
DELETABLE: Final = {what: SUBJECTS[what] for what in ("werk", "project", "programma")}
"""What can be brought back once it is deleted."""

PER_KIND: Final = 10
"""Of each kind on the page of all kinds; the rest is behind a link."""

PER_PAGE: Final = 25


@require_safe
@partner_page
def history_page(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Show who changed what, when and why."""
    subject, record = _subject(what), _record(request, what, pk)
    events = _readable(request, record)
    told, page = entries(record, request.GET.get("bladzijde", "1"), events)
    newest = record.events.order_by("-pgh_id").values_list("pgh_id", flat=True).first()
    context = {
        "section": "geschiedenis",
        "what": what,
        "subject": subject,
        "record": record,
        "entries": told,
        "page": page,
        "newest": newest,
        "deletable": what in DELETABLE,
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


@require_http_methods(["GET", "HEAD", "POST"])
@partner_page
def deleted(request: HttpRequest) -> HttpResponse:
    """Show the works, projects and programmes that are gone, and bring one back."""
    if request.method == "POST":
        return _bring_back(request)
    chosen = request.GET.get("wat", "")
    kinds = {chosen: _deletable(chosen)} if chosen else DELETABLE
    lists = [_gone(request, what, subject, PER_PAGE if chosen else PER_KIND) for what, subject in kinds.items()]
    context = {
        "section": "geschiedenis",
        "chosen": DELETABLE.get(chosen),
        "lists": [each for each in lists if each["rows"]],
    }
    return render(request, "web/history/deleted.html", context)


def _gone(request: HttpRequest, what: str, subject: Subject, most: int) -> dict[str, Any]:
    """Return a page of what is gone of one kind; a fixed number of queries."""
    page = Paginator(restoring.deleted(request.user, subject.model), most).get_page(request.GET.get("bladzijde"))
    rows = list(page.object_list)
    return {
        "what": what,
        "subject": subject,
        "title": subject.model._meta.verbose_name_plural,
        "page": page,
        "rows": list(zip(rows, bare_entries(rows), strict=True)),
    }


def _bring_back(request: HttpRequest) -> HttpResponse:
    what = request.POST.get("wat", "")
    subject = _deletable(what)
    try:
        returned = restoring.bring_back(request.user, subject.model, _number(request, "naar"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        link = format_html('<a href="{}">{}</a>', reverse("history", args=[what, returned.record.pk]), returned.record)
        messages.success(request, format_html(_("{} is er weer. {}"), link, " ".join(_told(returned))))
    return redirect("deleted")


def _told(returned: restoring.Returned) -> list[str]:
    """Return what came back with a record and what did not, in sentences."""
    said = []
    if returned.alone:
        said.append(_("Waar het bij hoorde is er niet meer; het staat nu op zichzelf."))
    if n := returned.joined:
        if isinstance(returned.record, Project):
            what = ngettext("%(n)s werk", "%(n)s werken", n) % {"n": n}
        else:
            what = ngettext("%(n)s project", "%(n)s projecten", n) % {"n": n}
        said.append(_("Er hoort weer bij: %(what)s.") % {"what": what})
    if n := returned.tied:
        said.append(ngettext("%(n)s afhankelijkheid kwam mee.", "%(n)s afhankelijkheden kwamen mee.", n) % {"n": n})
    if n := returned.untied:
        lost = ngettext("%(n)s afhankelijkheid kwam niet mee", "%(n)s afhankelijkheden kwamen niet mee", n) % {"n": n}
        said.append(_("%(what)s: leg dat zo nodig opnieuw vast.") % {"what": lost})
    return said


def _deletable(what: str) -> Subject:
    if what not in DELETABLE:
        raise Http404
    return DELETABLE[what]


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
    number = whole_number(request.POST.get(name, ""))
    if number is None:
        raise Http404
    return number
