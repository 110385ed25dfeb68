"""Accounts of the demonstration: a planner per organisation, and one for every other role; passwords made anew."""

from __future__ import annotations

import secrets
from typing import Final

from planning.partners.models import Membership, Organisation, User

Role = Membership.Role
OTHERS: Final = (
    ("actium-beheerder", "actium", Role.MANAGER),
    ("gemeente-beheerder", "gemeente-assen", Role.MANAGER),
    ("secretaris", "gemeente-assen", Role.SECRETARY),
    ("kijker", "vaart-welzijn", Role.VIEWER),
)
"""Accounts besides the planner that every organisation has: name, organisation, role."""


def set_passwords() -> list[tuple[str, str, str]]:
    """Give every demonstration account a fresh random password.

    Returns
    -------
    Per account the name, the password and what it may do; the passwords stand nowhere else in clear.
    """
    told = [("beheer", _renew("beheer", superuser=True), "beheerder van alles")]
    organisations = {each.slug: each for each in Organisation.objects.order_by("slug")}
    wanted = [(slug, slug, Role.PLANNER) for slug in organisations]
    wanted += [row for row in OTHERS if row[1] in organisations]
    for name, slug, role in wanted:
        password = _renew(name, superuser=False)
        Membership.objects.update_or_create(
            user=User.objects.get(username=name), organisation=organisations[slug], defaults={"role": role}
        )
        told.append((name, password, f"{role.label} van {organisations[slug].name}"))
    return told


def _renew(name: str, *, superuser: bool) -> str:
    user, _ = User.objects.get_or_create(username=name)
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.is_superuser, user.is_active = superuser, True
    user.save()
    return password
