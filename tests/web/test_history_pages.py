"""Histories on the partners' own pages."""

from __future__ import annotations

import pytest
from django.test import Client

from planning.works.models import Work
from tests import factories as make

pytestmark = pytest.mark.django_db


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


def test_a_deleted_work_is_brought_back_from_the_page(client: Client, work: Work) -> None:
    client.force_login(make.make_user(work.owner, "planner"))
    pk = work.pk
    work.delete()
    assert "Straat" in client.get("/planning/geschiedenis/verwijderd/").content.decode()
    event = Work._meta.get_field("events").related_model.objects.filter(pgh_label="delete").get().pgh_id
    client.post("/planning/geschiedenis/verwijderd/", {"naar": event})
    assert Work.objects.filter(pk=pk).exists()
    assert client.post("/planning/geschiedenis/verwijderd/", {"naar": "x"}).status_code == 404
