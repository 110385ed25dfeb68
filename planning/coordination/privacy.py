"""What is kept of people, why and how long; and what somebody can have and have erased.

The register is code: the nightly jobs work with the very limits that it names, and a test finds a column for a person
that it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from planning.coordination.following.asking import UNCONFIRMED
from planning.coordination.models import Follower
from planning.initiatives import retention
from planning.initiatives.identities import normal_email
from planning.initiatives.models import Initiator, Signal, SignUp, Submission
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support.voices import LINK_LASTS
from planning.partners.mail import page, send

SALT: Final = "coordination.privacy"
LINK_S: Final = 24 * 3600
"""So long a link to one's own data works, in seconds."""


@dataclass(frozen=True)
class Kept:
    """One line of the register; ``models`` are the tables (class names) that it is about."""

    what: str | Promise
    why: str | Promise
    how_long: str | Promise
    models: tuple[str, ...]


def register() -> list[Kept]:
    """Return what is kept of people, in the language of the page."""

    def days(n: int) -> str:
        return _("%(n)s dagen") % {"n": n}

    return [
        Kept(
            _("Naam, e-mail en telefoon van wie een idee indient"),
            _("Zodat het team over het idee kan bellen of mailen."),
            _("Niet bevestigd: %(days)s. Daarna zolang het idee loopt, of tot u het laat wissen.")
            % {"days": days(retention.UNCONFIRMED_IDEA.days)},
            ("Submission", "Initiator", "Photo"),
        ),
        Kept(
            _("Welk adres vóór of tegen een idee is, als code die niemand kan teruglezen"),
            _("Zodat elk adres één stem heeft."),
            _("Tot %(days)s na het besluit. Een link die niet gebruikt is: %(link)s.")
            % {"days": days(retention.VOICES_AFTER_DECISION.days), "link": days(LINK_LASTS.days)},
            ("Support", "SupportAddress", "PendingSupport", "LetterCode"),
        ),
        Kept(
            _("E-mail en plek van wie iets volgt"),
            _("Om u te mailen als er nieuws is."),
            _("Tot u stopt. Niet bevestigd: %(days)s.") % {"days": days(UNCONFIRMED.days)},
            ("Follower", "Follow", "Feed"),
        ),
        Kept(
            _("E-mail en foto bij een melding dat iets niet klopt"),
            _("Zodat de partner het kan oplossen en u het hoort."),
            _("Tot %(days)s nadat het klaar is.") % {"days": days(retention.SIGNAL_AFTER_CLOSED.days)},
            ("Signal", "SignalAnswer"),
        ),
        Kept(
            _("Naam en e-mail van wie naar een avond komt"),
            _("Zodat er een stoel voor u is."),
            _("Tot %(days)s na de avond.") % {"days": days(retention.SIGN_UP_AFTER_MEETING.days)},
            ("SignUp",),
        ),
        Kept(
            _("Hoe vaak een internetverbinding een formulier stuurde, als code"),
            _("Tegen misbruik."),
            _("Een uur."),
            ("Attempt",),
        ),
        Kept(
            _("Naam en e-mail van mensen die bij de partners werken, en wat zij wijzigden"),
            _("Zodat te zien is wie wat wanneer heeft veranderd."),
            _("Zolang iemand voor een partner werkt; in de geschiedenis zolang het werk bestaat."),
            ("User", "Membership", "Looking", "NoticeSettings", "Invitation", "EmailAddress"),
        ),
    ]


NEVER: Final = (
    gettext_lazy("Het adres waarmee u zoekt. We kijken ermee, en bewaren het niet."),
    gettext_lazy("De plek van uw telefoon. Die gaat alleen mee als u erop tikt, en wordt niet bewaard."),
    gettext_lazy("Cookies, zolang u niet inlogt. Er kijkt niemand van buiten mee."),
)


def ask(email: str) -> None:
    """Mail somebody a link to all that is kept of this address; raises RefusedError where it is none."""
    address = normal_email(email)
    token = signing.dumps(address, salt=SALT)
    send(address, "privacy_link", {"link": page("own-data", token)})


def email_of(token: str) -> str:
    """Return whose link this is; raises RefusedError where it is none of ours, or over a day old."""
    try:
        return str(signing.loads(token, salt=SALT, max_age=LINK_S))
    except signing.BadSignature as error:
        raise RefusedError(_("Deze link werkt niet meer. Vraag een nieuwe aan.")) from error


def data_of(email: str) -> dict[str, list[dict[str, Any]]]:
    """Return all that is kept of an e-mail address, ready for JSON."""
    follower = Follower.objects.filter(email=email).first()
    theirs: list[tuple[str, Any, tuple[str, ...]]] = [
        ("ideas_waiting", Submission.objects, ("title", "story", "name", "email", "phone", "sent_at")),
        ("ideas", Initiator.objects, ("initiative__title", "name", "email", "phone")),
        ("signals", Signal.objects, ("text", "place", "state", "sent_at")),
        ("meetings", SignUp.objects, ("meeting__title", "name", "people", "confirmed")),
    ]
    found = {name: list(rows.filter(email__iexact=email).values(*columns)) for name, rows, columns in theirs}
    return found | {"follows": list(follower.follows.values("label", "confirmed", "made_at")) if follower else []}


@transaction.atomic
def erase(email: str) -> int:
    """Erase all that is kept of an e-mail address; return how many records that touched.

    An idea that others read stays, without who handed it in; a signal stays for its owner, without sender and photo.
    """
    touched = 0
    for model in (Submission, Initiator, SignUp):
        touched += model._default_manager.filter(email__iexact=email).delete()[0]
    touched += Follower.objects.filter(email=email).delete()[0]
    signals = Signal.objects.filter(email__iexact=email)
    return touched + signals.update(email="", email_confirmed=False, image=None)
