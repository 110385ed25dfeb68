"""What the background does for the partners' accounts: mail."""

from __future__ import annotations

from django.db import OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from planning.partners import outbox

LATER = RetryStrategy(
    max_attempts=outbox.MOST_ATTEMPTS, exponential_wait=4, retry_exceptions=[outbox.NotSent, OperationalError]
)
"""After 4 and 16 seconds, a minute, four, a quarter of an hour, over an hour, and four hours and a half."""


@app.task(name="partners.send_mail", queue="mail", priority=5, retry=LATER)
def send_mail(mail_id: int) -> None:
    """Send a mail; tried again ever later."""
    outbox.deliver(mail_id)


@app.periodic(cron="47 3 * * *")
@app.task(name="partners.tidy_mail", queueing_lock="tidy_mail")
def tidy_mail(timestamp: int) -> None:
    """Give up mails that lost their job, and forget old ones."""
    outbox.tidy()
