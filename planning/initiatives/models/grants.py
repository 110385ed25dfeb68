"""What partners give to initiatives."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.initiatives.models.initiative import Initiative
from planning.partners.models import Organisation


class Grant(models.Model):
    """What a partner gives to an initiative: money, people or means."""

    class Kind(models.TextChoices):
        MONEY = "money", _("geld")
        PEOPLE = "people", _("mensen")
        MEANS = "means", _("middelen")

    initiative = models.ForeignKey(
        Initiative, verbose_name=_("initiatief"), on_delete=models.CASCADE, related_name="grants"
    )
    partner = models.ForeignKey(
        Organisation, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="grants"
    )
    kind = models.CharField(_("soort"), max_length=6, choices=Kind.choices)
    amount_eur = models.DecimalField(_("bedrag in euro"), max_digits=9, decimal_places=2, null=True, blank=True)
    description = models.CharField(_("wat"), max_length=200)
    granted_on = models.DateField(_("toegekend op"))

    class Meta:
        verbose_name = _("toekenning")
        verbose_name_plural = _("toekenningen")
        ordering = ["-granted_on"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="money") | Q(amount_eur__gt=0), name="grant_of_money_has_an_amount"
            ),
        ]

    def __str__(self) -> str:
        return self.description
