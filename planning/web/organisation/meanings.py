"""What each role may do, for who gives roles away; ``permissions`` says the same to programs."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from planning.partners.models import Membership

ROLE_MEANINGS: Final = (
    (Membership.Role.VIEWER.label, _("ziet alles van uw organisatie, en wat partners met elkaar delen.")),
    (
        Membership.Role.PLANNER.label,
        _("maakt en wijzigt ook uw werken, beoordeelt bevindingen, doet voorstellen en beantwoordt ze."),
    ),
    (Membership.Role.MANAGER.label, _("beslist ook wie erbij hoort en welke programma's toegang hebben.")),
    (
        Membership.Role.SECRETARY.label,
        _("houdt voor alle organisaties bij wat van bewoners is: initiatieven, centra, avonden en meldingen."),
    ),
)
