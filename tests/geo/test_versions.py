"""The version of the data changes when, and only when, what a statement reads has changed; tiles live by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from geo import layers, tiles
from geo.versions import version_of, watched_tables
from planning.works.models import Work
from tests import factories as make
from tests.geo import mvt

WORKS = 'SELECT 1 FROM "works_work"'
BUURTEN = 'SELECT 1 FROM "geo_buurt"'


def address(layer_id: str = "works", zoom: int = 16) -> str:
    tile = mvt.tile_at(make.point(20, 20), zoom)
    return f"/tiles/{layer_id}/{tile.zoom}/{tile.x}/{tile.y}.mvt"


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile, prepared or not."""
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield asked


def scans(table: str) -> int:
    """Return how often the rows of a table were looked through or looked up in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_xact_user_tables WHERE relname = %s", [table]
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_write_changes_the_version_of_its_own_table_only() -> None:
    work = make.make_work()
    works, buurten = version_of(WORKS), version_of(BUURTEN)
    assert version_of(WORKS) == works
    Work.objects.filter(pk=work.pk).update(name="Anders")
    assert version_of(WORKS) != works
    assert version_of(BUURTEN) == buurten
    changed = version_of(WORKS)
    work.delete()
    assert version_of(WORKS) != changed


@pytest.mark.django_db
def test_every_table_that_a_layer_reads_is_watched() -> None:
    watched = set(watched_tables())
    person = make.make_user(make.make_organisation())
    for layer in layers.all_layers():
        planned = tiles.plan(layer, 16, person)
        assert planned is not None
        read = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', planned.statement))
        assert read
        assert read <= watched, layer.id


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_is_not_seen_and_writers_do_not_wait_for_each_other() -> None:
    work, other = make.make_work(), make.make_work()
    before = version_of(WORKS)
    settings = connection.get_connection_params()
    with psycopg.connect(**{k: settings[k] for k in ("dbname", "user", "host") if k in settings}) as beside:
        beside.execute("SET lock_timeout = '1s'")
        beside.execute("UPDATE works_work SET name = 'Een ander' WHERE id = %s", [other.pk])
        assert version_of(WORKS) == before
        with transaction.atomic():
            Work.objects.filter(pk=work.pk).update(name="Ik")
        mine = version_of(WORKS)
        assert mine != before
        beside.commit()
    assert version_of(WORKS) not in (before, mine)


@pytest.mark.django_db
def test_the_list_of_changes_stays_short() -> None:
    work = make.make_work()
    for number in range(450):
        Work.objects.filter(pk=work.pk).update(dwellings=number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM geo_change WHERE table_name = 'works_work'")
        assert cursor.fetchone()[0] < 100


@pytest.mark.django_db
class TestTiles:
    def test_an_unchanged_tile_touches_no_geometry(self) -> None:
        make.make_work()
        client, there = Client(), address()
        first = client.get(there)
        with statements() as asked:
            again = client.get(there, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304
        assert len(asked) == 1
        assert "geo_change" in asked[0]
        assert '"works_work"' not in asked[0]

    def test_a_kept_tile_touches_no_geometry_and_any_tile_is_one_statement(self) -> None:
        make.make_work()
        client, there = Client(), address()
        client.get(address(zoom=15))  # what is asked once per process
        contents = []
        for touched in (True, False):
            before = scans("works_work")
            with statements() as asked:
                contents.append(client.get(there).content)
            assert ["geo_change" in statement for statement in asked] == [True] + [False] * (len(asked) - 1)
            assert len([statement for statement in asked if "INSERT INTO geo_tile" not in statement]) == 1
            assert (scans("works_work") > before) is touched
        assert contents[0] == contents[1] != b""

    def test_a_change_in_the_layer_makes_a_new_tile_and_one_elsewhere_does_not(self) -> None:
        work = make.make_work()
        client = Client()
        first = client.get(address())
        make.make_address()
        assert client.get(address())["ETag"] == first["ETag"]
        Work.objects.filter(pk=work.pk).update(name="Anders")
        changed = client.get(address())
        assert changed["ETag"] != first["ETag"]
        assert changed.content != first.content

    def test_a_new_name_of_the_owner_shows_too(self) -> None:
        work = make.make_work()
        first = Client().get(address())
        work.owner.name = "Een andere naam"
        work.owner.save()
        assert Client().get(address()).content != first.content

    def test_nobody_gets_a_tile_that_was_made_for_another(self) -> None:
        work = make.make_work(visibility="internal")
        member, stranger = Client(), Client()
        member.force_login(make.make_user(work.owner))
        stranger.force_login(make.make_user(make.make_organisation("stila")))
        assert member.get(address()).status_code == 200
        assert stranger.get(address()).status_code == 204
        assert Client().get(address()).status_code == 204

    def test_two_planners_of_one_partner_share_their_tiles(self) -> None:
        work = make.make_work(visibility="internal")
        etags = set()
        for _ in range(2):
            client = Client()
            client.force_login(make.make_user(work.owner))
            etags.add(client.get(address())["ETag"])
        assert len(etags) == 1

    def test_tiles_of_an_older_version_are_dropped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        work = make.make_work("street")
        client = Client()
        for number in range(120):
            Work.objects.filter(pk=work.pk).update(dwellings=number)
            assert client.get(address()).status_code == 200
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM geo_tile WHERE layer = 'works'")
            kept: Any = cursor.fetchone()[0]
        assert kept < 120

    def test_an_empty_tile_is_kept_too(self) -> None:
        make.make_work()
        far = address().rsplit("/", 2)[0] + "/1/1.mvt"
        assert Client().get(far).status_code == 204
        before = scans("works_work")
        assert Client().get(far).status_code == 204
        assert scans("works_work") == before
