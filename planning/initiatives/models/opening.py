"""When a neighbourhood centre is open, and who is in."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from planning.initiatives.models.centres import NeighbourhoodCentre, Recurring


class Weekday(models.IntegerChoices):
    """Days of the week, as ``datetime.date.weekday`` counts them."""

    MONDAY = 0, _("maandag")
    TUESDAY = 1, _("dinsdag")
    WEDNESDAY = 2, _("woensdag")
    THURSDAY = 3, _("donderdag")
    FRIDAY = 4, _("vrijdag")
    SATURDAY = 5, _("zaterdag")
    SUNDAY = 6, _("zondag")


@pghistory.track()
class OpeningHours(models.Model):
    """Hours at which a centre is open on a day of the week; a day may have more than one of these."""

    centre = models.ForeignKey(
        NeighbourhoodCentre, verbose_name=_("centrum"), on_delete=models.CASCADE, related_name="hours"
    )
    weekday = models.PositiveSmallIntegerField(_("dag"), choices=Weekday.choices)
    opens = models.TimeField(_("van"))
    closes = models.TimeField(_("tot"))

    class Meta:
        verbose_name = _("openingstijd")
        verbose_name_plural = _("openingstijden")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "weekday", "opens"], name="opening_hours_are_stated_once"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="opening_hours_end_after_they_begin"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_hours_are_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


@pghistory.track()
class OpeningException(models.Model):
    """Days on which a centre is closed, or open at other hours than usual; it goes before public holidays too."""

    centre = models.ForeignKey(
        NeighbourhoodCentre, verbose_name=_("centrum"), on_delete=models.CASCADE, related_name="exceptions"
    )
    first_day = models.DateField(_("eerste dag"))
    last_day = models.DateField(_("laatste dag"))
    opens = models.TimeField(_("toch open van"), null=True, blank=True, help_text=_("Leeg: de hele dag dicht."))
    closes = models.TimeField(_("tot"), null=True, blank=True)
    reason = models.CharField(_("reden"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("afwijkende dag")
        verbose_name_plural = _("afwijkende dagen")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="exception_days_are_in_order"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, opens__lt=F("closes")),
                name="exception_hours_are_both_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day} {self.reason}".strip()


@pghistory.track()
class Presence(Recurring):
    """Who is in a centre, and when: welfare work, the housing association, the police officer of the wijk."""

    class Kind(models.TextChoices):
        WELFARE = "welfare", _("welzijn")
        HOUSING = "housing", _("woningcorporatie")
        POLICE = "police", _("wijkagent")
        MUNICIPALITY = "municipality", _("gemeente")
        OTHER = "other", _("anders")

    centre = models.ForeignKey(
        NeighbourhoodCentre, verbose_name=_("centrum"), on_delete=models.CASCADE, related_name="presences"
    )
    kind = models.CharField(_("soort"), max_length=12, choices=Kind.choices)
    who = models.CharField(_("wie"), max_length=80, help_text=_("Een functie of organisatie, geen naam van een mens."))

    class Meta:
        verbose_name = _("wie is er")
        verbose_name_plural = _("wie zijn er")
        ordering = ["kind", "who"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="presence_starts_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.who
