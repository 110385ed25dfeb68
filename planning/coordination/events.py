"""What happened, told once where it happens; who hears of it in which way is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from planning.coordination.models import Happening, Proposal, SequenceSearch
from planning.partners.background import ask_for
from planning.partners.models import User

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

Kind = Happening.Kind


def record(
    kind: Happening.Kind,
    sentences: tuple[str, str],
    *,
    by: Viewer = None,
    organisation: int | None = None,
    touches: Iterable[int] = (),
    works: Iterable[int] = (),
    proposal: Proposal | None = None,
    search: SequenceSearch | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Happening:
    """Keep what happened, and tell the organisations it touches.

    Parameters
    ----------
    kind, sentences
        What, and how it is said in Dutch and in English; others than the actor read it, so it names nothing that the
        touched may not see.
    by, organisation
        Who did it, for which organisation (identity); nobody where the service did.
    touches
        Organisations (identities) that should hear of it; the acting one hears nothing.
    works, proposal, search
        What it is about.
    facts
        What programs want of it: plain values.
    """
    dutch, english = sentences
    happening = Happening.objects.create(
        kind=kind,
        sentence_nl=dutch,
        sentence_en=english,
        by=by if isinstance(by, User) else None,
        organisation_id=organisation,
        proposal=proposal,
        search=search,
        facts=dict(facts or {}),
    )
    happening.touches.set(sorted(set(touches) - {organisation}))
    happening.works.set(sorted(set(works)))
    # By name: what the background does with it knows us, not the other way round. It starts once this is kept.
    ask_for("coordination.spread_happening", happening_id=happening.pk)
    return happening
