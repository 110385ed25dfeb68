"""A work as it was at an earlier version, from the history that the database keeps."""

from __future__ import annotations

from typing import Any, Final

from planning.works.models import Work, WorkEvent  # type: ignore[attr-defined]

BESIDE: Final = frozenset({"id", "version", "created_at", "updated_at"})
"""What the service keeps for itself and nobody changes by hand."""


def at_version(pk: int, version: int) -> Any | None:
    """Return the values of a work at a version, as a record of its history; None where that is not kept."""
    return WorkEvent.objects.filter(pgh_obj=pk, version=version).order_by("-pgh_id").first()


def changed_since(work: Work, version: int) -> list[str]:
    """Return the names of the fields that have another value than at ``version``; none where that is not kept."""
    before = at_version(work.pk, version)
    return [] if before is None else differing(before, work)


def differing(before: Any, after: Any) -> list[str]:
    """Return the names of the fields in which two versions of one work differ, in the order of the model."""
    names = [f.attname for f in Work._meta.concrete_fields if f.name not in BESIDE and not f.generated]
    kept = [name for name in names if hasattr(before, name)]
    # In the history and in the record alike a key is a number under ``..._id``; the field has the name without it.
    return [name.removesuffix("_id") for name in kept if getattr(before, name) != getattr(after, name)]
