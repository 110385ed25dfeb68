"""How people come to belong to an organisation: by an invitation, or by the account that it gave them itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final, Self

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from planning.partners.models.people import Membership, Organisation, User

EMAIL_DOMAIN: Final = "email"
"""The claim of a rule that looks at what stands behind the @ of a verified e-mail address."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Selections of invitations in the domain's words."""

    def pending(self, now: dt.datetime | None = None) -> Self:
        """Keep those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now or timezone.now())

    def unanswered(self) -> Self:
        """Keep those that were neither accepted nor taken back, expired or not."""
        return self.filter(accepted_at=None, revoked_at=None)


@pghistory.track(exclude=["token_hash"])
class Invitation(models.Model):
    """Asks somebody, by e-mail, to join an organisation; its link works once, for some days, for that address only.

    Only a hash of what stands in the link is kept, so that who reads the database cannot accept it.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisatie"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("rol"), max_length=10, choices=Membership.Role.choices, default=Membership.Role.VIEWER)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, verbose_name=_("uitgenodigd door"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("gestuurd"))
    expires_at = models.DateTimeField(_("geldig tot"))
    accepted_at = models.DateTimeField(_("aanvaard"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, verbose_name=_("aanvaard door"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(_("ingetrokken"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("uitnodiging")
        verbose_name_plural = _("uitnodigingen")
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                "organisation",
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organisation}"

    @property
    def has_expired(self) -> bool:
        """Whether its link no longer works, because it is too old."""
        return self.expires_at <= timezone.now()


@pghistory.track()
class SignInRule(models.Model):
    """Who comes by an organisation's own sign-in service and belongs to it: all with an address at its domain, or with
    some value in what the service tells of them.

    The service and the rule are set by the administrator of the site; nobody joins by it before a manager of the
    organisation (or the administrator) has approved it.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisatie"), on_delete=models.CASCADE, related_name="sign_in_rules"
    )
    provider_id = models.CharField(
        _("inlogdienst"), max_length=200, help_text=_("Het kenmerk (provider id) van de inlogdienst.")
    )
    claim = models.CharField(
        _("gegeven"),
        max_length=60,
        default=EMAIL_DOMAIN,
        help_text=_("“email”: kijk naar het domein van het e-mailadres. Anders de naam van een claim, zoals “tid”."),
    )
    value = models.CharField(_("waarde"), max_length=200, help_text=_("Zoals “assen.nl”, zonder @."))
    role = models.CharField(_("rol"), max_length=10, choices=Membership.Role.choices, default=Membership.Role.VIEWER)
    approved_by = models.ForeignKey(
        User, verbose_name=_("goedgekeurd door"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("goedgekeurd"), null=True, blank=True)

    class Meta:
        verbose_name = _("regel voor eigen accounts")
        verbose_name_plural = _("regels voor eigen accounts")
        ordering = ["organisation__name", "provider_id", "claim", "value"]
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "claim", "value"], name="sign_in_rule_is_stated_once"),
            models.CheckConstraint(
                condition=Q(role__in=[Membership.Role.VIEWER, Membership.Role.PLANNER]),
                name="sign_in_rule_gives_no_more_than_planner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.claim} = {self.value}"

    def holds_for(self, claims: Mapping[str, Any], verified_emails: Collection[str]) -> bool:
        """Whether somebody of whom the service tells ``claims``, with these e-mail addresses, falls under it."""
        if self.claim == EMAIL_DOMAIN:
            domain = self.value.lower().removeprefix("@")
            return any(email.lower().rpartition("@")[2] == domain for email in verified_emails)
        told = claims.get(self.claim)
        return self.value in told if isinstance(told, list) else str(told) == self.value if told is not None else False
