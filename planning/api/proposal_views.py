"""Proposals: sent to owners, answered per work, applied as far as all agree who depend on each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api import agreement_filters as filters
from planning.api.base import Resource
from planning.api.idempotency import once
from planning.api.plan_views import MOST, OtherDate, WhichField, conflict_response, impossible
from planning.api.problems import Conflict
from planning.api.scenario_views import own_organisation
from planning.api.serializers import Name, Record, Slug
from planning.coordination.agreement_rows import part_row, waits_for
from planning.coordination.checking import ImpossibleDates
from planning.coordination.models import Proposal, ProposalItem, Scenario
from planning.coordination.proposals.answering import (
    ProposalClosed,
    Said,
    UnfoundedAnswer,
    agree,
    answer,
    refuse_counter,
)
from planning.coordination.proposals.applying import undo
from planning.coordination.proposals.closing import refresh, withdraw
from planning.coordination.proposals.reading import answers_for, with_items_seen_by
from planning.coordination.proposals.sending import Letter, NothingToPropose, send_proposal
from planning.coordination.rescheduling import ChangedMeanwhile
from planning.partners.models import Organisation

CLOSED = {
    409: OpenApiResponse(description=gettext_lazy("Dit voorstel loopt niet (meer), of iemand anders was u voor."))
}


class ItemRow(serializers.Serializer[Any]):
    """Other dates for a work, and what its owner says of them; the reason is only its owner's to read."""

    id = serializers.IntegerField()
    work = serializers.IntegerField()
    name = serializers.CharField()
    version = serializers.IntegerField()
    old_start = serializers.DateField()
    old_finish = serializers.DateField()
    new_start = serializers.DateField()
    new_finish = serializers.DateField()
    reason = serializers.CharField()
    answer = serializers.ChoiceField(choices=ProposalItem.Answer.choices)
    answer_label = serializers.CharField()
    answer_reason = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    counter_start = serializers.DateField(allow_null=True)
    counter_finish = serializers.DateField(allow_null=True)
    settled = serializers.BooleanField()
    reopened_because = serializers.CharField()
    applied_at = serializers.DateTimeField(allow_null=True)
    overtaken = serializers.BooleanField()
    can_be_undone = serializers.BooleanField()


class PartRow(serializers.Serializer[Any]):
    """What one owner is asked; ``hidden`` are works of it that the reader may not see."""

    owner = serializers.CharField()
    owner_name = serializers.CharField()
    own = serializers.BooleanField()
    items = ItemRow(many=True)
    hidden = serializers.IntegerField()


class ProposalSerializer(Record):
    """A proposal, as far as the reader may see it."""

    sender = Slug()
    sender_name = Name("sender.name")
    state_label = Name("get_state_display")
    origin_label = Name("get_origin_display")
    parts = serializers.SerializerMethodField()
    needs_answer = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Proposal
        fields = [
            "id", "title", "message", "sender", "sender_name", "origin", "origin_label", "state", "state_label",
            "sent_at", "expires_on", "closed_at", "close_reason", "figures", "needs_answer", "parts", "url",
        ]  # fmt: skip

    @extend_schema_field(PartRow(many=True))
    def get_parts(self, proposal: Proposal) -> list[dict[str, Any]]:
        """Return what each owner is asked."""
        own = self.context["view"].answers_for
        rows = [part_row(part, own) for part in proposal.parts.all()]
        return cast(list[dict[str, Any]], PartRow(rows, many=True).data)

    def get_needs_answer(self, proposal: Proposal) -> bool:
        """Return whether it waits for the reader."""
        return waits_for(proposal, self.context["view"].answers_for)


class ProposalInput(serializers.Serializer[Any]):
    """Other dates with what is said with them; ``dates`` may be left out where a scenario holds them."""

    title = serializers.CharField(max_length=120)
    message = serializers.CharField(required=False, allow_blank=True, max_length=10_000, default="")
    sender = serializers.SlugRelatedField(slug_field="slug", queryset=Organisation.objects.all(), required=False)
    expires_on = serializers.DateField(required=False)
    scenario = WhichField(required=False)
    dates = OtherDate(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand dates, from somewhere."""
        if "dates" not in attrs and "scenario" not in attrs:
            raise serializers.ValidationError(_("Geef andere data, of het scenario dat ze heeft."))
        return attrs


class SaidInput(serializers.Serializer[Any]):
    """What an owner says of one item; declining takes a reason, a counter takes dates."""

    item = WhichField()
    answer = serializers.ChoiceField(choices=[c for c in ProposalItem.Answer.choices if c[0] != "open"])
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000, default="")
    start = serializers.DateField(required=False)
    finish = serializers.DateField(required=False)


class AnswersInput(serializers.Serializer[Any]):
    """What an owner says of its own works, of one, some or all."""

    answers = SaidInput(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg]


class ItemsInput(serializers.Serializer[Any]):
    """Counters that the sender agrees to, or with ``refuse`` does not."""

    items = serializers.ListField(child=WhichField(), allow_empty=False, max_length=MOST)
    refuse = serializers.BooleanField(default=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000, default="")


class WhyInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2_000)


class ProposalViewSet(Resource):
    """Proposals that the reader's organisations sent or are asked by."""

    nouns = (gettext_lazy("voorstel"), gettext_lazy("voorstellen"))
    about = gettext_lazy("Andere data die aan de eigenaars van werken zijn voorgelegd, met wat elk ervan zegt.")
    serializer_class = ProposalSerializer
    filterset_class = filters.ProposalFilter
    permission_classes = [IsAuthenticatedOrReadOnly]

    def records(self) -> QuerySet[Proposal]:
        """Return the visible proposals."""
        return with_items_seen_by(Proposal.objects.visible_to(self.request.user), self.request.user)

    @cached_property
    def answers_for(self) -> frozenset[int] | None:
        """The organisations that the reader answers for; None: all."""
        return answers_for(self.request.user)

    @extend_schema(summary="Stuur een voorstel", request=ProposalInput, responses={201: ProposalSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send other dates to the owners of the works.

        The sender's own works count as accepted; those of them that depend on nobody else's get their dates at once.
        """
        return once(request, lambda: self._sent(request))

    def _sent(self, request: Request) -> Response:
        given = self._read(ProposalInput(data=request.data))
        sender = given["sender"].pk if "sender" in given else own_organisation(request)
        scenario = self._scenario(given)
        dates = self._dates(given, scenario)
        letter = Letter(given["title"], given["message"], given.get("expires_on"))
        try:
            sent = send_proposal(request.user, sender, letter, dates, scenario)
        except NothingToPropose:
            raise exceptions.ValidationError({"dates": [_("Geen enkel werk krijgt andere data.")]}) from None
        except ImpossibleDates as error:
            raise impossible(error, list(dates), "dates") from None
        response = self._answer(sent.pk, HTTPStatus.CREATED)
        response["Location"] = f"/api/proposals/{sent.pk}/"
        return response

    @extend_schema(summary="Beantwoord een voorstel", request=AnswersInput,
                   responses={200: ProposalSerializer, **CLOSED})  # fmt: skip
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        """Accept, decline or counter for own works; what all agree on who depend on each other is applied at once."""
        given = self._read(AnswersInput(data=request.data))
        said = [
            Said(row["item"], ProposalItem.Answer(row["answer"]), row["reason"], row.get("start"), row.get("finish"))
            for row in given["answers"]
        ]
        if len({each.item for each in said}) != len(said):
            raise exceptions.ValidationError({"answers": [_("Een werk staat hier twee keer in.")]})
        return self._act(lambda proposal: answer(proposal, said, request.user), [each.item for each in said], "answers")

    @extend_schema(summary="Aanvaard een tegenvoorstel, of niet", request=ItemsInput,
                   responses={200: ProposalSerializer, **CLOSED})  # fmt: skip
    @action(detail=True, methods=["post"])
    def counters(self, request: Request, pk: str) -> Response:
        """Let the sender agree to counters, or with ``refuse`` and a reason ask for the first dates after all."""
        given = self._read(ItemsInput(data=request.data))
        items = given["items"]

        def act(proposal: Proposal) -> None:
            if given["refuse"]:
                refuse_counter(proposal, items, given["reason"], request.user)
            else:
                agree(proposal, items, request.user)

        return self._act(act, items, "items")

    @extend_schema(summary="Trek een voorstel in", request=WhyInput,
                   responses={200: ProposalSerializer, **CLOSED})  # fmt: skip
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Withdraw what is still open; what was applied stays."""
        given = self._read(WhyInput(data=request.data))
        return self._act(lambda proposal: withdraw(proposal, given["reason"], request.user))

    @extend_schema(summary="Werk een voorstel bij", request=None,
                   responses={200: ProposalSerializer, **CLOSED})  # fmt: skip
    @action(detail=True, methods=["post"])
    def refresh(self, request: Request, pk: str) -> Response:
        """Base the proposal anew on works that were changed meanwhile; who depends on them is asked again."""
        return self._act(lambda proposal: refresh(proposal, request.user))

    @extend_schema(summary="Neem terug wat van uzelf is doorgevoerd", request=None,
                   responses={200: ProposalSerializer, **CLOSED})  # fmt: skip
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take back what was applied of own works, where nobody changed them since."""
        return self._act(lambda proposal: undo(proposal, request.user))

    def _act(self, act: Callable[[Proposal], object], items: list[int] | None = None, field: str = "") -> Response:
        """Do something with the proposal, and answer with what it then is."""
        proposal: Proposal = self.get_object()
        try:
            act(proposal)
        except ProposalClosed as error:
            raise Conflict(str(error)) from None
        except UnfoundedAnswer as error:
            place = f"{field}/{items.index(error.item)}" if items and error.item in items else "reason"
            raise exceptions.ValidationError({place: [str(error)]}) from None
        except ChangedMeanwhile as error:
            return conflict_response(error, self.request)
        except ImpossibleDates as error:
            raise Conflict(str(error)) from None
        return self._answer(proposal.pk, HTTPStatus.OK)

    def _scenario(self, given: dict[str, Any]) -> Scenario | None:
        if "scenario" not in given:
            return None
        scenario = Scenario.objects.visible_to(self.request.user).filter(pk=given["scenario"]).first()
        if scenario is None:
            raise exceptions.ValidationError({"scenario": [_("Dit is er niet, of u mag het niet zien.")]})
        return scenario

    def _dates(self, given: dict[str, Any], scenario: Scenario | None) -> dict[int, tuple[dt.date, dt.date]]:
        if "dates" in given:
            rows = given["dates"]
            if len({row["work"] for row in rows}) != len(rows):
                raise exceptions.ValidationError({"dates": [_("Een werk staat hier twee keer in.")]})
            return {row["work"]: (row["start"], row["finish"]) for row in rows}
        return {row.work_id: (row.start, row.finish) for row in scenario.dates.all()} if scenario else {}

    def _read(self, given: serializers.Serializer[Any]) -> dict[str, Any]:
        given.is_valid(raise_exception=True)
        return cast(dict[str, Any], given.validated_data)

    def _answer(self, pk: int, status: int) -> Response:
        return Response(self.get_serializer(self.records().get(pk=pk)).data, status)
