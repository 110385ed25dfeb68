"""Programmes, projects, works and dependencies as they are written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from planning.api.inputs import FeatureInput, GivenGeometry, Input, Known, OwnedInput, Seen
from planning.api.serializers import (
    DependencySerializer,
    PartnerWorkSerializer,
    ProgrammeSerializer,
    ProjectSerializer,
)
from planning.works import dependencies
from planning.works.models import Dependency, Programme, Project, Work

ORIGIN = ["source", "external_id"]


class ProgrammeInput(OwnedInput):
    """A programme as its owner writes it."""

    answer = ProgrammeSerializer

    class Meta:
        model = Programme
        fields = ["name", "description", "owner", *ORIGIN]
        # The constraints of the model judge, with words of their own.
        validators: list[Any] = []


class ProjectInput(OwnedInput):
    """A project as its owner writes it."""

    answer = ProjectSerializer
    programme = Known("id", queryset=Programme.objects.all(), allow_null=True, required=False)

    class Meta:
        model = Project
        fields = ["name", "description", "owner", "programme", *ORIGIN]
        validators: list[Any] = []


class WorkInput(OwnedInput, FeatureInput):
    """A work as its owner writes it."""

    answer = PartnerWorkSerializer
    said = {
        "work_starts_before_it_finishes": ("planned_finish", gettext_lazy("Het einde moet na het begin liggen.")),
        "work_actual_start_before_finish": (
            "actual_finish", gettext_lazy("Het werkelijke einde moet na het begin liggen."),
        ),
        "work_window_is_open": (
            "latest_finish", gettext_lazy("Het uiterste einde moet na het vroegste begin liggen."),
        ),
        "work_external_id_is_unique": ("external_id", gettext_lazy("Deze eigenaar heeft al een werk met dit kenmerk.")),
    }  # fmt: skip
    geometry = GivenGeometry()
    project = Known("id", queryset=Project.objects.all(), allow_null=True, required=False)

    class Meta:
        model = Work
        geo_field = "geometry"
        id_field = False
        fields = [
            "name", "description", "kind", "status", "owner", "project", "planned_start", "planned_finish",
            "date_precision", "earliest_start", "latest_finish", "duration_days", "actual_start", "actual_finish",
            "dwellings", "hinders_traffic", "disturbs_nests", "noise", "dust", "vibration", "budget_eur",
            "consent_percentage", "tenants_informed_on", "visibility", "embargo_until", *ORIGIN,
        ]  # fmt: skip
        validators: list[Any] = []

    def update(self, instance: Work, validated_data: dict[str, Any]) -> Work:
        """Save; a work that moved gets the buurt it lies in now."""
        if "geometry" in validated_data:
            instance.buurt = None
        return super().update(instance, validated_data)


class DependencyInput(Input):
    """What a work waits for, as the owner of the work that waits states it."""

    answer = DependencySerializer
    said = {
        "dependency_lags_are_ordered": (
            "maximum_lag_days", gettext_lazy("De meeste tussentijd is niet minder dan de minste."),
        ),
        "dependency_joins_two_works": ("successor", gettext_lazy("Een werk wacht niet op zichzelf.")),
    }  # fmt: skip
    predecessor = Seen("id", queryset=Work.objects.all())
    successor = Seen("id", queryset=Work.objects.all())

    class Meta:
        model = Dependency
        fields = ["predecessor", "successor", "type", "minimum_lag_days", "maximum_lag_days", "reason"]
        extra_kwargs = {
            name: {"min_value": -dependencies.LONGEST_LAG, "max_value": dependencies.LONGEST_LAG}
            for name in ("minimum_lag_days", "maximum_lag_days")
        }
        validators: list[Any] = []

    def validate_predecessor(self, work: Work) -> Work:
        """Let a dependency be between the works it was stated for."""
        return self._same("predecessor_id", work)

    def validate_successor(self, work: Work) -> Work:
        """Refuse to let another's work wait."""
        rights = self.context["rights"]
        if not rights.everything and work.owner_id not in rights.edits_for:
            raise serializers.ValidationError(_("Alleen wie dit werk heeft, zegt waarop het wacht."))
        return self._same("successor_id", work)

    @property
    def wanted(self) -> dependencies.Wanted:
        """The dependency that is stated."""
        given = self.validated_data
        return dependencies.Wanted(
            given["predecessor"].pk,
            given["successor"].pk,
            given.get("type", Dependency.Type.FINISH_START),
            given.get("minimum_lag_days", 0),
            given.get("maximum_lag_days"),
            given.get("reason", ""),
        )

    def _same(self, column: str, work: Work) -> Work:
        if self.instance is not None and getattr(self.instance, column) != work.pk:
            raise serializers.ValidationError(_("Dit blijft hetzelfde werk. Maak anders een nieuwe afhankelijkheid."))
        return work
