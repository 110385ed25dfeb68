"""The organisations that renew neighbourhoods together, and their people."""

from __future__ import annotations

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in; what they may do follows from their memberships."""

    language = models.CharField(max_length=10, default="nl", editable=False)
    """In which mails are written; chosen where notices are (``/meldingen/``)."""

    is_of_request = False
    """Whether this object came with a request and goes with it, so that it may remember what was asked."""

    class Meta:
        verbose_name = _("gebruiker")
        verbose_name_plural = _("gebruikers")

    def roles(self) -> list[Membership]:
        """Return the memberships with their organisations; asked once per request."""
        if not self.is_of_request:
            return self._find_roles()
        return self._remembered_roles

    @cached_property
    def _remembered_roles(self) -> list[Membership]:
        return self._find_roles()

    def _find_roles(self) -> list[Membership]:
        return list(self.memberships.select_related("organisation").order_by("pk"))


@pghistory.track()
class Organisation(models.Model):
    """A partner: owns its own works and can change only those."""

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("gemeente")
        HOUSING_ASSOCIATION = "housing_association", _("woningcorporatie")
        WELFARE = "welfare", _("welzijn")
        FUND = "fund", _("fonds")
        NETWORK_OPERATOR = "network_operator", _("netbeheerder")
        OTHER = "other", _("anders")

    name = models.CharField(_("naam"), max_length=120, unique=True)
    slug = models.SlugField(_("korte naam in adressen"), max_length=60, unique=True)
    kind = models.CharField(_("soort"), max_length=24, choices=Kind.choices)
    description = models.TextField(_("over deze partner"), blank=True)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("organisatie")
        verbose_name_plural = _("organisaties")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Membership(models.Model):
    """The role that a person has in an organisation; what each role may do, ``permissions`` says."""

    class Role(models.TextChoices):
        VIEWER = "viewer", _("kijker")
        PLANNER = "planner", _("planner")
        MANAGER = "manager", _("beheerder")
        SECRETARY = "secretary", _("secretaris van het team")

    user = models.ForeignKey(User, verbose_name=_("gebruiker"), on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisatie"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("rol"), max_length=10, choices=Role.choices, default=Role.VIEWER)

    class Meta:
        verbose_name = _("lidmaatschap")
        verbose_name_plural = _("lidmaatschappen")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="one_role_per_person_and_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"
