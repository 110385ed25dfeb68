"""The real worker: what it was doing when it was killed is taken up by another, and whoever follows it is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection

from planning import tasks
from planning.coordination.models import SequenceSearch
from planning.coordination.present import plan_seen_by
from planning.coordination.scenarios import make_scenario
from planning.coordination.searches import Asked, start_search
from tests import factories as make

BASE = Path(__file__).resolve().parent.parent
State = SequenceSearch.State
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("job_queue")]

LOST_AFTER_S = 2.0
SEARCHED_S = 8.0


@pytest.fixture
def start_worker() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a worker as a deployment does, on the database of the test; all are ended afterwards."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "procrastinate", "worker"],
            cwd=BASE,
            env={**os.environ, "DATABASE_URL": url, "WORKER_LOST_AFTER_S": str(LOST_AFTER_S)},
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait(10)


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.1)


def asked_search() -> SequenceSearch:
    """A search with enough to do to be killed in the middle of it: streets of works that wait for each other."""
    year = time.localtime().tm_year
    for row in range(6):
        kinds = ["demolition", "new_build", "sewer", "street", "green"] * 3
        for place, kind in enumerate(kinds):
            make.make_work(
                kind, f"{year + 1 + place % 3}-0{1 + row}-10", f"{year + 2 + place % 3}-0{1 + row}-01",
                make.box(25 * place, 90 * row, 40), dwellings=10, noise=3,
                owner=make.make_organisation(["actium", "gemeente-assen", "stila"][place % 3]),
            )  # fmt: skip
    planner = make.make_user(make.make_organisation())
    scenario = make_scenario(planner, make.make_organisation().pk, "Alles na elkaar", plan_seen_by(planner))
    return start_search(scenario, Asked(seconds=SEARCHED_S, lead_weeks=0), planner)


def test_a_worker_killed_in_the_middle_of_a_search(
    start_worker: Callable[[], subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "WORKER_LOST_AFTER_S", LOST_AFTER_S)
    search = asked_search()
    worker = start_worker()

    def shows_something() -> bool:
        search.refresh_from_db()
        assert search.state in (State.WAITING, State.RUNNING), search.reason
        return bool(search.dates)

    until(shows_something)
    worker.send_signal(signal.SIGKILL)
    worker.wait(10)
    found, heard = search.dates, search.heard_at
    time.sleep(LOST_AFTER_S + 0.5)
    async_to_sync(tasks.find_lost_jobs.func)(0)
    search.refresh_from_db()
    assert search.state == State.WAITING
    assert search.dates == found  # what was found is still shown
    assert "viel weg" in search.log[-1]["text"]
    second = start_worker()
    until(lambda: SequenceSearch.objects.filter(pk=search.pk, state__in=SequenceSearch.ENDED).exists())
    search.refresh_from_db()
    assert (search.state, search.attempt) == (State.DONE, 2)
    assert search.heard_at > heard
    assert search.scenario.dates.count() > 0
    before, after = search.figures["before"], search.figures["after"]
    assert after["hard"] < before["hard"]
    # Ctrl-C ends a worker in order, and soon.
    second.send_signal(signal.SIGINT)
    second.wait(10)
