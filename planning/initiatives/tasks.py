"""Background work of initiatives: what is no longer needed of a person is deleted every night."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from planning.initiatives import retention

logger = logging.getLogger(__name__)


@app.periodic(cron="41 3 * * *")
@app.task(queueing_lock="forget_residents")
def forget_residents(timestamp: int) -> None:
    """Delete voices after the decision, links that were not used, ideas that were not confirmed, counts of attempts."""
    forgotten = retention.forget()
    logger.info("Forgotten: %s.", forgotten)
