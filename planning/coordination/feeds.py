"""Calendars behind a secret address: works and meetings of an organisation, a wijk or a project, or around a place."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.export.base import Export, Format
from geo.export.calendar import MEDIA, calendar_head
from geo.layers import Layer
from geo.models import Wijk
from geo.ogc.systems import CRS84
from planning.coordination.models import Feed
from planning.initiatives.calendar import meeting_event
from planning.initiatives.layers import MEETINGS
from planning.initiatives.models import Meeting
from planning.partners.models import Organisation, User
from planning.partners.permissions import organisations_of, rights_of
from planning.partners.viewers import Program, Scope
from planning.works.exporting.calendar import work_event
from planning.works.layers import WORKS
from planning.works.models import Project

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer

PAST: Final = dt.timedelta(days=365)
"""Works that ended longer ago are left out."""

ICS: Final = Format("ics", "iCalendar", MEDIA, lambda export: export.path, CRS84)


def make_feed(
    viewer: Viewer,
    kind: str,
    *,
    organisation: Organisation | None = None,
    wijk: Wijk | None = None,
    project: Project | None = None,
    point: Point | None = None,
    radius_m: int = 250,
    note: str = "",
) -> tuple[Feed, str]:
    """Make a calendar and return it with the secret part of its address, which is told only now.

    Raises
    ------
    PermissionDenied
        Where ``viewer`` does not belong to the organisation as which it looks.
    """
    if organisation is not None:
        rights = rights_of(viewer)
        if not (rights.everything or organisation.pk in rights.member_of):
            raise PermissionDenied
    secret = secrets.token_urlsafe(24)
    feed = Feed.objects.create(
        kind=kind, digest=_digest(secret), organisation=organisation, wijk=wijk, project=project, point=point,
        radius_m=radius_m, note=note.strip()[:80], made_by=viewer if isinstance(viewer, User) else None,
    )  # fmt: skip
    return feed, secret


def take_back(viewer: Viewer, feed: Feed) -> None:
    """Make the address of a feed lead nowhere; by who made it or who manages its organisation."""
    rights = rights_of(viewer)
    mine = isinstance(viewer, User) and feed.made_by_id == viewer.pk
    if not (rights.everything or mine or feed.organisation_id in rights.manages):
        raise PermissionDenied
    feed.delete()


def feeds_of(viewer: Viewer) -> QuerySet[Feed]:
    """Return the feeds that ``viewer`` may take back."""
    if not isinstance(viewer, User):
        return Feed.objects.none()
    rights = rights_of(viewer)
    feeds = Feed.objects.select_related("organisation", "wijk", "made_by").defer("wijk__geometry", "wijk__mercator")
    return feeds.filter(organisation__in=organisations_of(viewer)) if not rights.everything else feeds


def feed_at(secret: str) -> Feed | None:
    """Return the feed behind a secret, and note that it is used; None where there is none."""
    feed = Feed.objects.select_related("organisation", "wijk", "project").filter(digest=_digest(secret)).first()
    if feed is None:
        return None
    maker = feed.made_by
    if feed.organisation_id is not None and maker is not None and not _may_look_for(maker, feed.organisation_id):
        # Who left takes along what was made in an organisation's name.
        return None
    today = timezone.localdate()
    if feed.last_used_on != today:
        Feed.objects.filter(pk=feed.pk).update(last_used_on=today)
    return feed


def _may_look_for(maker: User, organisation: int) -> bool:
    rights = rights_of(maker)
    return rights.everything or organisation in rights.member_of


def calendar_of(feed: Feed, site: str) -> bytes:
    """Return the calendar; ``site`` is the address of the service with a slash at the end."""
    viewer: Any = None
    if feed.organisation_id is not None:
        viewer = Program("agenda", feed.organisation_id, frozenset({Scope.WORKS_READ.value}))
    since = timezone.localdate() - PAST
    works = WORKS.source(viewer).filter(planned_finish__gte=since)
    meetings = MEETINGS.source(viewer).filter(starts_at__date__gte=since)
    match feed.kind:
        case Feed.Kind.ORGANISATION:
            works, meetings = works.filter(owner=feed.organisation_id), meetings.filter(organiser=feed.organisation_id)
            title = str(feed.organisation)
        case Feed.Kind.WIJK:
            works, meetings = works.filter(buurt__wijk=feed.wijk_id), meetings.filter(wijk=feed.wijk_id)
            title = str(feed.wijk)
        case Feed.Kind.PROJECT:
            # Each meeting once, about however many of the works it is.
            about = Meeting.objects.filter(works__project=feed.project_id)
            works, meetings = works.filter(project=feed.project_id), meetings.filter(pk__in=about.values("pk"))
            title = str(feed.project)
        case _:
            around = (feed.point, D(m=feed.radius_m))
            works, meetings = works.filter(geometry__dwithin=around), meetings.filter(point__dwithin=around)
            title = feed.note or _("Bij mij in de buurt")
    parts = [calendar_head(title)]
    with tempfile.TemporaryDirectory(prefix="mba-feed-") as folder:
        for layer, records, to_event in ((WORKS, works, work_event), (MEETINGS, meetings, meeting_event)):
            export = _export(layer, records, viewer, Path(folder), site)
            parts += [to_event(row, export).to_ical() for row in export.rows()]
    return b"".join([*parts, b"END:VCALENDAR\r\n"])


def _export(layer: Layer, records: QuerySet[Any], viewer: Any, folder: Path, site: str) -> Export:
    return Export(records.order_by("pk"), layer, viewer, ICS, folder, site=site)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
