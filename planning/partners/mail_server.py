"""Where mail goes out: read from ``EMAIL_URL``; without it mails are kept in a folder, as at the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FOLDER = "planning.partners.mail_folder.EmailBackend"
FORMS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
"""Ways to reach a mail server, with the port each uses where none is given."""


@dataclass(frozen=True)
class MailServer:
    """What Django must know to send mail."""

    backend: str = FOLDER
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False

    @classmethod
    def parse(cls, url: str) -> MailServer:
        """Read ``smtp+tls://user:password@host:587`` (or ``smtps://``, or ``smtp://`` for a server near by).

        Raises
        ------
        ValueError
            Where this is no such address.
        """
        if not url:
            return cls()
        parts = urlsplit(url)
        if parts.scheme not in FORMS or not parts.hostname:
            raise ValueError("EMAIL_URL reads as smtp+tls://user:password@host:587, smtps://… or smtp://…")
        return cls(
            backend=SMTP,
            host=parts.hostname,
            port=parts.port or FORMS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_tls=parts.scheme == "smtp+tls",
            use_ssl=parts.scheme == "smtps",
        )
