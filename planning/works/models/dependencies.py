"""Works that wait for each other."""

from __future__ import annotations

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from planning.works.circles import circle_with
from planning.works.models.works import Work


@pghistory.track()
class Dependency(models.Model):
    """A work that waits for another, with the least and the most working days between them (RCPSP/max)."""

    class Type(models.TextChoices):
        FINISH_START = "FS", _("einde → begin")
        START_START = "SS", _("begin → begin")
        FINISH_FINISH = "FF", _("einde → einde")
        START_FINISH = "SF", _("begin → einde")

    predecessor = models.ForeignKey(
        Work, verbose_name=_("voorganger"), on_delete=models.CASCADE, related_name="dependencies_after"
    )
    successor = models.ForeignKey(
        Work, verbose_name=_("opvolger"), on_delete=models.CASCADE, related_name="dependencies_before"
    )
    type = models.CharField(_("soort"), max_length=2, choices=Type.choices, default=Type.FINISH_START)
    minimum_lag_days = models.IntegerField(_("minste tussentijd in werkdagen"), default=0)
    maximum_lag_days = models.IntegerField(_("meeste tussentijd in werkdagen"), null=True, blank=True)
    reason = models.CharField(_("reden"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("afhankelijkheid")
        verbose_name_plural = _("afhankelijkheden")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "type"], name="dependency_is_stated_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="dependency_joins_two_works"),
            models.CheckConstraint(
                condition=Q(maximum_lag_days__isnull=True) | Q(minimum_lag_days__lte=F("maximum_lag_days")),
                name="dependency_lags_are_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor} ({self.type})"

    def clean(self) -> None:
        """Refuse to let a work wait for itself, however far around."""
        ends = (self.predecessor_id, self.successor_id)
        if None not in ends and circle_with(Dependency.edges(without=self.pk), *ends) is not None:
            raise ValidationError(_("Zo zou een werk op zichzelf wachten: deze volgorde loopt in een kring."))

    @classmethod
    def edges(cls, without: int | None = None) -> list[tuple[int, int]]:
        """Return all dependencies as pairs of predecessor and successor."""
        others = cls._default_manager.exclude(pk=without) if without else cls._default_manager.all()
        return list(others.values_list("predecessor_id", "successor_id"))
