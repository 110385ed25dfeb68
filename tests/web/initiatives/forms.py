"""Sending the public forms as a person does: a while after opening them."""

from __future__ import annotations

import html
import re
import time
from typing import Any

from django.core import signing
from django.test import Client

NEW = "/initiatieven/nieuw/"


def opened(seconds_ago: float = 30) -> str:
    """Return what a form carries that was opened so long ago."""

    class Then(signing.TimestampSigner):
        def timestamp(self) -> str:
            return signing.b62_encode(int(time.time() - seconds_ago))

    return Then(salt="public form").sign("open")


def hidden(response: Any, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found is not None, response.content.decode()[:3000]
    return html.unescape(found[1])


def words(response: Any) -> str:
    """Return the text of a page as it is read, without tags and with single spaces."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", body).split()))


WHAT = {"title": "Boomgaard voor de Stroom", "story": "Appels voor iedereen.", "theme": "green", "asked_eur": "1.500"}
WHERE = {"address": "9403 KL 12", "drawing": ""}
WHO = {"name": "Noor", "email": "noor@example.nl", "phone": ""}


def walk(
    client: Client, *, what: Any = WHAT, where: Any = WHERE, who: Any = WHO, photos: Any = (), **extra: Any
) -> Any:
    """Walk through the steps until one of them answers with something else than the next; return that answer."""
    response = client.get(NEW)
    draft, sinds = "", opened()
    for step, values in enumerate((what, where, who, {"photos": list(photos)}), 1):
        response = client.post(NEW, {"stap": step, "draft": draft, "sinds": sinds, **values}, **extra)
        if response.status_code != 200 or step == 4:
            return response
        draft = hidden(response, "draft")
    return response
