"""The lists of pages that can be had as files, each with the question of its page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.export.lists import Listing, declare_list
from geo.layers import Layer
from geo.models import Wijk
from geo.parameters import whole_number
from geo.problems import BadRequestError
from planning.coordination.board.after_demolition import Cleared, after_demolition
from planning.coordination.board.choice import DUTCH, read_choice
from planning.coordination.board.content import demolitions_and_after
from planning.coordination.board.works import works_of
from planning.coordination.dossier import figures_by_wijk
from planning.coordination.models import Finding, Proposal, ProposalItem
from planning.coordination.present import plan_seen_by
from planning.partners.models import Organisation
from planning.partners.permissions import is_partner
from planning.web import findings
from planning.works.layers import WORKS
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


def declare() -> None:
    """Declare the lists."""
    declare_list("planning", Listing("works", _planning))
    declare_list("na-sloop", Listing(AFTER, _after))
    declare_list("bevindingen", Listing("findings", _findings))
    declare_list("wijkcijfers", Listing(FIGURES, _figures))
    declare_list("voorstellen", Listing(PROPOSED, _proposed))


def _planning(query: Mapping[str, str], viewer: Viewer) -> QuerySet[Work]:
    """Return the works on the board, however many there are."""
    choice = read_choice(query, DUTCH)
    works = works_of(viewer, choice)
    if choice.with_findings:
        works = works.filter(Exists(Finding.objects.visible_to(viewer).current().filter(works=OuterRef("pk"))))
    if choice.after_demolition:
        works = works.filter(pk__in=demolitions_and_after(plan_seen_by(viewer).plan))
    return works


class Told(models.Func):
    """What was worked out of each record, by its identity: one word of it as text."""

    output_field = models.TextField()

    def __init__(self, identity: str, said: str, word: str, **extra: Any) -> None:
        super().__init__(identity, models.Value(said), models.Value(word), **extra)

    template = "(%(expressions)s)"

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return the expression."""
        (identity, of), (said, text), (word, name) = (compiler.compile(each) for each in self.get_source_expressions())
        return f"({said}::jsonb -> ({identity})::text ->> {word})", [*text, *of, *name]


AFTER = Layer(
    id="na-sloop",
    title=gettext_lazy("Na de sloop"),
    source=WORKS.source,
    fields={
        "name": "name", "owner": "owner__slug", "owner_name": "owner__name", "status": "status",
        "start": "planned_start", "finish": "planned_finish", "dwellings": "dwellings", "buurt": "buurt__name",
        "wijk": "buurt__wijk__slug", "fallow_weeks": "fallow_weeks", "fallow_weeks_to_come": "fallow_weeks_to_come",
        "fallow_until": "fallow_until", "followed_by": "followed_by",
    },
)  # fmt: skip


def _after(query: Mapping[str, str], viewer: Viewer) -> QuerySet[Work]:
    """Return the demolitions on the page, each with what comes after it."""
    found = after_demolition(viewer, read_choice(query, DUTCH))
    cleared = {each.work.id: _said(each) for each in [*found.open, *found.closed]}
    said = json.dumps(cleared)
    return WORKS.records(viewer).filter(pk__in=cleared).annotate(
        fallow_weeks=Cast(Told("pk", said, "weeks"), models.IntegerField()),
        fallow_weeks_to_come=Cast(Told("pk", said, "to_come"), models.IntegerField()),
        fallow_until=Cast(Told("pk", said, "until"), models.DateField()),
        followed_by=Told("pk", said, "followed_by"),
    )  # fmt: skip


def _said(cleared: Cleared) -> dict[str, Any]:
    return {
        "weeks": cleared.weeks,
        "to_come": cleared.coming_weeks,
        "until": cleared.until.isoformat() if cleared.until else None,
        "followed_by": "; ".join(
            f"{each.work.name} ({each.work.owner_name}, {each.work.period})" for each in cleared.following
        ),
    }


def _findings(query: Mapping[str, str], viewer: Viewer) -> QuerySet[Finding]:
    """Return the findings on the page, which is for partners: it tells what they think of them."""
    if not is_partner(viewer):
        raise PermissionDenied
    choice, wrong = findings.read_choice(query, list(Organisation.objects.order_by("name")))
    if wrong:
        raise BadRequestError("", _("“%(text)s” kennen we niet.") % {"text": wrong[0]})
    return choice.select(viewer, timezone.localdate())


PROPOSED = Layer(
    id="voorstellen",
    title=gettext_lazy("Voorstellen"),
    source=lambda viewer: ProposalItem.objects.filter(
        part__proposal__in=Proposal.objects.visible_to(viewer).order_by().values("pk"),
        work__in=Work.objects.visible_to(viewer).order_by().values("pk"),
    ),
    geometry="work__geometry",
    mercator="work__mercator",
    fields={
        "proposal": "part__proposal__title", "sender": "part__proposal__sender__slug",
        "state": "part__proposal__state", "answer_before": "part__proposal__expires_on", "work": "work__name",
        "owner": "part__owner__slug", "old_start": "old_start", "old_finish": "old_finish", "new_start": "new_start",
        "new_finish": "new_finish", "reason_nl": "reason_nl", "reason_en": "reason_en", "answer": "answer",
        "answer_reason": "answer_reason", "counter_start": "counter_start", "counter_finish": "counter_finish",
        "applied_at": "applied_at",
    },
    ends=frozenset({"old_finish", "new_finish", "counter_finish"}),
)  # fmt: skip


def _proposed(query: Mapping[str, str], viewer: Viewer) -> QuerySet[ProposalItem]:
    """Return the works of all proposals on the page or of the one asked for, as far as the viewer may see them."""
    items: QuerySet[ProposalItem] = PROPOSED.records(viewer)
    if "voorstel" not in query:
        return items
    pk = whole_number(query["voorstel"])
    if pk is None:
        raise BadRequestError("voorstel", _("Dit is geen nummer van een voorstel."))
    return items.filter(part__proposal=pk)


COUNTED = (
    "dwellings_demolished", "dwellings_built", "dwellings_renovated", "fallow_weeks", "fallow_dwelling_weeks",
    "conflicts", "opportunities", "initiatives",
)  # fmt: skip
FIGURES = Layer(
    id="wijkcijfers",
    title=gettext_lazy("Wijken"),
    source=lambda viewer: Wijk.objects.all(),
    fields={"name": "name", "slug": "slug", "code": "code"} | {name: name for name in COUNTED},
)


def _figures(query: Mapping[str, str], viewer: Viewer) -> QuerySet[Wijk]:
    """Return the wijken with the figures that stand on their cards."""
    said = json.dumps({
        pk: asdict(found) | {"initiatives": sum(found.initiatives.values())}
        for pk, found in figures_by_wijk(viewer).items()
    })  # fmt: skip
    counts = {name: Cast(Told("pk", said, name), models.IntegerField()) for name in COUNTED}
    return Wijk.objects.annotate(**counts)
