"""Initiatives, centres, activities and meetings as the team and the partners write them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from geo.areas import buurt_holding
from geo.models import Wijk
from planning.api.inputs import FeatureInput, GivenGeometry, Input, Known, SeenIdentities
from planning.api.serializers import (
    ActivitySerializer,
    CentreSerializer,
    InitiativeSerializer,
    MeetingSerializer,
)
from planning.initiatives import states
from planning.initiatives.agenda import RecurrenceError, check_recurrence
from planning.initiatives.handing_in import free_slug
from planning.initiatives.models import Activity, Initiative, InitiativeState, Meeting, NeighbourhoodCentre, Role, Step
from planning.initiatives.refusals import RefusedError
from planning.partners.models import Organisation, User
from planning.works.models import Work

ORIGIN = ["source", "external_id"]
POINT = frozenset({"Point"})
ENDS_AFTER = gettext_lazy("Het einde moet na het begin liggen.")


class InitiativeInput(FeatureInput):
    """An initiative as the team writes it; from one state to the next it goes by the road that all go."""

    answer = InitiativeSerializer
    said = {
        "initiative_declined_with_reason": (
            "state_reason", gettext_lazy("Zeg waarom; iedereen kan de reden lezen."),
        ),
        "initiative_external_id_is_unique": ("external_id", gettext_lazy("Er is al een initiatief met dit kenmerk.")),
    }  # fmt: skip
    geometry = GivenGeometry()

    class Meta:
        model = Initiative
        geo_field = "geometry"
        id_field = False
        fields = [
            "title", "summary", "story", "theme", "state", "state_reason", "submitted_on", "looks_for_place",
            "support_radius_m", "asked_eur", *ORIGIN,
        ]  # fmt: skip
        extra_kwargs = {"submitted_on": {"required": False}}
        validators: list[Any] = []

    def validate_state(self, state: str) -> str:
        """Let a new initiative begin where all begin."""
        if self.instance is None and state != InitiativeState.SUBMITTED:
            raise serializers.ValidationError(
                _("Een nieuw initiatief begint als “submitted”; daarna gaat het stap voor stap.")
            )
        return state

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take today for the day it came in, where nothing else is said."""
        if self.instance is None:
            attrs.setdefault("submitted_on", timezone.localdate())
        return super().validate(attrs)

    def create(self, validated_data: dict[str, Any]) -> Initiative:
        """Save with an address on the site, the buurt it lies in, and its first step."""
        buurt = buurt_holding(validated_data["geometry"])
        slug = free_slug(validated_data["title"])
        initiative = Initiative.objects.create(slug=slug, buurt=buurt, **validated_data)
        Step.objects.create(
            initiative=initiative, state=initiative.state, at=timezone.now(), role=Role.TEAM, by=self._person
        )
        return initiative

    def update(self, instance: Initiative, validated_data: dict[str, Any]) -> Initiative:
        """Save; the step to another state is taken by who may take it, with its reason, and told to who began it."""
        state, reason = validated_data.pop("state", instance.state), validated_data.pop("state_reason", "")
        if "geometry" in validated_data:
            instance.buurt = buurt_holding(validated_data["geometry"])
        initiative: Initiative = super().update(instance, validated_data)
        if state != initiative.state:
            try:
                states.move(initiative, InitiativeState(state), Role.TEAM, reason=reason, by=self._person)
            except RefusedError as error:
                field = "state_reason" if error.field == "reason" else "state"
                raise serializers.ValidationError({field: [str(error)]}) from error
        return initiative

    @property
    def _person(self) -> User | None:
        viewer = self.context["viewer"]
        return viewer if isinstance(viewer, User) else None


class CentreInput(FeatureInput):
    """A neighbourhood centre as the team writes it."""

    answer = CentreSerializer
    geometry = GivenGeometry(POINT, source="point")
    address = serializers.CharField(source="address_text", required=False, allow_blank=True, max_length=160)
    wijk = Known("slug", queryset=Wijk.objects.defer("geometry", "mercator"), allow_null=True, required=False)

    class Meta:
        model = NeighbourhoodCentre
        geo_field = "geometry"
        id_field = False
        fields = [
            "name", "slug", "wijk", "state", "description", "address", "opening_hours", "present", "phone", *ORIGIN,
        ]  # fmt: skip
        extra_kwargs = {"slug": {"required": False}}
        validators: list[Any] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Make an address on the site of the name, where none is given."""
        if self.instance is None:
            attrs.setdefault("slug", slugify(attrs["name"]) or "bic")
        return super().validate(attrs)


class ActivityInput(Input):
    """Something to do in a centre, as the team writes it."""

    answer = ActivitySerializer
    said = {"activity_starts_before_it_ends": ("ends_at", ENDS_AFTER)}
    centre = Known("slug", queryset=NeighbourhoodCentre.objects.defer("point", "mercator"))

    class Meta:
        model = Activity
        fields = ["title", "description", "centre", "starts_at", "ends_at", "recurrence", "not_on", *ORIGIN]
        extra_kwargs = {"not_on": {"max_length": 400}}
        validators: list[Any] = []

    def validate_recurrence(self, text: str) -> str:
        """Refuse a recurrence that means nothing."""
        if text.strip():
            try:
                check_recurrence(text)
            except RecurrenceError as error:
                raise serializers.ValidationError(str(error)) from error
        return text.strip()


class MeetingInput(FeatureInput):
    """A residents' meeting, as the team or the partner that invites writes it."""

    answer = MeetingSerializer
    said = {"meeting_starts_before_it_ends": ("ends_at", ENDS_AFTER)}
    geometry = GivenGeometry(POINT, source="point")
    organiser = Known("slug", queryset=Organisation.objects.all())
    wijk = Known("slug", queryset=Wijk.objects.defer("geometry", "mercator"), allow_null=True, required=False)
    works = SeenIdentities(Work, required=False)

    class Meta:
        model = Meeting
        geo_field = "geometry"
        id_field = False
        fields = [
            "title", "description", "organiser", "starts_at", "ends_at", "location", "wijk", "works", "report", *ORIGIN,
        ]  # fmt: skip
        validators: list[Any] = []

    def validate_organiser(self, organiser: Organisation) -> Organisation:
        """Refuse to invite for an organisation that the writer does not work for."""
        rights = self.context["rights"]
        if not (rights.everything or rights.secretary or organiser.pk in rights.edits_for):
            raise serializers.ValidationError(_("U mag niet uitnodigen namens deze organisatie."))
        return organiser

    def update(self, instance: Meeting, validated_data: dict[str, Any]) -> Meeting:
        """Save; works that the writer may not see stay with the meeting."""
        if "works" in validated_data:
            seen = Work.objects.visible_to(self.context["viewer"]).values("pk")
            validated_data["works"] = [*validated_data["works"], *instance.works.exclude(pk__in=seen)]
        return super().update(instance, validated_data)
