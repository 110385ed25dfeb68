"""Texts as people type them: without accents, in any case, with any spaces."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from django.utils.translation import get_language


def _plain(character: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))


_PAIRS: Final = [
    (character, plain)
    for character in map(chr, range(0xC0, 0x180))
    if character == character.lower() and len(plain := _plain(character)) == 1 and plain != character
]
ACCENTED: Final = "".join(character for character, _ in _PAIRS)
"""The letters of Latin-1 and Latin Extended-A that carry an accent, in lower case."""

PLAIN: Final = "".join(plain for _, plain in _PAIRS)
"""The same letters without it, in the same order."""


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents, with single spaces."""
    return " ".join(text.lower().translate(_TABLE).split())


_TABLE: Final = str.maketrans(ACCENTED, PLAIN)


def formula_safe(value: Any) -> Any:
    """Keep a spreadsheet from taking text for a formula; what is no text comes back as it is."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML 1.0 cannot hold in any spelling."""


def printable(text: str) -> str:
    """Return ``text`` without the signs that XML and calendars cannot hold."""
    return _UNPRINTABLE.sub("", text)


_MISLEADING: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls that nobody types, and the signs that turn the direction of all that follows, also beyond the text."""


def as_typed(text: str) -> str:
    """Return what somebody sent as it reads: without controls, and without signs that make other text read backward."""
    return _MISLEADING.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def in_readers_language(dutch: str, english: str, lang: str | None = None) -> str:
    """Return the one of two texts that is in ``lang``; in the language of the page where that is left out."""
    return english if (lang or get_language() or "nl").startswith("en") else dutch
