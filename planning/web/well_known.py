"""What browsers, search machines and finders of leaks ask every site for, at addresses that others fixed."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

NOT_FOR_SEARCH_MACHINES = ("/account/", "/admin/", "/api/", "/export/", "/ogc/", "/organisatie/", "/team/", "/tiles/")
"""What is for partners and for programs; what is personal says so in its own page."""

HOLDS = dt.timedelta(days=180)
"""So long what security.txt says can be relied on; the standard recommends less than a year."""


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon: where an answer is no page, browsers guess this address."""
    return HttpResponseRedirect(static("web/favicon.svg"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Answer what search machines leave alone (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_SEARCH_MACHINES)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Answer where to report a leak (RFC 9116, which Dutch public bodies follow).

    Raises
    ------
    Http404
        Where whoever runs the service has not said so (``SECURITY_CONTACT``).
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = (timezone.now() + HOLDS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.SITE_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
