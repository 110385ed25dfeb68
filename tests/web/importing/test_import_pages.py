"""The import of works as pages of plain forms: first see, then keep; nobody sees or keeps another's."""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning.coordination.models import Finding
from planning.partners.models import Organisation
from planning.web.importing import preview, upload, words
from planning.works import tasks
from planning.works.importing.columns import HEADERS
from planning.works.models import Work, WorkImport, WorkImportDraft
from tests.factories import make_buurt, make_organisation, make_user, make_work, point
from tests.geo import mvt

pytestmark = pytest.mark.django_db

HOME = "/planning/importeren/"
HEAD = "Kenmerk;Naam;Soort;Begin;Einde;Geometrie\n"
PLOT = "POLYGON ((232000 557000, 232040 557000, 232040 557040, 232000 557040, 232000 557000))"
GOOD = f"A-1;Sloop Stroom;sloop;1 mei 2027;31 oktober 2027;{PLOT}\n"
BUILD = GOOD.replace("A-1;Sloop Stroom;sloop;1 mei", "A-2;Bouw Stroom;nieuwbouw;1 juni")
BAD = f"A-3;Slop Stroom;slooop;ooit;31 oktober 2027;{PLOT}\n"


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def actium(client: Client) -> Organisation:
    make_buurt("De Lariks West")
    organisation = make_organisation("actium")
    client.force_login(make_user(organisation))
    return organisation


def send(client: Client, text: str | bytes, organisation: Organisation, name: str = "werken.csv", **more: str) -> Any:
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post(HOME, {"file": file, "organisation": organisation.pk, **more})


def checked(client: Client, text: str, organisation: Organisation) -> WorkImportDraft:
    """A draft whose columns were taken as they seem."""
    answer = send(client, text, organisation)
    assert answer.status_code == 302, answer.content.decode()
    form = client.get(answer.url)
    chosen = {f"kolom-{c.place}": c.field for c in form.context["columns"]}
    assert client.post(answer.url, chosen).status_code == 302
    return WorkImportDraft.objects.latest("pk")


def test_a_file_goes_through_all_steps_and_leaves_nothing_behind(
    client: Client, actium: Organisation, own_temporary_folder: Any
) -> None:
    draft = checked(client, HEAD + GOOD + BUILD, actium)
    assert list(own_temporary_folder.iterdir()) == []
    page = client.get(draft.get_absolute_url())
    assert [row.outcome for row in page.context["rows"]] == ["new", "new"]
    assert not Work.objects.exists()
    done = client.post(f"{HOME}{draft.pk}/bewaren/", follow=True)
    assert done.context["imported"].created == 2
    assert Work.objects.filter(owner=actium, external_id__in=["A-1", "A-2"]).count() == 2
    assert WorkImport.objects.get().by == done.wsgi_request.user
    assert Finding.objects.filter(rule="demolition-before-building").exists()
    assert done.context["map"].startswith("/kaart/?van=2027-05&tot=2027-11&c=52.9")
    # The address of the draft leads on to what became of it.
    assert client.get(f"{HOME}{draft.pk}/", follow=True).context["imported"].created == 2
    again = client.get(checked(client, HEAD + GOOD + BUILD, actium).get_absolute_url())
    assert "Er verandert niets" in again.content.decode()


def test_a_change_is_shown_as_old_and_new(client: Client, actium: Organisation) -> None:
    client.post(f"{HOME}{checked(client, HEAD + GOOD, actium).pk}/bewaren/")
    changed = GOOD.replace("Sloop Stroom", "Sloop Aar").replace("31 oktober", "30 november").replace("557040", "557060")
    draft = checked(client, HEAD + changed, actium)
    (row,) = client.get(draft.get_absolute_url()).context["rows"]
    assert row.changes == [
        ("naam", "Sloop Stroom", "Sloop Aar"),
        ("einde (tot en met)", "31 oktober 2027", "30 november 2027"),
        ("geometrie", "vlak van 1.600 m²", "vlak van 2.400 m²"),
    ]
    tile = mvt.tile_at(point(20, 20), 15)
    for layer, count in (("rows", 1), ("before", 1), ("gone", 0)):
        answer = client.get(f"{HOME}{draft.pk}/tegels/{layer}/{tile.zoom}/{tile.x}/{tile.y}.mvt")
        assert answer.status_code == (200 if count else 204)
        assert "private" in answer["Cache-Control"]


def test_a_bad_row_is_mended_in_the_page_and_stays_mended(client: Client, actium: Organisation) -> None:
    draft = checked(client, HEAD + GOOD + BAD, actium)
    page = client.get(draft.get_absolute_url())
    assert page.context["outcome"] == "refused"
    html = page.content.decode()
    assert "“slooop” kennen we niet als soort werk. Bedoelt u:" in html
    assert 'name="veld-start" value="ooit"' in html
    answer = client.post(f"{HOME}{draft.pk}/rij/3/", {"veld-kind": "sloop", "veld-start": "ooit"}, follow=True)
    assert "Rij 3 wordt nog geweigerd" in answer.content.decode()
    answer = client.post(f"{HOME}{draft.pk}/rij/3/", {"veld-start": "2027", "uitkomst": "refused"}, follow=True)
    assert "Rij 3 is nu goed: nieuw" in answer.content.decode()
    # Another day, another machine, a colleague: what was filled in still counts.
    colleague = Client()
    colleague.force_login(make_user(actium, role="manager"))
    html = colleague.get(f"{draft.get_absolute_url()}?uitkomst=&rij=3&alles=1").content.decode()
    assert 'name="veld-kind" value="sloop"' in html
    assert "met de hand" in html
    colleague.post(f"{HOME}{draft.pk}/bewaren/")
    assert Work.objects.filter(external_id="A-3", kind="demolition").exists()


def test_the_same_mistake_is_mended_everywhere_at_once(client: Client, actium: Organisation) -> None:
    rows = "".join(GOOD.replace("A-1", f"B-{n}").replace(";sloop;", ";slooop;") for n in range(3))
    draft = checked(client, HEAD + rows, actium)
    (common,) = client.get(draft.get_absolute_url()).context["common"]
    answer = client.post(
        f"{HOME}{draft.pk}/zelfde-fout/", {"veld": common.field, "fout": common.wrong, "waarde": "sloop"}, follow=True
    )
    assert "Verbeterd in 3 rijen" in answer.content.decode()
    assert answer.context["counts"]["new"] == 3
    answer = client.post(f"{HOME}{draft.pk}/zelfde-fout/", {"veld": "owner", "fout": "x", "waarde": "y"}, follow=True)
    assert "geen veld van een werk" in answer.content.decode()


def test_bad_rows_wait_while_the_good_ones_are_kept(client: Client, actium: Organisation) -> None:
    draft = checked(client, HEAD + GOOD + BAD, actium)
    client.post(f"{HOME}{draft.pk}/bewaren/", follow=True)
    assert not Work.objects.exists(), "nothing without saying so"
    done = client.post(f"{HOME}{draft.pk}/bewaren/", {"goede": "1"}, follow=True)
    assert done.context["left"] == draft
    assert [work.external_id for work in Work.objects.all()] == ["A-1"]
    assert client.get(draft.get_absolute_url()).context["page"].paginator.count == 1


def test_what_left_the_file_is_shown_and_cancelled_only_when_asked(client: Client, actium: Organisation) -> None:
    gone = make_work(owner=actium, source="actium", external_id="A-9", name="Uit het bestand")
    draft = checked(client, HEAD + GOOD, actium)
    page = client.get(f"{draft.get_absolute_url()}?uitkomst=gone")
    assert [row.name for row in page.context["rows"]] == ["Uit het bestand"]
    tile = mvt.tile_at(point(20, 20), 15)
    assert client.get(f"{HOME}{draft.pk}/tegels/gone/{tile.zoom}/{tile.x}/{tile.y}.mvt").status_code == 200
    client.post(f"{HOME}{draft.pk}/bewaren/", {"vervallen": "1"})
    gone.refresh_from_db()
    assert gone.status == "cancelled"


def test_an_import_is_taken_back_only_after_saying_so_twice(client: Client, actium: Organisation) -> None:
    client.post(f"{HOME}{checked(client, HEAD + GOOD + BUILD, actium).pk}/bewaren/")
    done = WorkImport.objects.get().get_absolute_url()
    assert "Draai terug" in client.get(done).content.decode()
    client.post(f"{done}terugdraaien/")
    assert Work.objects.count() == 2
    answer = client.post(f"{done}terugdraaien/", {"zeker": "on"}, follow=True)
    assert "Teruggedraaid: 2 weggehaald" in answer.content.decode()
    assert not Work.objects.exists()
    assert not Finding.objects.filter(resolved_at=None).exists()
    assert "al teruggedraaid" in client.post(f"{done}terugdraaien/", {"zeker": "on"}, follow=True).content.decode()


def test_columns_are_said_once_and_wrong_ones_are_told(client: Client, actium: Organisation) -> None:
    head = HEAD.replace("Naam", "Projekt").replace("Begin", "Eerste paal")
    form = client.get(send(client, head + GOOD, actium).url)
    assert form.context["missing"] == ["naam", "begin"]
    assert form.context["columns"][3].samples == ["1 mei 2027"]
    address = form.wsgi_request.path
    fields = {f"kolom-{c.place}": c.field for c in form.context["columns"]}
    wrong = client.post(address, fields | {"kolom-1": "kind"})
    assert "betekenen allebei" in wrong.content.decode()
    assert 'value="kind" selected' in wrong.content.decode()
    client.post(address, fields | {"kolom-1": "name", "kolom-3": "start", "alle-status": "committed"})
    assert client.get(WorkImportDraft.objects.get().get_absolute_url()).context["counts"]["new"] == 1
    again = client.get(send(client, head + BUILD, actium).url)
    assert [c.field for c in again.context["columns"]][1:4] == ["name", "kind", "start"]
    assert again.context["missing"] == []
    assert [field.value for field in again.context["for_all"] if field.name == "status"] == ["committed"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("werken.exe", b"x", "exe"),
        ("werken.xlsx", b"geen excel", "werken.xlsx is geen goed Excel-bestand"),
        ("werken.csv", b"zomaar wat tekst", "werken.csv heeft geen rij met kolomnamen"),
        ("werken.csv", b"", "leeg"),
        ("werken.gpkg", b"geen geopackage", "werken.gpkg is niet te lezen"),
        ("../../etc/werken.zip", b"PK\x03\x04kapot", "werken.zip is geen goed zip-bestand"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_own_name(
    client: Client, actium: Organisation, own_temporary_folder: Any, name: str, content: bytes, said: str
) -> None:
    answer = send(client, content, actium, name)
    assert answer.status_code == 200
    assert said in str(answer.context["form"].errors)
    assert "/etc" not in answer.content.decode()
    assert list(own_temporary_folder.iterdir()) == []
    assert not WorkImportDraft.objects.exists()


def test_a_file_that_is_too_large_is_refused(
    client: Client, actium: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "LARGEST_FILE", 10)
    assert "groter dan" in str(send(client, HEAD + GOOD, actium).context["form"].errors)


def test_a_hostile_text_stays_text(client: Client, actium: Organisation) -> None:
    evil = "<script>alert(1)</script>"
    draft = checked(client, HEAD + GOOD.replace("Sloop Stroom", evil) + BAD.replace("slooop", f'"{evil}"'), actium)
    for query in ("", "?uitkomst=", "?uitkomst=&rij=2&alles=1"):
        assert evil not in client.get(draft.get_absolute_url() + query).content.decode()
    assert evil not in client.get(f"{HOME}{draft.pk}/kolommen/").content.decode()


def addresses(draft: WorkImportDraft, imported: WorkImport) -> list[tuple[str, str]]:
    inside = [("get", ""), ("get", "kolommen/"), ("post", "kolommen/"), ("post", "rij/2/"), ("post", "zelfde-fout/"),
              ("post", "controleren/"), ("get", "voortgang/"), ("get", "tegels/rows/0/0/0.mvt"), ("post", "bewaren/"),
              ("post", "weggooien/")]  # fmt: skip
    return [(how, f"{HOME}{draft.pk}/{tail}") for how, tail in inside] + [
        ("get", imported.get_absolute_url()), ("post", f"{imported.get_absolute_url()}terugdraaien/")
    ]  # fmt: skip


def test_another_organisations_draft_is_not_there(client: Client, actium: Organisation) -> None:
    client.post(f"{HOME}{checked(client, HEAD + GOOD, actium).pk}/bewaren/")
    draft, imported = checked(client, HEAD + BAD, actium), WorkImport.objects.get()
    stila, viewer = make_organisation("stila"), make_user(actium, role="viewer")
    for user, status in ((make_user(stila), 404), (viewer, 403), (make_user(), 403)):
        client.force_login(user)
        for how, address in addresses(draft, imported):
            assert getattr(client, how)(address).status_code == status, (how, address)
    client.force_login(make_user(stila))
    assert list(client.get(HOME).context["waiting"]) == []
    assert list(client.get(HOME).context["done"]) == []
    assert "organisation" in send(client, HEAD + GOOD, actium).context["form"].errors
    client.logout()
    for how, address in addresses(draft, imported):
        assert "inloggen" in getattr(client, how)(address).url
    draft.refresh_from_db()
    assert (Work.objects.count(), draft.rows.count()) == (1, 1)


def test_who_may_not_import_is_told_why(client: Client, actium: Organisation) -> None:
    client.force_login(make_user(actium, role="viewer"))
    answer = client.get(HOME)
    assert answer.status_code == 403
    assert "planner of beheerder" in answer.content.decode()


def test_nobody_moves_anothers_work(client: Client, actium: Organisation) -> None:
    foreign = make_work(owner=make_organisation("gemeente"), external_id="A-1", source="actium", name="Blijft")
    client.post(f"{HOME}{checked(client, HEAD + GOOD, actium).pk}/bewaren/")
    foreign.refresh_from_db()
    assert foreign.name == "Blijft"
    assert Work.objects.count() == 2


def test_one_who_leaves_an_organisation_loses_its_drafts(client: Client, actium: Organisation) -> None:
    draft = checked(client, HEAD + GOOD, actium)
    user = client.get(HOME).wsgi_request.user
    user.memberships.update(organisation=make_organisation("stila"))
    assert client.post(f"{HOME}{draft.pk}/bewaren/").status_code == 404
    assert not Work.objects.exists()


def test_a_plan_that_changed_meanwhile_is_shown_first(client: Client, actium: Organisation) -> None:
    client.post(f"{HOME}{checked(client, HEAD + GOOD, actium).pk}/bewaren/")
    draft = checked(client, HEAD + GOOD.replace("31 oktober", "30 november"), actium)
    Work.objects.update(planned_finish=dt.date(2028, 1, 1))
    answer = client.post(f"{HOME}{draft.pk}/bewaren/", follow=True)
    assert "Het plan is intussen veranderd" in answer.content.decode()
    assert Work.objects.get().planned_finish == dt.date(2028, 1, 1)
    assert "31 december 2027" in answer.content.decode()


def test_long_work_goes_on_in_the_background_and_says_how_far_it_is(
    client: Client, actium: Organisation, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], list[str]]
) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 1)
    monkeypatch.setattr("planning.web.importing.keeping.AT_ONCE", 1)
    draft = checked(client, HEAD + GOOD + BUILD, actium)
    address = f"{HOME}{draft.pk}/"
    assert "2 rijen worden gecontroleerd" in client.get(address).content.decode()
    assert client.get(f"{address}voortgang/").json() == {"busy": True, "stuck": False, "checked": 0, "total": 2}
    for how in ("rij/2/", "zelfde-fout/", "controleren/", "bewaren/"):
        assert client.post(address + how).url == address, "what is busy is left alone"
    run_jobs()
    assert client.get(address).context["good"] == 2
    client.post(f"{address}bewaren/")
    client.post(f"{address}bewaren/")
    assert "worden bewaard" in client.get(address).content.decode()
    assert run_jobs() == ["web.keep_import_draft"]
    assert client.get(f"{address}voortgang/").json() == {"busy": False}
    assert client.get(address, follow=True).context["imported"].created == 2


def test_background_work_that_stopped_can_be_started_again(client: Client, actium: Organisation) -> None:
    draft = checked(client, HEAD + GOOD, actium)
    long_ago = timezone.now() - dt.timedelta(minutes=10)
    WorkImportDraft.objects.update(stage="checking", checked=0, touched_at=long_ago)
    page = client.get(draft.get_absolute_url())
    assert "lijkt te zijn gestopt" in page.content.decode()
    client.post(f"{HOME}{draft.pk}/controleren/")
    assert client.get(draft.get_absolute_url()).context["counts"]["new"] == 1


def test_a_job_that_finds_the_plan_changed_gives_the_draft_back(
    client: Client, actium: Organisation, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], list[str]]
) -> None:
    client.post(f"{HOME}{checked(client, HEAD + GOOD, actium).pk}/bewaren/")
    draft = checked(client, HEAD + GOOD.replace("31 oktober", "30 november"), actium)
    monkeypatch.setattr("planning.web.importing.keeping.AT_ONCE", 0)
    client.post(f"{HOME}{draft.pk}/bewaren/")
    Work.objects.update(planned_finish=dt.date(2028, 1, 1))
    run_jobs()
    draft.refresh_from_db()
    assert draft.stage == "checked"
    assert "31 december 2027" in client.get(draft.get_absolute_url()).content.decode()


def test_a_page_of_rows_costs_as_many_queries_however_many_rows_there_are(client: Client, actium: Organisation) -> None:
    asked = []
    for count in (3, 120):
        rows = "".join(GOOD.replace("A-1", f"B-{n}") for n in range(count))
        draft = checked(client, HEAD + rows + BAD, actium)
        client.get(HOME)
        with CaptureQueriesContext(connection) as page_queries:
            page = client.get(f"{draft.get_absolute_url()}?uitkomst=&rij={count - 1}")
        with CaptureQueriesContext(connection) as home_queries:
            client.get(HOME)
        asked.append((len(page_queries), len(home_queries)))
    assert asked[0] == asked[1]
    assert page.context["page"].number == 3
    assert [row.number for row in page.context["rows"] if row.chosen] == [119]


@pytest.mark.parametrize(
    "query",
    ["?uitkomst=onzin", "?pagina=-1", "?pagina=99999999999999", "?rij=99999999999999999999", "?rij=²", "?rij=1%00",
     "?alles=1", "?uitkomst=gone&rij=3"],
)  # fmt: skip
def test_no_question_breaks_the_page(client: Client, actium: Organisation, query: str) -> None:
    draft = checked(client, HEAD + GOOD + BAD, actium)
    assert client.get(draft.get_absolute_url() + query).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [("rij/999999999999/", 302), ("rij/99999999999999999999999/", 302), ("tegels/rows/99/0/0.mvt", 400),
     ("tegels/rows/a/0/0.mvt", 400), ("tegels/geheim/0/0/0.mvt", 404)],
)  # fmt: skip
def test_a_strange_address_is_refused(client: Client, actium: Organisation, address: str, status: int) -> None:
    draft = checked(client, HEAD + GOOD, actium)
    ask = client.get if "tegels" in address else client.post
    assert ask(f"{HOME}{draft.pk}/{address}").status_code == status
    assert client.get(f"{HOME}99999999999999999999999/").status_code == 404


def test_every_field_of_a_file_has_a_name_on_the_page() -> None:
    assert set(words.LABELS) == set(HEADERS)


def test_the_rows_of_the_page_are_the_rows_of_the_map(client: Client, actium: Organisation) -> None:
    draft = checked(client, HEAD + GOOD + BUILD + BAD, actium)
    page = client.get(f"{draft.get_absolute_url()}?uitkomst=")
    config = json.loads(re.search(r'id="import-kaart"[^>]*>(.*?)</script>', page.content.decode())[1])
    assert set(config["tiles"]) == {"rows", "before", "gone"}
    west, south, east, north = config["bounds"]
    for row in page.context["rows"]:
        box = [float(value) for value in row.bbox.split(",")]
        assert west - 1e-5 <= box[0] <= box[2] <= east + 1e-5
        assert south - 1e-5 <= box[1] <= box[3] <= north + 1e-5
    tile = mvt.tile_at(point(20, 20), 15)
    answer = client.get(f"{HOME}{draft.pk}/tegels/rows/{tile.zoom}/{tile.x}/{tile.y}.mvt")
    assert answer["Content-Encoding"] == "gzip"
    assert preview.PER_PAGE >= 3
