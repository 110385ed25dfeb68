"""Signals: what is wrong finds the partner that owns it, and who told it hears until it is solved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.areas import buurt_holding
from geo.text import as_typed
from planning.initiatives.identities import normal_email
from planning.initiatives.models import Signal, SignalAnswer
from planning.initiatives.photos import Developed
from planning.initiatives.refusals import RefusedError
from planning.partners.mail import page, send, send_to_people, speaking, spoken
from planning.partners.models import Membership, Organisation, User
from planning.partners.permissions import rights_of
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

SALT: Final = "initiatives.signal"
AT_A_SITE_M: Final = 75.0
"""A signal this near a work that runs can be about it (own choice: over the fence and the street)."""

LONGEST: Final = 1500
State = Signal.State


def route(kind: str, point: Point, today: dt.date) -> tuple[Organisation, Work | None]:
    """Return whose a signal is, and the work that it is about, if any.

    At a site it is the owner of the nearest work that runs; of a home the housing association that works nearest;
    all else, and what no rule finds an owner for, is the municipality's.

    Raises
    ------
    RefusedError
        Where there is no partner at all.
    """
    if kind == Signal.Kind.SITE:
        running = Work.objects.visible_to(None).active().during(today, today + dt.timedelta(days=1))
        near = running.filter(geometry__dwithin=(point, D(m=AT_A_SITE_M))).select_related("owner")
        work = near.annotate(away=Distance("geometry", point)).order_by("away", "pk").first()
        if work is not None:
            return work.owner, work
    if kind == Signal.Kind.HOME:
        associations = Organisation.objects.filter(kind=Organisation.Kind.HOUSING_ASSOCIATION)
        nearest = (
            Work.objects.filter(owner__in=associations)
            .annotate(away=Distance("geometry", point))
            .order_by("away")
            .values_list("owner", flat=True)
            .first()
        )
        owner = (associations.filter(pk=nearest).first() if nearest else None) or associations.order_by("pk").first()
        if owner is not None:
            return owner, None
    partners = Organisation.objects.order_by("pk")
    owner = partners.filter(kind=Organisation.Kind.MUNICIPALITY).first() or partners.first()
    if owner is None:
        raise RefusedError(_("Er is nog geen partner die signalen aanneemt."))
    return owner, None


@transaction.atomic
def hand_in(
    kind: str, text: str, point: Point, place: str, photo: Developed | None, email: str, now: dt.datetime | None = None
) -> Signal:
    """Keep a signal, tell its owner, and mail who sent it a link to follow it by.

    Raises
    ------
    RefusedError
        Where something is missing or is not what it should be.
    """
    now = now or timezone.now()
    text = as_typed(text)
    if kind not in Signal.Kind.values:
        raise RefusedError(_("Kies waar het over gaat."), "kind")
    if not 5 <= len(text) <= LONGEST:
        raise RefusedError(_("Schrijf in een paar woorden wat er is, tot %(n)s tekens.") % {"n": LONGEST}, "text")
    address = normal_email(email) if email.strip() else ""
    owner, work = route(kind, point, timezone.localdate(now))
    signal = Signal.objects.create(
        kind=kind, text=text, point=point, place=place[:160], buurt=buurt_holding(point), work=work, owner=owner,
        image=photo.image if photo else None, email=address, sent_at=now, language=spoken(),
    )  # fmt: skip
    if address:
        send(address, "signal_sent", {"signal": signal, "link": link(signal)})
    _tell_owner(signal)
    return signal


def link(signal: Signal) -> str:
    """Return the whole address at which who sent a signal follows it."""
    return page("signal-mine", signing.dumps([signal.pk, signal.turn], salt=SALT))


def signal_of(token: str) -> Signal:
    """Return the signal behind a link; raises RefusedError where it is none of ours, or it was forgotten."""
    try:
        pk, turn = signing.loads(token, salt=SALT)
        return Signal.objects.select_related("owner", "work").get(pk=pk, turn=turn)
    except (signing.BadSignature, ValueError, TypeError, Signal.DoesNotExist) as error:
        raise RefusedError(_("Dit signaal is er niet meer.")) from error


def confirm(signal: Signal) -> None:
    """Note that who has the address wants to hear of it."""
    Signal.objects.filter(pk=signal.pk).exclude(email="").update(email_confirmed=True)


def signals_of(viewer: Viewer) -> QuerySet[Signal]:
    """Return the signals for the viewer's organisations; the team's secretary sees all."""
    rights = rights_of(viewer)
    found = Signal.objects.select_related("owner", "work", "buurt").defer("image", "buurt__geometry", "buurt__mercator")
    if rights.everything or rights.secretary:
        return found
    return found.filter(owner__in=rights.member_of)


@transaction.atomic
def answer(viewer: Viewer, signal: Signal, state: str, text: str, now: dt.datetime | None = None) -> SignalAnswer:
    """Say what is done with a signal; who sent it hears it.

    Raises
    ------
    PermissionDenied
        Where it is not for an organisation of the viewer.
    RefusedError
        Where it is closed without a word.
    """
    now = now or timezone.now()
    locked = _locked(viewer, signal)
    text = as_typed(text)[:LONGEST]
    if state not in State.values or state == State.RECEIVED:
        raise RefusedError(_("Kies wat u ermee doet."), "state")
    if not text:
        raise RefusedError(_("Schrijf een antwoord; wie het meldde leest dat."), "text")
    locked.state = state
    locked.closed_at = now if state in (State.SOLVED, State.DECLINED) else None
    locked.save(update_fields=["state", "closed_at"])
    said = SignalAnswer.objects.create(
        signal=locked, organisation=locked.owner, state=state, text=text, at=now,
        by=viewer if isinstance(viewer, User) else None,
    )  # fmt: skip
    if locked.email and locked.email_confirmed:
        with speaking(locked.language):
            send(locked.email, "signal_answer", {"signal": locked, "answer": said, "link": link(locked)})
    return said


@transaction.atomic
def pass_on(viewer: Viewer, signal: Signal, to: Organisation) -> None:
    """Give a signal to the partner whose it is; raises PermissionDenied."""
    locked = _locked(viewer, signal)
    if locked.owner_id == to.pk:
        return
    locked.owner, locked.work = to, None
    locked.save(update_fields=["owner", "work"])
    _tell_owner(locked)


def _locked(viewer: Viewer, signal: Signal) -> Signal:
    locked = Signal.objects.select_for_update(of=("self",)).select_related("owner").defer("image").get(pk=signal.pk)
    rights = rights_of(viewer)
    if not (rights.everything or rights.secretary or locked.owner_id in rights.edits_for):
        raise PermissionDenied
    return locked


def _tell_owner(signal: Signal) -> None:
    """Mail the planners and managers of the owner."""
    roles = (Membership.Role.PLANNER, Membership.Role.MANAGER)
    people = User.objects.filter(
        is_active=True, memberships__organisation=signal.owner_id, memberships__role__in=roles
    )  # fmt: skip
    send_to_people(people, "signal_owner", lambda: {"signal": signal, "page": page("signal-page", signal.pk)})
