"""Mails about an initiative: to who handed it in, and to the team."""

from __future__ import annotations

from typing import Any, Final

from django.core import signing
from django.utils.translation import gettext as _

from planning.initiatives.models import Initiative, Initiator
from planning.initiatives.refusals import RefusedError
from planning.partners.mail import absolute, page, send, send_to_people, speaking
from planning.partners.models import Membership, User

SALT: Final = "initiatives.initiator"


def initiator_link(initiator: Initiator) -> str:
    """Return the whole address of the page where who handed in an idea keeps it up to date."""
    token = signing.dumps([initiator.pk, initiator.link_turn], salt=SALT)
    return page("initiatief-mijn", token)


def initiator_of(token: str) -> Initiator:
    """Return whose link this is.

    Raises
    ------
    RefusedError
        Where it is not one that we made, or an old one.
    """
    try:
        pk, turn = signing.loads(token, salt=SALT)
        return Initiator.objects.select_related("initiative").get(pk=pk, link_turn=turn)
    except (signing.BadSignature, ValueError, TypeError, Initiator.DoesNotExist) as error:
        raise RefusedError(_("Deze link werkt niet meer. Vraag op de pagina van het idee een nieuwe.")) from error


def tell_initiator(initiative: Initiative, template: str, **context: Any) -> None:
    """Mail who handed in ``initiative``; nobody where the contact details are gone."""
    initiator = Initiator.objects.filter(initiative=initiative).first()
    if initiator is None:
        return
    with speaking(initiator.language):
        values = {
            "initiative": initiative,
            "name": initiator.name,
            "link": initiator_link(initiator),
            "page": absolute(initiative.get_absolute_url()),
        }
        send(initiator.email, template, values | context)


def tell_team(initiative: Initiative, template: str, **context: Any) -> None:
    """Mail the secretaries of the team, each in the language of their choice."""
    send_to_people(
        User.objects.filter(is_active=True, memberships__role=Membership.Role.SECRETARY),
        template,
        lambda: {"initiative": initiative, "page": page("team-initiatief", initiative.slug), **context},
    )
