"""Initiatives for readers: a list to choose from, and all there is to tell of one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.contrib.gis.db.models.functions import AsSVG, Distance
from django.contrib.gis.geos import Point
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from planning.coordination.models import Finding
from planning.initiatives.models import (
    OPEN_STATES,
    Grant,
    Initiative,
    InitiativeState,
    Photo,
    Step,
    SupportArea,
    SupportCorrection,
    Update,
)
from planning.initiatives.support.showing import BuurtCount, per_buurt, shown_against
from planning.works.models import Work

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

PER_PAGE: Final = 20
IN_DESIGN, FALLOW = "initiative-in-design", "fallow-ground"

OPEN: Final = "open"
ALL: Final = "alle"
"""Besides one state: those that can still come about, and all there are."""

BY_DATE, BY_SUPPORT, BY_DISTANCE = "datum", "steun", "afstand"


@dataclass(frozen=True)
class Choice:
    """What a reader wants to see: empty texts leave a thing open; ``here`` in RD New is where to count from."""

    wijk: str = ""
    theme: str = ""
    state: str = OPEN
    order: str = BY_DATE
    here: Point | None = None
    page: int = 1


def browse(viewer: Viewer, choice: Choice) -> Page[Any]:
    """Return a page of initiatives; three queries.

    Each carries ``photo``, the identity of its first photo or None, and ``distance`` where the reader says from where.
    """
    records = Initiative.objects.visible_to(viewer)
    if choice.wijk:
        records = records.in_wijk(choice.wijk)
    if choice.theme:
        records = records.about(choice.theme)
    if choice.state == OPEN:
        records = records.filter(state__in=OPEN_STATES)
    elif choice.state != ALL:
        records = records.filter(state=choice.state)
    if choice.order == BY_DISTANCE and choice.here is not None:
        records = records.nearest_first(choice.here)
    elif choice.order == BY_SUPPORT:
        records = records.most_supported_first()
    else:
        records = records.order_by("-submitted_on", "title", "pk")
    # First which ones, by an index alone; what comes with them is joined to those few.
    page: Page[Any] = Paginator(records.values_list("pk", flat=True), PER_PAGE).get_page(choice.page)
    chosen = list(page)
    rows = {initiative.pk: initiative for initiative in _cards(chosen, choice.here)}
    page.object_list = [rows[pk] for pk in chosen if pk in rows]
    return page


def _cards(chosen: list[int], here: Point | None) -> QuerySet[Any]:
    first = Photo.objects.filter(initiative=OuterRef("pk"), public=True).order_by("place", "pk").values("pk")[:1]
    cards = (
        Initiative.objects.filter(pk__in=chosen)
        .select_related("support_area", "buurt")
        .defer("geometry", "mercator", "story", "buurt__geometry", "buurt__mercator", "support_area__geometry")
        .annotate(photo=Subquery(first))
    )
    return cards if here is None else cards.annotate(distance=Distance("geometry", here))


@dataclass(frozen=True)
class Story:
    """All there is to tell of one initiative; no person is in it.

    ``against`` is None where they are too few to tell; ``joinable`` are works not yet fixed that could take it along,
    with their ground as an SVG ``path``; ``fallow`` are findings about empty ground near by.
    """

    initiative: Initiative
    area: SupportArea | None
    against: int | None
    per_buurt: list[BuurtCount]
    corrections: list[SupportCorrection]
    steps: list[Step]
    grants: list[Grant]
    granted_eur: Decimal
    updates: list[Update]
    photos: list[Any]
    joinable: list[Work]
    fallow: list[Finding]


def with_place(viewer: Viewer) -> QuerySet[Initiative]:
    """Return the initiatives that ``viewer`` may see, with their area and where they are."""
    return (
        Initiative.objects.visible_to(viewer)
        .select_related("support_area", "buurt__wijk")
        .defer("mercator", "buurt__geometry", "buurt__mercator", "buurt__wijk__geometry", "buurt__wijk__mercator")
    )


def story_of(initiative: Initiative, viewer: Viewer) -> Story:
    """Return the story of an initiative as far as ``viewer`` may see it; a fixed number of queries."""
    area = getattr(initiative, "support_area", None)
    findings = list(_findings(initiative, viewer))
    grants = list(initiative.grants.select_related("partner").order_by("granted_on", "pk"))
    photos = initiative.photos.all() if _sees_all(initiative) else initiative.photos.filter(public=True)
    return Story(
        initiative=initiative,
        area=area,
        against=shown_against(area) if area else None,
        per_buurt=per_buurt(area) if area and area.forgotten_at is None else [],
        corrections=list(area.corrections.all()) if area else [],
        steps=list(initiative.steps.all()),
        grants=grants,
        granted_eur=sum((grant.amount_eur for grant in grants if grant.amount_eur), Decimal(0)),
        updates=list(initiative.updates.filter(published_at__isnull=False)),
        photos=list(photos.values("pk", "description", "width", "height")),
        joinable=[work for finding in findings if finding.rule == IN_DESIGN for work in finding.works.all()],
        fallow=[finding for finding in findings if finding.rule == FALLOW],
    )


def _sees_all(initiative: Initiative) -> bool:
    """Whether this is still between its initiator and the team: then who sees it sees its photos too."""
    return initiative.state == InitiativeState.SUBMITTED


def _findings(initiative: Initiative, viewer: Viewer) -> QuerySet[Finding]:
    works = (
        Work.objects.select_related("owner")
        .annotate(path=AsSVG("ground", relative=True, precision=1))
        .defer("geometry", "mercator", "ground")
    )
    return (
        Finding.objects.visible_to(viewer)
        .current()
        .filter(rule__in=[IN_DESIGN, FALLOW], initiatives=initiative)
        .defer("geometry", "mercator")
        .order_by("start", "pk")
        .prefetch_related(Prefetch("works", works))
    )
