"""Who sees what: the one place that turns a viewer into a selection of records.

A partner sees ``internal`` records only of its own organisation, ``partners`` records of all, and ``public``
records as anyone does.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from planning.partners.permissions import rights_of
from planning.partners.viewers import Scope, Viewer


class Visibility(models.TextChoices):
    """For whose eyes a record is."""

    INTERNAL = "internal", _("alleen de eigen organisatie")
    PARTNERS = "partners", _("alle partners")
    PUBLIC = "public", _("iedereen")


def visible_to(viewer: Viewer, today_is_public: Q | None = None, scope: Scope = Scope.WORKS_READ) -> Q:
    """Return the condition under which ``viewer`` sees a record with ``owner`` and ``visibility``.

    Parameters
    ----------
    viewer
        A person, a program, or None for the public.
    today_is_public
        What a ``public`` record must meet besides, such as the end of its embargo.
    scope
        What a program's token must say to see more than the public does.
    """
    public = Q(visibility=Visibility.PUBLIC)
    if today_is_public is not None:
        public &= today_is_public
    rights = rights_of(viewer, scope)
    if rights.everything:
        return Q()
    if not rights.member_of:
        return public
    # A scalar list, not a join: a person with two roles must not see a record twice.
    own = Q(owner_id__in=sorted(rights.member_of))
    return public | own | Q(visibility__in=[Visibility.PARTNERS, Visibility.PUBLIC])
