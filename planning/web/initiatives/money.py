"""What partners set aside for initiatives and what is left, for everyone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from planning.initiatives.granting import left_per_wijk
from planning.initiatives.models import GrantBudget


def money(request: HttpRequest) -> HttpResponse:
    """Show per wijk what is left of this year, or of the year asked for."""
    years = sorted(set(GrantBudget.objects.values_list("year", flat=True)), reverse=True)
    asked = request.GET.get("jaar", "")
    this_year = timezone.localdate().year
    year = int(asked) if asked in {str(known) for known in years} else this_year
    if year not in years and years:
        year = years[0]
    context = {"section": "initiatieven", "year": year, "years": years, "wijken": left_per_wijk(year)}
    return render(request, "web/initiatives/money.html", context)
