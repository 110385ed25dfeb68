"""What the partners must talk about: findings that rules made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.functions import text_index
from geo.models import Wijk, mercator_field
from geo.text import in_readers_language
from planning.initiatives.models import Initiative, Meeting
from planning.partners.viewers import Scope
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


class FindingQuerySet(models.QuerySet["Finding"]):
    """Selections of findings in the domain's words."""

    def current(self) -> Self:
        """Keep what the last detection still found."""
        return self.filter(resolved_at__isnull=True)

    def visible_to(self, viewer: Viewer, today: dt.date | None = None) -> Self:
        """Keep findings of which ``viewer`` may see every work."""
        visible = Work.objects.visible_to(viewer, today, Scope.FINDINGS_READ).filter(pk=OuterRef("work_id"))
        # Asked per finding, not "in": PostgreSQL then looks only at works of findings that are wanted at all.
        hidden = Finding.works.through.objects.filter(~Exists(visible), finding=OuterRef("pk"))
        return self.filter(~Exists(hidden))

    def worst_first(self) -> Self:
        """Order by severity, conflicts before chances, then by date."""
        return self.order_by("-severity", "start", "rule", "pk")


class Finding(models.Model):
    """A conflict or a chance that a rule found between works, at a place, in a period.

    ``key`` is the rule with the identities of its works, so that the finding stays itself when dates change and
    what people said of it is not lost.
    """

    class Kind(models.TextChoices):
        CONFLICT = "conflict", _("botsing")
        OPPORTUNITY = "opportunity", _("kans")

    class Severity(models.IntegerChoices):
        HINT = 1, _("kans")
        WARNING = 2, _("let op")
        SERIOUS = 3, _("ernstig")
        HARD = 4, _("kan niet")

    key = models.CharField(_("sleutel"), max_length=160, unique=True)
    rule = models.CharField(_("regel"), max_length=40, db_index=True)
    kind = models.CharField(_("soort"), max_length=11, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField(_("ernst"), choices=Severity.choices)
    works = models.ManyToManyField(Work, verbose_name=_("werken"), related_name="findings")
    initiatives = models.ManyToManyField(
        Initiative, verbose_name=_("initiatieven"), blank=True, related_name="findings"
    )
    meetings = models.ManyToManyField(Meeting, verbose_name=_("bewonersavonden"), blank=True, related_name="findings")
    wijk = models.ForeignKey(
        Wijk,
        verbose_name=_("wijk"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="findings",
    )
    start = models.DateField(_("van"))
    finish = models.DateField(_("tot"))
    geometry = models.GeometryField(_("plek"), srid=RD_NEW)
    mercator = mercator_field()
    sentence_nl = models.TextField(_("zin"))
    sentence_en = models.TextField(_("zin in het Engels"))
    facts = models.JSONField(_("feiten"), default=dict)
    first_seen = models.DateTimeField(_("eerst gezien"), auto_now_add=True)
    changed_at = models.DateTimeField(_("laatst veranderd"), auto_now=True)
    resolved_at = models.DateTimeField(_("opgelost"), null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("bevinding")
        verbose_name_plural = _("bevindingen")
        ordering = ["-severity", "start", "rule", "pk"]
        indexes = [
            GistIndex(fields=["mercator"], name="finding_mercator"),
            text_index("sentence_nl", "finding_sentence_nl_text"),
            text_index("sentence_en", "finding_sentence_en_text"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["conflict", "opportunity"]), name="finding_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """Return the finding in one sentence, in the language of the page."""
        return in_readers_language(self.sentence_nl, self.sentence_en)
