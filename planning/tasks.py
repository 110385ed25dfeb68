"""Background work that keeps background work going; what the apps do stands in their own ``tasks``."""

from __future__ import annotations

import logging
from typing import Final

from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job, Status

from planning.coordination import searches

logger = logging.getLogger(__name__)

ATTEMPTS: Final = 3
"""A job that loses its worker so often is given up: it may well be what the worker dies of."""

KEPT_HOURS: Final = 24 * 30
"""Jobs that failed are kept so long, for who looks into it."""


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="find_lost_jobs", priority=10)
async def find_lost_jobs(timestamp: int) -> None:
    """Take up again, or give up, the jobs whose worker is no longer heard."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=settings.WORKER_LOST_AFTER_S):
        await _take_up_or_give_up(job)


async def _take_up_or_give_up(job: Job) -> None:
    stopped = await ProcrastinateJob.objects.filter(pk=job.id or 0, abort_requested=True).aexists()
    again = job.attempts + 1 < ATTEMPTS and not stopped
    logger.warning("Job %s (%s) lost its worker; %s.", job.id, job.task_name, "again" if again else "given up")
    # What people see is told first: once the job is free, a worker takes it up at once.
    await sync_to_async(searches.lost)(job.id, again=again, stopped=stopped)
    if again:
        await app.job_manager.retry_job(job)
    else:
        await app.job_manager.finish_job(job, Status.ABORTED if stopped else Status.FAILED, delete_job=False)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Remove jobs that ended long ago."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """Remove sessions that are over, with where and on what device they were."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
