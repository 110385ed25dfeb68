"""The files that partners bring their works in: what waits to be kept, row by row, and what was kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Self

import pghistory
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.models import mercator_field
from planning.partners.models import Organisation
from planning.partners.permissions import organisations_edited_by
from planning.works.kinds import WorkKind
from planning.works.models.works import Work

if TYPE_CHECKING:
    from planning.partners.visibility import Viewer

DRAFT_KEPT: Final = dt.timedelta(days=30)
"""How long a draft waits for its owner after it was last touched."""

SILENT_TOO_LONG: Final = dt.timedelta(minutes=5)
"""How long background work on a draft may be silent; keeping 50,000 works is one silent step of a minute or two."""


class WorkImportQuerySet(models.QuerySet["WorkImport"]):
    """Selections of imports."""

    def editable_by(self, viewer: Viewer) -> Self:
        """Keep the imports of organisations whose works ``viewer`` may change."""
        return self.filter(owner__in=organisations_edited_by(viewer))


class WorkImport(models.Model):
    """One run of an import of works: what came in, from whom, and what it did."""

    owner = models.ForeignKey(
        Organisation, verbose_name=_("eigenaar"), on_delete=models.CASCADE, related_name="work_imports"
    )
    by = models.ForeignKey("partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(_("op"), auto_now_add=True)
    file_name = models.CharField(_("bestand"), max_length=255)
    sha256 = models.CharField(_("vingerafdruk"), max_length=64)
    source = models.CharField(_("bron"), max_length=100)
    created = models.PositiveIntegerField(_("nieuw"), default=0)
    updated = models.PositiveIntegerField(_("gewijzigd"), default=0)
    unchanged = models.PositiveIntegerField(_("gelijk"), default=0)
    refused = models.PositiveIntegerField(_("geweigerd"), default=0)
    vanished = models.PositiveIntegerField(_("verdwenen uit het bestand"), default=0)
    cancelled = models.PositiveIntegerField(_("op vervallen gezet"), default=0)
    deleted = models.PositiveIntegerField(_("verwijderd"), default=0)
    problems = models.JSONField(_("problemen"), default=list, blank=True)
    context = models.UUIDField(_("verband in de geschiedenis"), null=True, editable=False)
    draft_number = models.PositiveBigIntegerField(
        _("nummer van het voorstel"), null=True, editable=False, db_index=True
    )
    undone_at = models.DateTimeField(_("teruggedraaid op"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "partners.User",
        verbose_name=_("teruggedraaid door"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = WorkImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import van werken")
        verbose_name_plural = _("imports van werken")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.file_name} · {self.at:%d-%m-%Y %H:%M}"

    def get_absolute_url(self) -> str:
        """Return the address of what the import did."""
        return reverse("import-kept", args=[self.pk])


@pghistory.track()
class ImportMapping(models.Model):
    """What an organisation said of the columns of a file that it brings again and again."""

    owner = models.ForeignKey(
        Organisation, verbose_name=_("eigenaar"), on_delete=models.CASCADE, related_name="import_mappings"
    )
    source = models.CharField(_("bron"), max_length=100)
    columns = models.JSONField(_("kolommen"), default=dict, help_text=_("Kolom in het bestand: veld, of leeg."))
    constants = models.JSONField(_("voor alle rijen"), default=dict, blank=True)
    updated_at = models.DateTimeField(_("gewijzigd"), auto_now=True)

    class Meta:
        verbose_name = _("kolomindeling")
        verbose_name_plural = _("kolomindelingen")
        constraints = [models.UniqueConstraint(fields=["owner", "source"], name="import_mapping_per_source")]

    def __str__(self) -> str:
        return f"{self.owner} · {self.source}"


class WorkImportDraftQuerySet(models.QuerySet["WorkImportDraft"]):
    """Selections of drafts."""

    def editable_by(self, viewer: Viewer) -> Self:
        """Keep the drafts that wait, of organisations whose works ``viewer`` may change."""
        return self.filter(owner__in=organisations_edited_by(viewer), touched_at__gt=timezone.now() - DRAFT_KEPT)

    def expired(self) -> Self:
        """Keep what nobody touched for so long that it may go."""
        return self.filter(touched_at__lte=timezone.now() - DRAFT_KEPT)


class WorkImportDraft(models.Model):
    """A file of works that was read but not kept yet: its columns, and its rows as ``WorkImportRow``."""

    class Stage(models.TextChoices):
        COLUMNS = "columns", _("kolommen kiezen")
        CHECKING = "checking", _("wordt gecontroleerd")
        CHECKED = "checked", _("bekijken en verbeteren")
        KEEPING = "keeping", _("wordt bewaard")

    owner = models.ForeignKey(
        Organisation, verbose_name=_("eigenaar"), on_delete=models.CASCADE, related_name="import_drafts"
    )
    by = models.ForeignKey("partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True)
    source = models.CharField(_("bron"), max_length=100)
    file_name = models.CharField(_("bestand"), max_length=255)
    sha256 = models.CharField(_("vingerafdruk"), max_length=64)
    headers = models.JSONField(_("kolommen"))
    columns = models.JSONField(_("kolom naar veld"), default=dict)
    constants = models.JSONField(_("voor alle rijen"), default=dict)
    notices = models.JSONField(_("opmerkingen"), default=list)
    stage = models.CharField(_("stap"), max_length=8, choices=Stage.choices, default=Stage.COLUMNS)
    total = models.PositiveIntegerField(_("rijen"), default=0)
    partly_kept = models.BooleanField(_("deels bewaard"), default=False)
    checked = models.PositiveIntegerField(_("gecontroleerd"), default=0)
    created_at = models.DateTimeField(_("gemaakt"), auto_now_add=True)
    touched_at = models.DateTimeField(_("aangeraakt"), default=timezone.now)

    objects = WorkImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("import in voorbereiding")
        verbose_name_plural = _("imports in voorbereiding")
        ordering = ["-touched_at"]
        indexes = [models.Index(fields=["touched_at"], name="import_draft_touched")]

    def __str__(self) -> str:
        return f"{self.file_name} · {self.owner}"

    def get_absolute_url(self) -> str:
        """Return the address where its rows are looked at and mended."""
        return reverse("import-preview", args=[self.pk])

    @property
    def is_busy(self) -> bool:
        """Whether it is being checked or kept in the background."""
        return self.stage in {self.Stage.CHECKING, self.Stage.KEEPING}

    @property
    def is_stuck(self) -> bool:
        """Whether background work on it gave no sign of life for long."""
        return self.is_busy and self.touched_at < timezone.now() - SILENT_TOO_LONG

    @property
    def expires_at(self) -> dt.datetime:
        """When the draft goes where nobody touches it."""
        return self.touched_at + DRAFT_KEPT


class RowOutcome(models.TextChoices):
    """What a row would do to the plan."""

    NEW = "new", _("nieuw")
    CHANGED = "changed", _("gewijzigd")
    UNCHANGED = "unchanged", _("gelijk")
    REFUSED = "refused", _("geweigerd")


class WorkImportRow(models.Model):
    """A row of a draft: what its file says, what was mended by hand, and what the last check made of it."""

    draft = models.ForeignKey(WorkImportDraft, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("rij"))
    cells = models.JSONField(_("cellen"))
    mended = models.JSONField(_("met de hand"), default=dict, help_text=_("Veld: wat er in plaats van de cel geldt."))
    outcome = models.CharField(_("uitkomst"), max_length=9, choices=RowOutcome.choices, blank=True)
    key = models.CharField(_("kenmerk"), max_length=100, blank=True)
    name = models.CharField(_("naam"), max_length=200, blank=True)
    kind = models.CharField(_("soort"), max_length=20, choices=WorkKind.choices, blank=True)
    planned_start = models.DateField(_("begin"), null=True)
    planned_finish = models.DateField(_("einde"), null=True)
    date_precision = models.CharField(_("nauwkeurigheid"), max_length=8, choices=Work.Precision.choices, blank=True)
    work = models.ForeignKey(Work, on_delete=models.SET_NULL, null=True, related_name="+")
    changes = models.JSONField(_("verschillen"), default=list)
    problems = models.JSONField(_("problemen"), default=list)
    repairs = models.JSONField(_("zelf hersteld"), default=list)
    geometry = models.GeometryField(_("plek"), srid=RD_NEW, null=True)
    mercator = mercator_field()

    class Meta:
        verbose_name = _("rij van een import")
        verbose_name_plural = _("rijen van een import")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="import_row_number"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *RowOutcome.values]), name="import_row_outcome_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["draft", "outcome", "number"], name="import_row_outcome"),
            models.Index(fields=["draft", "key"], name="import_row_key"),
            GistIndex(fields=["mercator"], name="import_row_mercator"),
        ]

    def __str__(self) -> str:
        return f"{self.draft} · {self.number}"
