"""Who sees what: the one place that turns a viewer into a selection of records.

A partner sees ``internal`` records only of its own organisation, ``partners`` records of all, and ``public``
records as anyone does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from planning.partners.models import User

Viewer: TypeAlias = "User | AnonymousUser | None"
"""A signed-in person, an anonymous one, or None for the public."""


class Visibility(models.TextChoices):
    """For whose eyes a record is."""

    INTERNAL = "internal", _("alleen de eigen organisatie")
    PARTNERS = "partners", _("alle partners")
    PUBLIC = "public", _("iedereen")


def visible_to(viewer: Viewer, today_is_public: Q | None = None) -> Q:
    """Return the condition under which ``viewer`` sees a record with ``owner`` and ``visibility``.

    Parameters
    ----------
    viewer
        A signed-in person, an anonymous one, or None for the public.
    today_is_public
        What a ``public`` record must meet besides, such as the end of its embargo.
    """
    public = Q(visibility=Visibility.PUBLIC)
    if today_is_public is not None:
        public &= today_is_public
    if viewer is None or not viewer.is_authenticated:
        return public
    if viewer.is_superuser:
        return Q()
    # A scalar list, not a join: a person with two roles must not see a record twice.
    organisations = list(viewer.memberships.values_list("organisation_id", flat=True))
    if not organisations:
        return public
    return public | Q(owner_id__in=organisations) | Q(visibility__in=[Visibility.PARTNERS, Visibility.PUBLIC])
