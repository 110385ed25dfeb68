"""The road of an initiative."""

from __future__ import annotations

import itertools

import pytest

from planning.initiatives.models import CLOSED_STATES, Initiative, InitiativeState, Role, Step
from planning.initiatives.refusals import RefusedError
from planning.initiatives.states import STEPS, check, move, next_states
from tests.factories import make_initiative
from tests.initiatives.neighbours import gathering, make_initiator, secretary

S = InitiativeState


def test_only_the_neighbours_make_an_initiative_supported() -> None:
    to_supported = {pair: allowed.roles for pair, allowed in STEPS.items() if pair[1] == S.SUPPORTED}
    assert to_supported.pop((S.GATHERING_SUPPORT, S.SUPPORTED)) == {Role.NEIGHBOURS}
    assert set(to_supported) == {(S.RESOURCED, S.SUPPORTED)}


def test_every_state_can_be_reached_and_only_an_end_is_left_by_a_reason_alone() -> None:
    reached, grown = {S.SUBMITTED}, True
    while grown:
        more = {to for start, to in STEPS if start in reached} - reached
        grown = bool(more)
        reached |= more
    assert reached == set(S)
    for start in CLOSED_STATES:
        assert all(allowed.with_reason for (at, _), allowed in STEPS.items() if at == start)


def test_what_is_not_in_the_table_is_refused_for_everyone() -> None:
    for start, to in itertools.product(S, S):
        for role in Role:
            if (start, to) in STEPS and role in STEPS[start, to].roles:
                check(start, to, role, "Daarom.")
            else:
                with pytest.raises(RefusedError):
                    check(start, to, role, "Daarom.")


def test_an_end_by_the_team_has_a_reason() -> None:
    with pytest.raises(RefusedError, match="waarom"):
        check(S.SUPPORTED, S.DECLINED, Role.TEAM, "   ")
    check(S.SUPPORTED, S.WITHDRAWN, Role.INITIATOR)


@pytest.mark.django_db
def test_a_step_is_kept_with_who_and_why_and_the_initiator_hears_it(mailoutbox, django_capture_on_commit_callbacks):
    initiative = make_initiative(state=S.SUBMITTED)
    make_initiator(initiative)
    team = secretary()
    with django_capture_on_commit_callbacks(execute=True):
        move(initiative, S.DECLINED, Role.TEAM, reason="De grond is\nal nodig.", by=team)
    step = Step.objects.get(initiative=initiative)
    assert (step.state, step.role, step.reason, step.by) == ("declined", "team", "De grond is al nodig.", team)
    initiative.refresh_from_db()
    assert (initiative.state, initiative.state_reason) == ("declined", "De grond is al nodig.")
    (mail,) = mailoutbox
    assert mail.to == ["noor@example.nl"]
    assert "De grond is al nodig." in mail.body


@pytest.mark.django_db
def test_who_comes_second_is_told_and_changes_nothing():
    initiative = make_initiative(state=S.SUPPORTED)
    stale = type(initiative).objects.get(pk=initiative.pk)
    move(initiative, S.RESOURCED, Role.TEAM)
    with pytest.raises(RefusedError, match="krijgt middelen"):
        move(stale, S.RESOURCED, Role.TEAM)
    assert Step.objects.count() == 1


@pytest.mark.django_db
def test_neighbours_speak_only_while_support_is_gathered():
    area = gathering(3)
    move(area.initiative, S.WITHDRAWN, Role.INITIATOR)
    area.refresh_from_db()
    assert not area.is_open


@pytest.mark.django_db
def test_gathering_support_needs_an_area_first():
    with pytest.raises(RefusedError, match="welke adressen"):
        move(make_initiative(state=S.SUBMITTED), S.GATHERING_SUPPORT, Role.TEAM)


def test_each_role_sees_its_own_steps() -> None:
    resourced = Initiative(state=S.RESOURCED)
    assert next_states(resourced, Role.INITIATOR) == [S.UNDER_WAY, S.WITHDRAWN]
    assert next_states(resourced, Role.NEIGHBOURS) == []
    assert S.DECLINED in next_states(resourced, Role.TEAM)
