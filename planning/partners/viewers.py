"""Who looks and who acts: a person, a program with a token, or the public."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from planning.partners.models import User


class Scope(models.TextChoices):
    """What a token lets a program do for its organisation, beyond what anyone may."""

    WORKS_READ = "works:read", _("werken, projecten en programma's lezen zoals de partner ze ziet")
    WORKS_WRITE = "works:write", _("eigen werken, projecten, programma's en afhankelijkheden maken en wijzigen")
    FINDINGS_READ = "findings:read", _("bevindingen lezen zoals de partner ze ziet")
    FINDINGS_WRITE = "findings:write", _("bevindingen beoordelen, opmerkingen maken en toewijzen")
    PROPOSALS_READ = "proposals:read", _("voorstellen lezen")
    PROPOSALS_WRITE = "proposals:write", _("voorstellen doen en beantwoorden")
    MEETINGS_WRITE = "meetings:write", _("eigen bewonersavonden maken en wijzigen")
    INITIATIVES_READ = "initiatives:read", _("ook initiatieven lezen die het team nog bekijkt")
    INITIATIVES_WRITE = "initiatives:write", _("initiatieven maken en wijzigen, als het team")
    CENTRES_WRITE = "centres:write", _("buurtcentra en activiteiten maken en wijzigen, als het team")

    @property
    def writes(self) -> bool:
        """Whether this is about changing, not only about seeing."""
        return self.value.endswith(":write")

    @property
    def implied_by(self) -> str:
        """Return the scope that has this one in it: who may change something may see it."""
        return self.value.replace(":read", ":write")


TEAM_SCOPES = frozenset({Scope.INITIATIVES_WRITE, Scope.CENTRES_WRITE})
"""What no partner does alone: only the team's secretary can give these away."""


@dataclass(frozen=True)
class Program:
    """A program that showed a token: it may do for its organisation what the token's scopes say.

    It stands where a signed-in person stands (``request.user``), so that both go the same road.
    """

    prefix: str
    organisation_id: int
    scopes: frozenset[str]

    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_active: ClassVar[bool] = True
    is_staff: ClassVar[bool] = False
    is_superuser: ClassVar[bool] = False

    def may(self, scope: Scope) -> bool:
        """Whether the token says so."""
        return scope.value in self.scopes or scope.implied_by in self.scopes


Viewer: TypeAlias = "User | AnonymousUser | Program | None"
"""A signed-in person, a program with a token, an anonymous person, or None for the public."""
