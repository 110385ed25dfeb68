"""Accounts of the demonstration: one planner per organisation and one administrator, with passwords made anew."""

from __future__ import annotations

import secrets

from planning.partners.models import Membership, Organisation, User


def set_passwords() -> list[tuple[str, str, str]]:
    """Give every demonstration account a fresh random password.

    Returns
    -------
    Per account the name, the password and what it may do; the passwords stand nowhere else in clear.
    """
    accounts = [_renew("beheer", "beheerder van alles", superuser=True)]
    for organisation in Organisation.objects.order_by("slug"):
        name, password, _ = _renew(organisation.slug, "", superuser=False)
        user = User.objects.get(username=name)
        Membership.objects.update_or_create(
            user=user, organisation=organisation, defaults={"role": Membership.Role.PLANNER}
        )
        accounts.append((name, password, f"planner van {organisation.name}"))
    return accounts


def _renew(name: str, role: str, *, superuser: bool) -> tuple[str, str, str]:
    user, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True, "is_superuser": superuser})
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.is_staff, user.is_superuser, user.is_active = True, superuser, True
    user.save()
    return name, password, role
