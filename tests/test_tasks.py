"""Jobs that lost their worker are taken up again, or given up with a reason that people can read."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from planning import tasks
from planning.coordination.models import Scenario, SequenceSearch
from planning.partners.background import ask_for
from tests import factories as make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("job_queue")]


def lost_job(attempts: int = 0, heard_s_ago: int = 60) -> int:
    """A job that a worker was doing that was last heard so long ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id",
            [heard_s_ago],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, worker_id)"
            " VALUES ('default', 'some.task', '{}', 'doing', %s, %s) RETURNING id",
            [attempts, worker],
        )
        return int(cursor.fetchone()[0])


def search_of(job: int, **values: Any) -> SequenceSearch:
    scenario = Scenario.objects.create(owner=make.make_organisation(), name="Eerst slopen")
    return SequenceSearch.objects.create(
        scenario=scenario, **{"job_id": job, "state": SequenceSearch.State.RUNNING, **values}
    )


def look() -> None:
    async_to_sync(tasks.find_lost_jobs.func)(0)


def test_a_job_that_lost_its_worker_is_taken_up_again() -> None:
    job = lost_job()
    search = search_of(job)
    look()
    row = ProcrastinateJob.objects.get(pk=job)
    assert (row.status, row.attempts) == ("todo", 1)
    search.refresh_from_db()
    assert search.state == SequenceSearch.State.WAITING
    assert "gaat zo verder" in search.log[-1]["text"]


def test_a_job_that_keeps_losing_its_worker_is_given_up_with_a_reason() -> None:
    job = lost_job(attempts=tasks.ATTEMPTS - 1)
    search = search_of(job)
    look()
    assert ProcrastinateJob.objects.get(pk=job).status == "failed"
    search.refresh_from_db()
    assert search.state == SequenceSearch.State.FAILED
    assert search.finished_at is not None
    assert "viel telkens weg" in search.reason


def test_the_job_of_a_worker_that_is_heard_is_left_alone() -> None:
    job = lost_job(heard_s_ago=5)
    search = search_of(job)
    look()
    assert ProcrastinateJob.objects.get(pk=job).status == "doing"
    search.refresh_from_db()
    assert search.state == SequenceSearch.State.RUNNING


def test_a_lost_job_that_somebody_had_asked_to_stop_ends_as_stopped() -> None:
    job = lost_job()
    search = search_of(job)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET abort_requested = true WHERE id = %s", [job])
    look()
    assert ProcrastinateJob.objects.get(pk=job).status == "aborted"
    search.refresh_from_db()
    assert search.state == SequenceSearch.State.STOPPED


def test_what_a_worker_asks_for_waits_for_its_transaction() -> None:
    """As in a worker: the library's own connection is another one than Django's."""
    with app.replace_connector(app.connector.get_worker_connector()):
        with transaction.atomic():
            ask_for("coordination.spread_happening", happening_id=1)
            transaction.set_rollback(True)
        assert not ProcrastinateJob.objects.exists()
        job = ask_for("planning.coordination.tasks.search_sequence", search_id=1)
    kept = ProcrastinateJob.objects.get()
    assert (kept.pk, kept.queue_name, kept.args) == (job, "searches", {"search_id": 1})
