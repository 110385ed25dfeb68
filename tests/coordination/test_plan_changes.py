"""What follows from a change of the plan is the same by every road, and as if all had been worked out anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.models import Buurt
from planning.coordination import restoring
from planning.coordination.board.saving import Edits, OtherPeriod, save_edits
from planning.coordination.findings import sync_findings
from planning.coordination.imports import take_back
from planning.coordination.models import Finding, Happening
from planning.coordination.plan_changes import plan_changes
from planning.coordination.present import whole_plan
from planning.coordination.refreshing import refreshed
from planning.coordination.tasks import detect_again
from planning.works.models import Dependency, Work, WorkImport
from tests import factories as make
from tests.web.admin_forms import filled_in

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
KINDS = ["demolition", "new_build", "sewer", "cables_pipes", "street", "green", "relocation"]
EDITS = st.tuples(
    st.sampled_from(["dates", "dates", "dates", "kind", "status", "place", "delete", "add", "tie", "owner", "name"]),
    st.integers(0, 99), st.integers(-30, 60), st.sampled_from(KINDS),
)  # fmt: skip


def some_works(number: int) -> None:
    """Make works of two owners on a few plots in one buurt, so that most have to do with some other."""
    buurt = Buurt.objects.first() or make.make_buurt(wijk=make.make_wijk())
    owners = [make.make_organisation(), make.make_organisation("stila")]
    for i in range(number):
        start = dt.date(2027, 1, 4) + dt.timedelta(days=37 * i)
        make.make_work(
            KINDS[i % len(KINDS)], start.isoformat(), (start + dt.timedelta(days=120)).isoformat(),
            make.box(30 * (i % 4), 45 * (i // 4 % 3)), owners[i % 2], buurt=buurt, dwellings=12, noise=3,
            name=f"Werk {i}",
        )  # fmt: skip


def edit(what: str, which: int, days: int, kind: str) -> None:
    """Change one work in one way."""
    works = list(Work.objects.order_by("pk"))
    work = works[which % len(works)]
    if what == "dates":
        work.planned_start += dt.timedelta(days=7 * days)
        work.planned_finish += dt.timedelta(days=7 * days + abs(days))
    elif what == "kind":
        work.kind = kind
    elif what == "status":
        work.status = ["idea", "planned", "committed", "done", "cancelled"][which % 5]
    elif what == "place":
        work.geometry = make.box(days, which, 25)
    elif what == "owner":
        work.owner = make.make_organisation(["actium", "stila", "gemeente-assen"][which % 3])
    elif what == "name":
        work.name = f"Anders {days}"
    elif what == "add":
        make.make_work(kind, "2027-06-01", "2027-09-01", make.box(days, which, 30), buurt=work.buurt)
    elif what == "tie" and len(works) > 1:
        Dependency.objects.get_or_create(predecessor=work, successor=works[(which + 1) % len(works)], type="SS")
    if what == "delete" and len(works) > 2:
        work.delete()
    elif what not in {"add", "tie", "delete"}:
        work.save()


def pairs(plan: Any) -> set[tuple[Any, ...]]:
    ids = plan.works.id
    return {
        (int(ids[a]), int(ids[b]), float(d), float(o))
        for a, b, d, o in zip(plan.pairs.first, plan.pairs.second, plan.pairs.distance, plan.pairs.overlap, strict=True)
    }


@settings(max_examples=15, deadline=None, suppress_health_check=HEALTH)
@given(st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_what_changed_alone_gives_the_findings_of_the_whole(turns: list[list[tuple[str, int, int, str]]]) -> None:
    Work.objects.all().delete()
    Finding.objects.all().delete()
    some_works(9)
    sync_findings(TODAY)
    for edits in turns:
        with plan_changes(None, "", today=TODAY):
            for each in edits:
                edit(*each)
        again = sync_findings(TODAY)
        assert (again.new, again.changed, again.reopened, again.resolved) == (0, 0, 0, 0)


@settings(max_examples=10, deadline=None, suppress_health_check=HEALTH)
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_a_plan_read_again_in_part_is_the_plan_read_whole(edits: list[tuple[str, int, int, str]]) -> None:
    Work.objects.all().delete()
    some_works(8)
    before = whole_plan(TODAY)
    for each in edits:
        edit(*each)
    part, _changed = refreshed(before)
    # Another day is another key, so this one is read from the database.
    whole = whole_plan(TODAY + dt.timedelta(days=1))
    for name in ("id", "kind", "status", "owner", "start", "finish", "budget"):
        assert np.array_equal(getattr(part.plan.works, name), getattr(whole.plan.works, name))
    assert list(part.plan.works.name) == list(whole.plan.works.name)
    assert pairs(part.plan) == pairs(whole.plan)
    assert part.plan.dependencies.successor.tolist() == whole.plan.dependencies.successor.tolist()


def test_a_change_costs_the_same_queries_however_many_works_there_are() -> None:
    counts = []
    for number in (8, 60):
        some_works(number)
        sync_findings(TODAY)
        whole_plan(TODAY)
        work = Work.objects.order_by("pk")[number // 2]
        with CaptureQueriesContext(connection) as queries, plan_changes(None, "", today=TODAY):
            Work.objects.filter(pk=work.pk).update(name="Anders", dwellings=3)
        counts.append(len(queries))
        # The statement that pairs all works with all is not among them.
        assert not any("a.id < b.id" in query["sql"] for query in queries)
    assert counts[1] <= counts[0] + 2


def test_each_night_the_whole_plan_is_looked_at() -> None:
    some_works(8)
    detect_again(timestamp=0)
    assert Finding.objects.current().exists()
    assert sync_findings().changed == 0


# The roads by which a committed work slips six weeks.


def by_board(work: Work, client: Client, folder: Path) -> None:
    by = dt.timedelta(weeks=6)
    period = OtherPeriod(work.pk, work.version, work.planned_start + by, work.planned_finish + by)
    save_edits(Edits(periods=[period], reason="asbest", confirmed=True), make.make_user(work.owner))


def by_board_api(work: Work, client: Client, folder: Path) -> None:
    row = {"work": work.pk, "version": work.version, "start": "2027-06-12", "finish": "2027-12-13"}
    posted = {"works": [row], "reason": "asbest", "confirmed": True}
    assert client.post("/api/board/changes/", posted, content_type="application/json").status_code == 200


def by_table(work: Work, client: Client, folder: Path) -> None:
    from tests.web.board.test_table import fields

    posted = fields(client.get("/planning/?vorm=tabel")) | {
        f"start-{work.pk}": "2027-06-12", f"last-{work.pk}": "2027-12-12", "act": "save", "reason": "asbest",
        "confirmed": "1",
    }  # fmt: skip
    assert client.post("/planning/?vorm=tabel", posted).status_code == 302


def by_work_page(work: Work, client: Client, folder: Path) -> None:
    from tests.web.board.test_work_pages import fields

    address = f"/planning/werken/{work.pk}/"
    form = fields(client.get(address)) | {"planned_start": "2027-06-12", "planned_finish": "2027-12-12"}
    assert client.post(address, form | {"reason": "asbest", "act": "save", "confirmed": "1"}).status_code == 302


def by_api(work: Work, client: Client, folder: Path) -> None:
    changed = {"planned_start": "2027-06-12", "planned_finish": "2027-12-13", "reason": "asbest"}
    address = f"/api/works/{work.pk}/"
    assert client.patch(address, changed, "application/json", headers={"If-Match": "*"}).status_code == 200


def by_api_at_once(work: Work, client: Client, folder: Path) -> None:
    changed = {"id": work.pk, "version": work.version, "actual_finish": None, "planned_finish": "2027-12-13"}
    assert client.patch("/api/works/", [changed], "application/json").status_code == 200


def by_admin(work: Work, client: Client, folder: Path) -> None:
    address = f"/admin/works/work/{work.pk}/change/"
    form = filled_in(client, address) | {"planned_start": "2027-06-12", "planned_finish": "2027-12-13"}
    assert client.post(address, form).status_code == 302


def a_file(work: Work, folder: Path) -> Path:
    file = folder / "werken.csv"
    file.write_text(
        f"Kenmerk;Naam;Soort;Begin;Einde;Status;WKT\nS-1;{work.name};sloop;12-06-2027;12-12-2027;vastgelegd;"
        f"{work.geometry.wkt}\n"
    )
    return file


def by_file(work: Work, client: Client, folder: Path) -> None:
    call_command("import_works", a_file(work, folder), organisation=work.owner.slug)


def by_taking_back_a_file(work: Work, client: Client, folder: Path) -> None:
    call_command("import_works", a_file(work, folder), organisation=work.owner.slug)
    Happening.objects.all().delete()
    take_back(WorkImport.objects.latest("pk"), make.make_user(work.owner))


def by_restoring(work: Work, client: Client, folder: Path) -> None:
    Work.objects.filter(pk=work.pk).update(planned_finish=dt.date(2027, 12, 13))
    slipped = work.events.latest("pgh_id").pgh_id
    Work.objects.filter(pk=work.pk).update(planned_finish=work.planned_finish)
    restoring.restore(make.make_user(work.owner), work, slipped, work.events.latest("pgh_id").pgh_id)


ROADS = [
    by_board, by_board_api, by_table, by_work_page, by_api, by_api_at_once, by_admin, by_file, by_taking_back_a_file,
    by_restoring,
]  # fmt: skip


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__name__)
def test_a_slip_is_told_to_whom_it_touches_by_every_road(
    road: Callable[[Work, Client, Path], None], tmp_path: Path, client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    make.make_buurt()
    stila = make.make_organisation("stila")
    slipping = make.make_work(
        "demolition", "2027-05-01", "2027-11-01", status="committed", name="Sloop Aar", source="actium",
        external_id="S-1",
    )  # fmt: skip
    other = make.make_work("event", "2027-11-01", "2027-11-09", make.box(600), owner=stila, status="committed")
    Dependency.objects.create(predecessor=slipping, successor=other, type="FS")
    client.force_login(make.make_user(slipping.owner, is_staff=True))
    commits = road is by_admin
    with django_capture_on_commit_callbacks(execute=True) if commits else nullcontext():
        road(Work.objects.get(pk=slipping.pk), client, tmp_path)
    told = Happening.objects.get(kind=Happening.Kind.SLIPPED)
    assert told.organisation == slipping.owner
    if road in {by_taking_back_a_file}:
        # Back to where it was: nobody has to follow, and its own people know.
        assert told.facts["work"] == slipping.pk
        return
    assert [owner.slug for owner in told.touches.all()] == ["stila"]
    assert told.facts["touched"] == [other.pk]


def test_a_file_that_moves_many_works_tells_one_thing_in_a_fixed_number_of_queries() -> None:
    stila = make.make_organisation("stila")
    counts = []
    for number in (25, 75):
        works = [
            make.make_work("event", "2027-05-03", "2027-06-01", make.box(0, 300 * i), status="committed")
            for i in range(number)
        ]
        waits = make.make_work("event", "2027-06-01", "2027-07-01", make.box(500), owner=stila)
        Dependency.objects.create(predecessor=works[0], successor=waits)
        Happening.objects.all().delete()
        whole_plan(TODAY)
        with CaptureQueriesContext(connection) as queries, plan_changes(None, "planning.xlsx", today=TODAY) as change:
            Work.objects.filter(pk__in=[work.pk for work in works]).update(planned_finish=dt.date(2027, 8, 1))
            change.works.update(work.pk for work in works)
        counts.append(len(queries))
        told = Happening.objects.get()
        assert told.sentence == f"Actium: {number} werken kregen andere data, waarvan {number} toegezegd."
        assert [owner.slug for owner in told.touches.all()] == ["stila"]
        assert len(told.facts["works"]) == number
    assert counts[0] == counts[1]
    reader = make.make_user(stila)
    page = Client()
    page.force_login(reader)
    answer = page.get(f"/planning/uitloop/gemeld/{told.pk}/")
    assert answer.status_code == 200
    assert waits.name in answer.content.decode()
