"""The first step: send a file, or go on with one that waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from geo import uploads
from geo.intake.gate import UnreadableFileError
from geo.intake.problems import ImportRefusedError
from planning.partners.models import Organisation
from planning.partners.permissions import organisations_edited_by
from planning.web.importing.access import draft_of, importer
from planning.works.importing import drafts
from planning.works.models import RowOutcome, WorkImport, WorkImportDraft

LARGEST_FILE: Final = 25 * 1024 * 1024
"""Bytes; some fifty times the largest file a partner sent us."""

SUFFIXES: Final = ("xlsx", "csv", "txt", "gpkg", "geojson", "json", "fgb", "zip")
MOST_DRAFTS: Final = 20
MOST_IMPORTS: Final = 20


class UploadForm(forms.Form):
    """Which file, and whose works are in it."""

    file = forms.FileField(
        label=gettext_lazy("Bestand"),
        help_text=gettext_lazy("Excel (xlsx), csv, GeoPackage, GeoJSON of een shapefile als zip; hooguit 25 MB."),
        validators=[FileExtensionValidator(SUFFIXES)],
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in SUFFIXES)}),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Van wie zijn de werken"), empty_label=None
    )
    source = forms.CharField(
        label=gettext_lazy("Naam van dit bestand bij u"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Alleen nodig als u meer dan één bestand bijhoudt, zoals “riool” en “wegen”."),
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            described = [f"{name}-uitleg"] if field.help_text else []
            if self.is_bound and name in self.errors:
                described.append(f"{name}-fout")
                field.widget.attrs["aria-invalid"] = "true"
            if described:
                field.widget.attrs["aria-describedby"] = " ".join(described)

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large for a page; the command import_works takes larger files."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("Dit bestand is groter dan 25 MB; splits het op."))
        return file


@importer
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file, or show what waits and what was imported before."""
    organisations = organisations_edited_by(request.user)
    form = UploadForm(request.POST or None, request.FILES or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        draft = _open(request, form)
        if draft is not None:
            return redirect("import-columns", draft.pk)
    rows = Count("rows", filter=Q(rows__outcome=RowOutcome.REFUSED))
    waiting = WorkImportDraft.objects.editable_by(request.user).select_related("owner", "by").annotate(refused=rows)
    done = WorkImport.objects.editable_by(request.user).select_related("owner", "by")
    context = {
        "section": "planning",
        "step": 1,
        "form": form,
        "only": organisations.first() if organisations.count() == 1 else None,
        "waiting": waiting[:MOST_DRAFTS],
        "done": done[:MOST_IMPORTS],
    }
    return render(request, "web/importeren/bestand.html", context)


def _open(request: HttpRequest, form: UploadForm) -> WorkImportDraft | None:
    """Return the draft of an uploaded file, or None with the reason on the form."""
    file: UploadedFile = form.cleaned_data["file"]
    name = Path(file.name or "").name[:255]
    with uploads.kept(file) as path:
        try:
            return drafts.open_draft(
                path,
                name,
                form.cleaned_data["organisation"],
                request.user if request.user.is_authenticated else None,
                form.cleaned_data["source"],
            )
        except (ImportRefusedError, UnreadableFileError) as error:
            form.add_error("file", str(error).replace(str(path), name).replace(path.name, name))
            form.fields["file"].widget.attrs |= {"aria-invalid": "true", "aria-describedby": "file-uitleg file-fout"}
    return None


@importer
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    draft = draft_of(request, pk)
    messages.success(request, _("%(file)s is weggegooid; er is niets bewaard.") % {"file": draft.file_name})
    draft.delete()
    return redirect("import")
