"""What happened between the partners: one row per thing that others should hear of, never changed afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from geo.text import in_readers_language
from planning.coordination.models.proposals import Proposal
from planning.coordination.models.scenarios import SequenceSearch
from planning.partners.models import Organisation
from planning.partners.permissions import rights_of
from planning.partners.viewers import Scope
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


class HappeningQuerySet(models.QuerySet["Happening"]):
    """Selections of happenings in the domain's words."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what the viewer's organisations did or what touches them."""
        rights = rights_of(viewer, Scope.PROPOSALS_READ)
        if rights.everything:
            return self
        own = rights.member_of
        touched = Happening.touches.through.objects.filter(happening=OuterRef("pk"), organisation__in=own)
        return self.filter(Q(organisation__in=own) | Exists(touched))


class Happening(models.Model):
    """Something that happened: what, by whom, about which works, and which organisations it touches."""

    class Kind(models.TextChoices):
        RESCHEDULED = "rescheduled", _("data gewijzigd")
        SLIPPED = "slipped", _("uitloop")
        PROPOSAL_SENT = "proposal_sent", _("voorstel gestuurd")
        ANSWERED = "answered", _("geantwoord")
        COUNTERED = "countered", _("tegenvoorstel")
        REOPENED = "reopened", _("opnieuw gevraagd")
        AGREED = "agreed", _("tegenvoorstel goedgevonden")
        APPLIED = "applied", _("doorgevoerd")
        CONFLICT = "conflict", _("niet doorgevoerd")
        UNDONE = "undone", _("teruggenomen")
        REFRESHED = "refreshed", _("vernieuwd")
        WITHDRAWN = "withdrawn", _("ingetrokken")
        EXPIRED = "expired", _("verlopen")
        SEARCH_ENDED = "search_ended", _("zoektocht klaar")
        ASSESSED = "assessed", _("bevinding beoordeeld")
        REMARKED = "remarked", _("opmerking bij een bevinding")
        ASSIGNED = "assigned", _("bevinding opgepakt")
        FINDING_REOPENED = "finding_reopened", _("bevinding weer open")

    kind = models.CharField(_("wat"), max_length=16, choices=Kind.choices)
    at = models.DateTimeField(_("wanneer"), auto_now_add=True, db_index=True)
    by = models.ForeignKey("partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("namens"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="happenings",
    )
    touches = models.ManyToManyField(
        Organisation, verbose_name=_("raakt"), blank=True, related_name="happenings_touching"
    )
    works = models.ManyToManyField(Work, verbose_name=_("werken"), blank=True, related_name="happenings")
    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("voorstel"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="happenings",
    )
    search = models.ForeignKey(
        SequenceSearch,
        verbose_name=_("zoektocht"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="happenings",
    )
    sentence_nl = models.TextField(_("zin"))
    sentence_en = models.TextField(_("zin in het Engels"))
    facts = models.JSONField(_("feiten"), default=dict)

    objects = HappeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("gebeurtenis")
        verbose_name_plural = _("gebeurtenissen")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """Return what happened in one sentence, in the language of the page."""
        return in_readers_language(self.sentence_nl, self.sentence_en)

    @property
    def path(self) -> str:
        """Return the address of the page where one goes on from here."""
        if self.proposal_id is not None:
            return reverse("voorstel", args=[self.proposal_id])
        if "finding" in self.facts:
            return reverse("finding", args=[self.facts["finding"]])
        return reverse("planning")
