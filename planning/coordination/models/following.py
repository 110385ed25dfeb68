"""Residents who follow a place, an idea, a project or a wijk by mail.

Nothing of this is tracked by the history, which would keep what must be forgotten.
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.models import Wijk
from planning.initiatives.models import Initiative
from planning.works.models import Project


class Follower(models.Model):
    """An e-mail address that follows something; it is mailed only once its owner has said so from the mail itself."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    turn = models.PositiveSmallIntegerField(default=1, help_text=_("Een hoger getal maakt oude links ongeldig."))
    confirmed_at = models.DateTimeField(_("bevestigd"), null=True, blank=True)
    asked_at = models.DateTimeField(_("gevraagd"), db_index=True)
    mailed_at = models.DateTimeField(_("laatste mail"), null=True, blank=True)
    language = models.CharField(max_length=10, default="nl", editable=False)
    """In which mails are written: that of the page where they were asked for."""

    class Meta:
        verbose_name = _("volger")
        verbose_name_plural = _("volgers")

    def __str__(self) -> str:
        return self.email


class Follow(models.Model):
    """What somebody follows: just one of the four."""

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="follows")
    label = models.CharField(_("wat"), max_length=160)
    point = models.PointField(_("plek"), srid=RD_NEW, null=True, blank=True)
    radius_m = models.PositiveSmallIntegerField(_("straal in meter"), default=300)
    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    wijk = models.ForeignKey(Wijk, on_delete=models.CASCADE, null=True, blank=True, related_name="follows")
    confirmed = models.BooleanField(_("bevestigd"), default=False)
    made_at = models.DateTimeField(_("gemaakt"), auto_now_add=True)

    class Meta:
        verbose_name = _("wat iemand volgt")
        verbose_name_plural = _("wat mensen volgen")
        constraints = [
            models.CheckConstraint(
                condition=Q(point__isnull=False, initiative=None, project=None, wijk=None)
                | Q(point=None, initiative__isnull=False, project=None, wijk=None)
                | Q(point=None, initiative=None, project__isnull=False, wijk=None)
                | Q(point=None, initiative=None, project=None, wijk__isnull=False),
                name="follow_is_of_one_thing",
            ),
            models.UniqueConstraint(fields=["follower", "initiative"], name="an_initiative_is_followed_once"),
            models.UniqueConstraint(fields=["follower", "project"], name="a_project_is_followed_once"),
            models.UniqueConstraint(fields=["follower", "wijk"], name="a_wijk_is_followed_once"),
        ]

    def __str__(self) -> str:
        return self.label
