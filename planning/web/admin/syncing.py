"""After a change of the plan, bring what the partners must talk about up to date."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from planning.coordination.findings import SyncReport, sync_findings
from planning.coordination.plan_changes import PlanChange, settle
from planning.coordination.present import whole_plan
from planning.partners.models import User
from planning.works.models import Work

log = logging.getLogger(__name__)


@contextmanager
def changing_plan(request: HttpRequest, work: Work | None = None) -> Iterator[None]:
    """Change the plan in the body of this; what follows is done once it is in the database, once per request.

    ``work`` is one that may get other dates, which are told to whom they touch.
    """
    known: PlanChange | None = getattr(request, "_plan_change", None)
    change = known or PlanChange(whole_plan())
    request._plan_change = change  # type: ignore[attr-defined]
    yield
    if work is not None:
        change.works.add(work.pk)
    if known is None:
        transaction.on_commit(lambda: _follow(request, change))


def sync_after(request: HttpRequest) -> None:
    """Bring the findings up to date once something that rules look at is in the database; once per request."""
    if getattr(request, "_findings_will_sync", False):
        return
    request._findings_will_sync = True  # type: ignore[attr-defined]
    transaction.on_commit(lambda: _say(request, sync_findings))


def _follow(request: HttpRequest, change: PlanChange) -> None:
    def settled() -> SyncReport:
        settle(change, cast("User", request.user), str(request.POST.get("reason", "")))
        return change.findings

    _say(request, settled)


def _say(request: HttpRequest, sync: Callable[[], SyncReport]) -> None:
    try:
        report = sync()
    except DatabaseError:
        # The change itself is kept; the next change, or check_plan, brings the findings up to date.
        log.exception("findings were not brought up to date")
        messages.warning(request, _("Uw wijziging is bewaard, maar de bevindingen konden nu niet worden bijgewerkt."))
        return
    said = []
    if report.new or report.reopened:
        n = report.new + report.reopened
        said.append(ngettext("%(n)s nieuwe bevinding", "%(n)s nieuwe bevindingen", n) % {"n": n})
    if report.resolved:
        said.append(_("%(n)s opgelost") % {"n": report.resolved})
    if said:
        messages.info(request, _("Bijgewerkt: %(what)s.") % {"what": ", ".join(said)})
