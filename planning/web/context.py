"""What every page shows of the person who reads it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from planning.coordination.models import Proposal
from planning.coordination.proposals.reading import answers_for


def waiting(request: HttpRequest) -> dict[str, Any]:
    """Give pages the number of proposals that wait for their reader; asked only where a page shows it."""
    return {"waiting_proposals": SimpleLazyObject(lambda: _waiting(request))}


def _waiting(request: HttpRequest) -> int:
    own = answers_for(getattr(request, "user", None))
    # Who administers everything is waited for by nobody.
    return Proposal.objects.needing_answer_of(own).count() if own else 0
