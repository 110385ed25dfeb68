"""Residents' initiatives, and the road they go from idea to done."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, Self

import pghistory
from django.contrib.gis.db import models
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.measure import D
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW
from geo.functions import Nearness, text_index
from geo.models import Buurt, mercator_field
from planning.partners.models import User
from planning.partners.permissions import is_partner
from planning.partners.viewers import Scope
from planning.works.models import External

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


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


CLOSED_STATES = (InitiativeState.DONE, InitiativeState.DECLINED, InitiativeState.WITHDRAWN)
"""States at the end of the road."""


class Theme(models.TextChoices):
    """What an idea is about."""

    GREEN = "green", _("groen en tuin")
    PLAY = "play", _("spelen en sport")
    MEETING = "meeting", _("ontmoeten")
    CLEAN_SAFE = "clean_safe", _("schoon en veilig")
    CULTURE = "culture", _("kunst en cultuur")
    CARE = "care", _("zorg en hulp")
    MOBILITY = "mobility", _("wandelen en fietsen")


SUPPORT_RADIUS_M: Final = {
    Theme.GREEN: 150,
    Theme.PLAY: 200,
    Theme.MEETING: 150,
    Theme.CLEAN_SAFE: 100,
    Theme.CULTURE: 200,
    Theme.CARE: 250,
    Theme.MOBILITY: 300,
}
"""How far around an idea the neighbours have a say, in metres, until the team says otherwise (our own choice)."""


def page_of(slug: str) -> str:
    """Return the address of an initiative's page, in the language of the reader."""
    return f"{_pages(get_language())}{slug}/"


@cache
def _pages(language: str | None) -> str:
    """Return what the addresses of all pages begin with: asked for each of many rows, it costs more than the rows."""
    return reverse("initiatieven")


MONEY: Final = models.DecimalField(max_digits=12, decimal_places=2)


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    """Selections of initiatives in the domain's words."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Keep what ``viewer`` may see: the public sees what the team has reviewed."""
        if is_partner(viewer, Scope.INITIATIVES_READ):
            return self
        return self.exclude(state=InitiativeState.SUBMITTED)

    def near(self, point: GEOSGeometry, metres: float) -> Self:
        """Keep initiatives within ``metres`` of ``point`` (RD New)."""
        return self.filter(geometry__dwithin=(point, D(m=metres)))

    def in_wijk(self, slug: str) -> Self:
        """Keep initiatives in the wijk with this slug."""
        return self.filter(buurt__wijk__slug=slug)

    def about(self, theme: str) -> Self:
        """Keep initiatives with this theme."""
        return self.filter(theme=theme)

    def nearest_first(self, point: GEOSGeometry) -> Self:
        """Order by distance to ``point`` (RD New); the index gives the order."""
        return self.order_by(Nearness("geometry", point))

    def most_supported_first(self) -> Self:
        """Order by the number of addresses that are for it; what was never counted comes last."""
        return self.order_by(F("support_area__in_favour").desc(nulls_last=True), "-submitted_on", "pk")

    def with_granted(self) -> Self:
        """Add ``granted_eur``: the money that partners gave, in euros."""
        sums = (
            self.model.objects.filter(pk=OuterRef("pk")).order_by().values("pk").annotate(all=Sum("grants__amount_eur"))
        )
        return self.annotate(granted_eur=Coalesce(Subquery(sums.values("all")), 0, output_field=MONEY))


@pghistory.track(exclude=["mercator"])
class Initiative(External):
    """A resident's idea; gets money, people or means once a majority of the neighbours stands behind it."""

    Theme = Theme

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
    crowdfunding_url = models.URLField(_("adres van de inzamelactie"), blank=True)
    crowdfunding_goal_eur = models.DecimalField(
        _("doel van de inzamelactie in euro"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    crowdfunding_raised_eur = models.DecimalField(
        _("opgehaald met de inzamelactie in euro"), max_digits=9, decimal_places=2, null=True, blank=True
    )

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("initiatief")
        verbose_name_plural = _("initiatieven")
        indexes = [
            GistIndex(fields=["mercator"], name="initiative_mercator"),
            text_index("title", "initiative_title_text"),
            text_index("summary", "initiative_summary_text"),
            text_index("story", "initiative_story_text"),
            models.Index(fields=["-submitted_on", "title"], name="initiative_newest_first"),
            models.Index(fields=["state", "-submitted_on"], name="initiative_per_state"),
        ]
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
        return page_of(self.slug)


class Role(models.TextChoices):
    """In what part somebody acts on an initiative."""

    TEAM = "team", _("het team")
    PARTNER = "partner", _("een partner")
    INITIATOR = "initiator", _("de bedenker")
    NEIGHBOURS = "neighbours", _("de buren")


class Step(models.Model):
    """One step of an initiative on its road; never changed, and shown to everyone."""

    initiative = models.ForeignKey(
        Initiative, verbose_name=_("initiatief"), on_delete=models.CASCADE, related_name="steps"
    )
    state = models.CharField(_("stand"), max_length=20, choices=InitiativeState.choices)
    at = models.DateTimeField(_("wanneer"))
    role = models.CharField(_("door"), max_length=10, choices=Role.choices)
    reason = models.CharField(_("reden"), max_length=240, blank=True)
    by = models.ForeignKey(User, verbose_name=_("gebruiker"), on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("stap")
        verbose_name_plural = _("stappen")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.initiative} · {self.get_state_display()}"


class Update(models.Model):
    """News of an initiative; what its initiator writes is public once the team has read it.

    The history does not keep it: a resident's words that are taken off the site are gone.
    """

    initiative = models.ForeignKey(
        Initiative, verbose_name=_("initiatief"), on_delete=models.CASCADE, related_name="updates"
    )
    text = models.TextField(_("bericht"), max_length=2000)
    role = models.CharField(_("door"), max_length=10, choices=Role.choices)
    written_at = models.DateTimeField(_("geschreven"))
    published_at = models.DateTimeField(_("openbaar sinds"), null=True, blank=True)

    class Meta:
        verbose_name = _("bericht")
        verbose_name_plural = _("berichten")
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]
