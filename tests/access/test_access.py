"""Every address of the service, asked by everybody: who sees what, and who changes what.

An address that is not in ``urls.py`` fails the first test, so none can be forgotten.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from tests.access.people import EVERYONE, NOBODY, OF_ALFA, SEEN_BY, Role
from tests.access.urls import ADDRESSES, MAY_SET_COOKIES
from tests.access.visits import Visit, all_addresses, change, get, words_in, writes
from tests.access.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The planted records; they go when this module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Keep a thousand refusals out of the report."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def test_every_address_says_who_may_what() -> None:
    there = set(all_addresses())
    assert sorted(there - set(ADDRESSES)) == [], "say in tests/access/urls.py who may what at these addresses"
    assert sorted(set(ADDRESSES) - there) == [], "these addresses are gone"


@pytest.mark.parametrize("address", sorted(ADDRESSES))
def test_who_sees_and_changes_what(address: str, world: World) -> None:
    wrong = [
        f"{role}: {visit.method} {visit.path}: {fault}"
        for visit in ADDRESSES[address]
        for role in Role
        for fault in faults(visit, role, world, address)
    ]
    assert not wrong, "\n".join(wrong)


def faults(visit: Visit, role: Role, world: World, address: str) -> Iterator[str]:
    """Yield what is wrong with the answer that ``role`` gets."""
    # Undone afterwards, so that everybody finds the same world.
    with transaction.atomic(), writes() as written:
        response = visit.send(role, world)
        told = words_in(response)
        transaction.set_rollback(True)
    leaked = {word for word in told if role not in SEEN_BY[word]}
    if leaked:
        yield f"must not see {sorted(leaked)}"
    if role in visit.may:
        if response.status_code != visit.ok:
            yield f"status {response.status_code} instead of {visit.ok}: {response.content[:300]!r}"
        missing = {word for word in visit.shows if role in SEEN_BY[word] & visit.to} - told
        if missing:
            yield f"should see {sorted(missing)}"
        if visit.changes and not written:
            yield "may change this, and nothing changed"
    elif response.status_code not in visit.refusals:
        yield f"status {response.status_code}, not refused"
    if written and not (visit.changes and role in visit.may):
        yield f"changed {sorted(written)}"
    if role is Role.ANONYMOUS and response.cookies and address not in MAY_SET_COOKIES:
        yield f"sets cookies: {sorted(response.cookies)}"


def test_the_walk_itself_can_fail(world: World) -> None:
    """A walk past empty shelves, or with closed eyes, would always succeed."""
    visit = get("/api/works/{alfainternal}/", may=OF_ALFA, shows=["alfainternal"])
    may_not = change("patch", "/api/works/{alfainternal}/", NOBODY, {"name": "x"}, headers={"If-Match": "*"})

    def told(visit: Visit, role: Role) -> str:
        return " ".join(faults(visit, role, world, ""))

    assert told(visit, Role.VIEWER) == ""
    assert "status 404 instead of 200" in told(replace(visit, may=EVERYONE), Role.OTHER)
    assert "not refused" in told(replace(visit, may=NOBODY), Role.VIEWER)
    assert "should see ['betainternal']" in told(replace(visit, shows=["betainternal"]), Role.SUPERUSER)
    assert "nothing changed" in told(get("/kaart/", changes=True), Role.SUPERUSER)
    assert "changed [" in told(may_not, Role.PLANNER)
    stolen = replace(world, sessions={Role.ANONYMOUS: world.sessions[Role.PLANNER]})
    assert "must not see ['alfainternal'" in " ".join(faults(visit, Role.ANONYMOUS, stolen, ""))
