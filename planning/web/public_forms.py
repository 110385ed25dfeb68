"""Forms for who is not signed in: no cookie, no puzzle, and yet no forgery and little spam.

Nobody is signed in on them, so there is no session to ride on and Django's cookie against that is not needed; a form
of another site is refused all the same. Spam is kept out by a field that people do not see, by the time that a person
needs, by a limit per network address, and by what comes after: a mail to confirm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

LEAST: Final = dt.timedelta(seconds=2)
"""Nobody fills in a form faster (our own choice)."""

MOST: Final = dt.timedelta(days=7)

View = Callable[..., HttpResponse]


def public_form(view: View) -> View:
    """Let a view take a form without a cookie, but only from a page of our own."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not _from_here(request):
            raise PermissionDenied(_("Dit formulier kwam van een andere site."))
        return view(request, *args, **kwargs)

    # What stands on such a page is for one reader, and what was typed on it even more so.
    return csrf_exempt(never_cache(checked))


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this; one that says nothing is believed."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def network_of(request: HttpRequest) -> str:
    """Return the network that a request comes from: of IPv4 the address, of IPv6 the /64 that one home has.

    Behind web servers of our own (``TRUSTED_PROXIES`` of them) it is the address that the outermost one saw.
    """
    address = request.META.get("REMOTE_ADDR") or ""
    if settings.TRUSTED_PROXIES:
        passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(passed) >= settings.TRUSTED_PROXIES:
            address = passed[-settings.TRUSTED_PROXIES]
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


class PublicForm(forms.Form):
    """A form that anyone may send: with a field that stays empty and the moment that it was opened."""

    required_css_class = "required"
    website = forms.CharField(required=False)
    sinds = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.carried = ""

    def opened(self) -> str:
        """Return what the form carries along to tell when it, or its first step, was opened."""
        given = self.data.get("sinds", "") if self.is_bound else self.carried
        return given if _age(given) is not None else signing.TimestampSigner(salt="public form").sign("open")

    def clean_website(self) -> str:
        """Refuse what only a machine fills in."""
        text: str = self.cleaned_data["website"]
        if text:
            raise ValidationError(_("Laat het veld “Website” leeg, en verstuur opnieuw."))
        return text

    def clean_sinds(self) -> str:
        """Refuse what was filled in faster than anybody can, or on a page from long ago."""
        text: str = self.cleaned_data["sinds"]
        age = _age(text)
        if age is None:
            raise ValidationError(_("Deze bladzijde stond lang open. Kijk alles na en verstuur opnieuw."))
        if age < LEAST:
            raise ValidationError(_("Dat ging wel heel snel. Kijk alles na en verstuur opnieuw."))
        return text

    def guard_errors(self) -> list[str]:
        """Return what is wrong with the fields that nobody sees."""
        return [str(message) for name in ("website", "sinds") for message in self.errors.get(name, [])]


def _age(text: str) -> dt.timedelta | None:
    """Return how long ago a form was opened; None where that is not ours to say, or too long."""
    signer = signing.TimestampSigner(salt="public form")
    try:
        signer.unsign(text, max_age=MOST)
        stamp = text.rsplit(":", 2)[1]
        opened = dt.datetime.fromtimestamp(signing.b62_decode(stamp), tz=dt.UTC)
    except (signing.BadSignature, ValueError, IndexError):
        return None
    return dt.datetime.now(tz=dt.UTC) - opened
