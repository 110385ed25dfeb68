"""Who looks at a page, for its header: name, organisations and roles; asked only where a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from planning.partners.models import Membership, User


@dataclass(frozen=True)
class SignedIn:
    """A person who is signed in."""

    user: User
    memberships: list[Membership]

    @property
    def name(self) -> str:
        """Return what the person is called."""
        return self.user.get_full_name() or self.user.get_username()

    @property
    def capacity(self) -> str:
        """Return in which organisation and role: the first of several."""
        if not self.memberships:
            return _("beheer van alles") if self.user.is_superuser else _("zonder organisatie")
        first = self.memberships[0]
        more = f" +{len(self.memberships) - 1}" if len(self.memberships) > 1 else ""
        return f"{first.organisation.name} · {first.get_role_display()}{more}"

    @property
    def is_partner(self) -> bool:
        """Whether the partners' pages and the admin are open to this person."""
        return bool(self.memberships) or self.user.is_superuser

    @property
    def acts_for_team(self) -> bool:
        """Whether this person keeps what the team keeps."""
        return self.user.is_superuser or any(each.role == Membership.Role.SECRETARY for each in self.memberships)

    @property
    def reads_sent_mails(self) -> bool:
        """Whether this person sees which mails did not arrive, and at the demonstration all of them."""
        return self.acts_for_team


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``signed_in``: the person who is signed in, or None; asked only where a page shows it."""

    def find() -> SignedIn | None:
        if not isinstance(request.user, User):
            return None
        return SignedIn(request.user, request.user.roles())

    return {"signed_in": SimpleLazyObject(find)}
