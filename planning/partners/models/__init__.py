"""WHO: the organisations that renew neighbourhoods together, their people, and what lets them in."""

from planning.partners.models.joining import Invitation, InvitationQuerySet, SignInRule
from planning.partners.models.mail import OutgoingMail
from planning.partners.models.people import Membership, Organisation, User
from planning.partners.models.tokens import LONGEST_DAYS, Token, TokenManager

__all__ = [
    "LONGEST_DAYS",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "Organisation",
    "OutgoingMail",
    "SignInRule",
    "Token",
    "TokenManager",
    "User",
]
