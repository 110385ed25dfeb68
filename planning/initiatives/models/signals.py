"""What residents tell that is wrong, and who comes to a meeting. Not tracked: it must be forgotten."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.models import Buurt
from planning.initiatives.models.centres import Meeting
from planning.partners.models import Organisation
from planning.works.models import Work


class Signal(models.Model):
    """Something that is wrong at a place, for the partner that owns it; seen by the partners alone."""

    class Kind(models.TextChoices):
        SITE = "site", _("bij werk of een bouwplaats")
        HOME = "home", _("aan een huis of in een trappenhuis")
        STREET = "street", _("op straat of op de stoep")
        GREEN = "green", _("in het groen of op een speelplek")
        OTHER = "other", _("iets anders")

    class State(models.TextChoices):
        RECEIVED = "received", _("ontvangen")
        TAKEN_UP = "taken_up", _("wordt opgepakt")
        SOLVED = "solved", _("opgelost")
        DECLINED = "declined", _("hier doen wij niets aan")

    kind = models.CharField(_("waar gaat het over"), max_length=6, choices=Kind.choices)
    text = models.TextField(_("wat is er"), max_length=1500)
    point = models.PointField(_("plek"), srid=RD_NEW)
    place = models.CharField(_("adres of plek"), max_length=160, blank=True)
    buurt = models.ForeignKey(Buurt, verbose_name=_("buurt"), on_delete=models.SET_NULL, null=True, blank=True)
    work = models.ForeignKey(Work, verbose_name=_("werk"), on_delete=models.SET_NULL, null=True, blank=True)
    owner = models.ForeignKey(Organisation, verbose_name=_("voor"), on_delete=models.PROTECT, related_name="signals")
    state = models.CharField(_("stand"), max_length=8, choices=State.choices, default=State.RECEIVED)
    image = models.BinaryField(null=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    email_confirmed = models.BooleanField(default=False)
    turn = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=10, default="nl", editable=False)
    """In which mails are written: that of the page where they were asked for."""
    sent_at = models.DateTimeField(_("gestuurd"))
    closed_at = models.DateTimeField(_("afgehandeld"), null=True, blank=True)

    class Meta:
        verbose_name = _("signaal")
        verbose_name_plural = _("signalen")
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["owner", "state"], name="signal_owner_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, state__in=["received", "taken_up"])
                | Q(closed_at__isnull=False, state__in=["solved", "declined"]),
                name="signal_is_closed_when_it_is_done",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        """Whether something must still be done."""
        return self.closed_at is None


class SignalAnswer(models.Model):
    """What a partner did with a signal and says of it to who sent it."""

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(Organisation, verbose_name=_("van"), on_delete=models.PROTECT)
    state = models.CharField(_("stand"), max_length=8, choices=Signal.State.choices)
    text = models.TextField(_("antwoord"), max_length=1500, blank=True)
    at = models.DateTimeField(_("op"))
    by = models.ForeignKey("partners.User", verbose_name=_("door"), on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("antwoord op een signaal")
        verbose_name_plural = _("antwoorden op signalen")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_state_display()}"


class SignUp(models.Model):
    """Somebody who comes to a residents' meeting; forgotten a month after it."""

    meeting = models.ForeignKey(
        Meeting, verbose_name=_("bewonersavond"), on_delete=models.CASCADE, related_name="sign_ups"
    )
    name = models.CharField(_("naam"), max_length=80)
    email = models.EmailField(_("e-mail"), max_length=254)
    people = models.PositiveSmallIntegerField(_("met hoeveel mensen"), default=1)
    confirmed = models.BooleanField(_("bevestigd"), default=False)
    asked_at = models.DateTimeField(_("aangemeld"))

    class Meta:
        verbose_name = _("aanmelding")
        verbose_name_plural = _("aanmeldingen")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "email"], name="one_sign_up_per_address"),
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=10), name="sign_up_is_of_a_household"),
        ]

    def __str__(self) -> str:
        return self.name
