"""The way out of mail: kept with what it tells, sent in the background, tried again, and never lost in silence."""

from __future__ import annotations

import datetime as dt
import json
import logging
import smtplib
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from planning.partners.background import ask_for
from planning.partners.models import OutgoingMail
from planning.partners.sealing import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

PURPOSE: Final = "mail"

MOST_ATTEMPTS: Final = 8

KEPT: Final = dt.timedelta(days=30)
"""Mails that could not be sent are kept so long, for who looks into it."""

LONGEST: Final = dt.timedelta(days=1)
"""After so long no attempt is left: what is there still lost its job."""


class NotSent(Exception):  # noqa: N818 - what it is, not that it is an error
    """A mail was not sent; it may be later."""


def hand_over(to: str, subject: str, text: str, page: str, headers: Mapping[str, str]) -> OutgoingMail:
    """Keep a mail, as part of what is being saved now, and let it be sent once that is kept."""
    said = json.dumps({"text": text, "page": page, "headers": dict(headers)})
    mail = OutgoingMail.objects.create(to=to[:254], subject=subject[:255], sealed=seal(PURPOSE, said))
    send_in_background(mail.pk)
    return mail


def send_in_background(mail_id: int) -> None:
    """Let a mail be sent once what is being saved now is kept; by name: the task knows us, not the other way round."""
    ask_for("partners.send_mail", mail_id=mail_id)


def deliver(mail_id: int) -> None:
    """Send a mail, once; what was sent is not kept.

    Raises
    ------
    NotSent
        Where it should be tried again.
    """
    with transaction.atomic():
        # Whoever else has it in hand sends it.
        mail = OutgoingMail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, failed_at=None).first()
        if mail is None:
            return
        try:
            _message(mail).send()
        except (OSError, ValueError, InvalidToken) as error:
            again = _note_failure(mail, error)
        else:
            mail.delete()
            return
    if again:
        raise NotSent


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    said: dict[str, Any] = json.loads(unseal(PURPOSE, mail.sealed))
    # The same with every attempt: a server that took it without our hearing so gives it to nobody twice.
    known_by = f"<{mail.message_id}@{urlsplit(settings.SITE_URL).hostname}>"
    message = EmailMultiAlternatives(
        mail.subject, said["text"], to=[mail.to], headers={"Message-ID": known_by, **said["headers"]}
    )
    message.attach_alternative(said["page"], "text/html")
    return message


def _note_failure(mail: OutgoingMail, error: Exception) -> bool:
    """Keep what went wrong, and return whether it is tried again."""
    mail.attempts += 1
    mail.error = f"{type(error).__name__}: {error}"[:200]
    again = mail.attempts < MOST_ATTEMPTS and not _is_for_good(error)
    if not again:
        mail.failed_at = timezone.now()
        # Without the address: who reads logs need not know who gets mail.
        logger.error("Mail %s is given up after %s attempts: %s", mail.pk, mail.attempts, type(error).__name__)
    mail.save(update_fields=["attempts", "error", "failed_at"])
    return again


def _is_for_good(error: Exception) -> bool:
    """Whether trying again would change nothing: no such address, or a mail that is none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, ValueError | InvalidToken)


def failed() -> QuerySet[OutgoingMail]:
    """Return the mails that were given up, the newest first."""
    return OutgoingMail.objects.filter(failed_at__isnull=False).order_by("-failed_at")


def send_again(mail_id: int) -> bool:
    """Try a mail that was given up anew; return whether there was one."""
    with transaction.atomic():
        found = failed().filter(pk=mail_id).update(failed_at=None, attempts=0, created_at=timezone.now())
        if found:
            send_in_background(mail_id)
    return bool(found)


def tidy(now: dt.datetime | None = None) -> None:
    """Give up mails that lost their job, and forget those given up long ago."""
    now = now or timezone.now()
    lost = OutgoingMail.objects.filter(failed_at=None, created_at__lte=now - LONGEST)
    if count := lost.update(failed_at=now):
        logger.error("%s mails were never sent: their jobs are gone.", count)
    OutgoingMail.objects.filter(failed_at__lte=now - KEPT).delete()
