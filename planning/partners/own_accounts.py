"""People who come with their organisation's own account: who may join, and as what.

A service only vouches for what a manager approved: people with an address at a domain, or with some value in what the
service tells of them. Else only an invitation lets somebody in, and only with the invited address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from planning.partners import joining
from planning.partners.models import Invitation, Membership, SignInRule, User
from planning.partners.models.joining import EMAIL_DOMAIN


class NotWelcome(Exception):  # noqa: N818 - what it is, not that it is an error
    """Somebody comes with an account that gives no right to join; the text says what to do."""


@dataclass(frozen=True)
class Arrival:
    """Somebody who comes by a sign-in service and has no account here yet, or not by that service.

    Parameters
    ----------
    provider_id
        The service.
    claims
        What it tells of the person.
    verified_emails
        The e-mail addresses that it vouches for.
    invitation
        The token of the invitation that the person comes with, or nothing.
    """

    provider_id: str
    claims: Mapping[str, Any]
    verified_emails: Sequence[str]
    invitation: str = ""

    def rule(self) -> SignInRule | None:
        """Return the approved rule that this person falls under."""
        rules = SignInRule.objects.filter(provider_id=self.provider_id, approved_at__isnull=False)
        return next((rule for rule in rules if rule.holds_for(self.claims, self.verified_emails)), None)

    def invited(self) -> Invitation | None:
        """Return the invitation, where it is for one of this person's addresses."""
        found = joining.pending(self.invitation) if self.invitation else None
        mine = {email.lower() for email in self.verified_emails}
        return found if found is not None and found.email.lower() in mine else None


def welcome(arrival: Arrival) -> User | None:
    """Return the account that ``arrival`` belongs to already, or None for somebody new.

    Raises
    ------
    NotWelcome
        Where nothing gives this person a right to join.
    """
    rule, invited = arrival.rule(), arrival.invited()
    if rule is None and invited is None:
        raise NotWelcome(
            _(
                "Uw account is in orde, maar hoort nog niet bij Mijn Buurt Assen. "
                "Vraag de beheerder van uw organisatie om een uitnodiging, en open de link daarin."
            )
        )
    for email in arrival.verified_emails:
        known = joining.people_with(email).first()
        if known is None:
            continue
        # A service that a manager trusts for its own domain speaks for who has an address there; never for a superuser.
        vouched = rule is not None and rule.claim == EMAIL_DOMAIN and rule.holds_for(arrival.claims, [email])
        if vouched and not known.is_superuser:
            return known
        raise NotWelcome(
            _("Er is al een account met %(email)s. Log daarmee in, en koppel dit account bij “Mijn account”.")
            % {"email": email}
        )
    return None


def join(arrival: Arrival, user: User) -> Membership:
    """Make a new person a member of what let them in: by invitation where there is one, else by the rule."""
    if arrival.invited() is not None:
        return joining.accept(arrival.invitation, user)
    rule = arrival.rule()
    if rule is None:
        raise NotWelcome
    return Membership.objects.create(user=user, organisation=rule.organisation, role=rule.role)


def approve(by: User, rule: SignInRule) -> None:
    """Let people join by a rule; raises PermissionDenied for who does not manage the organisation."""
    joining.must_grant(by, rule.organisation, rule.role)
    rule.approved_by, rule.approved_at = by, timezone.now()
    rule.save(update_fields=["approved_by", "approved_at"])


def withdraw(by: User, rule: SignInRule) -> None:
    """Let nobody new join by a rule any more; who joined before stays."""
    joining.must_grant(by, rule.organisation, rule.role)
    rule.approved_by = rule.approved_at = None
    rule.save(update_fields=["approved_by", "approved_at"])
