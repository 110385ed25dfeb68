"""What the board asks while somebody drags: what other dates would do; and saving them, never over another's change."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from geo.problems import CONTENT_TYPE, problem
from planning.api.etags import state
from planning.api.problems import Problems
from planning.coordination.check_rows import check_row
from planning.coordination.checking import Followers, ImpossibleDates, check
from planning.coordination.conflicts import conflict_rows
from planning.coordination.models import Happening
from planning.coordination.present import editable, plan_seen_by
from planning.coordination.rescheduling import DATES, ChangedMeanwhile, Redate, reschedule

MOST: Final = 1_000
"""Works in one body."""


class WhichField(serializers.IntegerField):
    """The identity of a record."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=2**62, **options)


class OtherDate(serializers.Serializer[Any]):
    """A work with another period; ``finish`` is the first day after."""

    work = WhichField()
    start = serializers.DateField()
    finish = serializers.DateField()


class CheckInput(serializers.Serializer[Any]):
    """Other dates, what stays where it is, and what followers do."""

    dates = OtherDate(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg]
    pinned = serializers.ListField(child=WhichField(), required=False, max_length=10 * MOST)
    followers = serializers.ChoiceField(choices=[each.value for each in Followers], default=Followers.PUSH.value)


class FigureSet(serializers.Serializer[Any]):
    """What a plan comes to from today on; ``budget`` is in euro per year."""

    hard = serializers.IntegerField()
    conflicts = serializers.IntegerField()
    fallow_weeks = serializers.IntegerField()
    fallow_dwelling_weeks = serializers.IntegerField()
    opened_again = serializers.IntegerField()
    nuisance_address = serializers.IntegerField()
    moved = serializers.IntegerField()
    budget = serializers.DictField(child=serializers.IntegerField())


class BeforeAfter(serializers.Serializer[Any]):
    """Figures now and then."""

    before = FigureSet()
    after = FigureSet()


class FoundRow(serializers.Serializer[Any]):
    """What a rule finds; ``id`` where it is kept as a finding already."""

    id = serializers.IntegerField(allow_null=True)
    key = serializers.CharField()
    rule = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    severity = serializers.IntegerField()
    severity_label = serializers.CharField()
    sentence = serializers.CharField()
    start = serializers.DateField()
    finish = serializers.DateField()
    works = serializers.ListField(child=serializers.IntegerField())


class FoundRows(serializers.Serializer[Any]):
    """Findings that come, say something else, or go."""

    new = FoundRow(many=True)
    changed = FoundRow(many=True)
    gone = FoundRow(many=True)


class MoveRow(serializers.Serializer[Any]):
    """A work that moves; ``follows`` where others move it, ``own`` where the reader may change it."""

    work = serializers.IntegerField()
    name = serializers.CharField()
    owner = serializers.CharField()
    owner_name = serializers.CharField()
    own = serializers.BooleanField()
    start = serializers.DateField()
    finish = serializers.DateField()
    old_start = serializers.DateField()
    old_finish = serializers.DateField()
    follows = serializers.BooleanField()
    sentence = serializers.CharField()


class BreakRow(serializers.Serializer[Any]):
    """An order or a latest finish that no longer holds, because ``work`` does not move."""

    works = serializers.ListField(child=serializers.IntegerField())
    work = serializers.IntegerField()
    rule = serializers.CharField()
    days = serializers.IntegerField()
    sentence = serializers.CharField()


class OwnerRow(serializers.Serializer[Any]):
    """An owner whose works move or no longer fit."""

    owner = serializers.CharField()
    owner_name = serializers.CharField()
    own = serializers.BooleanField()
    moves = serializers.IntegerField()
    breaks = serializers.IntegerField()


class CheckResult(serializers.Serializer[Any]):
    """What other dates would do."""

    findings = FoundRows()
    moves = MoveRow(many=True)
    breaks = BreakRow(many=True)
    owners = OwnerRow(many=True)
    figures = BeforeAfter()


class RedateInput(serializers.Serializer[Any]):
    """Other dates of one work, made on the version that was read."""

    work = WhichField()
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    planned_start = serializers.DateField(required=False)
    planned_finish = serializers.DateField(required=False)
    actual_start = serializers.DateField(required=False, allow_null=True)
    actual_finish = serializers.DateField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand at least one date: a mistyped one would silently change nothing."""
        if not set(attrs) & set(DATES):
            raise serializers.ValidationError(_("Geef minstens één datum: %(known)s.") % {"known": ", ".join(DATES)})
        return attrs


class RescheduleInput(serializers.Serializer[Any]):
    """Other dates for works, with why."""

    changes = RedateInput(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg]
    reason = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")


class RedatedRow(serializers.Serializer[Any]):
    """A work after a change."""

    work = serializers.IntegerField()
    version = serializers.IntegerField()
    etag = serializers.CharField()
    planned_start = serializers.DateField()
    planned_finish = serializers.DateField()
    actual_start = serializers.DateField(allow_null=True)
    actual_finish = serializers.DateField(allow_null=True)
    duration_days = serializers.IntegerField(allow_null=True)


class FindingCounts(serializers.Serializer[Any]):
    """What a change did to the findings."""

    found = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    reopened = serializers.IntegerField()
    resolved = serializers.IntegerField()


class ToldRow(serializers.Serializer[Any]):
    """What was told of a change, to whom, and the page that offers to repair what it does."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    sentence = serializers.CharField()
    touches = serializers.ListField(child=serializers.CharField())
    url = serializers.CharField()


class RescheduleResult(serializers.Serializer[Any]):
    """Works with their new versions, and whom it touches."""

    works = RedatedRow(many=True)
    findings = FindingCounts()
    told = ToldRow(many=True)


class CheckView(Problems):
    """What other dates would do."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="plan_check",
        summary="Wat andere data zouden doen",
        request=CheckInput,
        responses=CheckResult,
    )
    def post(self, request: Request) -> Response:
        """Tell what other dates set in motion, break and win, without saving anything.

        Findings that come, change and go; works that follow (``push``: only where they are in the way; ``keep_gap``:
        along with what they wait for; ``stay``: not at all), whose they are, and what no longer fits; and figures.
        """
        given = CheckInput(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        present = plan_seen_by(request.user)
        dates = {row["work"]: (row["start"], row["finish"]) for row in asked["dates"]}
        try:
            checked = check(present, dates, asked.get("pinned", ()), Followers(asked["followers"]))
        except ImpossibleDates as error:
            raise impossible(error, [row["work"] for row in asked["dates"]], "dates") from None
        return Response(check_row(checked, present, editable(request.user, present)))


class RescheduleView(Problems):
    """Other dates for works."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="plan_reschedule",
        summary="Geef eigen werken andere data, alle of geen",
        request=RescheduleInput,
        responses={
            200: RescheduleResult,
            409: OpenApiResponse(
                description=gettext_lazy("Iemand anders was u voor: beide versies in `conflicts`; niets bewaard.")
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """Save other dates of own works, each made on the version that was read.

        Where somebody else changed one of them meanwhile nothing is saved, and the answer (409) holds for each of
        those works what was sent (``yours``) and what there is now (``theirs``).
        """
        given = RescheduleInput(data=request.data)
        given.is_valid(raise_exception=True)
        rows = given.validated_data["changes"]
        if len({row["work"] for row in rows}) != len(rows):
            raise exceptions.ValidationError({"changes": [_("Een werk staat hier twee keer in.")]})
        changes = [
            Redate(row["work"], row["version"], {name: row[name] for name in DATES if name in row}) for row in rows
        ]
        try:
            done = reschedule(changes, request.user, given.validated_data["reason"])
        except ImpossibleDates as error:
            raise impossible(error, [change.work for change in changes], "changes") from None
        except ChangedMeanwhile as error:
            return conflict_response(error, request)
        works = [
            {"work": work.pk, "etag": f'"{state(work.pk, work.version)}"'}
            | {name: getattr(work, name) for name in ("version", *DATES, "duration_days")}
            for work in done.works
        ]
        return Response({"works": works, "findings": vars(done.findings), "told": told_rows(done.told)})


def told_rows(told: Sequence[Happening]) -> list[dict[str, Any]]:
    """Return what was told of a change, with where to go on from it."""
    kept = Happening.objects.filter(pk__in=[each.pk for each in told]).prefetch_related("touches").order_by("pk")
    return [
        {
            "id": each.pk,
            "kind": each.kind,
            "sentence": each.sentence,
            "touches": [organisation.slug for organisation in each.touches.all()],
            "url": reverse("uitloop-gemeld", args=[each.pk]),
        }
        for each in kept
    ]


def impossible(error: ImpossibleDates, works: list[int], field: str) -> exceptions.ValidationError:
    """Return which work of a body has dates that cannot be, and why."""
    index = works.index(error.work) if error.work in works else 0
    return exceptions.ValidationError({f"{field}/{index}": [str(error)]})


def conflict_response(error: ChangedMeanwhile, request: Request) -> Response:
    """Return the answer to a change of works that others changed meanwhile: both versions of each."""
    detail = _("Iemand anders heeft dit intussen gewijzigd. Er is niets bewaard; kijk wat u ermee wilt.")
    body = problem(HTTPStatus.CONFLICT, detail, conflicts=conflict_rows(error.conflicts))
    return Response(body, HTTPStatus.CONFLICT, content_type=CONTENT_TYPE)
