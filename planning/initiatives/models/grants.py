"""What partners give to initiatives, and from which yearly budget."""

from __future__ import annotations

from typing import Self

import pghistory
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from geo.models import Wijk
from planning.initiatives.models.initiative import MONEY, Initiative
from planning.partners.models import Organisation, User


class GrantBudgetQuerySet(models.QuerySet["GrantBudget"]):
    """Selections of budgets in the domain's words."""

    def with_left(self) -> Self:
        """Add what was given and what is left: ``given_eur``, ``given_hours``, ``left_eur``, ``left_hours``.

        What is left is below zero where more was given, with a reason, than there was.
        """

        def given(column: str) -> Coalesce:
            sums = Grant.objects.filter(budget=OuterRef("pk")).order_by().values("budget").annotate(all=Sum(column))
            return Coalesce(Subquery(sums.values("all")), 0, output_field=MONEY)

        return self.annotate(given_eur=given("amount_eur"), given_hours=given("hours")).annotate(
            left_eur=F("money_eur") - F("given_eur"), left_hours=F("people_hours") - F("given_hours")
        )


@pghistory.track()
class GrantBudget(models.Model):
    """What a partner sets aside for the initiatives of one wijk in one year: money, and hours of its people."""

    partner = models.ForeignKey(
        Organisation, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="grant_budgets"
    )
    wijk = models.ForeignKey(Wijk, verbose_name=_("wijk"), on_delete=models.PROTECT, related_name="grant_budgets")
    year = models.PositiveSmallIntegerField(_("jaar"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    money_eur = models.DecimalField(
        _("geld in euro"), max_digits=9, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    people_hours = models.DecimalField(
        _("uren van mensen"), max_digits=7, decimal_places=1, default=0, validators=[MinValueValidator(0)]
    )

    objects = GrantBudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget voor initiatieven")
        verbose_name_plural = _("budgetten voor initiatieven")
        ordering = ["-year", "wijk__name", "partner__name"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "wijk", "year"], name="one_grant_budget_per_wijk_and_year"),
            models.CheckConstraint(condition=Q(money_eur__gte=0, people_hours__gte=0), name="grant_budget_not_below_0"),
        ]

    def __str__(self) -> str:
        return f"{self.partner} · {self.wijk} · {self.year}"


@pghistory.track()
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
    hours = models.DecimalField(_("uren"), max_digits=6, decimal_places=1, null=True, blank=True)
    description = models.CharField(_("wat"), max_length=200)
    granted_on = models.DateField(_("toegekend op"))
    budget = models.ForeignKey(
        GrantBudget,
        verbose_name=_("uit budget"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
    )
    beyond_reason = models.CharField(_("reden om meer te geven dan er over is"), max_length=240, blank=True)
    by = models.ForeignKey(User, verbose_name=_("gebruiker"), on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("toekenning")
        verbose_name_plural = _("toekenningen")
        ordering = ["-granted_on"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="money") | Q(amount_eur__gt=0), name="grant_of_money_has_an_amount"
            ),
            models.CheckConstraint(condition=Q(kind="money") | Q(amount_eur=None), name="only_money_has_an_amount"),
            models.CheckConstraint(
                condition=Q(hours=None) | Q(kind="people", hours__gt=0), name="only_people_have_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.description
