"""What lists of scenarios and proposals can be narrowed down to."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter

from planning.api.filters import AnyIdentity, AnyOf, AnySlug, Ordering, ResourceFilter
from planning.coordination.models import Proposal, ProposalItem, ProposalPart, ScenarioDate
from planning.coordination.proposals.reading import answers_for
from planning.partners.models import Organisation
from planning.works.models import Work


class ScenarioFilter(ResourceFilter):
    """Filters of scenarios."""

    search_columns = ("name", "note")
    owner = AnySlug("owner__slug", label=_("Van welke organisatie."))
    wijk = AnySlug("wijk__slug", label=_("Wijk."))
    work = AnyIdentity(method="dating", label=_("Werk dat andere data krijgt."))
    ordering = Ordering([("changed_at", "changed_at"), ("name", "name")])

    def dating(self, records: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        """Keep scenarios that date one of these works, of those that the reader may see."""
        works = Work.objects.visible_to(self.request.user).filter(pk__in=value).values("pk")
        return records.filter(pk__in=ScenarioDate.objects.filter(work__in=works).values("scenario"))


class ProposalFilter(ResourceFilter):
    """Filters of proposals."""

    search_columns = ("title", "message")
    sender = AnySlug("sender__slug", label=_("Van welke organisatie."))
    owner = AnySlug(method="asking", label=_("Organisatie die gevraagd wordt."))
    state = AnyOf(choices=Proposal.State.choices, label=_("Stand."))
    work = AnyIdentity(method="dating", label=_("Werk dat andere data krijgt."))
    needs_answer = BooleanFilter(method="waiting", label=_("Alleen wat op u wacht, of juist niet."))
    ordering = Ordering([("sent_at", "sent_at"), ("expires_on", "expires_on")])

    def asking(self, records: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Keep proposals that ask one of these organisations."""
        return records.filter(pk__in=ProposalPart.objects.filter(owner__slug__in=value).values("proposal"))

    def dating(self, records: QuerySet[Any], name: str, value: list[int]) -> QuerySet[Any]:
        """Keep proposals that date one of these works, of those that the reader may see."""
        works = Work.objects.visible_to(self.request.user).filter(pk__in=value).values("pk")
        return records.filter(pk__in=ProposalItem.objects.filter(work__in=works).values("part__proposal"))

    def waiting(self, records: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep proposals that wait for the reader, or those that do not."""
        own = answers_for(self.request.user)
        asked = list(Organisation.objects.values_list("pk", flat=True)) if own is None else own
        waiting = Proposal.objects.needing_answer_of(asked).values("pk")
        return records.filter(pk__in=waiting) if value else records.exclude(pk__in=waiting)
