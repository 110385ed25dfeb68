"""Who hands in an idea and with what: personal data and photos, apart from the initiative that all may read.

Nothing of this is tracked by the history, which would keep what must be forgotten.
"""

from __future__ import annotations

import uuid

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from planning.initiatives.models.initiative import Initiative, Theme


class Submission(models.Model):
    """An idea as it was sent, until its sender has confirmed the e-mail address; goes then, or after two weeks."""

    title = models.CharField(max_length=120)
    story = models.TextField(max_length=4000)
    theme = models.CharField(max_length=12, choices=Theme.choices)
    asked_eur = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    geometry = models.GeometryField(srid=RD_NEW)
    looks_for_place = models.BooleanField(default=False)
    name = models.CharField(max_length=80)
    email = models.EmailField(max_length=254)
    phone = models.CharField(max_length=20, blank=True)
    token_key = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("ingezonden idee")
        verbose_name_plural = _("ingezonden ideeën")

    def __str__(self) -> str:
        return self.title


class Initiator(models.Model):
    """Whom the team can reach about an initiative; seen by the team alone, and gone when the person asks for it."""

    initiative = models.OneToOneField(
        Initiative, verbose_name=_("initiatief"), on_delete=models.CASCADE, related_name="initiator"
    )
    name = models.CharField(_("naam"), max_length=80)
    email = models.EmailField(_("e-mail"), max_length=254)
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)
    confirmed_at = models.DateTimeField(_("e-mail bevestigd"))
    link_turn = models.PositiveSmallIntegerField(default=1, help_text=_("Een hoger getal maakt oude links ongeldig."))
    language = models.CharField(max_length=10, default="nl", editable=False)
    """In which mails are written: that of the page where they were asked for."""

    class Meta:
        verbose_name = _("bedenker")
        verbose_name_plural = _("bedenkers")

    def __str__(self) -> str:
        return self.name


class Photo(models.Model):
    """A photo, made anew by us and without where it was taken; public once the team has seen it.

    It stands in the database, not beside it: it comes and goes in the same transaction as the idea, every server
    has it, and a backup holds it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, null=True, blank=True, related_name="photos")
    initiative = models.ForeignKey(
        Initiative, verbose_name=_("initiatief"), on_delete=models.CASCADE, null=True, blank=True, related_name="photos"
    )
    place = models.PositiveSmallIntegerField(_("volgorde"), default=0)
    description = models.CharField(_("wat er op de foto staat"), max_length=160, blank=True)
    image = models.BinaryField()
    thumbnail = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    public = models.BooleanField(_("openbaar"), default=False)

    class Meta:
        verbose_name = _("foto")
        verbose_name_plural = _("foto's")
        ordering = ["place", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(submission=None) ^ Q(initiative=None), name="photo_is_of_an_idea_or_of_an_initiative"
            ),
            models.CheckConstraint(condition=Q(public=False) | Q(submission=None), name="photo_of_an_idea_is_hidden"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Attempt(models.Model):
    """How often one network address tried something in one stretch of time: a keyed hash, kept for hours."""

    key = models.CharField(max_length=64, primary_key=True)
    times = models.PositiveIntegerField(default=1)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("poging")
        verbose_name_plural = _("pogingen")

    def __str__(self) -> str:
        return f"{self.times}"
