"""Which language a page speaks: what its address says, so that no cookie is needed and a link keeps it.

``/kaart/`` is Dutch, ``/en/kaart/`` English. Programs have one address for all languages and say what they want in
Accept-Language; so do people who open such an address in a browser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

BY_BROWSER: Final = re.compile(r"/(api|ogc|tiles)(/|$)")
"""Addresses that all languages share."""


@dataclass(frozen=True)
class Choice:
    """A language and the address of the same page in it."""

    code: str
    name: str
    address: str
    is_now: bool


class LanguageMiddleware(LocaleMiddleware):
    """Speak the language of the address; where all languages share one, that of the browser or program."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language of the answer."""
        super().process_request(request)
        if BY_BROWSER.match(request.path_info):
            translation.activate(translation.get_language_from_request(request))
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE


def languages(request: HttpRequest) -> dict[str, Any]:
    """Give the templates every language with this page in it; none where the address has no language."""
    if BY_BROWSER.match(request.path_info):
        return {"languages": []}
    here, now = request.get_full_path(), translation.get_language()
    return {
        "languages": [Choice(code, name, in_language(here, code), code == now) for code, name in settings.LANGUAGES],
    }


def in_language(address: str, code: str) -> str:
    """Return the address of the same page in another language, with the same question behind it."""
    spoken = translation.get_language_from_path(address.partition("?")[0])
    plain = address.removeprefix(f"/{spoken}") if spoken else address
    return plain if code == settings.LANGUAGE_CODE else f"/{code}{plain}"
