"""Histories on the partners' own pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from planning.works.models import Programme, Project, Work
from tests import factories as make
from tests.web.admin_forms import sign_in

pytestmark = pytest.mark.django_db

GONE = "/planning/geschiedenis/verwijderd/"


@pytest.fixture
def work() -> Work:
    made = make.make_work("street", "2027-03-01", "2027-06-01", name="Plan <i>X</i>", visibility="internal")
    made.name, made.visibility = "Straat", "partners"
    made.save()
    return made


def _newest(work: Work) -> list[int]:
    return list(work.events.order_by("-pgh_id").values_list("pgh_id", flat=True))


def test_reading_and_setting_back(client: Client, work: Work) -> None:
    client.force_login(make.make_user(work.owner, "planner"))
    address = f"/planning/geschiedenis/werk/{work.pk}/"
    page = client.get(address).content.decode()
    assert "Plan &lt;i&gt;X" in page
    newest, first = _newest(work)
    done = client.post(f"{address}terug/", {"naar": first, "laatste": newest}, follow=True)
    assert "Teruggezet" in done.content.decode()
    late = client.post(f"{address}terug/", {"naar": first, "laatste": newest}, follow=True)
    assert "Iemand anders heeft dit intussen gewijzigd" in late.content.decode()


def test_others_read_only_what_was_theirs_to_see(client: Client, work: Work) -> None:
    client.force_login(make.make_user(make.make_organisation("stila"), "planner"))
    page = client.get(f"/planning/geschiedenis/werk/{work.pk}/").content.decode()
    assert "Plan &lt;" not in page
    assert "Zet terug" not in page
    newest, first = _newest(work)
    sent = {"naar": first, "laatste": newest}
    assert client.post(f"/planning/geschiedenis/werk/{work.pk}/terug/", sent).status_code == 403
    Work.objects.filter(pk=work.pk).update(visibility="internal")
    assert client.get(f"/planning/geschiedenis/werk/{work.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["ding/1/", "werk/999999/", "voorstel/999999/", "project/999999/"])
def test_what_is_not_there_is_not_found(client: Client, work: Work, path: str) -> None:
    client.force_login(make.make_user(work.owner, "planner"))
    assert client.get(f"/planning/geschiedenis/{path}").status_code == 404


def test_the_public_is_asked_to_sign_in(client: Client, work: Work) -> None:
    assert client.get(f"/planning/geschiedenis/werk/{work.pk}/").status_code == 302


def _gone(model: Any) -> list[int]:
    events = model._meta.get_field("events").related_model.objects.filter(pgh_label="delete")
    return list(events.order_by("-pgh_id").values_list("pgh_id", flat=True))


def test_what_is_deleted_is_listed_by_kind_and_brought_back(client: Client, work: Work) -> None:
    anna = make.make_user(work.owner, "planner", first_name="Anna")
    client.force_login(anna)
    assert "Er is niets verwijderd" in client.get(GONE).content.decode()
    programme = make.make_programme("Lariks <b>2030</b>", owner=work.owner)
    project = make.make_project("Aar en Delft", owner=work.owner, programme=programme)
    Work.objects.filter(pk=work.pk).update(project=project)
    pk = project.pk
    for each in (project, programme):
        each.delete()
    page = client.get(GONE).content.decode()
    assert "Lariks &lt;b&gt;" in page
    assert page.index("<h2") < page.index("Projecten</h2>") < page.index("Programma&#x27;s</h2>")
    assert "Werken</h2>" not in page
    sent = {"wat": "project", "naar": _gone(Project)[0]}
    done = client.post(GONE, sent, follow=True).content.decode()
    assert f'<a href="/planning/geschiedenis/project/{pk}/">Aar en Delft</a> is er weer.' in done
    assert "Er hoort weer bij: 1 werk." in done
    assert "Waar het bij hoorde is er niet meer" in done
    assert "Dit is er al weer." in client.post(GONE, sent, follow=True).content.decode()
    done = client.post(GONE, {"wat": "programma", "naar": _gone(Programme)[0]}, follow=True).content.decode()
    assert "Lariks &lt;b&gt;2030&lt;/b&gt;</a> is er weer." in done
    assert "Er is niets verwijderd" in done


def test_nobody_sees_or_brings_back_what_is_anothers(client: Client, work: Work) -> None:
    make.make_project("Geheim plan", owner=work.owner).delete()
    for stranger in (make.make_user(make.make_organisation("stila"), "manager"), make.make_user(work.owner, "viewer")):
        client.force_login(stranger)
        assert "Geheim plan" not in client.get(GONE).content.decode()
        assert client.post(GONE, {"wat": "project", "naar": _gone(Project)[0]}).status_code == 403
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [{}, {"wat": "werk"}, {"wat": "werk", "naar": "x"}, {"wat": "voorstel", "naar": "1"}, {"wat": "", "naar": "1"}],
)
def test_what_cannot_be_brought_back_is_not_found(client: Client, work: Work, sent: dict[str, str]) -> None:
    client.force_login(make.make_user(work.owner, "planner"))
    assert client.post(GONE, sent).status_code == 404
    assert client.get(GONE, {"wat": "voorstel"}).status_code == 404


def test_many_are_paged_and_take_no_more_queries(client: Client, work: Work, django_assert_num_queries: Any) -> None:
    client.force_login(make.make_user(work.owner, "planner"))
    make.make_project("Project 0", owner=work.owner).delete()
    with CaptureQueriesContext(connection) as few:
        client.get(GONE)
    for number in range(1, 27):
        make.make_project(f"Project {number}", owner=work.owner).delete()
    with django_assert_num_queries(len(few)):
        page = client.get(GONE).content.decode()
    assert page.count("<h3>") == 10
    assert "Alle 27 verwijderde projecten" in page
    first, second = (client.get(GONE, {"wat": "project", "bladzijde": n}).content.decode() for n in (1, 2))
    assert (first.count("<h3>"), second.count("<h3>")) == (25, 2)
    assert 'href="?wat=project&amp;bladzijde=2"' in first


@pytest.mark.parametrize("model", ["project", "programme", "work"])
def test_who_deletes_in_the_admin_is_told_where_to_find_it(client: Client, work: Work, model: str) -> None:
    made = {"project": make.make_project, "programme": make.make_programme, "work": make.make_work}[model](
        owner=work.owner
    )
    sign_in(client, work.owner)
    listed = f"/admin/works/{model}/"
    assert client.get(listed).content.decode().count(f'href="{GONE}"') == 1
    done = client.post(f"{listed}{made.pk}/delete/", {"post": "yes"}, follow=True).content.decode()
    assert done.count(f'href="{GONE}"') == 2
    assert made.name in client.get(GONE).content.decode()
