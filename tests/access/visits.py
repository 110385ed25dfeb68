"""What a visit to an address is, and how its answer is read."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from tests.access.people import EVERYONE, SEEN_BY, Role
from tests.access.world import World

REFUSED = frozenset({302, 401, 403, 404, 405})
"""How a refusal may look; a redirect goes to where one signs in, or to where one comes from."""
NOT_SHARED = ("django_session", "django_admin_log", "django_cache", "geo_tile", "pghistory_context", "account_")
"""Tables (by how they begin) that may change where somebody only looks."""

ANY = {"If-Match": "*"}
"""Whatever version there is."""


@dataclass(frozen=True)
class Visit:
    """One request, and what it must come to for each role.

    Parameters
    ----------
    path
        The address; ``{word}`` in it stands for what ``World.ids`` holds under that word.
    may
        Who is answered with ``ok``; all others are refused.
    method, data, headers
        What is sent; words in braces are filled in in ``data`` too. It goes as JSON, or as a form where ``form``.
    shows
        Planted words that must be in the answer, for those of ``may`` who may see them. Words that somebody may not
        see must never be in it; that needs no mention.
    to
        Those to whom it shows them; everybody where they may see them.
    changes
        Whether it changes something for who may; for who may not it never does.
    ok
        The status for who may.
    """

    path: str
    may: frozenset[Role] = EVERYONE
    method: str = "get"
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    form: bool = False
    shows: Sequence[str] = ()
    to: frozenset[Role] = EVERYONE
    changes: bool = False
    ok: int = 200

    @property
    def refusals(self) -> frozenset[int]:
        """Return how a refusal may look: what is sent may be a wrong value, and a form comes back saying so."""
        if self.method in {"get", "head"}:
            return REFUSED
        return REFUSED | ({200, 400, 422} if self.form and self.changes else {400})

    def send(self, role: Role, world: World) -> Any:
        """Return the answer to ``role``."""
        client = world.client(role)
        call = getattr(client, self.method)
        path = self.path.format_map(world.ids)
        headers = {**self.headers, **world.headers(role)}
        if self.method in {"get", "head"}:
            return call(path, headers=headers)
        if self.form:
            return call(path, filled(self.data or {}, world), headers=headers)
        return call(path, filled(self.data, world), content_type="application/json", headers=headers)


def get(path: str, may: frozenset[Role] = EVERYONE, **more: Any) -> Visit:
    """Look at an address."""
    return Visit(path, may, **more)


def change(method: str, path: str, may: frozenset[Role], data: Any = None, **more: Any) -> Visit:
    """Try to change something; whoever may not, must not."""
    return Visit(path, may, method, data, changes=True, **more)


def each(words: Sequence[str], visit: Visit, *, named: bool = True) -> list[Visit]:
    """Return the visit once for every planted word, ``{id}`` in it being that record's; who cannot see it may not.

    Who looks is shown the word, unless the answer does not name the record.
    """
    return [
        replace(
            visit,
            path=_about(visit.path, word),
            data=_about(visit.data, word),
            may=visit.may & SEEN_BY[word],
            shows=[word] if named and visit.method == "get" else [],
        )
        for word in words
    ]


def _about(value: Any, word: str) -> Any:
    """Put the planted word where ``{id}`` or ``{word}`` stands, however deep."""
    match value:
        case str():
            return value.replace("{id}", "{" + word + "}").replace("{word}", word)
        case dict():
            return {name: _about(part, word) for name, part in value.items()}
        case list():
            return [_about(part, word) for part in value]
        case _:
            return value


def filled(value: Any, world: World) -> Any:
    """Fill in the words in braces, however deep they stand; a value that is one word keeps its type."""
    match value:
        case str() if value.startswith("{") and value[1:-1] in world.ids:
            return world.ids[value[1:-1]]
        case str():
            return value
        case dict():
            return {name: filled(part, world) for name, part in value.items()}
        case list():
            return [filled(part, world) for part in value]
        case _:
            return value


def words_in(response: Any) -> frozenset[str]:
    """Return the planted words in an answer, whatever its form: text, tile, workbook, zip or database."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    parts = [content, *[value.encode() for _name, value in response.items()]]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    whole = b"\n".join(parts)
    return frozenset(word for word in SEEN_BY if word.encode() in whole)


_WRITE = re.compile(r"(?<!FOR )(?<!KEY )(?<!DO )\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)


@contextmanager
def writes() -> Iterator[set[str]]:
    """Note which shared tables are written, also where that is undone."""
    written: set[str] = set()

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        written.update(name for name in _WRITE.findall(str(sql)) if not name.startswith(NOT_SHARED))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


_NAMED = re.compile(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)")


def all_addresses() -> Iterator[str]:
    """Yield every address the service has, as ``api/works/<pk>/``."""

    def walk(resolver: Any, before: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
            route = _NAMED.sub(r"\1", route)
            if isinstance(entry, URLPattern):
                yield (before + route).replace("\\.", ".").replace("<slug:", "<").replace("<str:", "<").replace(
                    "<path:", "<").replace("<int:", "<")  # fmt: skip
            else:
                yield from walk(entry, before + route)

    yield from walk(get_resolver(), "")
