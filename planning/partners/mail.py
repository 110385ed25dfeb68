"""The one home of mail's words: a template makes the subject, the text and the page of a mail.

``send("anna@example.nl", "invitation", {"organisation": ...})`` sends ``templates/mail/invitation.txt``, which any app
may hold. Its first line is the subject; then come paragraphs between empty lines, and lists of lines that begin with
"- ". The page is made from that text, so the two cannot differ. Links are plain, and only our own become links: what
somebody else wrote in a mail never does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from planning.partners import outbox

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from planning.partners.models import User


@dataclass(frozen=True)
class Block:
    """A paragraph of a mail, or a list with ``items``."""

    lines: list[SafeString]
    is_list: bool


@dataclass(frozen=True)
class Letter:
    """What a mail says: its subject, its text, and that text as a page."""

    subject: str
    text: str
    page: str


def absolute(path: str) -> str:
    """Return the whole address of a page of ours, also where there is no request to take it from."""
    return settings.SITE_URL + path


def spoken() -> str:
    """Return the language spoken now: that of the page, where there is one."""
    return translation.get_language() or settings.LANGUAGE_CODE


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak a language for a while, in mails and in the addresses in them; one no longer offered gives the house's."""
    return translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)


def page(name: str, *args: object) -> str:
    """Return the whole address of the page of this name, in the language that is spoken now."""
    return absolute(reverse(name, args=args))


def send(
    to: str,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Send a mail to one address in the background, once what is being saved now is kept; see ``outbox``.

    It is written in the language spoken now (``speaking``).

    Parameters
    ----------
    to
        An address.
    template
        Name of ``mail/<template>.txt``.
    context
        What the template shows.
    headers
        More headers, such as ``List-Unsubscribe``.
    """
    letter = compose(template, context)
    outbox.hand_over(to, letter.subject, letter.text, letter.page, headers or {})


def send_to_people(people: QuerySet[User], template: str, context: Callable[[], Mapping[str, Any]]) -> None:
    """Mail each of these people who has an address, once, in the language that this person chose.

    Parameters
    ----------
    people
        Who sign in.
    template, context
        See ``send``; ``context`` is asked in each one's language, for the addresses of pages in it.
    """
    addresses = people.exclude(email="").order_by("email", "-pk").values_list("email", "language")
    for email, language in dict(addresses).items():
        with speaking(language):
            send(email, template, context())


def compose(template: str, context: Mapping[str, Any] | None = None) -> Letter:
    """Return what a mail says, to anybody; see ``send``."""
    values = {"site": settings.SITE_URL, **(context or {})}
    found: Any = get_template(f"mail/{template}.txt")
    written = found.template.render(Context(values, autoescape=False))
    subject, _, text = written.lstrip().partition("\n")
    subject = " ".join(subject.split())
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    frame = {"subject": subject, "blocks": _blocks(text), "language": spoken(), "site": settings.SITE_URL}
    return Letter(subject, text, render_to_string("mail/_frame.html", frame))


def _blocks(text: str) -> list[Block]:
    blocks = []
    for paragraph in text.strip().split("\n\n"):
        lines = paragraph.strip().split("\n")
        is_list = all(line.startswith("- ") for line in lines)
        blocks.append(Block([_linked(line.removeprefix("- ") if is_list else line) for line in lines], is_list))
    return blocks


def _linked(line: str) -> SafeString:
    """Return a line as HTML, with our own addresses in it as links."""
    own = re.compile(rf"({re.escape(escape(settings.SITE_URL))}/[^\s<>\"']*[^\s<>\"'.,;:!?)])")
    return mark_safe(own.sub(r'<a href="\1">\1</a>', escape(line)))  # noqa: S308 - escaped first
