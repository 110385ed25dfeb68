"""Small makers of rows for tests: every argument has a sensible default, all geometry lies in Assen.

Coordinates are RD New in metres; ``ORIGIN`` is a spot in De Lariks from which tests count.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Point, Polygon

from geo.crs import RD_NEW
from geo.models import Address, Buurt, RoadPart, Wijk
from planning.coordination.models import Finding
from planning.initiatives.models import Activity, Initiative, InitiativeState, Meeting, NeighbourhoodCentre
from planning.partners.models import Membership, Organisation, Token, User
from planning.partners.viewers import Scope
from planning.partners.visibility import Visibility
from planning.works.kinds import TOUCHES_HOMES, WorkKind, WorkStatus
from planning.works.models import Programme, Project, Work

ORIGIN = (232_000.0, 557_000.0)
_numbers = itertools.count(1)


def point(east: float = 0.0, north: float = 0.0) -> Point:
    """Return the point ``east`` and ``north`` metres from ``ORIGIN``."""
    return Point(ORIGIN[0] + east, ORIGIN[1] + north, srid=RD_NEW)


def box(east: float = 0.0, north: float = 0.0, width: float = 40.0, height: float | None = None) -> Polygon:
    """Return a rectangle with its lower left corner ``east`` and ``north`` metres from ``ORIGIN``."""
    x, y = ORIGIN[0] + east, ORIGIN[1] + north
    polygon = Polygon.from_bbox((x, y, x + width, y + (width if height is None else height)))
    polygon.srid = RD_NEW
    return polygon


def line(*offsets: tuple[float, float]) -> LineString:
    """Return a line through points given in metres from ``ORIGIN``."""
    return LineString([(ORIGIN[0] + east, ORIGIN[1] + north) for east, north in offsets], srid=RD_NEW)


def make_wijk(name: str = "De Lariks", geometry: GEOSGeometry | None = None, **values: Any) -> Wijk:
    """Make a wijk of 2 by 2 km around ``ORIGIN``."""
    number = next(_numbers)
    geometry = geometry or box(-1000, -1000, 2000)
    return Wijk.objects.create(
        **{
            "code": f"WK{number:06d}",
            "name": name,
            "slug": name.lower().replace(" ", "-"),
            "municipality_code": "GM0106",
            "municipality_name": "Assen",
            "geometry": geometry if geometry.geom_type == "MultiPolygon" else MultiPolygon(geometry, srid=RD_NEW),
            **values,
        }
    )


def make_buurt(
    name: str = "De Lariks West",
    wijk: Wijk | None = None,
    geometry: GEOSGeometry | None = None,
    **values: Any,
) -> Buurt:
    """Make a buurt of 2 by 2 km around ``ORIGIN``."""
    number = next(_numbers)
    geometry = geometry or box(-1000, -1000, 2000)
    return Buurt.objects.create(
        **{
            "code": f"BU{number:08d}",
            "name": name,
            "slug": name.lower().replace(" ", "-"),
            "municipality_code": "GM0106",
            "municipality_name": "Assen",
            "wijk": wijk,
            "cbs_wijk_code": "WK010601",
            "geometry": geometry if geometry.geom_type == "MultiPolygon" else MultiPolygon(geometry, srid=RD_NEW),
            **values,
        }
    )


def make_address(
    street: str = "Stroom", number: int = 12, postcode: str = "9403KL", at: Point | None = None, **values: Any
) -> Address:
    """Make an address at ``at``."""
    return Address.objects.create(
        **{
            "street": street,
            "number": number,
            "postcode": postcode,
            "city": "Assen",
            "point": at or point(),
            **values,
        }
    )


def make_road(name: str = "Stroom", geometry: GEOSGeometry | None = None, **values: Any) -> RoadPart:
    """Make a part of a street, a line of 90 m at ``ORIGIN``."""
    return RoadPart.objects.create(
        **{
            "name": name,
            "city": "Assen",
            "source": "NWB",
            "external_id": str(next(_numbers)),
            "geometry": geometry or line((0, 0), (90, 0)),
            **values,
        }
    )


def make_organisation(slug: str = "actium", **values: Any) -> Organisation:
    """Make a partner, or return the one with this slug."""
    organisation, _ = Organisation.objects.get_or_create(
        slug=slug,
        defaults={
            "name": slug.replace("-", " ").title(),
            "kind": Organisation.Kind.HOUSING_ASSOCIATION,
            **values,
        },
    )
    return organisation


def make_user(organisation: Organisation | None = None, role: str = Membership.Role.PLANNER, **values: Any) -> User:
    """Make a person, with a role in ``organisation`` where given; the password is "geheim"."""
    user = User.objects.create_user(**{"username": f"persoon{next(_numbers)}", "password": "geheim", **values})
    if organisation is not None:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_token(*scopes: str, organisation: Organisation | None = None, days: int = 30) -> str:
    """Make a token with these scopes for ``organisation``, and return its text."""
    owner = organisation or make_organisation()
    _token, text = Token.objects.issue(owner, "QGIS", [Scope(scope) for scope in scopes], by=None, days=days)
    return text


def make_programme(name: str = "Vernieuwing De Lariks", owner: Organisation | None = None, **values: Any) -> Programme:
    """Make a programme."""
    return Programme.objects.create(**{"name": name, "owner": owner or make_organisation(), **values})


def make_project(name: str = "Aar, Delft en Stroom", owner: Organisation | None = None, **values: Any) -> Project:
    """Make a project."""
    return Project.objects.create(**{"name": name, "owner": owner or make_organisation(), **values})


def make_work(
    kind: str = WorkKind.DEMOLITION,
    start: str = "2027-05-01",
    finish: str = "2027-11-01",
    geometry: GEOSGeometry | None = None,
    owner: Organisation | None = None,
    **values: Any,
) -> Work:
    """Make a public, planned work on a plot of 40 by 40 m at ``ORIGIN``, of which those who live there were told."""
    work = Work.objects.create(
        **{
            "name": f"{WorkKind(kind).label} {next(_numbers)}",
            "owner": owner or make_organisation(),
            "kind": kind,
            "status": WorkStatus.PLANNED,
            "geometry": geometry or box(),
            "planned_start": dt.date.fromisoformat(start),
            "planned_finish": dt.date.fromisoformat(finish),
            "visibility": Visibility.PUBLIC,
            "tenants_informed_on": dt.date(2020, 1, 1) if values.get("dwellings") and kind in TOUCHES_HOMES else None,
            **values,
        }
    )
    return work


def make_finding(
    *works: Work, kind: str = Finding.Kind.CONFLICT, rule: str = "building-before-surface", **values: Any
) -> Finding:
    """Make a finding about ``works``, at the first of them."""
    finding = Finding.objects.create(
        **{
            "key": f"{rule}:{next(_numbers)}",
            "rule": rule,
            "kind": kind,
            "severity": Finding.Severity.SERIOUS,
            "start": min(work.planned_start for work in works),
            "finish": max(work.planned_finish for work in works),
            "geometry": works[0].geometry,
            "wijk": works[0].buurt.wijk if works[0].buurt else None,
            "sentence_nl": "De straat wordt aangelegd terwijl het bouwverkeer nog komt.",
            "sentence_en": "The street is laid while lorries still come.",
            **values,
        }
    )
    finding.works.set(works)
    return finding


def make_initiative(
    title: str = "Boomgaard zoekt grond", state: str = InitiativeState.SUPPORTED, **values: Any
) -> Initiative:
    """Make an initiative at ``ORIGIN``."""
    return Initiative.objects.create(
        **{
            "title": title,
            "slug": f"{title.lower().replace(' ', '-')}-{next(_numbers)}",
            "summary": "Samen appels plukken.",
            "theme": Initiative.Theme.GREEN,
            "state": state,
            "state_reason": "Geen plek." if state == InitiativeState.DECLINED else "",
            "submitted_on": dt.date(2026, 3, 1),
            "geometry": point(),
            **values,
        }
    )


def make_centre(name: str = "BIC De Lariks", **values: Any) -> NeighbourhoodCentre:
    """Make a centre at ``ORIGIN``."""
    return NeighbourhoodCentre.objects.create(
        **{"name": name, "slug": name.lower().replace(" ", "-"), "point": point(), **values}
    )


def make_activity(centre: NeighbourhoodCentre, title: str = "Samen koken", **values: Any) -> Activity:
    """Make a weekly activity in ``centre``."""
    start = dt.datetime(2026, 11, 24, 17, 0, tzinfo=dt.UTC)
    return Activity.objects.create(
        **{
            "centre": centre,
            "title": title,
            "starts_at": start,
            "ends_at": start + dt.timedelta(hours=2),
            "recurrence": "FREQ=WEEKLY;BYDAY=TU",
            **values,
        }
    )


def make_meeting(title: str = "Bewonersavond Stroom", starts_at: dt.datetime | None = None, **values: Any) -> Meeting:
    """Make a residents' meeting of two hours at ``ORIGIN``."""
    starts_at = starts_at or dt.datetime(2026, 12, 3, 18, 30, tzinfo=dt.UTC)
    return Meeting.objects.create(
        **{
            "title": title,
            "organiser": values.pop("organiser", None) or make_organisation(),
            "starts_at": starts_at,
            "ends_at": starts_at + dt.timedelta(hours=2),
            "location": "BIC De Lariks",
            "point": point(),
            **values,
        }
    )
