"""How rules are set, and what owners can bear."""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.partners.models import Organisation
from planning.works.kinds import WorkKind


@pghistory.track()
class RuleSetting(models.Model):
    """How a municipality sets a rule: switched off, or with another limit than the default."""

    municipality_code = models.CharField(_("gemeentecode"), max_length=6)
    rule = models.CharField(_("regel"), max_length=40)
    enabled = models.BooleanField(_("aan"), default=True)
    parameters = models.JSONField(
        _("instellingen"), default=dict, blank=True, help_text=_("Alleen wat anders is dan de standaard.")
    )

    class Meta:
        verbose_name = _("regelinstelling")
        verbose_name_plural = _("regelinstellingen")
        constraints = [
            models.UniqueConstraint(fields=["municipality_code", "rule"], name="one_setting_per_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} · {self.municipality_code}"


@pghistory.track()
class Crew(models.Model):
    """How many works of one kind an owner can do at the same time."""

    owner = models.ForeignKey(Organisation, verbose_name=_("eigenaar"), on_delete=models.CASCADE, related_name="crews")
    kind = models.CharField(_("soort werk"), max_length=20, choices=WorkKind.choices)
    number = models.PositiveSmallIntegerField(_("ploegen"), help_text=_("Zoveel werken tegelijk."))

    class Meta:
        verbose_name = _("ploegen")
        verbose_name_plural = _("ploegen")
        ordering = ["owner", "kind"]
        constraints = [models.UniqueConstraint(fields=["owner", "kind"], name="crews_per_owner_and_kind")]

    def __str__(self) -> str:
        return f"{self.owner} · {self.get_kind_display()} · {self.number}"


@pghistory.track()
class YearBudget(models.Model):
    """What an owner can spend on works that start in a year."""

    owner = models.ForeignKey(
        Organisation, verbose_name=_("eigenaar"), on_delete=models.CASCADE, related_name="year_budgets"
    )
    year = models.PositiveSmallIntegerField(_("jaar"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    amount_eur = models.DecimalField(
        _("bedrag in euro"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("jaarbudget")
        verbose_name_plural = _("jaarbudgetten")
        ordering = ["owner", "year"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "year"], name="budget_per_owner_and_year"),
            models.CheckConstraint(condition=Q(amount_eur__gte=0), name="budget_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.owner} · {self.year}"
