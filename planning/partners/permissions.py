"""Who may change what: the one place that says so, for pages, API and imports alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planning.partners.models import Membership, Organisation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from planning.partners.visibility import Viewer

EDITORS: Final = frozenset({Membership.Role.PLANNER, Membership.Role.MANAGER})
"""Roles that change the works of their organisation."""


def organisations_edited_by(viewer: Viewer) -> QuerySet[Organisation]:
    """Return the organisations whose works ``viewer`` may make and change."""
    everyone = Organisation.objects.all()
    if viewer is None or not viewer.is_authenticated or not viewer.is_active:
        return everyone.none()
    if viewer.is_superuser:
        return everyone
    return everyone.filter(memberships__user=viewer.pk, memberships__role__in=EDITORS).distinct()
