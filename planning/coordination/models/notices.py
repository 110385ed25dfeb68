"""How people hear what happened: in the page, by mail, in their calendar, or by webhook in programs of their own."""

from __future__ import annotations

import pghistory
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.models import Wijk
from planning.coordination.models.happenings import Happening
from planning.partners.models import Organisation
from planning.works.models import Project


class NoticeSettings(models.Model):
    """How one person wants to hear, and up to where this person has read and was mailed (identities of happenings)."""

    class Mail(models.TextChoices):
        AT_ONCE = "at_once", _("meteen")
        DIGEST = "digest", _("één keer per dag, alles bij elkaar")
        NONE = "none", _("niet")

    user = models.OneToOneField("partners.User", on_delete=models.CASCADE, related_name="notice_settings")
    mail = models.CharField(_("mail"), max_length=7, choices=Mail.choices, default=Mail.DIGEST)
    read_up_to = models.BigIntegerField(_("gelezen tot en met"), default=0)
    mailed_up_to = models.BigIntegerField(_("gemaild tot en met"), default=0)

    class Meta:
        verbose_name = _("instelling van meldingen")
        verbose_name_plural = _("instellingen van meldingen")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_mail_display()}"


class Feed(models.Model):
    """A calendar behind a secret address, for programs that cannot sign in; whoever gave it can take it back.

    Of the address only a digest is kept: who loses it makes a new one.
    """

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("werken van de organisatie")
        WIJK = "wijk", _("alles in een wijk")
        PLACE = "place", _("alles rond een plek")
        PROJECT = "project", _("alles van een project")

    kind = models.CharField(_("wat"), max_length=12, choices=Kind.choices)
    digest = models.CharField(_("vingerafdruk van het adres"), max_length=64, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisatie"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="feeds",
        help_text=_("Leeg: alleen wat iedereen mag zien."),
    )
    wijk = models.ForeignKey(Wijk, verbose_name=_("wijk"), on_delete=models.CASCADE, null=True, blank=True)
    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    point = models.PointField(_("plek"), srid=RD_NEW, null=True, blank=True)
    radius_m = models.PositiveSmallIntegerField(_("straal in meter"), default=250)
    note = models.CharField(_("waarvoor"), max_length=80, blank=True)
    made_by = models.ForeignKey(
        "partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True, related_name="feeds"
    )
    made_at = models.DateTimeField(_("gemaakt"), auto_now_add=True)
    last_used_on = models.DateField(_("laatst gebruikt"), null=True, blank=True)

    class Meta:
        verbose_name = _("agenda-adres")
        verbose_name_plural = _("agenda-adressen")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="organisation", organisation__isnull=False)
                | Q(kind="wijk", wijk__isnull=False)
                | Q(kind="place", point__isnull=False)
                | Q(kind="project", project__isnull=False),
                name="feed_has_what_it_is_about",
            ),
        ]

    def __str__(self) -> str:
        return self.note or str(self.get_kind_display())


@pghistory.track(exclude=["secret"])
class Webhook(models.Model):
    """An address of a partner's own program that hears what happened, signed with a secret that both know."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisatie"), on_delete=models.CASCADE, related_name="webhooks"
    )
    url = models.URLField(_("adres"), max_length=300)
    secret = models.CharField(_("geheim"), max_length=64, editable=False)
    active = models.BooleanField(_("aan"), default=True)
    failures = models.PositiveSmallIntegerField(_("keren achter elkaar mislukt"), default=0)
    made_by = models.ForeignKey(
        "partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True
    )
    made_at = models.DateTimeField(_("gemaakt"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """What was sent to a webhook, and how that went."""

    webhook = models.ForeignKey(Webhook, verbose_name=_("webhook"), on_delete=models.CASCADE, related_name="deliveries")
    happening = models.ForeignKey(
        Happening, verbose_name=_("gebeurtenis"), on_delete=models.CASCADE, null=True, related_name="deliveries"
    )
    made_at = models.DateTimeField(_("gemaakt"), auto_now_add=True)
    tried_at = models.DateTimeField(_("laatst geprobeerd"), null=True)
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    status = models.PositiveSmallIntegerField(_("antwoord"), null=True)
    error = models.CharField(_("fout"), max_length=200, blank=True)
    delivered = models.BooleanField(_("aangekomen"), default=False)

    class Meta:
        verbose_name = _("bezorging")
        verbose_name_plural = _("bezorgingen")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["webhook", "happening"], name="a_happening_is_delivered_once")]

    def __str__(self) -> str:
        return f"{self.webhook} · {self.status or self.error or '-'}"
