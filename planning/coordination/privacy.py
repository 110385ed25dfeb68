"""What is kept of people, why and how long; and what somebody can have and have erased.

The register is code: the nightly jobs work with the very limits that it names, and a test finds a column for a person
that it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from planning.coordination.following.asking import UNCONFIRMED, UNUSED_CALENDAR
from planning.coordination.models import Follower
from planning.initiatives import retention
from planning.initiatives.identities import normal_email
from planning.initiatives.models import Initiator, Signal, SignUp, Submission
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support import voices
from planning.initiatives.support.voices import LINK_LASTS
from planning.partners import outbox
from planning.partners.mail import page, send
from planning.partners.models import OutgoingMail

SALT: Final = "coordination.privacy"
DAY_S: Final = 24 * 3600
LINK_S: Final = DAY_S
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
        return ngettext("%(n)s dag", "%(n)s dagen", n) % {"n": n}

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
            ("Follower", "Follow"),
        ),
        Kept(
            _("Plek van een agenda-adres, zonder uw naam"),
            _("Zodat uw agenda bijblijft."),
            _("Tot uw agenda er %(days)s niet om vroeg.") % {"days": days(UNUSED_CALENDAR.days)},
            ("Feed",),
        ),
        Kept(
            _("Een mail die nog weg moet, versleuteld"),
            _("Zodat geen mail verloren gaat."),
            _("Tot hij weg is. Lukt dat niet: %(days)s.") % {"days": days(outbox.KEPT.days)},
            ("OutgoingMail",),
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
            (
                "User",
                "Membership",
                "Looking",
                "NoticeSettings",
                "Invitation",
                "EmailAddress",
                "EmailConfirmation",
                "Authenticator",
                "SocialAccount",
                "LogEntry",
            ),
        ),
        Kept(
            _("Waar en op welk apparaat iemand van de partners is ingelogd"),
            _("Zodat zij zien of het een ander was."),
            _("Tot zij uitloggen, en anders %(days)s.") % {"days": days(settings.SESSION_COOKIE_AGE // DAY_S)},
            ("Session", "UserSession"),
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


SPOKEN: Final[tuple[str, ...]] = ("area__initiative__title", "confirmed_at")
FOLLOWED: Final[tuple[str, ...]] = ("label", "confirmed", "made_at")


def data_of(email: str) -> dict[str, list[dict[str, Any]]]:
    """Return all that is kept of an e-mail address, ready for JSON."""
    theirs: list[tuple[str, type[Model], tuple[str, ...]]] = [
        ("ideas_waiting", Submission, ("title", "story", "name", "email", "phone", "sent_at")),
        ("ideas", Initiator, ("initiative__title", "name", "email", "phone")),
        ("signals", Signal, ("text", "place", "state", "sent_at")),
        ("meetings", SignUp, ("meeting__title", "name", "people", "confirmed")),
    ]
    found: dict[str, list[dict[str, Any]]] = {
        name: list(_rows_of(email, model).values(*columns)) for name, model, columns in theirs
    }
    found["voices"] = list(voices.counted_for(email).values(*SPOKEN))
    follower = Follower.objects.filter(email=email).first()
    found["follows"] = list(follower.follows.values(*FOLLOWED)) if follower else []
    return found


@transaction.atomic
def erase(email: str) -> int:
    """Erase all that is kept of an e-mail address; return how many records that touched.

    An idea that others read stays, without who handed it in; a signal stays for its owner, without sender and photo;
    a voice is taken back, but for a count that is closed.
    """
    touched = voices.erase_for(email)
    for model in (Submission, Initiator, SignUp):
        touched += _rows_of(email, model).delete()[0]
    touched += _rows_of(email, OutgoingMail, "to").delete()[0]
    touched += Follower.objects.filter(email=email).delete()[0]
    return touched + _rows_of(email, Signal).update(
        email="", email_confirmed=False, image=None, turn=F("turn") + 1
    )  # fmt: skip


def _rows_of(email: str, model: type[Model], column: str = "email") -> QuerySet[Any]:
    """Return the rows with an e-mail address in any of its spellings; ``email`` as ``normal_email`` gives it."""
    alike = model._default_manager.filter(**{f"{column}__istartswith": email[0]}).values_list("pk", column)
    return model._default_manager.filter(pk__in=[pk for pk, written in alike.iterator() if _same(written, email)])


def _same(written: str, email: str) -> bool:
    try:
        return normal_email(written) == email
    except RefusedError:
        return False
