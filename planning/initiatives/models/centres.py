"""Neighbourhood centres with what is on, and the meetings that residents are invited to."""

from __future__ import annotations

import pghistory
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.models import Address, Wijk, mercator_field
from planning.partners.models import Organisation
from planning.works.models import External, Work


@pghistory.track(exclude=["mercator"])
class NeighbourhoodCentre(External):
    """A Buurt Informatie Centrum (BIC): an ordinary house as a meeting place."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        BEING_SET_UP = "being_set_up", _("in oprichting")
        CLOSED = "closed", _("gesloten")

    name = models.CharField(_("naam"), max_length=120, unique=True)
    slug = models.SlugField(_("adres op de site"), max_length=130, unique=True)
    wijk = models.ForeignKey(
        Wijk, verbose_name=_("wijk"), on_delete=models.SET_NULL, null=True, blank=True, related_name="centres"
    )
    state = models.CharField(_("stand"), max_length=12, choices=State.choices, default=State.OPEN)
    description = models.TextField(_("over dit centrum"), blank=True)
    address_text = models.CharField(_("adres"), max_length=160, blank=True)
    address = models.ForeignKey(
        Address, verbose_name=_("adres in de BAG"), on_delete=models.SET_NULL, null=True, blank=True
    )
    point = models.PointField(_("plek"), srid=RD_NEW)
    mercator = mercator_field("point")
    opening_hours = models.CharField(
        _("open, in woorden"),
        max_length=200,
        blank=True,
        help_text=_("Zoals: maandag tot en met vrijdag van 9 tot 17 uur"),
    )
    present = models.CharField(_("wie zijn er"), max_length=240, blank=True)
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("buurtinformatiecentrum")
        verbose_name_plural = _("buurtinformatiecentra")
        indexes = [GistIndex(fields=["mercator"], name="centre_mercator")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the centre's page."""
        return reverse("bic-page", args=[self.slug])


class Recurring(models.Model):
    """What takes place once or again and again (RRULE, RFC 5545), but not on some days."""

    starts_at = models.DateTimeField(_("eerste keer, begin"))
    ends_at = models.DateTimeField(_("eerste keer, einde"))
    recurrence = models.CharField(
        _("herhaling"), max_length=200, blank=True, help_text=_("Als RRULE, zoals FREQ=WEEKLY;BYDAY=TU.")
    )
    not_on = ArrayField(
        models.DateField(),
        verbose_name=_("niet op"),
        default=list,
        blank=True,
        help_text=_("Dagen waarop het niet doorgaat, zoals 2026-12-25, 2027-01-01."),
    )

    class Meta:
        abstract = True


@pghistory.track()
class Activity(Recurring, External):
    """Something to do in a centre."""

    centre = models.ForeignKey(
        NeighbourhoodCentre, verbose_name=_("centrum"), on_delete=models.CASCADE, related_name="activities"
    )
    title = models.CharField(_("titel"), max_length=120)
    description = models.TextField(_("omschrijving"), blank=True)

    class Meta:
        verbose_name = _("activiteit")
        verbose_name_plural = _("activiteiten")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="activity_starts_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track(exclude=["mercator"])
class Meeting(External):
    """A residents' meeting about works or about a wijk."""

    title = models.CharField(_("titel"), max_length=160)
    description = models.TextField(_("omschrijving"), blank=True)
    organiser = models.ForeignKey(
        Organisation,
        verbose_name=_("uitnodigende partner"),
        on_delete=models.PROTECT,
        related_name="meetings",
    )
    starts_at = models.DateTimeField(_("begin"))
    ends_at = models.DateTimeField(_("einde"))
    location = models.CharField(_("waar"), max_length=160)
    point = models.PointField(_("plek"), srid=RD_NEW)
    mercator = mercator_field("point")
    wijk = models.ForeignKey(
        Wijk,
        verbose_name=_("wijk"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="meetings",
    )
    works = models.ManyToManyField(Work, verbose_name=_("werken"), blank=True, related_name="meetings")
    report = models.TextField(_("verslag"), blank=True)
    invitation_area = models.PolygonField(
        _("wie is uitgenodigd"), srid=RD_NEW, null=True, blank=True, help_text=_("Leeg: wie bij de werken woont.")
    )
    invitation_radius_m = models.PositiveSmallIntegerField(_("anders: binnen zoveel meter van de werken"), default=150)
    sign_up = models.BooleanField(_("bewoners melden zich aan"), default=False)
    capacity = models.PositiveSmallIntegerField(_("plaatsen"), null=True, blank=True)

    class Meta:
        verbose_name = _("bewonersavond")
        verbose_name_plural = _("bewonersavonden")
        indexes = [GistIndex(fields=["mercator"], name="meeting_mercator")]
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="meeting_starts_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the meeting's page."""
        return reverse("meeting", args=[self.pk])
