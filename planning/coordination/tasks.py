"""What the partners' coordination does in the background."""

from __future__ import annotations

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import AbortReason, JobContext

from planning.coordination import following, notices, webhooks
from planning.coordination.findings import sync_findings
from planning.coordination.models import Happening
from planning.coordination.proposals.closing import expire_due
from planning.coordination.search_runs import Halt, PutBack, run_search

AGAIN = RetryStrategy(max_attempts=5, wait=2, retry_exceptions=[JobAborted, OperationalError])
"""A search that the worker's end cut short goes on at the next start, and one that the database failed soon after."""

LATER = RetryStrategy(
    max_attempts=webhooks.MOST_ATTEMPTS, exponential_wait=4, retry_exceptions=[webhooks.NotDelivered, OperationalError]
)
"""After 4 and 16 seconds, a minute, four, a quarter of an hour, over an hour, and four hours and a half."""


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


@app.periodic(cron="20 0 * * *")
@app.task(name="coordination.detect_again", queueing_lock="detect_again")
def detect_again(timestamp: int) -> None:
    """Detect over the whole plan: rules look at today, and a change brings only what it touches up to date."""
    sync_findings()


@app.task(name="coordination.spread_happening")
def spread_happening(happening_id: int) -> None:
    """Tell those who want to hear at once, and the programs of those whom it touches."""
    notices.mail_at_once(happening_id)
    happening = Happening.objects.filter(pk=happening_id).first()
    for delivery in webhooks.spread(happening) if happening else []:
        deliver_webhook.defer(delivery_id=delivery)


@app.task(name="coordination.deliver_webhook", queue="webhooks", retry=LATER)
def deliver_webhook(delivery_id: int) -> None:
    """Send one delivery; tried again ever later."""
    webhooks.deliver(delivery_id)


@app.periodic(cron="30 6 * * *")
@app.task(name="coordination.send_digests", queueing_lock="send_digests")
def send_digests(timestamp: int) -> None:
    """Mail the day's news to whoever wants it once a day."""
    notices.send_digests()


@app.periodic(cron="0 16 * * *")
@app.task(name="coordination.mail_followers", queueing_lock="mail_followers")
def mail_followers(timestamp: int) -> None:
    """Mail residents what is new at what they follow, each at most once a week; forget who never confirmed."""
    following.send_digests()
    following.forget_unconfirmed()
    following.forget_unused_calendars()
