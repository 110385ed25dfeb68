"""Letters for the letter boxes, as one PDF."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from planning.initiatives.models import Initiative
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support.letters import make_letters
from planning.partners.mail import absolute
from planning.web.documents import typeset
from planning.web.qr import qr_svg
from planning.web.team.access import TeamAccess, team_page


@never_cache
@require_POST
@team_page
def letters(request: HttpRequest, access: TeamAccess, slug: str) -> HttpResponse:
    """Make a code for every address and send the letters; the codes stand nowhere else."""
    access.require_team()
    initiative = get_object_or_404(Initiative, slug=slug)
    page = reverse("team-initiatief", args=[slug])
    try:
        made = make_letters(initiative)
    except RefusedError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(page)
    if not made:
        messages.info(request, _("Alle adressen hebben al met een brief gestemd."))
        return HttpResponseRedirect(page)
    address = absolute(reverse("initiatief-stem", args=[slug]))
    document = typeset(
        "brieven",
        {
            "title": initiative.title,
            "summary": initiative.summary,
            "page": address,
            "letters": [
                {
                    "street": f"{letter.address.street} {letter.address.number}{letter.address.addition}",
                    "place": f"{letter.address.postcode[:4]} {letter.address.postcode[4:]}  {letter.address.city}",
                    "code": letter.code,
                    "qr": qr_svg(f"{address}?code={letter.code.replace(' ', '')}"),
                }
                for letter in made
            ],
        },
    )
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="brieven-{slug}.pdf"'
    return response
