"""Who works on the team's pages: the secretary on all of it, planners and managers on what their partner gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from planning.initiatives.models import Role
from planning.partners.models import Organisation
from planning.partners.permissions import Scope, organisations_edited_by, rights_of
from planning.partners.viewers import Viewer


@dataclass(frozen=True)
class TeamAccess:
    """What somebody may do here: all that the team does, or only step and give for their own organisations."""

    team: bool
    givers: QuerySet[Organisation]

    @property
    def role(self) -> Role:
        """In what part this person acts."""
        return Role.TEAM if self.team else Role.PARTNER

    def require_team(self) -> None:
        """Refuse who does not act for the team; raises PermissionDenied."""
        if not self.team:
            raise PermissionDenied(_("Dit doet alleen de secretaris van het team."))


def works_here(viewer: Viewer) -> bool:
    """Whether ``viewer`` has anything to do on the team's pages."""
    rights = rights_of(viewer, Scope.INITIATIVES_WRITE)
    return rights.everything or rights.secretary or bool(rights.edits_for)


def team_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view be seen by who works here only, and tell it what they may do."""

    @login_required
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rights = rights_of(request.user, Scope.INITIATIVES_WRITE)
        team = rights.everything or rights.secretary
        if not team and not rights.edits_for:
            raise PermissionDenied(_("Deze bladzijde is voor het team."))
        givers = Organisation.objects.all() if team else organisations_edited_by(request.user, Scope.INITIATIVES_WRITE)
        return view(request, TeamAccess(team, givers), *args, **kwargs)

    return checked
