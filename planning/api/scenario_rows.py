"""What goes in and out of scenarios and of the searches for a better sequence."""

from __future__ import annotations

from typing import Any, Final, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from geo.models import Wijk
from planning.api.plan_views import MOST, WhichField
from planning.api.serializers import Name, Record, Slug
from planning.coordination.agreement_rows import date_row
from planning.coordination.models import Scenario, SequenceSearch
from planning.coordination.present import Present
from planning.coordination.scenarios import reads_reasons
from planning.coordination.searches import (
    SECONDS_AT_MOST,
    Asked,
)
from planning.partners.models import Organisation
from planning.sequencing.resequencing.options import Options

WEEKS_AT_MOST: Final = 1_000


class DateRow(serializers.Serializer[Any]):
    """The period of a work in a scenario beside the one it has now; ``finish`` is the first day after."""

    work = serializers.IntegerField()
    name = serializers.CharField()
    owner = serializers.CharField()
    owner_name = serializers.CharField()
    start = serializers.DateField()
    finish = serializers.DateField()
    old_start = serializers.DateField()
    old_finish = serializers.DateField()
    pinned = serializers.BooleanField()
    why = serializers.CharField()


class ScenarioSerializer(Record):
    """A scenario, with the dates of works that the reader may see."""

    owner = Slug()
    owner_name = Name("owner.name")
    wijk = Slug(allow_null=True)
    visibility_label = Name("get_visibility_display")
    dates = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Scenario
        fields = [
            "id", "name", "note", "owner", "owner_name", "wijk", "visibility", "visibility_label", "made_at",
            "changed_at", "dates", "url",
        ]  # fmt: skip

    @extend_schema_field(DateRow(many=True))
    def get_dates(self, scenario: Scenario) -> list[dict[str, Any]]:
        """Return the dates, those that may be seen."""
        present: Present = self.context["view"].present
        told = reads_reasons(self.context["request"].user, scenario.owner_id)
        rows = [date_row(row, present, told=told) for row in scenario.dates.all() if row.work_id in present.positions]
        return cast(list[dict[str, Any]], DateRow(rows, many=True).data)


class DateInput(serializers.Serializer[Any]):
    """Another period for a work; pinned, a search leaves it there."""

    work = WhichField()
    start = serializers.DateField()
    finish = serializers.DateField()
    pinned = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Demand a whole period, also where only a part of the scenario is changed."""
        missing = [name for name in ("work", "start", "finish") if name not in attrs]
        if missing:
            raise serializers.ValidationError({name: [_("Dit veld is vereist.")] for name in missing})
        return {"pinned": False, **attrs}


class ScenarioInput(serializers.Serializer[Any]):
    """A scenario as a planner writes it; ``owner`` may be left out by who plans for one organisation."""

    name = serializers.CharField(max_length=120)
    note = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    owner = serializers.SlugRelatedField(slug_field="slug", queryset=Organisation.objects.all(), required=False)
    wijk = serializers.SlugRelatedField(slug_field="slug", queryset=Wijk.objects.all(), required=False, allow_null=True)
    visibility = serializers.ChoiceField(choices=Scenario.Audience.choices, required=False)
    dates = DateInput(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    drop = serializers.ListField(child=WhichField(), required=False, max_length=MOST)


class SearchInput(serializers.Serializer[Any]):
    """What a search may move, and for how long it looks."""

    wijken = serializers.SlugRelatedField(
        slug_field="slug", queryset=Wijk.objects.all(), many=True, required=False, allow_empty=False
    )
    owners = serializers.SlugRelatedField(
        slug_field="slug", queryset=Organisation.objects.all(), many=True, required=False, allow_empty=False
    )
    works = serializers.ListField(child=WhichField(), required=False, max_length=MOST)
    seconds = serializers.FloatField(min_value=1, max_value=SECONDS_AT_MOST, default=30)
    earlier_weeks = serializers.IntegerField(min_value=0, max_value=WEEKS_AT_MOST, default=Options.earlier_weeks)
    later_weeks = serializers.IntegerField(min_value=0, max_value=WEEKS_AT_MOST, default=Options.later_weeks)
    lead_weeks = serializers.IntegerField(min_value=0, max_value=WEEKS_AT_MOST, default=Options.lead_weeks)

    def asked(self) -> Asked:
        """Return what is asked."""
        given = self.validated_data
        chosen = {
            "wijken": [wijk.pk for wijk in given["wijken"]] if "wijken" in given else None,
            "owners": [owner.pk for owner in given["owners"]] if "owners" in given else None,
            "works": given.get("works"),
        }
        numbers = {name: given[name] for name in ("seconds", "earlier_weeks", "later_weeks", "lead_weeks")}
        return Asked(**chosen, **numbers)


class FoundDate(serializers.Serializer[Any]):
    """The best period of a work so far."""

    work = serializers.IntegerField()
    start = serializers.DateField()
    finish = serializers.DateField()


class LogLine(serializers.Serializer[Any]):
    """What happened to a search."""

    at = serializers.DateTimeField()
    text = serializers.CharField()


class SearchResult(serializers.Serializer[Any]):
    """A search: how far it is, and what it has found so far.

    ``silent_s`` is above 0 where a running search has not been heard for so many seconds; ``worker`` is whether there
    is any worker that could take it up.
    """

    id = serializers.IntegerField()
    scenario = serializers.IntegerField()
    state = serializers.ChoiceField(choices=SequenceSearch.State.choices)
    state_label = serializers.CharField()
    ended = serializers.BooleanField()
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField()
    silent_s = serializers.IntegerField()
    worker = serializers.BooleanField()
    progress = serializers.DictField()
    figures = serializers.DictField()
    headline = serializers.ListField(child=serializers.CharField())
    remaining = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()
    log = LogLine(many=True)
    dates = FoundDate(many=True)
