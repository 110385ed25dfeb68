"""The neighbours' voices: who has a say, and what they said, without who said what.

Addresses and e-mail addresses stand here only as keyed hashes (``planning.initiatives.keys``); the key is not in the
database. Nothing of this is tracked by the history, which would keep what must be forgotten; only the area itself is.
"""

from __future__ import annotations

from typing import Final

import pghistory
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.models import Buurt
from planning.initiatives.models.initiative import Initiative
from planning.partners.models import User

ADDRESSES_PER_EMAIL: Final = 2
"""So many addresses at most speak through one e-mail address: one's own, and that of a neighbour without e-mail."""


def majority(addresses: int) -> int:
    """Return how many of so many addresses are more than half."""
    return addresses // 2 + 1


def still_needed(addresses: int, in_favour: int) -> int:
    """Return how many addresses must still be won."""
    return max(0, majority(addresses) - in_favour)


@pghistory.track(exclude=["in_favour", "against"])
class SupportArea(models.Model):
    """The addresses that have a say in an initiative, counted when the team opened it, and how many are for it."""

    initiative = models.OneToOneField(
        Initiative, verbose_name=_("initiatief"), on_delete=models.CASCADE, related_name="support_area"
    )
    geometry = models.MultiPolygonField(_("gebied"), srid=RD_NEW)
    radius_m = models.PositiveSmallIntegerField(
        _("straal in meter"), null=True, blank=True, help_text=_("Leeg waar het gebied is getekend.")
    )
    addresses = models.PositiveIntegerField(_("adressen"))
    in_favour = models.PositiveIntegerField(_("voor"), default=0)
    against = models.PositiveIntegerField(_("tegen"), default=0)
    opened_at = models.DateTimeField(_("geopend"))
    decided_at = models.DateTimeField(_("besloten"), null=True, blank=True)
    forgotten_at = models.DateTimeField(_("stemmen per adres gewist"), null=True, blank=True)

    class Meta:
        verbose_name = _("draagvlakgebied")
        verbose_name_plural = _("draagvlakgebieden")
        constraints = [
            models.CheckConstraint(condition=Q(geometry__isvalid=True), name="support_area_is_valid"),
            models.CheckConstraint(condition=Q(addresses__gt=0), name="support_area_holds_addresses"),
            models.CheckConstraint(
                condition=Q(addresses__gte=F("in_favour") + F("against")), name="no_more_voices_than_addresses"
            ),
        ]
        indexes = [
            models.Index(fields=["-in_favour"], name="support_area_most_first"),
            models.Index(fields=["decided_at"], condition=Q(forgotten_at=None), name="support_area_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.initiative}: {self.in_favour} / {self.addresses}"

    @property
    def majority(self) -> int:
        """How many addresses are more than half."""
        return majority(self.addresses)

    @property
    def still_needed(self) -> int:
        """How many addresses must still be won."""
        return still_needed(self.addresses, self.in_favour)

    @property
    def is_open(self) -> bool:
        """Whether neighbours can still speak."""
        return self.decided_at is None


class SupportAddress(models.Model):
    """One address that has a say, as a keyed hash; goes when the initiative has been decided on."""

    area = models.ForeignKey(SupportArea, on_delete=models.CASCADE, related_name="households")
    key = models.CharField(max_length=64)
    buurt = models.ForeignKey(Buurt, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("adres met een stem")
        verbose_name_plural = _("adressen met een stem")
        constraints = [models.UniqueConstraint(fields=["area", "key"], name="an_address_is_once_in_an_area")]

    def __str__(self) -> str:
        return self.key[:8]


class Support(models.Model):
    """What one address said; the database itself lets an address speak once."""

    class Way(models.TextChoices):
        EMAIL = "email", _("per e-mail")
        LETTER = "letter", _("met de code uit de brief")

    address = models.OneToOneField(SupportAddress, on_delete=models.CASCADE, related_name="voice")
    area = models.ForeignKey(SupportArea, on_delete=models.CASCADE, related_name="voices")
    in_favour = models.BooleanField(_("voor"))
    way = models.CharField(_("hoe bevestigd"), max_length=6, choices=Way.choices)
    confirmed_at = models.DateTimeField(_("bevestigd"))
    email_key = models.CharField(max_length=64, blank=True)
    email_turn = models.PositiveSmallIntegerField(null=True, blank=True)
    token_key = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("stem")
        verbose_name_plural = _("stemmen")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "email_key", "email_turn"], condition=~Q(email_key=""), name="voices_per_email_are_few"
            ),
            models.CheckConstraint(
                condition=Q(way="letter", email_key="", email_turn=None)
                | (Q(way="email", email_turn__gte=1, email_turn__lte=ADDRESSES_PER_EMAIL) & ~Q(email_key="")),
                name="voice_by_email_has_a_turn",
            ),
        ]

    def __str__(self) -> str:
        return self.get_way_display()


class PendingSupport(models.Model):
    """A voice that still has to be confirmed by the link in an e-mail; goes when used, or after a week."""

    address = models.ForeignKey(SupportAddress, on_delete=models.CASCADE, related_name="pending")
    in_favour = models.BooleanField()
    email_key = models.CharField(max_length=64, db_index=True)
    token_key = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("stem die nog bevestigd moet worden")
        verbose_name_plural = _("stemmen die nog bevestigd moeten worden")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"


class LetterCode(models.Model):
    """The code in the letter to one address; used once, kept as a keyed hash."""

    address = models.OneToOneField(SupportAddress, on_delete=models.CASCADE, related_name="code")
    code_key = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("code van een brief")
        verbose_name_plural = _("codes van brieven")

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class SupportCorrection(models.Model):
    """What the team changed in a count, and why: for everyone to see, for good."""

    area = models.ForeignKey(SupportArea, on_delete=models.CASCADE, related_name="corrections")
    at = models.DateTimeField(_("wanneer"))
    addresses = models.IntegerField(_("adressen erbij of eraf"), default=0)
    in_favour = models.IntegerField(_("stemmen voor erbij of eraf"), default=0)
    against = models.IntegerField(_("stemmen tegen erbij of eraf"), default=0)
    reason = models.CharField(_("reden"), max_length=240)
    by = models.ForeignKey(User, verbose_name=_("gebruiker"), on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("correctie van een telling")
        verbose_name_plural = _("correcties van tellingen")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="support_correction_has_a_reason")]

    def __str__(self) -> str:
        return self.reason
