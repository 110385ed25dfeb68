"""Two hundred voices at once, for real: threads with connections of their own against PostgreSQL."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from planning.initiatives.identities import email_key, keyed
from planning.initiatives.models import PendingSupport, Step, Support, SupportArea
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support import voices
from tests.initiatives.neighbours import gathering

VOICES = 200
THREADS = 16


@pytest.mark.django_db(transaction=True)
def test_two_hundred_voices_at_once_count_once_per_address_and_decide_once(mailoutbox: list[Any]) -> None:
    """For 120 addresses 200 links are used at once, a third of them twice; 80 addresses are asked for by two people."""
    area = gathering(120)
    initiative = area.initiative
    tokens = []
    for turn, household in enumerate([*area.households.all(), *area.households.all()[:80]]):
        token = f"token-{turn}"
        PendingSupport.objects.create(
            address=household,
            in_favour=turn % 4 != 0,
            email_key=email_key(area.pk, f"buur{turn}@example.nl"),
            token_key=keyed("voice", token),
            asked_at=area.opened_at,
        )
        tokens.append(token)
    assert len(tokens) == VOICES

    def use(token: str) -> str:
        try:
            return "new" if voices.confirm(initiative, token).new else "again"
        except RefusedError as error:
            return str(error)

    def use_all(links: list[str]) -> list[str]:
        try:
            return [use(link) for link in links]
        finally:
            connections.close_all()

    links = [*tokens, *tokens[::3]]
    with ThreadPoolExecutor(THREADS) as pool:
        shares = pool.map(use_all, [links[turn::THREADS] for turn in range(THREADS)])
        outcomes = Counter(outcome for share in shares for outcome in share)

    area = SupportArea.objects.get(pk=area.pk)
    counted = Counter(Support.objects.values_list("in_favour", flat=True))
    assert (area.in_favour, area.against) == (counted[True], counted[False])
    assert outcomes["new"] == Support.objects.count() == area.in_favour + area.against
    assert Support.objects.values("address").distinct().count() == Support.objects.count() <= area.addresses
    # The voice that made it a majority was the last: the count closed with it.
    assert area.in_favour == area.majority == 61
    assert Step.objects.filter(state="supported").count() == 1
    assert len([mail for mail in mailoutbox if mail.to == ["team@example.nl"]]) == 1
