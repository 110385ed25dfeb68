"""What partners set aside for initiatives, kept by the team and by each partner for itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.parameters import whole_number
from planning.initiatives.granting import left_per_wijk
from planning.initiatives.models import GrantBudget
from planning.web.team.access import TeamAccess, team_page
from planning.web.team.forms import BudgetForm


@team_page
def budgets(request: HttpRequest, access: TeamAccess) -> HttpResponse:
    """Show the budgets of a year with what is left, and keep one that is filled in."""
    year = timezone.localdate().year
    form = BudgetForm(partners=access.givers, initial={"year": year})
    if request.method == "POST":
        known = _known(request, access)
        form = BudgetForm(request.POST, partners=access.givers, instance=known)
        if form.is_valid():
            form.save()
            messages.success(request, _("Het budget is bewaard."))
            return HttpResponseRedirect(request.path)
    context = {"section": "team", "access": access, "form": form, "year": year, "wijken": left_per_wijk(year)}
    return render(request, "web/team/budgets.html", context, status=422 if form.is_bound else 200)


def _known(request: HttpRequest, access: TeamAccess) -> GrantBudget | None:
    """Return the budget that is meant, so that filling it in again changes it."""
    keys = {name: request.POST.get(name, "") for name in ("partner", "wijk", "year")}
    if any(whole_number(text) is None for text in keys.values()):
        return None
    return GrantBudget.objects.filter(
        partner__in=access.givers, partner=keys["partner"], wijk=keys["wijk"], year=keys["year"]
    ).first()
