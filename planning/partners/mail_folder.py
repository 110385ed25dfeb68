"""Mails kept as files in ``settings.MAIL_FOLDER``: what the demonstration sends can be read there, and goes nowhere."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage as Parsed
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

MOST = 500
"""Mails kept; the oldest go first."""


@dataclass(frozen=True)
class SentMail:
    """A mail that was sent."""

    at: dt.datetime
    to: str
    subject: str
    text: str


class EmailBackend(BaseEmailBackend):
    """Writes every mail to a file of its own."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails; return how many."""
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            now = dt.datetime.now(dt.UTC)
            # Written whole under another name first: nobody reads half a mail.
            path = folder / f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
            half = path.with_suffix(".part")
            half.write_bytes(message.message().as_bytes())
            half.rename(path)
        for old in sorted(folder.glob("*.eml"))[:-MOST]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def sent_mails(most: int = 100) -> Iterator[SentMail]:
    """Yield the mails that were kept, the newest first."""
    for path in sorted(Path(settings.MAIL_FOLDER).glob("*.eml"), reverse=True)[:most]:
        parsed: Any = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        yield SentMail(
            at=dt.datetime.strptime(path.name.split("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=dt.UTC),
            to=str(parsed["To"]),
            subject=str(parsed["Subject"]),
            text=_text(parsed),
        )


def _text(parsed: Parsed) -> str:
    body: Any = parsed.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
