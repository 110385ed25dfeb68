"""What and when: programmes, projects, works and what waits for what, as resources."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import F, OuterRef, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.serializers import BaseSerializer

from planning.api import filters, serializers
from planning.api.base import FeatureResource
from planning.api.changing import Changing
from planning.api.problems import Refusal
from planning.api.work_inputs import DependencyInput, ProgrammeInput, ProjectInput, WorkInput
from planning.coordination.present import whole_plan
from planning.coordination.rescheduling import DATES, follow_period
from planning.partners.permissions import is_partner
from planning.partners.viewers import Scope
from planning.works import dependencies
from planning.works.models import Dependency, Programme, Project, Work


class ProgrammeViewSet(Changing):
    """Programmes of which the viewer may see a project, or which are the viewer's own."""

    nouns = (_("programma"), _("programma's"))
    about = _("Projecten van één partner die bij elkaar horen.")
    serializer_class = serializers.ProgrammeSerializer
    filterset_class = filters.ProgrammeFilter
    input_class = ProgrammeInput
    scope = Scope.WORKS_WRITE

    def records(self) -> QuerySet[Programme]:
        """Return the visible programmes."""
        viewer = self.request.user
        projects = Project.objects.visible_to(viewer).filter(programme=OuterRef("pk")).order_by("pk").values("pk")
        programmes = Programme.objects.visible_to(viewer)
        return programmes.annotate(project_ids=ArraySubquery(projects)).select_related("owner")

    def hindrance(self, record: Programme) -> str:
        """Keep a programme that has projects."""
        number = record.projects.count()
        said = ngettext("Er hoort nog %(n)s project bij.", "Er horen nog %(n)s projecten bij.", number)
        return said % {"n": number} if number else ""


class ProjectViewSet(Changing):
    """Projects of which the viewer may see a work, or which are the viewer's own."""

    nouns = (_("project"), _("projecten"))
    about = _("Werken van één partner die bij elkaar horen, zoals de vernieuwing van een complex.")
    serializer_class = serializers.ProjectSerializer
    filterset_class = filters.ProjectFilter
    input_class = ProjectInput
    scope = Scope.WORKS_WRITE
    feeds_findings = True

    def records(self) -> QuerySet[Project]:
        """Return the visible projects."""
        viewer = self.request.user
        works = Work.objects.visible_to(viewer).filter(project=OuterRef("pk")).order_by("pk").values("pk")
        projects = Project.objects.visible_to(viewer)
        return projects.annotate(work_ids=ArraySubquery(works)).select_related("owner", "programme")

    def hindrance(self, record: Project) -> str:
        """Keep a project that has works."""
        number = record.works.count()
        said = ngettext("Er hoort nog %(n)s werk bij.", "Er horen nog %(n)s werken bij.", number)
        return said % {"n": number} if number else ""


class WorkViewSet(Changing, FeatureResource):
    """Works of the partners; planners make and change those of their own organisation."""

    nouns = (_("werk"), _("werken"))
    about = _("Wat een partner op een plek doet, in een periode: sloop, nieuwbouw, riolering, straatwerk en meer.")
    serializer_class = serializers.WorkSerializer
    filterset_class = filters.WorkFilter
    input_class = WorkInput
    scope = Scope.WORKS_WRITE
    feeds_findings = True

    def records(self) -> QuerySet[Work]:
        """Return the visible works."""
        return (
            Work.objects.visible_to(self.request.user)
            .select_related("owner", "project", "buurt__wijk")
            .defer(
                "ground", "buurt__geometry", "buurt__mercator", "buurt__wijk__geometry",
                "buurt__wijk__mercator",
            )
        )  # fmt: skip

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """Return the partners' form for people who belong to a partner, the public's for others."""
        partner = getattr(self, "swagger_fake_view", False) or self._is_partner
        return serializers.PartnerWorkSerializer if partner else serializers.WorkSerializer

    @cached_property
    def _is_partner(self) -> bool:
        # Asked for more than once per request.
        return is_partner(self.request.user, Scope.WORKS_READ)

    def save_all(self, inputs: Sequence[WorkInput], reason: str) -> list[Work]:
        """Save works; of those that get other dates the length follows."""
        redated = [each for each in inputs if each.instance is not None and set(DATES) & set(each.validated_data)]
        present = whole_plan() if redated else None
        for each in redated:
            given = each.validated_data
            if present is not None and "duration_days" not in given:
                given["duration_days"] = follow_period(each.changed(given), present)
        return super().save_all(inputs, reason)

    def hindrance(self, record: Work) -> str:
        """Keep a work that is promised, or that something hangs on: it is cancelled, so that all can see it was."""
        if record.is_frozen:
            return gettext("Dit werk is vastgelegd of al begonnen. Zet zijn status op “cancelled”.")
        hangs_on = (
            record.dependencies_after, record.dependencies_before, record.meetings, record.scenario_dates,
            record.proposal_items, record.happenings,
        )  # fmt: skip
        if any(related.exists() for related in hangs_on):
            return gettext(
                "Er hangt nog iets aan dit werk: een afhankelijkheid, bewonersavond, scenario of voorstel. "
                "Zet zijn status op “cancelled”."
            )
        return ""


class DependencyViewSet(Changing):
    """Dependencies of which both works are visible; whose work waits, states them."""

    nouns = (_("afhankelijkheid"), _("afhankelijkheden"))
    about = _("Welk werk op welk ander wacht, zoals de eigenaar van het werk dat wacht het zegt; nooit in een kring.")
    serializer_class = serializers.DependencySerializer
    filterset_class = filters.DependencyFilter
    input_class = DependencyInput
    scope = Scope.WORKS_WRITE
    feeds_findings = True

    def records(self) -> QuerySet[Dependency]:
        """Return the visible dependencies."""
        works = Work.objects.visible_to(self.request.user).order_by().values("pk")
        return Dependency.objects.filter(predecessor__in=works, successor__in=works).order_by("pk")

    def stored(self) -> QuerySet[Any]:
        """Return the dependencies with whose they are."""
        return super().stored().annotate(owner_id=F("successor__owner_id"))

    def save_all(self, inputs: Sequence[DependencyInput], reason: str) -> list[Dependency]:
        """Save dependencies; refuse a circle, and show it."""
        if inputs[0].instance is not None:
            return super().save_all(inputs, reason)
        try:
            return dependencies.state_all([each.wanted for each in inputs], self.request.user)
        except dependencies.CircleError as error:
            detail = gettext("Zo zou een werk op zichzelf wachten: deze volgorde loopt in een kring.")
            raise Refusal(HTTPStatus.CONFLICT, detail, circle=self._shown(error.works)) from error
        except ValidationError as error:
            raise exceptions.ValidationError(error.messages) from error

    def _shown(self, works: list[int]) -> list[dict[str, Any]]:
        """Return the works of a circle in order; those that the viewer may not see without a name."""
        names = dict(Work.objects.visible_to(self.request.user).filter(pk__in=works).values_list("pk", "name"))
        return [{"id": pk if pk in names else None, "name": names.get(pk)} for pk in works]
