"""Who somebody is without keeping who: spelling taken away, and then a hash with a key outside the database.

There are few addresses in a town, so a plain hash would be read back in a second; without the key nobody can.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from geo.models import Address
from geo.text import fold
from planning.initiatives.refusals import RefusedError

DOTLESS: Final = frozenset({"gmail.com", "googlemail.com"})
"""Hosts where dots in the name mean nothing, by what they say themselves."""

LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of codes that people type over: none that looks like another (no 0, 1, I, O)."""

LONGEST_EMAIL: Final = 254
"""Characters of an e-mail address that mail servers take (RFC 5321)."""

CODE_LENGTH: Final = 12
"""Letters of a code: 60 bits, so that guessing is hopeless even without a limit on tries."""


def keyed(purpose: str, value: str) -> str:
    """Return the hash of ``value`` with the privacy key; of another for every ``purpose``."""
    return hmac.digest(settings.PRIVACY_KEY.encode(), f"{purpose}\0{value}".encode(), "sha256").hex()


def address_key(initiative: int, address: Address) -> str:
    """Return the hash of an address; of another for every initiative, so that voices cannot be laid side by side."""
    return keyed(f"address {initiative}", f"{address.postcode} {address.number} {fold(address.addition)}")


def email_key(area: int, email: str) -> str:
    """Return the hash of an e-mail address, the same for all its spellings.

    Raises
    ------
    RefusedError
        Where it is no e-mail address.
    """
    return keyed(f"email {area}", normal_email(email))


def normal_email(text: str) -> str:
    """Return an e-mail address without what makes no difference: case, "+anything", dots where they mean nothing.

    Raises
    ------
    RefusedError
        Where it is no e-mail address.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        if len(text) > LONGEST_EMAIL:
            raise ValidationError("")
        validate_email(plain)
        name, _at, host = plain.lower().rpartition("@")
        host = host.encode("idna").decode("ascii")
    except (ValidationError, UnicodeError) as error:
        raise RefusedError(_("Dit is geen e-mailadres. Schrijf het zo: naam@voorbeeld.nl."), "email") from error
    name = name.strip('"')
    name = name.partition("+")[0] or name
    if host in DOTLESS:
        name, host = name.replace(".", "") or name, "gmail.com"
    return f"{name}@{host}"


def new_token() -> str:
    """Return a token for a link: 256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return a code for a letter."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def normal_code(text: str) -> str:
    """Return a code as it is stored, however somebody typed it over."""
    return "".join(text.upper().replace("-", " ").split())


def spaced_code(code: str) -> str:
    """Return a code as it is printed: "ABCD EFGH JKLM"."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))
