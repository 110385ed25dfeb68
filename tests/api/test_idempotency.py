"""The same creation sent twice makes one record, and gets one answer."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from planning.api.models import GivenAnswer
from planning.works.models import Project, Work
from tests import factories as make
from tests.api.test_work_writes import body, send

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture
def planner() -> Client:
    """A planner of Actium."""
    client = Client()
    client.force_login(make.make_user(make.make_organisation()))
    return client


@pytest.mark.django_db
class TestTheSameRequest:
    def test_gets_the_same_answer_and_makes_nothing_new(self, planner: Client) -> None:
        first = send(planner, "post", "works/", body(), Idempotency_Key=KEY)
        again = send(planner, "post", "works/", body(), Idempotency_Key=f'"{KEY}"')
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        for name in ("ETag", "Location", "Content-Type"):
            assert again[name] == first[name]
        assert again["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first
        assert Work.objects.count() == 1

    def test_comes_again_in_the_form_it_was_asked_in(self, planner: Client) -> None:
        asked = {"Accept": "application/geo+json", "Idempotency_Key": KEY}
        first, again = (send(planner, "post", "works/", body(), **asked) for _time in range(2))
        assert again["Idempotent-Replayed"] == "true"
        assert again["Content-Type"] == first["Content-Type"] == "application/geo+json"

    def test_another_body_or_address_with_the_same_key_is_refused(self, planner: Client) -> None:
        project = {"name": "Aar", "owner": "actium"}
        assert send(planner, "post", "projects/", project, Idempotency_Key=KEY).status_code == 201
        for path, data in (("projects/", {**project, "name": "Delft"}), ("programmes/", project)):
            answer = send(planner, "post", path, data, Idempotency_Key=KEY)
            assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        assert Project.objects.count() == 1

    def test_what_was_refused_may_be_mended_with_the_same_key(self, planner: Client) -> None:
        assert send(planner, "post", "projects/", {"name": ""}, Idempotency_Key=KEY).status_code == 400
        given = {"name": "Aar", "owner": "actium"}
        assert send(planner, "post", "projects/", given, Idempotency_Key=KEY).status_code == 201

    def test_a_key_is_the_viewers_own(self, planner: Client) -> None:
        given = {"name": "Aar", "owner": "actium"}
        send(planner, "post", "projects/", given, Idempotency_Key=KEY)
        token = Client(headers={"Authorization": f"Bearer {make.make_token('works:write')}"})
        answer = send(token, "post", "projects/", {**given, "name": "Delft"}, Idempotency_Key=KEY)
        assert answer.status_code == 201
        assert Project.objects.count() == 2

    def test_after_a_day_a_key_is_new_again_and_old_answers_go(self, planner: Client) -> None:
        send(planner, "post", "projects/", {"name": "Aar", "owner": "actium"}, Idempotency_Key=KEY)
        GivenAnswer.objects.update(given_at=timezone.now() - dt.timedelta(hours=25))
        given = {"name": "Delft", "owner": "actium"}
        assert send(planner, "post", "projects/", given, Idempotency_Key=KEY).status_code == 201
        assert GivenAnswer.objects.count() == 1

    @pytest.mark.parametrize("key", ["", " ", '""', "a b", "a" * 256, "é", '"'])
    def test_a_key_that_is_none_is_refused(self, planner: Client, key: str) -> None:
        answer = send(planner, "post", "projects/", {"name": "Aar", "owner": "actium"}, Idempotency_Key=key)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
def test_of_the_same_request_at_the_same_moment_one_is_worked_on(monkeypatch: Any) -> None:
    user = make.make_user(make.make_organisation())
    saving = Project.save

    def slow(self: Project, *args: Any, **kwargs: Any) -> None:
        saving(self, *args, **kwargs)
        time.sleep(0.5)

    monkeypatch.setattr(Project, "save", slow)
    statuses: list[int] = []
    ready = threading.Barrier(3)

    def make_it() -> None:
        try:
            client = Client()
            client.force_login(user)
            ready.wait(10)
            answer = send(client, "post", "projects/", {"name": "Aar", "owner": "actium"}, Idempotency_Key=KEY)
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=make_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Project.objects.count() == 1
    assert statuses.count(201) >= 1
    assert set(statuses) <= {201, 409}
