"""What partners own is made, changed and removed by the API: programmes, projects, works and what waits for what."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.coordination.models import Finding, Happening
from planning.works.models import Dependency, Programme, Project, Work
from tests import factories as make
from tests.api.test_work_writes import body, faults, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner() -> Client:
    """A planner of Actium."""
    client = Client()
    client.force_login(make.make_user(make.make_organisation()))
    return client


def read(client: Client, path: str) -> tuple[dict[str, Any], str]:
    """Return a record and its ETag."""
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 200, answer.content
    return answer.json(), answer["ETag"]


class TestProgrammesAndProjects:
    def test_they_are_made_changed_sent_back_and_removed(self, planner: Client) -> None:
        made = send(planner, "post", "programmes/", {"name": "Vernieuwing", "owner": "actium"})
        assert made.status_code == 201, made.content
        programme = made.json()
        assert made["Location"] == f"/api/programmes/{programme['id']}/"
        project = send(
            planner, "post", "projects/", {"name": "Aar", "owner": "actium", "programme": programme["id"]}
        ).json()
        assert (project["programme"], project["programme_name"]) == (programme["id"], "Vernieuwing")
        record, tag = read(planner, f"projects/{project['id']}/")
        record["description"] = "Sloop en nieuwbouw"
        changed = send(planner, "patch", f"projects/{project['id']}/", record, If_Match=tag)
        assert (changed.status_code, changed.json()["description"]) == (200, "Sloop en nieuwbouw")
        assert changed["ETag"] != tag
        late = send(planner, "patch", f"projects/{project['id']}/", {"name": "X"}, If_Match=tag)
        assert late.status_code == 412
        assert late.json()["versions"] == [{"id": project["id"], "version": changed.json()["version"]}]
        held = send(planner, "delete", f"programmes/{programme['id']}/", None, If_Match="*")
        assert (held.status_code, held.json()["detail"]) == (409, "Er hoort nog 1 project bij.")
        assert send(planner, "delete", f"projects/{project['id']}/", None).status_code == 428
        gone = send(planner, "delete", f"projects/{project['id']}/", None, If_Match=changed["ETag"])
        assert (gone.status_code, gone.content) == (204, b"")
        assert send(planner, "delete", f"programmes/{programme['id']}/", None, If_Match="*").status_code == 204
        assert not Programme.objects.exists()
        assert not Project.objects.exists()

    def test_what_is_wrong_is_said_by_name(self, planner: Client) -> None:
        theirs = make.make_programme(owner=make.make_organisation("stila"))
        make.make_project("Aar", make.make_organisation())
        for values, pointer in (
            ({"name": "Aar"}, "/name"), ({"name": ""}, "/name"), ({"name": 5 * [1]}, "/name"),
            ({"owner": "stila"}, "/owner"), ({"owner": 5}, "/owner"), ({"owner": ""}, "/owner"),
            ({"programme": theirs.pk}, "/programme"), ({"programme": 10**30}, "/programme"),
            ({"programme": True}, "/programme"), ({"naam": "X"}, "/naam"), ({"works": [1], "x": 1}, "/x"),
        ):  # fmt: skip
            given = {"name": "Delft", "owner": "actium", **values}
            assert set(faults(send(planner, "post", "projects/", given))) == {pointer}, values

    def test_anothers_is_not_changed_or_removed(self, planner: Client) -> None:
        stila = make.make_organisation("stila")
        project = make.make_project("Van Stila", stila)
        make.make_work(owner=stila, project=project)
        for path in (f"projects/{project.pk}/", f"works/{project.works.get().pk}/"):
            assert send(planner, "patch", path, {"name": "X"}, If_Match="*").status_code == 403
            assert send(planner, "delete", path, None, If_Match="*").status_code == 403
        hidden = make.make_project("Verborgen", stila)
        assert send(planner, "delete", f"projects/{hidden.pk}/", None, If_Match="*").status_code == 404


class TestRemovingWorks:
    def test_a_plan_that_nothing_hangs_on_goes_and_its_findings_with_it(self, planner: Client) -> None:
        work = make.make_work()
        other = make.make_work("new_build", "2027-06-01", "2028-01-01")
        send(planner, "patch", f"works/{work.pk}/", {"name": "Sloop"}, If_Match="*")
        assert Finding.objects.current().filter(works=work).exists()
        gone = send(planner, "delete", f"works/{work.pk}/?reason=gaat niet door", None, If_Match="*")
        assert gone.status_code == 204
        assert not Work.objects.filter(pk=work.pk).exists()
        assert not Finding.objects.current().filter(works=other, rule="demolition-before-building").exists()

    def test_what_is_promised_or_hangs_together_is_cancelled_instead(self, planner: Client) -> None:
        promised, waits, waited = make.make_work(status="committed"), make.make_work("street"), make.make_work("sewer")
        Dependency.objects.create(predecessor=waited, successor=waits)
        met = make.make_work("square")
        make.make_meeting().works.add(met)
        for work in (promised, waits, waited, met):
            answer = send(planner, "delete", f"works/{work.pk}/", None, If_Match="*")
            assert answer.status_code == 409
            assert "cancelled" in answer.json()["detail"]
        cancelled = send(planner, "patch", f"works/{promised.pk}/", {"status": "cancelled"}, If_Match="*")
        assert cancelled.json()["properties"]["status"] == "cancelled"


class TestRedating:
    def test_other_dates_bring_the_length_along_and_others_are_told(self, planner: Client) -> None:
        work = make.make_work(duration_days=7)
        change = {"planned_start": "2027-08-02", "planned_finish": "2027-08-30", "reason": "vergunning"}
        assert send(planner, "patch", f"works/{work.pk}/", change, If_Match="*").status_code == 200
        work.refresh_from_db()
        assert work.duration_days != 7
        told = Happening.objects.get()
        assert (told.kind, told.facts["reason"]) == ("rescheduled", "vergunning")
        assert send(planner, "patch", f"works/{work.pk}/", {"name": "X"}, If_Match="*").status_code == 200
        assert Happening.objects.count() == 1


class TestDependencies:
    def test_whose_work_waits_states_it_and_changes_it(self, planner: Client) -> None:
        theirs = make.make_work(owner=make.make_organisation("stila"))
        mine = make.make_work("street")
        given = {"predecessor": theirs.pk, "successor": mine.pk, "minimum_lag_days": 7, "reason": "verharding"}
        made = send(planner, "post", "dependencies/", given)
        assert made.status_code == 201, made.content
        path = f"dependencies/{made.json()['id']}/"
        assert faults(send(planner, "patch", path, {"maximum_lag_days": 3}, If_Match="*")) == {
            "/maximum_lag_days": "De meeste tussentijd is niet minder dan de minste."
        }
        assert "/successor" in faults(send(planner, "patch", path, {"successor": theirs.pk}, If_Match="*"))
        changed = send(planner, "patch", path, {"maximum_lag_days": 30, "type": "SS"}, If_Match=made["ETag"])
        assert (changed.status_code, changed.json()["maximum_lag_days"]) == (200, 30)
        wrong = {**given, "predecessor": mine.pk, "successor": theirs.pk}
        assert faults(send(planner, "post", "dependencies/", wrong)) == {
            "/successor": "Alleen wie dit werk heeft, zegt waarop het wacht."
        }
        stila = Client()
        stila.force_login(make.make_user(theirs.owner))
        assert send(stila, "delete", path, None, If_Match="*").status_code == 403
        assert send(planner, "delete", path, None, If_Match=changed["ETag"]).status_code == 204

    def test_a_circle_is_refused_and_shown(self, planner: Client) -> None:
        a, b, c = (make.make_work(name=name) for name in "abc")
        pairs = [{"predecessor": a.pk, "successor": b.pk}, {"predecessor": b.pk, "successor": c.pk}]
        assert send(planner, "post", "dependencies/", pairs).status_code == 201
        answer = send(planner, "post", "dependencies/", {"predecessor": c.pk, "successor": a.pk})
        assert answer.status_code == 409
        assert [work["name"] for work in answer.json()["circle"]] == ["a", "b", "c"]
        together = [{"predecessor": a.pk, "successor": b.pk, "type": "SS"}, {"predecessor": b.pk, "successor": a.pk}]
        assert send(planner, "post", "dependencies/", together).status_code == 409
        assert send(planner, "post", "dependencies/", pairs[0]).status_code == 400
        assert Dependency.objects.count() == 2

    def test_a_hidden_work_is_not_there_and_is_not_named(self, planner: Client) -> None:
        hidden = make.make_work(name="Geheim", owner=make.make_organisation("stila"), visibility="internal")
        mine, other = make.make_work("street"), make.make_work("sewer")
        assert "/predecessor" in faults(
            send(planner, "post", "dependencies/", {"predecessor": hidden.pk, "successor": mine.pk})
        )
        Dependency.objects.create(predecessor=mine, successor=hidden)
        Dependency.objects.create(predecessor=hidden, successor=other)
        answer = send(planner, "post", "dependencies/", {"predecessor": other.pk, "successor": mine.pk})
        assert [work["id"] for work in answer.json()["circle"]] == [mine.pk, None, other.pk]
        assert "Geheim" not in answer.content.decode()


class TestBodies:
    @pytest.mark.parametrize(
        "text",
        [
            '{"name": "a\\u0000b"}',
            '{"\\u0000": 1}',
            "[" * 100_000,
            '{"name": "\\ud800", "owner": "actium"}',
            '{"\\udfff": 1}',
            '{"name": NaN}',
            "nul",
            "\xff",
            "",
        ],
    )
    def test_what_no_database_could_keep_is_refused(self, planner: Client, text: str) -> None:
        answer = planner.post("/api/projects/", text.encode("latin-1"), content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")

    @pytest.mark.parametrize("wrong", [{"a": 1}, ["x"], True, "", "x" * 9_000, 1e30, "2027-03-28T02:30:00", None])
    def test_what_is_wrong_is_said_in_the_readers_language(self, wrong: Any) -> None:
        superuser = Client()
        superuser.force_login(make.make_user(is_superuser=True))
        for name in ("works", "projects", "dependencies", "meetings", "activities", "centres", "initiatives"):
            fields = superuser.options(f"/api/{name}/").json()["actions"]["POST"]
            given = {field: wrong for field, told in fields.items() if not told["read_only"]}
            for sent in (given, [wrong], wrong):
                said = [
                    {fault["pointer"]: fault["detail"] for fault in send(
                        superuser, "post", f"{name}/", sent, Accept_Language=language
                    ).json().get("errors", [])}
                    for language in ("nl", "en")
                ]  # fmt: skip
                assert said[0].keys() == said[1].keys()
                same = {where: text for where, text in said[0].items() if text == said[1][where]}
                assert not same, name

    def test_null_is_no_record(self, planner: Client) -> None:
        for sent, where in (("null", "/body"), ("[null]", "/0/body")):
            assert list(faults(send(planner, "post", "works/", sent))) == [where]

    def test_a_body_can_be_geojson_by_name(self, planner: Client) -> None:
        answer = planner.post("/api/works/", body(), content_type="application/geo+json")
        assert answer.status_code == 201, answer.content

    def test_many_take_few_queries_each(self, planner: Client) -> None:
        def queries(method: str, data: Any) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert send(planner, method, "projects/", data).status_code in (200, 201)
            return len(captured)

        def new(first: int, number: int) -> list[dict[str, Any]]:
            return [{"name": f"Project {n}", "owner": "actium"} for n in range(first, first + number)]

        queries("post", new(100, 1))  # the first of a process reads the plan, which it then has at hand
        few, many = queries("post", new(0, 5)), queries("post", new(5, 25))
        # Per project: is its name free, and keep it.
        assert many - few == 2 * 20
        rows = planner.get("/api/projects/").json()["results"]
        changes = [{"id": row["id"], "version": row["version"], "description": "x"} for row in rows]
        assert queries("patch", changes[5:30]) - queries("patch", changes[:5]) == 2 * 20

    def test_of_many_none_is_changed_where_one_cannot_be(self, planner: Client) -> None:
        projects = [make.make_project(f"Project {n}") for n in range(3)]
        rows = planner.get("/api/projects/").json()["results"]
        changes = [{"id": row["id"], "version": row["version"], "name": "Nieuw"} for row in rows]
        twice = send(planner, "patch", "projects/", changes)
        assert (twice.status_code, twice["Content-Type"]) == (409, "application/problem+json")
        changes = [{**change, "name": f"Nieuw {n}"} for n, change in enumerate(changes)]
        passed = [*changes[:2], {**changes[2], "version": changes[2]["version"] - 1}]
        assert send(planner, "patch", "projects/", passed).status_code == 412
        assert faults(send(planner, "patch", "projects/", [*changes, changes[2]])) == {
            "/3/id": "Dit staat er twee keer in."
        }
        theirs = make.make_project("Van Stila", make.make_organisation("stila"))
        make.make_work(owner=theirs.owner, project=theirs)
        assert send(planner, "patch", "projects/", [*changes, {"id": theirs.pk, "version": 1}]).status_code == 403
        assert not Project.objects.filter(name__startswith="Nieuw").exists()
        answer = send(planner, "patch", "projects/", changes[::-1])
        assert [row["id"] for row in answer.json()] == [project.pk for project in projects[::-1]]
