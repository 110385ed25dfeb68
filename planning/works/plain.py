"""A work as a neighbour wants to hear it: what, who, when, how much noise and what it means, in plain words (B1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Work
from planning.works.periods import period_text

_WHAT: Final[dict[str, Promise]] = {
    WorkKind.RELOCATION: gettext_lazy("%(owner)s helpt bewoners met verhuizen."),
    WorkKind.DEMOLITION: gettext_lazy("%(owner)s sloopt hier gebouwen."),
    WorkKind.SITE_PREPARATION: gettext_lazy("%(owner)s maakt de grond klaar voor de bouw."),
    WorkKind.RENOVATION: gettext_lazy("%(owner)s knapt hier huizen op."),
    WorkKind.NEW_BUILD: gettext_lazy("%(owner)s bouwt hier nieuwe huizen."),
    WorkKind.SEWER: gettext_lazy("%(owner)s vernieuwt het riool."),
    WorkKind.CABLES_PIPES: gettext_lazy("%(owner)s legt kabels en leidingen in de grond."),
    WorkKind.HEAT_NETWORK: gettext_lazy("%(owner)s legt buizen voor warm water in de grond."),
    WorkKind.STREET: gettext_lazy("%(owner)s maakt de straat opnieuw."),
    WorkKind.SQUARE: gettext_lazy("%(owner)s maakt het plein opnieuw."),
    WorkKind.GREEN: gettext_lazy("%(owner)s plant bomen en struiken."),
    WorkKind.PLAY_AREA: gettext_lazy("%(owner)s maakt een plek om te spelen."),
    WorkKind.TEMPORARY_USE: gettext_lazy("%(owner)s gebruikt deze plek voor een tijd."),
    WorkKind.EVENT: gettext_lazy("%(owner)s houdt hier een evenement."),
}
_LORRIES: Final = frozenset({WorkKind.DEMOLITION, WorkKind.SITE_PREPARATION, WorkKind.NEW_BUILD})
"""Kinds of work for which lorries come and go for weeks."""


@dataclass(frozen=True)
class PlainWork:
    """What a neighbour hears of a work; every text is one or more whole sentences.

    ``meaning`` are sentences for whoever lives near; ``contact`` is empty where the owner gave no way to reach it;
    ``now`` says whether it is under way.
    """

    what: str
    when: str
    meaning: list[str]
    contact: str
    now: bool


def in_plain_words(work: Work, today: dt.date) -> PlainWork:
    """Return what a neighbour hears of ``work``, in the language of the page; ``work.owner`` must be loaded."""
    now = _is_under_way(work, today)
    return PlainWork(_what(work), _when(work, now), _meaning(work), _contact(work), now)


def _is_under_way(work: Work, today: dt.date) -> bool:
    start = work.actual_start or work.planned_start
    return start <= today < _finish(work) or work.status == WorkStatus.UNDER_WAY


def _finish(work: Work) -> dt.date:
    return work.actual_finish or work.planned_finish


def _what(work: Work) -> str:
    said = {"owner": work.owner.name, "n": work.dwellings}
    if work.dwellings:
        match work.kind:
            case WorkKind.DEMOLITION:
                return ngettext(
                    "%(owner)s sloopt %(n)s huis.", "%(owner)s sloopt %(n)s huizen.", work.dwellings
                ) % said  # fmt: skip
            case WorkKind.NEW_BUILD:
                return ngettext(
                    "%(owner)s bouwt %(n)s nieuw huis.", "%(owner)s bouwt %(n)s nieuwe huizen.", work.dwellings
                ) % said  # fmt: skip
            case WorkKind.RENOVATION:
                return ngettext(
                    "%(owner)s knapt %(n)s huis op.", "%(owner)s knapt %(n)s huizen op.", work.dwellings
                ) % said  # fmt: skip
    return str(_WHAT[work.kind]) % said


def _when(work: Work, now: bool) -> str:
    if now:
        return _("Dit is nu bezig. Het duurt tot en met %(day)s.") % {"day": _spoken(_last(_finish(work)), work)}
    said = _("Gepland: %(period)s.") % {"period": _spoken_period(work)}
    return said if work.is_frozen else f"{said} {_('Dit kan nog veranderen.')}"


def _last(finish: dt.date) -> dt.date:
    """Return the last day that is worked on: ``finish`` is the first day on which it is over."""
    return finish - dt.timedelta(days=1)


def _spoken_period(work: Work) -> str:
    """Return the planned period with the months written out, no more exact than the owner knows it."""
    if work.date_precision not in (Work.Precision.DAY, Work.Precision.MONTH):
        return period_text(work.planned_start, work.planned_finish, work.date_precision)
    first, last = (_spoken(day, work) for day in (work.planned_start, _last(work.planned_finish)))
    return first if first == last else _("van %(first)s tot en met %(last)s") % {"first": first, "last": last}


def _spoken(day: dt.date, work: Work) -> str:
    return formats.date_format(day, "j F Y" if work.date_precision == Work.Precision.DAY else "F Y")


def _meaning(work: Work) -> list[str]:
    said = []
    if work.hinders_traffic:
        said.append(_("Met de auto kunt u soms niet bij uw huis komen. Lopen kan wel."))
    if work.noise:
        said.append(
            {
                Work.Nuisance.OCCASIONAL: _("U hoort soms lawaai."),
                Work.Nuisance.REPEATED: _("U hoort vaak lawaai."),
                Work.Nuisance.CONTINUOUS: _("U hoort de hele dag lawaai."),
            }[Work.Nuisance(work.noise)]
        )
    if work.dust:
        said.append(_("Er kan stof in de lucht zijn. Doe dan uw ramen dicht."))
    if work.vibration:
        said.append(_("U kunt de grond voelen trillen."))
    if work.kind in _LORRIES:
        said.append(_("Er rijden vrachtwagens door de buurt. Let op met kinderen."))
    return said or [_("U merkt er weinig van.")]


def _contact(work: Work) -> str:
    owner = work.owner
    if owner.phone and owner.email:
        return _("Vragen? Bel %(owner)s: %(phone)s. Of mail naar %(email)s.") % {
            "owner": owner.name, "phone": owner.phone, "email": owner.email,
        }  # fmt: skip
    if owner.phone:
        return _("Vragen? Bel %(owner)s: %(phone)s.") % {"owner": owner.name, "phone": owner.phone}
    if owner.email:
        return _("Vragen? Mail naar %(owner)s: %(email)s.") % {"owner": owner.name, "email": owner.email}
    return ""
