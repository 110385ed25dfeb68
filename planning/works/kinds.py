"""Kinds and states of works, with the words users see; the codes of ``planning.sequencing.kinds``."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkKind(models.TextChoices):
    """What is done (DESIGN.md, section 3)."""

    RELOCATION = "relocation", _("verhuizing bewoners")
    DEMOLITION = "demolition", _("sloop")
    SITE_PREPARATION = "site_preparation", _("bouwrijp maken")
    RENOVATION = "renovation", _("renovatie")
    NEW_BUILD = "new_build", _("nieuwbouw")
    SEWER = "sewer", _("riool")
    CABLES_PIPES = "cables_pipes", _("kabels en leidingen")
    HEAT_NETWORK = "heat_network", _("warmtenet")
    STREET = "street", _("straat")
    SQUARE = "square", _("plein")
    GREEN = "green", _("groen")
    PLAY_AREA = "play_area", _("speelplek")
    TEMPORARY_USE = "temporary_use", _("tijdelijk gebruik")
    EVENT = "event", _("evenement")


class WorkStatus(models.TextChoices):
    """How firm a work is; committed and later are frozen for the solver."""

    IDEA = "idea", _("idee")
    PLANNED = "planned", _("gepland")
    COMMITTED = "committed", _("vastgelegd")
    UNDER_WAY = "under_way", _("in uitvoering")
    DONE = "done", _("gereed")
    CANCELLED = "cancelled", _("vervallen")


TOUCHES_HOMES: Final = (WorkKind.RELOCATION, WorkKind.DEMOLITION, WorkKind.RENOVATION)
"""Kinds of work on homes that people live in, where the work counts dwellings."""
