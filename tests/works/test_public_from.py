"""From which day anybody sees a public work: people who live in it hear of it first (DESIGN.md, residents-first)."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo import tile_cache, tiles
from planning.coordination.following.digest import news_of
from planning.coordination.models import Follow, Follower
from planning.partners.visibility import Visibility
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.layers import WORKS
from planning.works.models import Work
from planning.works.models import works as models
from tests import factories as make
from tests.geo import mvt

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 3, 1)
ONE = dt.timedelta(days=1)
DAYS = st.none() | st.integers(-2, 2).map(lambda days: TODAY + days * ONE)


def homes(**values: Any) -> Work:
    return make.make_work(
        **{
            "kind": WorkKind.RENOVATION,
            "dwellings": 12,
            "name": "Renovatie Stroom",
            "tenants_informed_on": None,
            **values,
        }
    )


def seen(work: Work, viewer: Any = None, today: dt.date = TODAY) -> bool:
    return Work.objects.visible_to(viewer, today).filter(pk=work.pk).exists()


def test_the_public_sees_a_work_on_homes_from_the_day_on_which_residents_were_told() -> None:
    work = homes(tenants_informed_on=TODAY)
    assert [seen(work, today=day) for day in (TODAY - ONE, TODAY, TODAY + ONE)] == [False, True, True]
    partner = make.make_user(make.make_organisation("gemeente-assen"))
    assert all(seen(work, partner, day) for day in (TODAY - ONE, TODAY))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(WorkKind.values), dwellings=st.sampled_from([0, 12]), told=DAYS, embargo=DAYS, begun=DAYS,
    status=st.sampled_from(WorkStatus.values), visibility=st.sampled_from(Visibility.values),
)  # fmt: skip
def test_whatever_a_work_is_the_seam_lies_where_its_owner_or_its_residents_put_it(
    kind: str, dwellings: int, told: dt.date | None, embargo: dt.date | None, begun: dt.date | None, status: str,
    visibility: str,
) -> None:  # fmt: skip
    work = make.make_work(
        kind, dwellings=dwellings, tenants_informed_on=told, embargo_until=embargo, actual_start=begun, status=status,
        visibility=visibility,
    )  # fmt: skip
    for day in (TODAY + days * ONE for days in range(-3, 4)):
        if embargo is not None:
            open_to_all = embargo <= day
        elif kind in {"relocation", "demolition", "renovation"} and dwellings and status not in {"under_way", "done"}:
            open_to_all = any(known is not None and known <= day for known in (told, begun))
        else:
            open_to_all = True
        assert seen(work, today=day) is (open_to_all and visibility == "public")
        work.refresh_from_db()
        assert work.waits_for_residents(day) is (not open_to_all and visibility == "public")
    work.delete()


def test_the_database_keeps_the_day_on_every_road_and_it_makes_no_version() -> None:
    work = homes()
    version = work.version
    Work.objects.filter(pk=work.pk).update(tenants_informed_on=TODAY)
    work.refresh_from_db()
    assert (work.public_from, work.version) == (TODAY, version + 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE works_work SET status = 'under_way' WHERE id = %s", [work.pk])
    work.refresh_from_db()
    assert work.public_from == dt.date.min


def test_a_tile_kept_yesterday_does_not_hide_what_is_public_today(monkeypatch: pytest.MonkeyPatch) -> None:
    homes(tenants_informed_on=TODAY)
    tile = mvt.tile_at(make.point(), 14)

    made = []
    for day in (TODAY - ONE, TODAY):
        clock = SimpleNamespace(**{**vars(dt), "date": SimpleNamespace(today=lambda day=day: day)})
        monkeypatch.setattr(tiles, "dt", clock)
        monkeypatch.setattr(models, "dt", clock)
        planned = tiles.plan(WORKS, tile.zoom, None)
        assert planned is not None
        key = tile_cache.TileKey.make("works", planned, tile, "identity")
        found = tile_cache.find_or_cut(key, planned, tile)
        assert found.kept is None, "a tile of another day is none of today"
        assert found.cut is not None
        tile_cache.keep(key, planned, found.version, found.cut)
        made.append((key.etag(found.version), b"Renovatie Stroom" in found.cut))
    assert [shown for _etag, shown in made] == [False, True]
    assert made[0][0] != made[1][0]


def test_followers_hear_of_a_work_in_the_week_in_which_it_becomes_public() -> None:
    now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    work = homes(start="2028-05-01", finish="2028-11-01", tenants_informed_on=now.date())
    with connection.cursor() as cursor:
        # Written long before anybody followed it.
        cursor.execute("UPDATE works_workevent SET pgh_created_at = %s WHERE pgh_obj_id = %s", ["2026-01-01", work.pk])
    follower = Follower.objects.create(email="anna@example.nl", confirmed_at=now, asked_at=now)
    Follow.objects.create(follower=follower, label="Stroom 12", point=make.point(), radius_m=250, confirmed=True)
    week = dt.timedelta(days=7)
    told = [bool(news_of(follower, when - week, when).works) for when in (now, now + week)]
    assert told == [True, False]


def test_an_owner_reads_that_and_why_the_public_does_not_see_it_and_states_the_day(client: Client) -> None:
    work = homes()
    planner = make.make_user(make.make_organisation())
    client.force_login(planner)
    page = f"/planning/werken/{work.pk}/"
    html = client.get(page).content.decode()
    assert "Nog niet openbaar: de bewoners zijn nog niet ingelicht." in html
    assert 'href="#id_tenants_informed_on"' in html
    assert 'id="id_tenants_informed_on"' in html
    Work.objects.filter(pk=work.pk).update(embargo_until=dt.date(2099, 1, 31))
    assert "iedereen ziet dit werk vanaf 31 januari 2099" in client.get(page).content.decode()
    Work.objects.filter(pk=work.pk).update(embargo_until=None, tenants_informed_on=dt.date(2026, 1, 1))
    assert "Nog niet openbaar" not in client.get(page).content.decode()
    assert Client().get(page).status_code == 200
