"""What the partners' coordination does in the background."""

from __future__ import annotations

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import AbortReason, JobContext

from planning.coordination.proposals.closing import expire_due
from planning.coordination.search_runs import Halt, PutBack, run_search

AGAIN = RetryStrategy(max_attempts=5, wait=2, retry_exceptions=[JobAborted, OperationalError])
"""A search that the worker's end cut short goes on at the next start, and one that the database failed soon after."""


@app.task(queue="searches", pass_context=True, retry=AGAIN)
def search_sequence(context: JobContext, search_id: int) -> None:
    """Search for a better sequence."""

    def halted() -> Halt | None:
        reason = context.abort_reason()
        if reason is None:
            return None
        return Halt.SHUTDOWN if reason is AbortReason.SHUTDOWN else Halt.ASKED

    try:
        run_search(search_id, halted)
    except PutBack:
        raise JobAborted from None


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="expire_proposals")
def expire_proposals(timestamp: int) -> None:
    """Let proposals expire that nobody can answer any more."""
    expire_due()
