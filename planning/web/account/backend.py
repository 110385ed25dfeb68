"""Who comes with a request."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from planning.partners.models import User


class PersonBackend(AuthenticationBackend):
    """Finds people by name or address and password; who comes with a request remembers roles as long as that lasts."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a session."""
        user: User | None = super().get_user(user_id)
        if user is not None:
            user.is_of_request = True
        return user
