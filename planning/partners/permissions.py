"""Who may see and change what: the one place that says so, for pages, API, tiles and imports alike.

A person's rights follow from roles in organisations; a program's from its token: its organisation, and the scopes that
the question falls under. Nothing else asks after memberships or scopes.

What each role may do, in words:

viewer
    sees what is its organisation's own, and what partners share.
planner
    besides: makes and changes the works, projects and meetings of its organisation, and its crews and budgets; speaks
    for it about findings; sends proposals, and answers those that ask something of it.
manager
    besides: invites people to its organisation, gives them roles and lets them go; approves who comes by the
    organisation's own sign-in service; makes and takes back tokens.
secretary of the team
    sees as a viewer; keeps what is residents' for all organisations together: initiatives, grants, centres, meetings,
    signals, reports to the steering groups. Makes and changes no works.
superuser
    everything, and alone: organisations, areas, how rules are set, sign-in services, and who is secretary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from planning.partners.models import Membership, Organisation, User
from planning.partners.viewers import TEAM_SCOPES, Program, Scope

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from planning.partners.viewers import Viewer

EDITORS: Final = frozenset({Membership.Role.PLANNER, Membership.Role.MANAGER})
"""Roles that change the works of their organisation."""


@dataclass(frozen=True)
class Rights:
    """What a viewer may do: everything, what members of some organisations may, and what the team's secretary does.

    ``member_of``, ``edits_for`` and ``manages`` are identities of organisations.
    """

    everything: bool = False
    member_of: frozenset[int] = frozenset()
    edits_for: frozenset[int] = frozenset()
    manages: frozenset[int] = frozenset()
    secretary: bool = False

    @property
    def is_partner(self) -> bool:
        """Whether this is one of the partners at all."""
        return self.everything or bool(self.member_of)


NOBODY: Final = Rights()


def rights_of(viewer: Viewer, scope: Scope | None = None) -> Rights:
    """Return what ``viewer`` may do; at most one query.

    Parameters
    ----------
    viewer
        A person, a program, or None for the public.
    scope
        What it is about. A program has no rights outside the scopes of its token; for a person it makes no difference.
    """
    if isinstance(viewer, Program):
        return _rights_of_program(viewer, scope)
    if not isinstance(viewer, User) or not viewer.is_active:
        return NOBODY
    rows = [(each.organisation_id, each.role) for each in viewer.roles()]
    return Rights(
        everything=viewer.is_superuser,
        member_of=frozenset(organisation for organisation, _ in rows),
        edits_for=frozenset(organisation for organisation, role in rows if role in EDITORS),
        manages=frozenset(organisation for organisation, role in rows if role == Membership.Role.MANAGER),
        secretary=any(role == Membership.Role.SECRETARY for _, role in rows),
    )


def _rights_of_program(program: Program, scope: Scope | None) -> Rights:
    if scope is not None and not program.may(scope):
        return NOBODY
    own = frozenset({program.organisation_id})
    writes = scope is not None and scope.writes
    return Rights(member_of=own, edits_for=own if writes else frozenset(), secretary=scope in TEAM_SCOPES)


def is_partner(viewer: Viewer, scope: Scope | None = None) -> bool:
    """Whether ``viewer`` is one of the partners, in what ``scope`` is about."""
    return rights_of(viewer, scope).is_partner


def organisations_of(viewer: Viewer, scope: Scope | None = None) -> frozenset[int]:
    """Return the identities of the organisations that ``viewer`` belongs to."""
    return rights_of(viewer, scope).member_of


def organisations_edited_by(viewer: Viewer, scope: Scope = Scope.WORKS_WRITE) -> QuerySet[Organisation]:
    """Return the organisations for which ``viewer`` may make and change what ``scope`` is about."""
    rights = rights_of(viewer, scope)
    everyone = Organisation.objects.all()
    return everyone if rights.everything else everyone.filter(pk__in=rights.edits_for)


def acts_for_team(viewer: Viewer, scope: Scope) -> bool:
    """Whether ``viewer`` keeps what the team keeps: initiatives, centres and what is on in them."""
    rights = rights_of(viewer, scope)
    return rights.everything or rights.secretary


def scopes_granted_by(viewer: Viewer, organisation: Organisation) -> list[Scope]:
    """Return what ``viewer`` may let a token of ``organisation`` do; programs give no tokens away."""
    if not manages(viewer, organisation):
        return []
    team = acts_for_team(viewer, Scope.INITIATIVES_WRITE)
    return [scope for scope in Scope if team or scope not in TEAM_SCOPES]


def manages(viewer: Viewer, organisation: Organisation) -> bool:
    """Whether ``viewer`` decides about the people and tokens of ``organisation``; programs never do."""
    rights = NOBODY if isinstance(viewer, Program) else rights_of(viewer)
    return rights.everything or organisation.pk in rights.manages


def roles_granted_by(viewer: Viewer, organisation: Organisation) -> list[Membership.Role]:
    """Return the roles that ``viewer`` may give in ``organisation``, and take away."""
    if not manages(viewer, organisation):
        return []
    # The secretary acts for all organisations; one of them cannot decide that alone.
    return [role for role in Membership.Role if role != Membership.Role.SECRETARY or is_superuser(viewer)]


def is_superuser(viewer: Viewer) -> bool:
    """Whether ``viewer`` may do everything."""
    return isinstance(viewer, User) and viewer.is_active and viewer.is_superuser


def needs_second_factor(viewer: Viewer) -> bool:
    """Whether ``viewer`` can do so much that a password alone is too little, where the site asks for more."""
    rights = rights_of(viewer)
    return rights.everything or rights.secretary or bool(rights.manages)
