"""Residents: their initiatives, the neighbourhood centres, and the meetings they are invited to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pghistory
from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.measure import D
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.models import Address, Buurt, Wijk, mercator_field
from planning.partners.models import Organisation
from planning.works.models import External, Work

if TYPE_CHECKING:
    from planning.partners.visibility import Viewer


class InitiativeState(models.TextChoices):
    """The road of an idea (DESIGN.md, section 3; issue "Residents")."""

    SUBMITTED = "submitted", _("ingediend")
    GATHERING_SUPPORT = "gathering_support", _("zoekt steun")
    SUPPORTED = "supported", _("gesteund")
    RESOURCED = "resourced", _("krijgt middelen")
    UNDER_WAY = "under_way", _("bezig")
    DONE = "done", _("klaar")
    DECLINED = "declined", _("afgewezen")
    WITHDRAWN = "withdrawn", _("ingetrokken")


OPEN_STATES = (
    InitiativeState.GATHERING_SUPPORT,
    InitiativeState.SUPPORTED,
    InitiativeState.RESOURCED,
    InitiativeState.UNDER_WAY,
)
"""States in which an initiative can still be taken along in somebody's design."""


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    """Selections of initiatives in the domain's words."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what ``viewer`` may see: the public sees what the team has reviewed."""
        if viewer is not None and viewer.is_authenticated and (viewer.is_superuser or viewer.memberships.exists()):
            return self
        return self.exclude(state=InitiativeState.SUBMITTED)

    def near(self, point: GEOSGeometry, metres: float) -> Self:
        """Keep initiatives within ``metres`` of ``point`` (RD New)."""
        return self.filter(geometry__dwithin=(point, D(m=metres)))

    def in_wijk(self, slug: str) -> Self:
        """Keep initiatives in the wijk with this slug."""
        return self.filter(buurt__wijk__slug=slug)


@pghistory.track(exclude=["mercator"])
class Initiative(External):
    """A resident's idea; gets money, people or means once a majority of the neighbours stands behind it."""

    class Theme(models.TextChoices):
        GREEN = "green", _("groen en tuin")
        PLAY = "play", _("spelen en sport")
        MEETING = "meeting", _("ontmoeten")
        CLEAN_SAFE = "clean_safe", _("schoon en veilig")
        CULTURE = "culture", _("kunst en cultuur")
        CARE = "care", _("zorg en hulp")
        MOBILITY = "mobility", _("wandelen en fietsen")

    title = models.CharField(_("titel"), max_length=120)
    slug = models.SlugField(_("adres op de site"), max_length=130, unique=True)
    summary = models.CharField(_("in één zin"), max_length=240)
    story = models.TextField(_("verhaal"), blank=True)
    theme = models.CharField(_("thema"), max_length=12, choices=Theme.choices)
    state = models.CharField(
        _("stand"), max_length=20, choices=InitiativeState.choices, default=InitiativeState.SUBMITTED
    )
    state_reason = models.CharField(_("reden bij de stand"), max_length=240, blank=True)
    submitted_on = models.DateField(_("ingediend op"))
    geometry = models.GeometryField(_("plek"), srid=RD_NEW)
    mercator = mercator_field()
    looks_for_place = models.BooleanField(_("zoekt nog een plek"), default=False)
    buurt = models.ForeignKey(
        Buurt,
        verbose_name=_("buurt"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="initiatives",
    )
    support_radius_m = models.PositiveSmallIntegerField(_("straal van het draagvlak in meter"), default=150)
    asked_eur = models.DecimalField(_("gevraagd in euro"), max_digits=9, decimal_places=2, null=True, blank=True)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiatief")
        verbose_name_plural = _("initiatieven")
        indexes = [GistIndex(fields=["mercator"], name="initiative_mercator")]
        ordering = ["-submitted_on", "title"]
        constraints = [
            models.CheckConstraint(condition=Q(geometry__isvalid=True), name="initiative_geometry_is_valid"),
            models.CheckConstraint(condition=Q(geometry__isempty=False), name="initiative_geometry_is_not_empty"),
            models.CheckConstraint(condition=Q(state__in=InitiativeState.values), name="initiative_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=InitiativeState.DECLINED) | ~Q(state_reason=""),
                name="initiative_declined_with_reason",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="initiative_external_id_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the initiative's page."""
        return f"/initiatieven/{self.slug}/"


class Grant(models.Model):
    """What a partner gives to an initiative: money, people or means."""

    class Kind(models.TextChoices):
        MONEY = "money", _("geld")
        PEOPLE = "people", _("mensen")
        MEANS = "means", _("middelen")

    initiative = models.ForeignKey(
        Initiative, verbose_name=_("initiatief"), on_delete=models.CASCADE, related_name="grants"
    )
    partner = models.ForeignKey(
        Organisation, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="grants"
    )
    kind = models.CharField(_("soort"), max_length=6, choices=Kind.choices)
    amount_eur = models.DecimalField(_("bedrag in euro"), max_digits=9, decimal_places=2, null=True, blank=True)
    description = models.CharField(_("wat"), max_length=200)
    granted_on = models.DateField(_("toegekend op"))

    class Meta:
        verbose_name = _("toekenning")
        verbose_name_plural = _("toekenningen")
        ordering = ["-granted_on"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="money") | Q(amount_eur__gt=0), name="grant_of_money_has_an_amount"
            ),
        ]

    def __str__(self) -> str:
        return self.description


class NeighbourhoodCentre(External):
    """A Buurt Informatie Centrum (BIC): an ordinary house as a meeting place."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        BEING_SET_UP = "being_set_up", _("in oprichting")
        CLOSED = "closed", _("gesloten")

    name = models.CharField(_("naam"), max_length=120, unique=True)
    slug = models.SlugField(_("adres op de site"), max_length=130, unique=True)
    wijk = models.ForeignKey(
        Wijk, verbose_name=_("wijk"), on_delete=models.SET_NULL, null=True, blank=True, related_name="centres"
    )
    state = models.CharField(_("stand"), max_length=12, choices=State.choices, default=State.OPEN)
    description = models.TextField(_("over dit centrum"), blank=True)
    address_text = models.CharField(_("adres"), max_length=160, blank=True)
    address = models.ForeignKey(
        Address, verbose_name=_("adres in de BAG"), on_delete=models.SET_NULL, null=True, blank=True
    )
    point = models.PointField(_("plek"), srid=RD_NEW)
    mercator = mercator_field("point")
    opening_hours = models.CharField(_("open"), max_length=200, blank=True)
    present = models.CharField(_("wie zijn er"), max_length=240, blank=True)
    phone = models.CharField(_("telefoon"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("buurtinformatiecentrum")
        verbose_name_plural = _("buurtinformatiecentra")
        indexes = [GistIndex(fields=["mercator"], name="centre_mercator")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Activity(External):
    """Something to do in a centre, once or again and again (RRULE, RFC 5545)."""

    centre = models.ForeignKey(
        NeighbourhoodCentre, verbose_name=_("centrum"), on_delete=models.CASCADE, related_name="activities"
    )
    title = models.CharField(_("titel"), max_length=120)
    description = models.TextField(_("omschrijving"), blank=True)
    starts_at = models.DateTimeField(_("eerste keer, begin"))
    ends_at = models.DateTimeField(_("eerste keer, einde"))
    recurrence = models.CharField(
        _("herhaling"), max_length=200, blank=True, help_text=_("Als RRULE, zoals FREQ=WEEKLY;BYDAY=TU.")
    )

    class Meta:
        verbose_name = _("activiteit")
        verbose_name_plural = _("activiteiten")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="activity_starts_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.title


class Meeting(External):
    """A residents' meeting about works or about a wijk."""

    title = models.CharField(_("titel"), max_length=160)
    description = models.TextField(_("omschrijving"), blank=True)
    organiser = models.ForeignKey(
        Organisation,
        verbose_name=_("uitnodigende partner"),
        on_delete=models.PROTECT,
        related_name="meetings",
    )
    starts_at = models.DateTimeField(_("begin"))
    ends_at = models.DateTimeField(_("einde"))
    location = models.CharField(_("waar"), max_length=160)
    point = models.PointField(_("plek"), srid=RD_NEW)
    mercator = mercator_field("point")
    wijk = models.ForeignKey(
        Wijk,
        verbose_name=_("wijk"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="meetings",
    )
    works = models.ManyToManyField(Work, verbose_name=_("werken"), blank=True, related_name="meetings")
    report = models.TextField(_("verslag"), blank=True)

    class Meta:
        verbose_name = _("bewonersavond")
        verbose_name_plural = _("bewonersavonden")
        indexes = [GistIndex(fields=["mercator"], name="meeting_mercator")]
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="meeting_starts_before_it_ends"),
        ]

    def __str__(self) -> str:
        return self.title
