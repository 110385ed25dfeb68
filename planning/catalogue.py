"""The texts of the product and their translations, without GNU gettext: what is said where, and what it is elsewhere.

Texts stand in Dutch where they are said, in ``_()`` and ``{% translate %}``; a catalogue
``planning/locale/<language>/LC_MESSAGES/django.po`` holds them in another language.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS: Final = ("geo", "planning")
"""Folders whose texts people read."""

KEYWORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
"""Functions that say a text, with where their arguments are."""

PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sdf]|%[sd%]|\{\w*\}|</?\w+")
"""What is filled in, and marks of HTML: they must be the same in every language."""


def texts(base: Path) -> Catalog:
    """Return every text that is said in the product, with the files that say it."""
    found = Catalog()
    for path in sorted(p for room in ROOMS for p in (base / room).rglob("*") if p.suffix in {".py", ".html", ".txt"}):
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            source += _within_texts(source)
        else:
            # A template as Python that says the same texts; its lines begin where they happen to.
            source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
        said = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
        for _line, text, _comments, context in said:
            found.add(text, locations=[(path.relative_to(base).as_posix(), 0)], context=context)
    return found


def _within_texts(source: str) -> str:
    """Return, as Python, what is filled in in f-strings: up to Python 3.11 these are read as one word each."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FormattedValue))
    return "".join(f"\n{ast.unparse(node.value)}" for node in nodes)


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one where there is none yet."""
    try:
        with catalogue_path(language).open("rb") as source:
            return read_po(source, locale=language)
    except FileNotFoundError:
        return Catalog(locale=language)


def update(said: Catalog, language: str) -> Catalog:
    """Return the catalogue of ``language`` for exactly the texts that are ``said``, with what it knew of them."""
    known = read(language)
    made = Catalog(
        locale=language,
        project="Mijn Buurt",
        version="Assen",
        creation_date=known.creation_date,
        revision_date=known.creation_date,
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        fuzzy=False,
        header_comment="# Kept up to date by: python3 manage.py texts",
    )
    for message in _messages(said):
        before = known.get(_key(message), message.context)
        string = before.string if before is not None and _same_shape(before, message) else None
        made.add(message.id, string, locations=message.locations, context=message.context)
    return made


def write(catalogue: Catalog, language: str) -> None:
    """Keep the catalogue of a language: by text, with files but without lines: a diff says what changed."""
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, catalogue, width=110, sort_output=True, include_lineno=False)


def faults(said: Catalog, language: str) -> Iterator[str]:
    """Yield what is wrong with a language: a text without a translation, one too many, placeholders that differ."""
    known = read(language)
    wanted = {(_key(message), message.context) for message in _messages(said)}
    for message in _messages(said):
        there = known.get(_key(message), message.context)
        forms = _forms(there.string) if there is not None and _same_shape(there, message) else []
        if not forms or not all(forms):
            yield f"{_where(message)}: no {language} for {_key(message)!r}"
            continue
        for original, translated in zip(_originals(message, len(forms)), forms, strict=True):
            if (was := set(PLACEHOLDER.findall(original))) != (now := set(PLACEHOLDER.findall(translated))):
                yield f"{_where(message)}: {language} of {original!r} has other placeholders: {sorted(was ^ now)}"
    for message in _messages(known):
        if (_key(message), message.context) not in wanted:
            yield f"{language}: nobody says {_key(message)!r} any more"


def _messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the texts of a catalogue; its header is none."""
    return (message for message in catalogue if message.id)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _same_shape(one: Message, other: Message) -> bool:
    return bool(one.pluralizable) == bool(other.pluralizable)


def _forms(string: str | Iterable[str] | None) -> list[str]:
    return [string] if isinstance(string, str) else list(string or ())


def _originals(message: Message, count: int) -> list[str]:
    """Return what each of ``count`` translated forms translates: one, and then many."""
    if isinstance(message.id, str):
        return [message.id]
    return [message.id[0], *[message.id[1]] * (count - 1)]


def _where(message: Message) -> str:
    return str(message.locations[0][0])
