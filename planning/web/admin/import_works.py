"""The page that imports a partner's works: send a file, see what it would do, then keep it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from geo import uploads
from geo.intake.gate import UnreadableFileError
from geo.intake.problems import ImportRefusedError
from planning.partners.models import Organisation
from planning.web.admin.access import editable_organisations
from planning.web.admin.syncing import sync_after
from planning.works.importing import ImportReport, import_works
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.web.admin.works import WorkAdmin

LARGEST_FILE: Final = 25 * 1024 * 1024
"""Bytes; some fifty times the largest file a partner sent us."""

SUFFIXES: Final = ("xlsx", "csv", "txt", "gpkg", "geojson", "json", "fgb", "zip")
SESSION_KEY: Final = "import_of_works"
MOST_SHOWN: Final = 200


class ImportForm(forms.Form):
    """Which file, and whose works are in it."""

    file = forms.FileField(
        label=gettext_lazy("Bestand"),
        help_text=gettext_lazy("Excel (xlsx), csv, GeoPackage, GeoJSON of een shapefile als zip; hooguit 25 MB."),
        validators=[FileExtensionValidator(SUFFIXES)],
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Van wie zijn de werken"), empty_label=None
    )
    source = forms.CharField(
        label=gettext_lazy("Bron"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Alleen nodig als uw organisatie meer dan één bestand bijhoudt, zoals “riool”."),
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large for a page; the command import_works takes larger files."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("Dit bestand is groter dan 25 MB; splits het op."))
        return file


@dataclass(frozen=True)
class Waiting:
    """A file that was tried and waits for a yes; it lives in the session, so nobody else can answer."""

    token: str
    path: str
    file_name: str
    organisation: int
    source: str

    def forget(self, request: HttpRequest) -> None:
        """Remove the file and what the session knows of it."""
        uploads.discard(Path(self.path))
        request.session.pop(SESSION_KEY, None)


class ImportPage:
    """The import of works as a page of the admin."""

    def __init__(self, model_admin: WorkAdmin) -> None:
        self.admin = model_admin

    def view(self, request: HttpRequest) -> HttpResponse:
        """Show the form, try a file, or keep what was tried."""
        organisations = editable_organisations(request)
        if not organisations.exists():
            raise PermissionDenied
        if request.method == "POST" and "token" in request.POST:
            return self._answer(request)
        form = ImportForm(request.POST or None, request.FILES or None, organisations=organisations)
        if request.method == "POST" and form.is_valid():
            return self._try(request, form)
        return self._page(request, form)

    def _try(self, request: HttpRequest, form: ImportForm) -> HttpResponse:
        """Show what the file would do, and keep it until the answer."""
        before = _waiting(request)
        if before is not None:
            before.forget(request)
        file = form.cleaned_data["file"]
        waiting = Waiting(
            token=secrets.token_urlsafe(16),
            path=str(uploads.keep(file)),
            file_name=Path(file.name).name[:255],
            organisation=form.cleaned_data["organisation"].pk,
            source=form.cleaned_data["source"].strip(),
        )
        try:
            report = _run(request, waiting, form.cleaned_data["organisation"], dry_run=True, accept_valid=True)
        except (ImportRefusedError, UnreadableFileError) as error:
            uploads.discard(Path(waiting.path))
            form.add_error("file", _in_senders_words(error, waiting))
            return self._page(request, form)
        except BaseException:
            uploads.discard(Path(waiting.path))
            raise
        request.session[SESSION_KEY] = vars(waiting)
        return self._page(request, form, report, waiting)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        """Keep what was tried, or drop it."""
        waiting = _waiting(request)
        if waiting is None or not secrets.compare_digest(waiting.token, request.POST["token"]):
            messages.error(request, _("Dit bestand is niet meer bewaard; stuur het opnieuw."))
            return redirect("admin:works_work_import")
        # Asked again: a membership can end between the trial and the answer.
        organisation = editable_organisations(request).filter(pk=waiting.organisation).first()
        if organisation is None:
            waiting.forget(request)
            raise PermissionDenied
        if "cancel" in request.POST:
            waiting.forget(request)
            return redirect("admin:works_work_changelist")
        try:
            report = _run(request, waiting, organisation, dry_run=False, accept_valid="accept_valid" in request.POST)
        except (ImportRefusedError, UnreadableFileError) as error:
            messages.error(request, _in_senders_words(error, waiting))
            return redirect("admin:works_work_import")
        finally:
            waiting.forget(request)
        if not report.kept:
            messages.error(request, _("Er is niets bewaard: er zijn rijen met een probleem."))
            return redirect("admin:works_work_import")
        messages.success(
            request,
            _("Ingelezen uit %(file)s: %(c)s nieuw, %(u)s gewijzigd, %(e)s gelijk, %(r)s geweigerd.")
            % {"file": report.file_name, "c": report.created, "u": report.updated, "e": report.unchanged,
               "r": report.refused},
        )  # fmt: skip
        if report.created or report.updated:
            sync_after(request)
        return redirect("admin:works_work_changelist")

    def _page(
        self,
        request: HttpRequest,
        form: ImportForm,
        report: ImportReport | None = None,
        waiting: Waiting | None = None,
    ) -> HttpResponse:
        language = "en" if (get_language() or "").startswith("en") else "nl"
        context = {
            **self.admin.admin_site.each_context(request),
            "title": _("Werken importeren"),
            "opts": self.admin.opts,
            "form": form,
            "report": report,
            "waiting": waiting,
            "most": MOST_SHOWN,
        }
        if report is not None:
            context |= {
                "changes": [_change(*change) for change in report.changes[:MOST_SHOWN]],
                "changes_left": max(0, len(report.changes) - MOST_SHOWN),
                "problems": report.problems[:MOST_SHOWN],
                "problems_left": max(0, len(report.problems) - MOST_SHOWN),
                "repairs": [repair.text(language) for repair in report.repairs[:MOST_SHOWN]],
                "english": language == "en",
            }
        return TemplateResponse(request, "admin/works/work/import.html", context)


def _waiting(request: HttpRequest) -> Waiting | None:
    """Return the file that waits for this person's answer, where it is still there."""
    known = request.session.get(SESSION_KEY)
    if not known or not Path(known["path"]).is_file():
        return None
    return Waiting(**known)


def _run(
    request: HttpRequest, waiting: Waiting, organisation: Organisation, *, dry_run: bool, accept_valid: bool
) -> ImportReport:
    return import_works(
        Path(waiting.path),
        organisation,
        by=request.user if request.user.is_authenticated else None,
        dry_run=dry_run,
        accept_valid=accept_valid,
        source=waiting.source or None,
        file_name=waiting.file_name,
    )


def _in_senders_words(error: Exception, waiting: Waiting) -> str:
    """Return the message with the name that the sender gave the file."""
    path = Path(waiting.path)
    return str(error).replace(str(path), waiting.file_name).replace(path.name, waiting.file_name)


def _change(row: int, name: str, what: str) -> dict[str, Any]:
    """Return one row that is new or changes, with the fields as users know them."""
    if what == "created":
        return {"row": row, "name": name, "what": _("nieuw")}
    labels = {f.name: str(f.verbose_name) for f in Work._meta.concrete_fields}
    fields = (part.strip().removesuffix("_id") for part in what.split(","))
    return {"row": row, "name": name, "what": ", ".join(labels.get(part, part) for part in fields)}
