"""Addresses without a table of their own: looked at by everybody, with the identities of all that is planted.

What each role may do there stands in the tests of the pages; here it is seen that no answer tells anybody what is not
theirs, that looking changes nothing that is shared and sets no cookie, and that nothing breaks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.looked_at import LOOKED_AT
from tests.access.people import SEEN_BY, Role
from tests.access.visits import get, words_in, writes
from tests.access.world import World, make_world

pytestmark = pytest.mark.django_db

LOOKERS = (Role.ANONYMOUS, Role.OUTSIDER, Role.VIEWER, Role.OTHER)
OF_THE_READER = {"coordination_noticesettings", "coordination_looking", "initiatives_attempt"}
"""Tables that hold what only the reader's own looking is about."""
MAY_SET_COOKIES = ("account/", "admin/")
"""Where one signs in."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The planted records; they go when this module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep the refusals out of the report."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def _paths(address: str, world: World) -> list[str]:
    """Return the address with every planted identity, and with what is there for nobody, in its open places."""
    opened, closed = address.find("<"), address.rfind(">")
    if opened < 0:
        return [f"/{address}"]
    held = [*dict.fromkeys(str(value) for word, value in world.ids.items() if word in SEEN_BY), "alfa", "beta", "0"]
    paths = []
    for value in held:
        path = address
        while "<" in path:
            path = path[: path.index("<")] + value + path[path.index(">") + 1 :]
        paths.append(f"/{path}")
    assert closed > opened
    return paths


@pytest.mark.parametrize("address", LOOKED_AT)
def test_nobody_is_told_what_is_not_theirs(address: str, world: World) -> None:
    wrong = []
    for role in LOOKERS:
        for path in _paths(address, world):
            with transaction.atomic(), writes() as written:
                response = get(path).send(role, world)
                told = words_in(response)
                transaction.set_rollback(True)
            said = f"{role}: {path}: "
            if response.status_code >= 500:
                wrong.append(f"{said}{response.status_code}")
            if leaked := {word for word in told if role not in SEEN_BY[word]}:
                wrong.append(f"{said}must not see {sorted(leaked)}")
            if changed := written - OF_THE_READER:
                wrong.append(f"{said}changed {sorted(changed)}")
            if role is Role.ANONYMOUS and response.cookies and not address.startswith(MAY_SET_COOKIES):
                wrong.append(f"{said}sets cookies {sorted(response.cookies)}")
    assert not wrong, "\n".join(wrong[:20])
