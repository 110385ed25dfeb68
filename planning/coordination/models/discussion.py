"""What the partners say of a finding: how each assesses it, remarks, and who takes it up by when."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.coordination.models.findings import Finding
from planning.partners.models import Organisation


@pghistory.track()
class Assessment(models.Model):
    """What one organisation says of a finding. Where there is none it is open; nobody can hide it from another."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        AGREED = "agreed", _("mee eens")
        DISMISSED = "dismissed", _("terzijde gelegd")

    finding = models.ForeignKey(
        Finding, verbose_name=_("bevinding"), on_delete=models.CASCADE, related_name="assessments"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisatie"), on_delete=models.CASCADE, related_name="assessments"
    )
    state = models.CharField(_("oordeel"), max_length=9, choices=State.choices, default=State.OPEN)
    reason = models.CharField(_("reden"), max_length=500, blank=True)
    by = models.ForeignKey("partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(_("op"), auto_now=True)
    reopened = models.BooleanField(
        _("heropend"), default=False, help_text=_("Weer open, omdat een werk veranderde na het oordeel.")
    )

    class Meta:
        verbose_name = _("oordeel")
        verbose_name_plural = _("oordelen")
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "organisation"], name="one_assessment_per_organisation"),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(reason=""), name="finding_is_dismissed_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_state_display()}"


@pghistory.track()
class Remark(models.Model):
    """What somebody of a partner says about a finding, for all partners."""

    finding = models.ForeignKey(Finding, verbose_name=_("bevinding"), on_delete=models.CASCADE, related_name="remarks")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisatie"), on_delete=models.CASCADE, related_name="remarks"
    )
    by = models.ForeignKey("partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True)
    at = models.DateTimeField(_("op"), auto_now_add=True)
    text = models.TextField(_("opmerking"), max_length=2000)

    class Meta:
        verbose_name = _("opmerking")
        verbose_name_plural = _("opmerkingen")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


@pghistory.track()
class Assignment(models.Model):
    """Which organisation takes a finding up, and by when."""

    finding = models.OneToOneField(
        Finding, verbose_name=_("bevinding"), on_delete=models.CASCADE, related_name="assignment"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("pakt het op"), on_delete=models.CASCADE, related_name="assignments"
    )
    due = models.DateField(_("uiterlijk"), null=True, blank=True)
    by = models.ForeignKey("partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(_("op"), auto_now=True)

    class Meta:
        verbose_name = _("toewijzing")
        verbose_name_plural = _("toewijzingen")

    def __str__(self) -> str:
        return f"{self.organisation} · {self.due or '-'}"
