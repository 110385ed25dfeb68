"""WHAT and WHEN: programmes, projects and works of the partners, and what must come before what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

import pghistory
import pgtrigger
from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.measure import D
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator
from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from geo.areas import buurt_holding
from geo.crs import RD_NEW
from geo.functions import text_index
from geo.models import Buurt, mercator_field
from planning.partners.models import Organisation
from planning.partners.permissions import rights_of
from planning.partners.viewers import Scope
from planning.partners.visibility import Visibility, visible_to
from planning.works.kinds import TOUCHES_HOMES, WorkKind, WorkStatus

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

LINE_HALF_WIDTH_M = 2.0
"""Half the width of ground that a work drawn as a line or a point takes up, in metres (our own choice)."""


def _public_from() -> models.Case:
    """Return the first day on which anybody may see a work: the embargo that its owner stated, or else, where people
    live in it, when those were told or when it began. None while no such day is known (DESIGN.md, ``residents-first``).
    """
    public = Q(visibility=Visibility.PUBLIC)
    begun = Q(status__in=[WorkStatus.UNDER_WAY, WorkStatus.DONE])
    homes = Q(kind__in=TOUCHES_HOMES, dwellings__gt=0)
    return models.Case(
        models.When(public & Q(embargo_until__isnull=False), then=F("embargo_until")),
        # The least of two days of which one is not known is the other.
        models.When(public & homes & ~begun, then=Least("tenants_informed_on", "actual_start")),
        models.When(public, then=models.Value(dt.date.min)),
        output_field=models.DateField(null=True),
    )


class External(models.Model):
    """Where a record came from, so that the same file imported twice changes nothing."""

    source = models.CharField(_("bron"), max_length=100, default="handmatig")
    external_id = models.CharField(_("kenmerk bij de bron"), max_length=100, blank=True)

    class Meta:
        abstract = True


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Selections of programmes."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those with a project that ``viewer`` may see, and the viewer's own."""
        rights = rights_of(viewer, Scope.WORKS_READ)
        if rights.everything:
            return self
        projects = Project.objects.visible_to(viewer).filter(programme__isnull=False).order_by()
        return self.filter(Q(pk__in=projects.values("programme")) | Q(owner__in=rights.member_of))


@pghistory.track()
class Programme(External):
    """Projects of one owner that belong together, such as the renewal of a wijk to 2030."""

    owner = models.ForeignKey(
        Organisation, verbose_name=_("eigenaar"), on_delete=models.PROTECT, related_name="programmes"
    )
    name = models.CharField(_("naam"), max_length=160)
    description = models.TextField(_("omschrijving"), blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programma")
        verbose_name_plural = _("programma's")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="programme_name_per_owner")]

    def __str__(self) -> str:
        return self.name


class ProjectQuerySet(models.QuerySet["Project"]):
    """Selections of projects."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep those with a work that ``viewer`` may see, and the viewer's own."""
        rights = rights_of(viewer, Scope.WORKS_READ)
        if rights.everything:
            return self
        works = Work.objects.visible_to(viewer).filter(project__isnull=False).order_by()
        return self.filter(Q(pk__in=works.values("project")) | Q(owner__in=rights.member_of))


@pghistory.track()
class Project(External):
    """Works that belong together, such as the renewal of one complex of homes."""

    owner = models.ForeignKey(
        Organisation, verbose_name=_("eigenaar"), on_delete=models.PROTECT, related_name="projects"
    )
    programme = models.ForeignKey(
        Programme,
        verbose_name=_("programma"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="projects",
    )
    name = models.CharField(_("naam"), max_length=160)
    description = models.TextField(_("omschrijving"), blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projecten")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="project_name_per_owner")]
        indexes = [text_index("name", "project_name_text"), text_index("description", "project_description_text")]

    def __str__(self) -> str:
        return self.name


class WorkQuerySet(models.QuerySet["Work"]):
    """Selections of works in the domain's words; they chain."""

    def visible_to(self, viewer: Viewer, today: dt.date | None = None, scope: Scope = Scope.WORKS_READ) -> Self:
        """Keep what ``viewer`` may see; public works only from the day on which anybody may.

        ``scope`` is what a program's token must say to see more than the public does.
        """
        return self.filter(visible_to(viewer, Q(public_from__lte=today or dt.date.today()), scope))

    def active(self) -> Self:
        """Leave out what has been cancelled."""
        return self.exclude(status=WorkStatus.CANCELLED)

    def during(self, start: dt.date, finish: dt.date) -> Self:
        """Keep works whose planned period shares a day with ``[start, finish)``."""
        return self.filter(planned_start__lt=finish, planned_finish__gt=start)

    def near(self, point: GEOSGeometry, metres: float) -> Self:
        """Keep works within ``metres`` of ``point`` (RD New)."""
        return self.filter(geometry__dwithin=(point, D(m=metres)))

    def in_wijk(self, slug: str) -> Self:
        """Keep works whose main buurt belongs to the wijk with this slug."""
        return self.filter(buurt__wijk__slug=slug)


@pghistory.track(
    exclude=["mercator", "ground", "public_from"],
    # A few in the history of many works: what can be brought back is asked for by owner.
    meta={"indexes": [models.Index(fields=["owner"], condition=Q(pgh_label="delete"), name="work_deletions")]},
)
class Work(External):
    """The schedulable activity: one kind, one owner, one geometry, one planned period."""

    class Nuisance(models.IntegerChoices):
        """How often a nuisance occurs (source: Haitaton, City of Helsinki)."""

        NONE = 0, _("geen")
        OCCASIONAL = 1, _("af en toe")
        REPEATED = 3, _("vaak")
        CONTINUOUS = 5, _("voortdurend")

    class Precision(models.TextChoices):
        """How exactly the owner knows the period; a page never says more than that."""

        DAY = "day", _("op de dag")
        MONTH = "month", _("op de maand")
        QUARTER = "quarter", _("op het kwartaal")
        SEASON = "season", _("op het seizoen")
        YEAR = "year", _("op het jaar")

    name = models.CharField(_("naam"), max_length=200)
    owner = models.ForeignKey(Organisation, verbose_name=_("eigenaar"), on_delete=models.PROTECT, related_name="works")
    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="works",
    )
    kind = models.CharField(_("soort"), max_length=20, choices=WorkKind.choices)
    status = models.CharField(_("status"), max_length=12, choices=WorkStatus.choices, default=WorkStatus.PLANNED)
    description = models.TextField(_("omschrijving"), blank=True)

    geometry = models.GeometryField(_("plek"), srid=RD_NEW)
    mercator = mercator_field()
    ground = models.GeneratedField(
        verbose_name=_("grond"),
        expression=models.Func(
            F("geometry"),
            template=(
                "CASE WHEN ST_Dimension(%(expressions)s) = 2 THEN %(expressions)s "
                f"ELSE ST_Buffer(%(expressions)s, {LINE_HALF_WIDTH_M}, 'quad_segs=2') END"
            ),
            output_field=models.GeometryField(srid=RD_NEW),
        ),
        output_field=models.GeometryField(srid=RD_NEW),
        db_persist=True,
        editable=False,
    )
    buurt = models.ForeignKey(
        Buurt, verbose_name=_("buurt"), on_delete=models.SET_NULL, null=True, blank=True, related_name="works"
    )

    planned_start = models.DateField(_("begin"))
    planned_finish = models.DateField(_("einde"), help_text=_("De eerste dag waarop het werk klaar is."))
    date_precision = models.CharField(
        _("nauwkeurigheid"), max_length=8, choices=Precision.choices, default=Precision.DAY
    )
    earliest_start = models.DateField(_("vroegste begin"), null=True, blank=True)
    latest_finish = models.DateField(_("uiterste einde"), null=True, blank=True)
    duration_days = models.PositiveIntegerField(_("duur in werkdagen"), null=True, blank=True)
    actual_start = models.DateField(_("werkelijk begin"), null=True, blank=True)
    actual_finish = models.DateField(_("werkelijk einde"), null=True, blank=True)

    dwellings = models.PositiveIntegerField(_("woningen"), default=0)
    hinders_traffic = models.BooleanField(_("hindert autoverkeer"), default=False)
    disturbs_nests = models.BooleanField(
        _("kap of dakwerk"),
        default=False,
        help_text=_("Bomen kappen of werk aan het dak, waar vogels broeden."),
    )
    noise = models.PositiveSmallIntegerField(_("geluid"), choices=Nuisance.choices, default=Nuisance.NONE)
    dust = models.PositiveSmallIntegerField(_("stof"), choices=Nuisance.choices, default=Nuisance.NONE)
    vibration = models.PositiveSmallIntegerField(_("trilling"), choices=Nuisance.choices, default=Nuisance.NONE)
    budget_eur = models.DecimalField(_("budget in euro"), max_digits=12, decimal_places=2, null=True, blank=True)
    consent_percentage = models.PositiveSmallIntegerField(
        _("instemming huurders in %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    tenants_informed_on = models.DateField(_("bewoners ingelicht op"), null=True, blank=True)

    visibility = models.CharField(
        _("zichtbaar voor"), max_length=8, choices=Visibility.choices, default=Visibility.PARTNERS
    )
    embargo_until = models.DateField(_("openbaar vanaf"), null=True, blank=True)
    # Kept by the database itself, so that every road, whatever changed the work, asks one and the same day.
    public_from = models.GeneratedField(
        verbose_name=_("voor iedereen te zien vanaf"),
        expression=_public_from(),
        output_field=models.DateField(null=True),
        db_persist=True,
        editable=False,
    )
    version = models.PositiveIntegerField(_("versie"), default=1, editable=False)
    created_at = models.DateTimeField(_("gemaakt"), auto_now_add=True)
    updated_at = models.DateTimeField(_("gewijzigd"), auto_now=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = _("werk")
        verbose_name_plural = _("werken")
        ordering = ["planned_start", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_start__lt=F("planned_finish")), name="work_starts_before_it_finishes"
            ),
            models.CheckConstraint(
                condition=Q(actual_start__isnull=True)
                | Q(actual_finish__isnull=True)
                | Q(actual_start__lt=F("actual_finish")),
                name="work_actual_start_before_finish",
            ),
            models.CheckConstraint(
                condition=Q(earliest_start__isnull=True)
                | Q(latest_finish__isnull=True)
                | Q(earliest_start__lt=F("latest_finish")),
                name="work_window_is_open",
            ),
            models.CheckConstraint(condition=Q(kind__in=WorkKind.values), name="work_kind_is_known"),
            models.CheckConstraint(condition=Q(status__in=WorkStatus.values), name="work_status_is_known"),
            models.CheckConstraint(condition=Q(visibility__in=Visibility.values), name="work_visibility_is_known"),
            models.CheckConstraint(condition=Q(geometry__isvalid=True), name="work_geometry_is_valid"),
            models.CheckConstraint(condition=Q(geometry__isempty=False), name="work_geometry_is_not_empty"),
            models.CheckConstraint(
                condition=Q(noise__in=[0, 1, 3, 5]) & Q(dust__in=[0, 1, 3, 5]) & Q(vibration__in=[0, 1, 3, 5]),
                name="work_nuisance_is_on_the_scale",
            ),
            models.UniqueConstraint(
                fields=["owner", "source", "external_id"],
                condition=~Q(external_id=""),
                name="work_external_id_is_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["planned_start", "planned_finish"]),
            models.Index(fields=["kind", "status"]),
            models.Index(fields=["public_from"], name="work_public_from"),
            GistIndex(fields=["mercator"], name="work_mercator"),
            GistIndex(fields=["ground"], name="work_ground"),
            text_index("name", "work_name_text"),
            text_index("description", "work_description_text"),
        ]
        triggers = [
            # The database counts versions itself, so that no road around the model can skip it (409/412).
            pgtrigger.Trigger(
                name="count_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["version", "updated_at", "mercator", "ground", "public_from"]),
                func="NEW.version = OLD.version + 1; NEW.updated_at = now(); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and note the buurt that holds most of the work."""
        if self.buurt_id is None:
            self.buurt = buurt_holding(self.geometry)
        super().save(*args, **kwargs)

    def waits_for_residents(self, today: dt.date) -> bool:
        """Whether its owner made it public and yet the public does not see it, for its residents were not told."""
        return self.visibility == Visibility.PUBLIC and (self.public_from is None or self.public_from > today)

    @property
    def is_frozen(self) -> bool:
        """Whether its dates are promised, so that no proposal may move them unasked."""
        return self.status not in {WorkStatus.IDEA, WorkStatus.PLANNED}
