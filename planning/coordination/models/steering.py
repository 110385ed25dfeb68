"""When the steering group of a wijk last looked, so that the next report says what changed since."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.models import Wijk


@pghistory.track()
class SteeringReport(models.Model):
    """A report that the steering group had before it."""

    wijk = models.ForeignKey(Wijk, verbose_name=_("wijk"), on_delete=models.CASCADE, related_name="steering_reports")
    on = models.DateField(_("op"))
    note = models.CharField(_("opmerking"), max_length=200, blank=True)
    by = models.ForeignKey("partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("rapport voor de stuurgroep")
        verbose_name_plural = _("rapporten voor de stuurgroep")
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["wijk", "on"], name="one_steering_report_a_day")]

    def __str__(self) -> str:
        return f"{self.wijk} · {self.on:%d-%m-%Y}"
