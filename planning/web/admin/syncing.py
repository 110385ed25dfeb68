"""After a change of the plan, bring what the partners must talk about up to date."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from planning.coordination.findings import sync_findings

log = logging.getLogger(__name__)


def sync_after(request: HttpRequest) -> None:
    """Bring the findings up to date once the change is in the database; once per request, however much changed."""
    if getattr(request, "_findings_will_sync", False):
        return
    request._findings_will_sync = True  # type: ignore[attr-defined]
    transaction.on_commit(lambda: _sync(request))


def _sync(request: HttpRequest) -> None:
    try:
        report = sync_findings()
    except DatabaseError:
        # The change itself is kept; the next change, or check_plan, brings the findings up to date.
        log.exception("findings were not brought up to date")
        messages.warning(request, _("Uw wijziging is bewaard, maar de bevindingen konden nu niet worden bijgewerkt."))
        return
    said = []
    if report.new or report.reopened:
        said.append(_("%(n)s nieuwe bevindingen") % {"n": report.new + report.reopened})
    if report.resolved:
        said.append(_("%(n)s opgelost") % {"n": report.resolved})
    if said:
        messages.info(request, _("Bijgewerkt: %(what)s.") % {"what": ", ".join(said)})
