"""What is forgotten, and when: nothing of a person stays longer than it is needed."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from planning.initiatives.models import Attempt, PendingSupport, Signal, SignUp, Submission, SupportAddress, SupportArea
from planning.initiatives.support.voices import LINK_LASTS

VOICES_AFTER_DECISION: Final = dt.timedelta(days=14)
"""So long the team can still put right a count (our own choice); after that only its outcome is left."""

UNCONFIRMED_IDEA: Final = dt.timedelta(days=14)


SIGNAL_AFTER_CLOSED: Final = dt.timedelta(days=30)
"""So long who told something can still come back to it."""

SIGN_UP_AFTER_MEETING: Final = dt.timedelta(days=30)


def forget(now: dt.datetime | None = None) -> dict[str, int]:
    """Delete what is no longer needed; return how many of each."""
    now = now or timezone.now()
    return {
        "counts": _forget_voices(now),
        "links": PendingSupport.objects.filter(asked_at__lte=now - LINK_LASTS).delete()[0],
        "ideas": Submission.objects.filter(sent_at__lte=now - UNCONFIRMED_IDEA).delete()[0],
        "signals": _forget_signals(now),
        "sign-ups": SignUp.objects.filter(meeting__ends_at__lte=now - SIGN_UP_AFTER_MEETING).delete()[0],
        "attempts": Attempt.objects.filter(until__lte=now).delete()[0],
    }


def _forget_voices(now: dt.datetime) -> int:
    """Delete every address, voice and code of counts that were decided on; the outcome stays."""
    forgotten = 0
    due = SupportArea.objects.filter(forgotten_at=None, decided_at__lte=now - VOICES_AFTER_DECISION)
    for pk in due.values_list("pk", flat=True):
        with transaction.atomic():
            area = SupportArea.objects.select_for_update().get(pk=pk)
            if area.decided_at is None or area.decided_at > now - VOICES_AFTER_DECISION:
                continue  # Opened again just now.
            SupportAddress.objects.filter(area=area).delete()
            area.forgotten_at = now
            area.save(update_fields=["forgotten_at"])
            forgotten += 1
    return forgotten


def _forget_signals(now: dt.datetime) -> int:
    """Take who told it, and the photo, off signals that were closed; what was wrong where stays, without a person."""
    due = Signal.objects.filter(closed_at__lte=now - SIGNAL_AFTER_CLOSED).exclude(email="", image=None)
    return due.update(email="", email_confirmed=False, image=None, turn=F("turn") + 1)
