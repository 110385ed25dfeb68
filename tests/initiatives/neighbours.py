"""A street of neighbours around an initiative, who can speak."""

from __future__ import annotations

import re
from typing import Any

from geo.models import Address
from planning.initiatives.models import Initiative, InitiativeState, Initiator, SupportArea
from planning.initiatives.support import voices
from planning.initiatives.support.areas import open_support
from planning.partners.models import Membership, User
from tests.factories import make_initiative, make_organisation, make_user, point


def make_street(count: int, *, postcode: str = "9403KL", street: str = "Stroom", east: float = 0.0) -> list[Address]:
    """Make addresses 1 to ``count``, in rows of ten metres around ``ORIGIN``."""
    return Address.objects.bulk_create(
        Address(
            street=street,
            number=number,
            postcode=postcode,
            city="Assen",
            point=point(east + (number % 10) * 5, (number // 10) * 5),
        )
        for number in range(1, count + 1)
    )


def secretary(**values: Any) -> User:
    """Return somebody of the team, with an e-mail address."""
    organisation = make_organisation("vaart-welzijn")
    return make_user(organisation, Membership.Role.SECRETARY, **{"email": "team@example.nl", **values})


def gathering(count: int = 100, *, radius_m: int = 150, **values: Any) -> SupportArea:
    """Make an initiative that gathers support among ``count`` addresses; return its area."""
    make_street(count)
    initiative = make_initiative(state=InitiativeState.SUBMITTED, **values)
    return open_support(initiative, by=secretary(), radius_m=radius_m)


def make_initiator(initiative: Initiative, **values: Any) -> Initiator:
    """Make who handed in an initiative."""
    return Initiator.objects.create(
        **{
            "initiative": initiative,
            "name": "Noor",
            "email": "noor@example.nl",
            "confirmed_at": "2026-11-01T12:00Z",
            **values,
        }
    )


def token_in(mail: Any) -> str:
    """Return the token of the link in a mail."""
    found = re.search(r"/(?:stem|bevestig|mijn)/([^/\s]+)/", mail.body)
    assert found is not None, mail.body
    return found[1]


def ask(area: SupportArea, address: Address, email: str, mailbox: list[Any], *, in_favour: bool = True) -> str:
    """Ask for a voice by e-mail; return the token that was mailed."""
    before = len(mailbox)
    voices.ask(area.initiative, address, in_favour, email)
    assert len(mailbox) == before + 1
    return token_in(mailbox[-1])
