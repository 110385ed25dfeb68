"""What the sequencing board asks."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from geo.problems import CONTENT_TYPE, problem
from planning.api import board_answers
from planning.api.map_views import MapView
from planning.api.parameters import FROM, TO, WIJK
from planning.api.plan_views import MOST, impossible
from planning.api.problems import NotFoundProblem
from planning.coordination.board.as_json import board_json
from planning.coordination.board.choice import Grouping, read_choice
from planning.coordination.board.content import board
from planning.coordination.board.reasons import work_story
from planning.coordination.board.saving import (
    REFUSALS,
    Edits,
    NotConfirmedError,
    OtherPeriod,
    conflicts_told,
    refusal,
    save_edits,
)
from planning.coordination.checking import ImpossibleDates
from planning.coordination.place import NotThereError
from planning.coordination.rescheduling import ChangedMeanwhile
from planning.coordination.rows import page_language
from planning.works.dependencies import LONGEST_LAG, Wanted
from planning.works.kinds import WorkKind
from planning.works.models import Dependency


class BoardView(MapView):
    """The board's content."""

    @extend_schema(
        operation_id="board",
        parameters=[
            WIJK,
            FROM,
            TO,
            OpenApiParameter("owner", OpenApiTypes.STR, description=gettext_lazy("Eigenaren, met komma's ertussen.")),
            OpenApiParameter(
                "kind",
                OpenApiTypes.STR,
                description=format_lazy(
                    "{} {}", gettext_lazy("Soorten werk, met komma's ertussen."), ", ".join(WorkKind.values)
                ),
            ),
            OpenApiParameter(
                "with_findings", OpenApiTypes.BOOL, description=gettext_lazy("Alleen waar een bevinding over gaat.")
            ),
            OpenApiParameter(
                "after_demolition", OpenApiTypes.BOOL, description=gettext_lazy("Alleen sloop en wat erna komt.")
            ),
            OpenApiParameter(
                "group",
                OpenApiTypes.STR,
                enum=list(Grouping),
                description=gettext_lazy("Waarop rijen bij elkaar staan."),
            ),
        ],
        responses=board_answers.BoardAnswer,
    )
    def get(self, request: Request) -> Response:
        """Give the works under their headings, what ties them, what is found about them, and the calendar."""
        return Response(board_json(board(request.user, read_choice(request.query_params))))


class BoardWorkView(MapView):
    """More about one work on the board."""

    @extend_schema(operation_id="board_work", responses=board_answers.WorkStory)
    def get(self, request: Request, pk: int) -> Response:
        """Tell why a work is planned when it is, and what its owner says of it."""
        try:
            return Response(work_story(request.user, pk, page_language()))
        except NotThereError as error:
            raise NotFoundProblem(_("Dit is er niet, of u mag het niet zien.")) from error


class PeriodInput(serializers.Serializer[Any]):
    """A work with the version that was read and the period it should have; ``finish`` is the first day after."""

    work = serializers.IntegerField(min_value=1, max_value=2**62)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    start = serializers.DateField()
    finish = serializers.DateField()


class TieInput(serializers.Serializer[Any]):
    """A dependency to state; lags in working days."""

    predecessor = serializers.IntegerField(min_value=1, max_value=2**62)
    successor = serializers.IntegerField(min_value=1, max_value=2**62)
    type = serializers.ChoiceField(choices=Dependency.Type.values, default=Dependency.Type.FINISH_START.value)
    minimum = serializers.IntegerField(default=0, min_value=-LONGEST_LAG, max_value=LONGEST_LAG)
    maximum = serializers.IntegerField(default=None, allow_null=True, min_value=-LONGEST_LAG, max_value=LONGEST_LAG)
    reason = serializers.CharField(default="", allow_blank=True, max_length=200)


class ChangesInput(serializers.Serializer[Any]):
    """What was changed on the board, and why."""

    works = PeriodInput(many=True, default=list, max_length=MOST)  # type: ignore[call-arg]
    tie = TieInput(many=True, default=list, max_length=MOST)  # type: ignore[call-arg]
    untie = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62), default=list, max_length=MOST
    )
    reason = serializers.CharField(max_length=500)
    confirmed = serializers.BooleanField(default=False)


class BoardChangesView(MapView):
    """Changes made on the board."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="board_changes",
        summary="Bewaar wat op het bord gewijzigd is, alles of niets",
        request=ChangesInput,
        responses={
            200: board_answers.ChangedWorks,
            409: OpenApiResponse(
                description=gettext_lazy("Iemand anders was u voor: beide versies in `conflicts`; niets bewaard.")
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """Save other dates of own works and another order, each date made on the version that was read.

        Works whose dates are promised need ``confirmed``. A dependency that would close a circle is refused.
        """
        given = ChangesInput(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        if len({row["work"] for row in asked["works"]}) != len(asked["works"]):
            raise exceptions.ValidationError({"works": [_("Een werk staat hier twee keer in.")]})
        edits = Edits(
            periods=[OtherPeriod(**row) for row in asked["works"]],
            stated=[Wanted(**row) for row in asked["tie"]],
            withdrawn=asked["untie"],
            reason=asked["reason"],
            confirmed=asked["confirmed"],
        )
        try:
            works = save_edits(edits, request.user)
        except ChangedMeanwhile as error:
            detail = _("Iemand anders heeft intussen werk gewijzigd. Er is niets bewaard.")
            body = problem(HTTPStatus.CONFLICT, detail, conflicts=conflicts_told(error))
            return Response(body, HTTPStatus.CONFLICT, content_type=CONTENT_TYPE)
        except ImpossibleDates as error:
            raise impossible(error, [row["work"] for row in asked["works"]], "works") from None
        except REFUSALS as error:
            field = "confirmed" if isinstance(error, NotConfirmedError) else "tie"
            raise exceptions.ValidationError({field: [refusal(error, request.user)]}) from None
        return Response({"works": [{"work": work.pk, "version": work.version} for work in works]})
