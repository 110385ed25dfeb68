"""ETags: the form of a record that was given, and which state of it a writer read.

``"12-3.5f0c…"`` is record 12 in its state 3, in one form: a language, some fields, a partner's eyes. Who changes the
record shows the tag; that must name the state, whichever form was read.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from rest_framework.renderers import JSONRenderer

_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"')


def form_tag(data: Any, state: str = "") -> str:
    """Return the ETag of a record in the form of ``data``; ``state`` where it can be changed."""
    form = hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:16]
    return f'"{state}.{form}"' if state else f'"{form}"'


def state(pk: int, version: int) -> str:
    """Return what tells one state of a record from another."""
    return f"{pk}-{version}"


def names_state(if_match: str, pk: int, version: int) -> bool:
    """Whether a header If-Match names the state that a record is in.

    A weak tag counts: compressing an answer made it weak on the way, and the state in it is exact all the same.
    """
    if if_match.strip() == "*":
        return True
    return state(pk, version) in {tag.partition(".")[0] for tag in _TAG.findall(if_match)}
