"""Asking for background work as part of what is being done: it starts once that is kept, and never where it is not."""

from __future__ import annotations

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task


def ask_for(task: str, **arguments: int | str) -> int:
    """Put a job in the queue of its task, in the transaction of the caller; returns its identity.

    Inside a worker the library itself would use a connection of its own, on which the job is there before what it is
    about.
    """
    queue = app.tasks[task].queue
    manager = JobManager(DjangoConnector())
    return configure_task(name=task, job_manager=manager, queue=queue).defer(**arguments)
