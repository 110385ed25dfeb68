"""Scenarios: other dates for works, made by hand or found by a search that runs in the background."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response

from geo.functions import RowVersion
from planning.api import agreement_filters as filters
from planning.api.base import Resource
from planning.api.changing import must_be_named
from planning.api.etags import form_tag, state
from planning.api.idempotency import once
from planning.api.parameters import IF_MATCH
from planning.api.plan_views import CheckResult, impossible
from planning.api.problems import Conflict
from planning.api.scenario_rows import ScenarioInput, ScenarioSerializer, SearchInput, SearchResult
from planning.coordination.agreement_rows import search_row
from planning.coordination.check_rows import check_row
from planning.coordination.checking import ImpossibleDates
from planning.coordination.models import Scenario, ScenarioDate, SequenceSearch
from planning.coordination.present import Present, editable, plan_seen_by
from planning.coordination.scenarios import (
    Dated,
    drop_dates,
    lay_over,
    make_scenario,
    may_edit,
    put_dates,
    reads_reasons,
)
from planning.coordination.searches import (
    SearchRunsAlready,
    start_search,
    stop_search,
    worker_is_heard,
)
from planning.partners.permissions import organisations_edited_by
from planning.partners.viewers import Scope


class ScenarioViewSet(Resource):
    """Scenarios of the reader's own organisations, and what other partners share."""

    nouns = (gettext_lazy("scenario"), gettext_lazy("scenario's"))
    about = gettext_lazy(
        "Andere data voor werken, met de hand gemaakt of door een zoektocht gevonden; niet doorgevoerd."
    )
    serializer_class = ScenarioSerializer
    filterset_class = filters.ScenarioFilter
    permission_classes = [IsAuthenticatedOrReadOnly]

    def records(self) -> QuerySet[Scenario]:
        """Return the visible scenarios."""
        return (
            Scenario.objects.visible_to(self.request.user)
            .select_related("owner", "wijk")
            .defer("wijk__geometry", "wijk__mercator")
            .annotate(version=RowVersion())
            .prefetch_related(Prefetch("dates", ScenarioDate.objects.order_by("start", "pk")))
        )

    def state_of(self, record: Any) -> str:
        """Return what a change must name; other dates change it too."""
        return state(record.pk, record.version)

    @cached_property
    def present(self) -> Present:
        """The plan as the reader sees it."""
        return plan_seen_by(self.request.user)

    @extend_schema(summary="Maak een scenario", request=ScenarioInput, responses={201: ScenarioSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Make a scenario, with other dates or without any yet."""
        return once(request, lambda: self._made(request))

    def _made(self, request: Request) -> Response:
        given = self._read(ScenarioInput(data=request.data))
        values = {name: given[name] for name in ("note", "wijk", "visibility") if name in given}
        dates = _dated(given)
        try:
            made = make_scenario(request.user, self._owner(given), given["name"], self.present, dates, **values)
        except ImpossibleDates as error:
            raise impossible(error, [dated.work for dated in dates], "dates") from None
        return self._answer(made.pk, HTTPStatus.CREATED)

    @extend_schema(
        summary="Wijzig een scenario",
        parameters=[IF_MATCH],
        request=ScenarioInput(partial=True),
        responses={200: ScenarioSerializer},
    )
    @transaction.atomic
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a scenario: its name, who may see it, and the dates that are given; ``drop`` leaves works out."""
        scenario = self._to_change()
        given = self._read(ScenarioInput(data=request.data, partial=True))
        if "owner" in given and given["owner"].pk != scenario.owner_id:
            raise exceptions.ValidationError({"owner": [_("Een scenario blijft van zijn eigenaar.")]})
        dates = _dated(given)
        try:
            put_dates(scenario, dates, request.user, self.present)
        except ImpossibleDates as error:
            raise impossible(error, [dated.work for dated in dates], "dates") from None
        if "drop" in given:
            drop_dates(scenario, given["drop"], request.user)
        for name in ("name", "note", "wijk", "visibility"):
            if name in given:
                setattr(scenario, name, given[name])
        scenario.save()
        return self._answer(scenario.pk, HTTPStatus.OK)

    @extend_schema(summary="Verwijder een scenario", parameters=[IF_MATCH], request=None, responses={204: None})
    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Remove a scenario; proposals that came of it stay."""
        scenario = self._to_change()
        for search in scenario.searches.all():
            stop_search(search, request.user)
        scenario.delete()
        return Response(status=HTTPStatus.NO_CONTENT)

    @extend_schema(summary="Wat een scenario zou doen", responses=CheckResult)
    @action(detail=True, methods=["get"])
    def outcome(self, request: Request, pk: str) -> Response:
        """Tell what a scenario does to findings and figures, against the plan as it is now."""
        laid = lay_over(self.get_object(), self.present)
        return Response(check_row(laid.checked, self.present, editable(request.user, self.present)))

    @extend_schema(methods=["get"], summary="De laatste zoektocht", request=None, responses=SearchResult)
    @extend_schema(
        methods=["post"], summary="Zoek een betere volgorde", request=SearchInput, responses={202: SearchResult}
    )
    @action(detail=True, methods=["get", "post"])
    def search(self, request: Request, pk: str) -> Response:
        """Tell how far the last search of a scenario is (ask again and again); or start one.

        It runs in the background. A program asks it with a token that may write proposals and read works. What it
        has found so far stands in ``dates`` and ``figures`` while it runs; at its
        end the scenario holds the best. Pinned works stay where the scenario puts them.
        """
        scenario: Scenario = self.get_object()
        if request.method == "POST":
            given = SearchInput(data=request.data)
            given.is_valid(raise_exception=True)
            try:
                search = start_search(scenario, given.asked(), request.user)
            except SearchRunsAlready:
                raise Conflict(_("In dit scenario wordt al gezocht.")) from None
            return Response(self._search_row(search), HTTPStatus.ACCEPTED)
        return Response(self._search_row(self._last_search(scenario)))

    @extend_schema(summary="Stop de zoektocht", request=None, responses={202: SearchResult})
    @action(detail=True, methods=["post"], url_path="search/stop")
    def stop(self, request: Request, pk: str) -> Response:
        """Stop the search; the best it has lands in the scenario."""
        search = self._last_search(self.get_object())
        stop_search(search, request.user)
        search.refresh_from_db()
        return Response(self._search_row(search), HTTPStatus.ACCEPTED)

    def _to_change(self) -> Scenario:
        """Return the scenario in the state that If-Match names, held until this is over."""
        scenario: Scenario = self.get_object()
        if not may_edit(self.request.user, scenario.owner_id):
            raise exceptions.PermissionDenied
        held: Any = self.records().select_for_update(of=("self",), no_key=True).get(pk=scenario.pk)
        must_be_named(self.request, held)
        return cast(Scenario, held)

    def _last_search(self, scenario: Scenario) -> SequenceSearch:
        search = scenario.searches.select_related("scenario").first()
        if search is None:
            raise exceptions.NotFound
        return search

    def _search_row(self, search: SequenceSearch) -> Any:
        told = reads_reasons(self.request.user, search.scenario.owner_id)
        return SearchResult(search_row(search, self.present, worker_is_heard(), told=told)).data

    def _read(self, given: serializers.Serializer[Any]) -> dict[str, Any]:
        given.is_valid(raise_exception=True)
        return cast(dict[str, Any], given.validated_data)

    def _owner(self, given: dict[str, Any]) -> int:
        if "owner" in given:
            return int(given["owner"].pk)
        return own_organisation(self.request)

    def _answer(self, pk: int, status: int) -> Response:
        scenario = self.records().get(pk=pk)
        data = self.get_serializer(scenario).data
        response = Response(data, status)
        response["ETag"] = form_tag(data, self.state_of(scenario))
        if status == HTTPStatus.CREATED:
            response["Location"] = f"/api/scenarios/{pk}/"
        return response


def own_organisation(request: Request) -> int:
    """Return the one organisation that the caller plans for; refuse where there are none or more."""
    own = list(organisations_edited_by(request.user, Scope.PROPOSALS_WRITE).values_list("pk", flat=True)[:2])
    if not own:
        raise exceptions.PermissionDenied
    if len(own) > 1:
        raise exceptions.ValidationError({"owner": [_("Zeg namens welke organisatie.")]})
    return own[0]


def _dated(given: dict[str, Any]) -> list[Dated]:
    rows = given.get("dates", [])
    if len({row["work"] for row in rows}) != len(rows):
        raise exceptions.ValidationError({"dates": [_("Een werk staat hier twee keer in.")]})
    return [Dated(row["work"], row["start"], row["finish"], row["pinned"]) for row in rows]
