"""Search over what a map can go to: areas, streets, addresses, projects, works, initiatives, centres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.gis.db.models.aggregates import Collect
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.functions import Bounds, LonLat
from geo.geocoding import Asked, addresses_at, matching, named_roads, spaced, streets
from geo.models import Address, Buurt, Wijk
from geo.text import fold
from planning.coordination.selection import Selection
from planning.works.models import Project
from planning.works.periods import period_text

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

MOST: Final = 12
LONGEST: Final = 100
"""Letters of a question that are read; nobody types more to find a place."""

PER_TYPE: Final = 6

_WEIGHTS: Final = {
    "address": 4.0,
    "postcode": 3.5,
    "wijk": 0.3,
    "buurt": 0.2,
    "street": 0.15,
    "project": 0.1,
    "centre": 0.1,
    "initiative": 0.05,
    "work": 0.0,
}
"""What comes first of two that fit as well: what is larger, and what was asked for by its number."""


@dataclass(frozen=True)
class Hit:
    """One thing that a search found; ``bbox`` is west, south, east, north in degrees."""

    type: str
    label: str
    detail: str
    lon: float
    lat: float
    bbox: list[float]
    url: str | None
    id: int | None
    score: float


def search(viewer: Viewer, text: str) -> list[dict[str, Any]]:
    """Return at most ``MOST`` things that ``text`` can mean, best first; none for an empty text.

    Each is a dict: type, label, detail, lon, lat, bbox, url and id. Finds despite accents and a wrong
    letter, reads postcodes and house numbers in any spelling, and shows only what ``viewer`` may see.
    """
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not any(character.isalnum() for character in text):
        return []
    asked = Asked.parse(text)
    selection = Selection(viewer)
    named = _named_streets(asked.street) if asked.street else []
    hits = [
        *_addresses(asked, [street["street"] for street in named]),
        *_areas(text),
        *_streets(named),
        *_projects(selection, text),
        *_works(selection, text),
        *_initiatives(selection, text),
        *_centres(selection, text),
    ]
    hits.sort(key=lambda hit: (-hit.score, hit.label))
    return [{k: v for k, v in asdict(hit).items() if k != "score"} for hit in hits[:MOST]]


def _hit(type_: str, label: str, detail: str, found: Any, url: str | None = None) -> Hit:
    lon, lat = found.lonlat
    score = found.score + _WEIGHTS[type_]
    return Hit(type_, label, detail, lon, lat, found.bounds, url, found.pk, score)


def _best(records: Any, column: str, text: str, geometry: str = "geometry") -> Any:
    found = matching(records, column, text).annotate(lonlat=LonLat(geometry), bounds=Bounds(geometry))
    return found.order_by("-score", column, "pk")[:PER_TYPE]


def _areas(text: str) -> Iterator[Hit]:
    for wijk in _best(Wijk.objects.defer("geometry", "mercator"), "name", text):
        yield _hit("wijk", wijk.name, _("wijk"), wijk, wijk.get_absolute_url())
    buurten = Buurt.objects.select_related("wijk").only("name", "wijk__name")
    for buurt in _best(buurten, "name", text):
        detail = _("buurt in %(wijk)s") % {"wijk": buurt.wijk.name} if buurt.wijk else _("buurt")
        yield _hit("buurt", buurt.name, detail, buurt)


def _addresses(asked: Asked, named: list[str]) -> Iterator[Hit]:
    """Find an address by its number, else the postcode as a whole."""
    if asked.number is not None:
        found = addresses_at(asked, named).annotate(lonlat=LonLat("point"), bounds=Bounds("point"))
        for place, address in enumerate(found[:PER_TYPE]):
            label = f"{address.street} {address.house_number}"
            detail = f"{spaced(address.postcode)} {address.city}"
            score = _WEIGHTS["address"] - 0.01 * place
            lon, lat = address.lonlat
            yield Hit("address", label, detail, lon, lat, address.bounds, None, address.pk, score)
    if asked.postcode:
        yield from _postcode(asked.postcode)


def _postcode(postcode: str) -> Iterator[Hit]:
    groups = (
        Address.objects.filter(postcode=postcode)
        .order_by("street", "city")
        .values("street", "city")
        .annotate(lonlat=LonLat(Collect("point")), bounds=Bounds(Collect("point")))
    )
    for group in groups[:PER_TYPE]:
        label, detail = spaced(postcode), f"{group['street']}, {group['city']}"
        score = _WEIGHTS["postcode"]
        lon, lat = group["lonlat"]
        yield Hit("postcode", label, detail, lon, lat, group["bounds"], None, None, score)


def _named_streets(text: str) -> list[dict[str, Any]]:
    """Return streets by their addresses and by their road parts, which know better where they run."""
    found = list(streets(text)[:PER_TYPE])
    for road in named_roads(text)[:PER_TYPE]:
        same = [s for s in found if fold(s["street"]) == fold(road["street"]) and _same_place(s["city"], road["city"])]
        for street in same:
            street |= {"lonlat": road["lonlat"], "bounds": road["bounds"]}
        if not same:
            found.append(road)
    return found


def _same_place(one: str, other: str) -> bool:
    return not one or not other or fold(one) == fold(other)


def _streets(found: list[dict[str, Any]]) -> Iterator[Hit]:
    for street in found:
        detail = _("straat in %(city)s") % {"city": street["city"]} if street["city"] else _("straat")
        score = street["score"] + _WEIGHTS["street"]
        lon, lat = street["lonlat"]
        yield Hit("street", street["street"], detail, lon, lat, street["bounds"], None, None, score)


def _projects(selection: Selection, text: str) -> Iterator[Hit]:
    """Find projects by their name; their place is that of the works the viewer may see."""
    visible = Q(works__in=selection.works().values("pk"))
    projects = (
        matching(Project.objects.all(), "name", text)
        .annotate(
            works_seen=Count("works", filter=visible),
            lonlat=LonLat(Collect("works__geometry", filter=visible)),
            bounds=Bounds(Collect("works__geometry", filter=visible)),
        )
        .filter(works_seen__gt=0)
        .select_related("owner")
        .order_by("-score", "name", "pk")
    )
    for project in projects[:PER_TYPE]:
        works = ngettext("%(n)s werk", "%(n)s werken", project.works_seen) % {"n": project.works_seen}
        yield _hit("project", project.name, f"{project.owner.name} · {works}", project)


def _works(selection: Selection, text: str) -> Iterator[Hit]:
    works = selection.works().select_related("owner").defer("geometry", "mercator", "ground")
    for work in _best(works, "name", text):
        when = period_text(work.planned_start, work.planned_finish, work.date_precision)
        yield _hit("work", work.name, f"{work.get_kind_display()} · {work.owner.name} · {when}", work)


def _initiatives(selection: Selection, text: str) -> Iterator[Hit]:
    for initiative in _best(selection.initiatives().defer("geometry", "mercator"), "title", text):
        detail = _("initiatief · %(state)s") % {"state": initiative.get_state_display()}
        yield _hit("initiative", initiative.title, detail, initiative, initiative.get_absolute_url())


def _centres(selection: Selection, text: str) -> Iterator[Hit]:
    for centre in _best(selection.centres(), "name", text, "point"):
        yield _hit("centre", centre.name, centre.address_text or _("buurtinformatiecentrum"), centre, reverse("bic"))
