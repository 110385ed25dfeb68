"""Joining and leaving an organisation: invitations, roles, and never without a manager."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from planning.partners import mail
from planning.partners.models import Invitation, Membership, Organisation, User
from planning.partners.permissions import roles_granted_by

if TYPE_CHECKING:
    from django.db.models import QuerySet

VALID_FOR: Final = dt.timedelta(days=14)
"""How long the link of an invitation works."""

MOST_OPEN: Final = 200
"""Invitations of one organisation that wait for an answer."""


class InvitationRefused(Exception):  # noqa: N818 - what it is, not that it is an error
    """An invitation cannot be accepted this way; the text says why."""


def people_with(email: str) -> QuerySet[User]:
    """Return the accounts that sign in with an e-mail address, whatever its capitals."""
    mine = Q(email__iexact=email) | Q(emailaddress__email__iexact=email, emailaddress__verified=True)
    return User.objects.filter(mine).distinct()


def invite(by: User, organisation: Organisation, email: str, role: str) -> Invitation:
    """Invite somebody by e-mail, and return the invitation.

    Raises
    ------
    PermissionDenied
        Where ``by`` may not give that role in that organisation.
    ValidationError
        Where this address belongs already, or was invited already.
    """
    must_grant(by, organisation, role)
    email = email.strip()
    if people_with(email).filter(memberships__organisation=organisation).exists():
        raise ValidationError(_("%(email)s hoort al bij uw organisatie.") % {"email": email}, code="member")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        unanswered = Invitation.objects.unanswered().filter(organisation=organisation)
        if unanswered.filter(email__iexact=email).exists():
            said = _("%(email)s is al uitgenodigd. Stuur de uitnodiging hieronder opnieuw.")
            raise ValidationError(said % {"email": email}, code="invited")
        if unanswered.count() >= MOST_OPEN:
            raise ValidationError(_("Er staan te veel uitnodigingen open. Trek er eerst een paar in."), code="many")
        invitation = Invitation(organisation=organisation, email=email, role=role, invited_by=by)
        _send(invitation)
    return invitation


def resend(by: User, invitation: Invitation) -> None:
    """Send an invitation anew, with another link; the earlier one no longer works."""
    must_grant(by, invitation.organisation, invitation.role)
    with transaction.atomic():
        invitation = Invitation.objects.unanswered().select_for_update().get(pk=invitation.pk)
        _send(invitation)


def revoke(by: User, invitation: Invitation) -> None:
    """Take an invitation back."""
    must_grant(by, invitation.organisation, invitation.role)
    with transaction.atomic():
        invitation = Invitation.objects.unanswered().select_for_update().get(pk=invitation.pk)
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])


def pending(token: str) -> Invitation | None:
    """Return the invitation of a link that still works, or None."""
    found = Invitation.objects.pending().filter(token_hash=_hash(token))
    return found.select_related("organisation", "invited_by").first()


def accept(token: str, user: User) -> Membership:
    """Let ``user`` join by the link of an invitation, once.

    Raises
    ------
    InvitationRefused
        Where the link no longer works, or is for somebody else.
    """
    with transaction.atomic():
        found = Invitation.objects.pending().select_for_update(of=("self",)).select_related("organisation")
        invitation = found.filter(token_hash=_hash(token)).first()
        if invitation is None:
            raise InvitationRefused(_("Deze uitnodiging is gebruikt, ingetrokken of verlopen. Vraag een nieuwe."))
        if not people_with(invitation.email).filter(pk=user.pk).exists():
            said = _("Deze uitnodiging is voor %(email)s. U bent ingelogd met een ander account.")
            raise InvitationRefused(said % {"email": invitation.email})
        invitation.accepted_at, invitation.accepted_by = timezone.now(), user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        membership, _made = Membership.objects.get_or_create(
            user=user, organisation=invitation.organisation, defaults={"role": invitation.role}
        )
    return membership


def change_role(by: User, membership: Membership, role: str) -> None:
    """Give a member another role.

    Raises
    ------
    PermissionDenied
        Where ``by`` may give neither the present role nor the new one.
    ValidationError
        Where the organisation would be left without a manager.
    """
    must_grant(by, membership.organisation, membership.role)
    must_grant(by, membership.organisation, role)
    with transaction.atomic():
        _keep_a_manager(membership, stays=role == Membership.Role.MANAGER)
        membership.role = role
        membership.save(update_fields=["role"])


def remove(by: User, membership: Membership) -> None:
    """Let a member belong to the organisation no more; the account stays.

    Raises
    ------
    PermissionDenied
        Where ``by`` does not manage the organisation; everybody may leave by themselves.
    ValidationError
        Where the organisation would be left without a manager.
    """
    if membership.user_id != by.pk:
        must_grant(by, membership.organisation, membership.role)
    with transaction.atomic():
        _keep_a_manager(membership, stays=False)
        membership.delete()


def _keep_a_manager(membership: Membership, *, stays: bool) -> None:
    # The organisation is locked, so that two managers cannot send each other away at the same moment.
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    managers = Membership.objects.filter(organisation=membership.organisation_id, role=Membership.Role.MANAGER)
    is_one = managers.filter(pk=membership.pk).exists()
    if is_one and not stays and not managers.exclude(pk=membership.pk).exists():
        raise ValidationError(
            _("Dit is de laatste beheerder. Maak eerst iemand anders beheerder."), code="last_manager"
        )


def must_grant(by: User, organisation: Organisation, role: str) -> None:
    """Raise PermissionDenied where ``by`` may not give this role in this organisation."""
    if role not in roles_granted_by(by, organisation):
        raise PermissionDenied


def _send(invitation: Invitation) -> None:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(token)
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + VALID_FOR
    invitation.save()
    link = mail.absolute(reverse("invitation", args=[token]))
    mail.send(invitation.email, "invitation", {"invitation": invitation, "link": link, "days": VALID_FOR.days})


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
