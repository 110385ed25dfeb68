"""One address, one voice: asked for by e-mail or with the code from a letter, counted once whatever comes twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.models import Address
from planning.initiatives.identities import address_key, email_key, keyed, new_token, normal_code
from planning.initiatives.models import (
    ADDRESSES_PER_EMAIL,
    Initiative,
    LetterCode,
    PendingSupport,
    Support,
    SupportAddress,
    SupportArea,
)
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support.deciding import decide
from planning.partners.mail import page, send

LINK_LASTS: Final = dt.timedelta(days=7)
MOST_LINKS_PER_DAY: Final = 3
"""So many mails a day go to one e-mail address about one initiative, so that nobody is mailed full."""


@dataclass(frozen=True)
class Voice:
    """What became of a voice: of which initiative, for or against, and whether it counted only now."""

    initiative: Initiative
    in_favour: bool
    new: bool


def ask(initiative: Initiative, address: Address, in_favour: bool, email: str, now: dt.datetime | None = None) -> None:
    """Mail the link that confirms a voice; nothing counts until it is used, and the e-mail address is not kept.

    Raises
    ------
    RefusedError
        Where the count is closed, the address has no say, or too many mails were asked for.
    """
    now = now or timezone.now()
    area = _open_area(initiative)
    household = SupportAddress.objects.filter(area=area, key=address_key(initiative.pk, address)).first()
    if household is None:
        raise RefusedError(
            _("%(address)s ligt niet in het gebied van dit idee. Alleen de buren eromheen beslissen mee.")
            % {"address": f"{address.street} {address.house_number}"},
            "address",
        )
    token, sender = new_token(), email_key(area.pk, email)
    with transaction.atomic():
        SupportArea.objects.select_for_update().get(pk=area.pk)
        mine = PendingSupport.objects.filter(email_key=sender)
        if mine.filter(asked_at__gt=now - dt.timedelta(days=1)).count() >= MOST_LINKS_PER_DAY:
            raise RefusedError(
                _("We hebben u vandaag al %(n)s keer gemaild. Kijk ook bij de ongewenste e-mail.")
                % {"n": MOST_LINKS_PER_DAY},
                "email",
            )
        PendingSupport.objects.create(
            address=household,
            in_favour=in_favour,
            email_key=sender,
            token_key=keyed("voice", token),
            asked_at=now,
        )
        link = page("initiatief-stem-bevestig", initiative.slug, token)
        send(email.strip(), "voice", {"initiative": initiative, "link": link, "in_favour": in_favour})


def asked(initiative: Initiative, token: str, now: dt.datetime | None = None) -> tuple[bool, bool]:
    """Return what the link in a mail is for: whether for or against, and whether it counts already.

    Raises
    ------
    RefusedError
        Where the link is none of ours, too old, or of another initiative.
    """
    key = keyed("voice", token)
    voice = Support.objects.filter(token_key=key, area__initiative=initiative).first()
    if voice is not None:
        return voice.in_favour, True
    since = (now or timezone.now()) - LINK_LASTS
    pending = PendingSupport.objects.filter(token_key=key, address__area__initiative=initiative, asked_at__gt=since)
    first = pending.first()
    if first is None:
        raise RefusedError(_("Deze link werkt niet meer. Geef uw stem opnieuw; dan mailen we u een nieuwe."))
    return first.in_favour, False


def confirm(initiative: Initiative, token: str, now: dt.datetime | None = None) -> Voice:
    """Count the voice that a mailed link stands for; the same link again changes nothing.

    Raises
    ------
    RefusedError
        Where the link is not valid, the count is closed, the address has spoken already, or this e-mail address
        has spoken for as many addresses as it may.
    """
    now = now or timezone.now()
    key = keyed("voice", token)
    with transaction.atomic():
        area = _locked(initiative)
        in_favour, counted = asked(initiative, token, now)
        if counted:
            return Voice(initiative, in_favour, new=False)
        _check_open(area)
        pending = PendingSupport.objects.select_related("address").get(token_key=key)
        earlier = Support.objects.filter(address=pending.address).first()
        if earlier is not None and earlier.email_key != pending.email_key:
            raise RefusedError(
                _("Voor dit adres telt al een stem. Woont u hier? Een stem met de code uit de brief gaat altijd voor.")
            )
        turn = earlier.email_turn if earlier is not None else _free_turn(area, pending.email_key)
        if earlier is not None:
            _take_off(area, earlier)
        Support.objects.create(
            address=pending.address,
            area=area,
            in_favour=in_favour,
            way=Support.Way.EMAIL,
            confirmed_at=now,
            email_key=pending.email_key,
            email_turn=turn,
            token_key=key,
        )
        pending.delete()
        _add(area, in_favour, now)
    return Voice(initiative, in_favour, new=True)


def withdraw(initiative: Initiative, token: str) -> None:
    """Take back the voice that a mailed link confirmed, as long as the count is open.

    Raises
    ------
    RefusedError
        Where there is none, or the count is closed.
    """
    with transaction.atomic():
        area = _locked(initiative)
        voice = Support.objects.filter(token_key=keyed("voice", token), area=area).first()
        if voice is None:
            raise RefusedError(_("Deze link werkt niet meer."))
        _check_open(area)
        _take_off(area, voice)


def counted_for(email: str) -> QuerySet[Support]:
    """Return the voices that were confirmed from an e-mail address, of counts whose voices are still there."""
    areas = SupportArea.objects.filter(forgotten_at=None).values_list("pk", flat=True)
    keys = [email_key(area, email) for area in areas]
    return Support.objects.filter(email_key__in=keys).select_related("area__initiative")


def erase_for(email: str) -> int:
    """Take back the voices of an e-mail address and end its links; return how many. Closed counts keep theirs.

    A closed count was decided by them; what is left of it there goes with all its voices, soon after the decision.
    """
    erased = 0
    for area in SupportArea.objects.filter(decided_at=None).values_list("pk", flat=True):
        key = email_key(area, email)
        with transaction.atomic():
            locked = SupportArea.objects.select_for_update().get(pk=area)
            erased += PendingSupport.objects.filter(address__area=locked, email_key=key).delete()[0]
            for voice in locked.voices.filter(email_key=key) if locked.is_open else ():
                _take_off(locked, voice)
                erased += 1
    return erased


def speak_by_code(initiative: Initiative, code: str, in_favour: bool, now: dt.datetime | None = None) -> Voice:
    """Count the voice of the address whose letter held ``code``; it goes before a voice by e-mail.

    Who has the letter lives there; who has an e-mail address need not.

    Raises
    ------
    RefusedError
        Where the code is unknown or used, or the count is closed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        area = _locked(initiative)
        _check_open(area)
        letter = (
            LetterCode.objects.select_related("address")
            .filter(code_key=code_key(initiative.pk, code), address__area=area)
            .first()
        )
        if letter is None:
            raise RefusedError(_("Deze code kennen we niet. Kijk in de brief en typ hem nog eens."), "code")
        if letter.used_at is not None:
            raise RefusedError(_("Deze code is al gebruikt. De stem van uw adres telt."), "code")
        earlier = Support.objects.filter(address=letter.address).first()
        if earlier is not None:
            _take_off(area, earlier)
        Support.objects.create(
            address=letter.address, area=area, in_favour=in_favour, way=Support.Way.LETTER, confirmed_at=now
        )
        letter.used_at = now
        letter.save(update_fields=["used_at"])
        _add(area, in_favour, now)
    return Voice(initiative, in_favour, new=True)


def code_key(initiative: int, code: str) -> str:
    """Return the hash of a letter's code."""
    return keyed(f"code {initiative}", normal_code(code))


def _open_area(initiative: Initiative) -> SupportArea:
    area = SupportArea.objects.filter(initiative=initiative).first()
    _check_open(area)
    assert area is not None  # noqa: S101 - checked just now; for the type checker
    return area


def _locked(initiative: Initiative) -> SupportArea:
    area = SupportArea.objects.select_for_update(of=("self",)).select_related("initiative")
    found = area.filter(initiative=initiative).first()
    if found is None:
        raise RefusedError(_("De buren kunnen over dit idee niet stemmen."))
    return found


def _check_open(area: SupportArea | None) -> None:
    if area is None or not area.is_open:
        raise RefusedError(_("De buren kunnen over dit idee nu niet stemmen."))


def _free_turn(area: SupportArea, sender: str) -> int:
    taken = set(area.voices.filter(email_key=sender).values_list("email_turn", flat=True))
    for turn in range(1, ADDRESSES_PER_EMAIL + 1):
        if turn not in taken:
            return turn
    raise RefusedError(
        _("Met dit e-mailadres tellen al stemmen van %(n)s adressen. Meer kan niet.") % {"n": ADDRESSES_PER_EMAIL}
    )


def _add(area: SupportArea, in_favour: bool, now: dt.datetime) -> None:
    if area.in_favour + area.against >= area.addresses:
        # Only a correction by hand can bring it so far.
        raise RefusedError(_("Alle adressen hebben al gestemd."))
    if in_favour:
        area.in_favour += 1
    else:
        area.against += 1
    area.save(update_fields=["in_favour", "against"])
    decide(area, now)


def _take_off(area: SupportArea, voice: Support) -> None:
    """Take a voice off the count, not below zero where the team had corrected it away."""
    if voice.in_favour:
        area.in_favour = max(0, area.in_favour - 1)
    else:
        area.against = max(0, area.against - 1)
    voice.delete()
    area.save(update_fields=["in_favour", "against"])
