"""A period asked for in an address: ``?from=&to=``, dates in ISO 8601, the last one not included."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from geo.problems import BadRequestError

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Period(NamedTuple):
    """``[start, finish)``; None where that side is open."""

    start: dt.date | None = None
    finish: dt.date | None = None


ALWAYS: Final = Period()
"""Every day there is."""


def parse_date(text: str, parameter: str) -> dt.date:
    """Return the date that ``text`` writes as "2027-05-31"; raises BadRequestError for anything else."""
    if _DATE.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            pass
    raise BadRequestError(parameter, _("“%(text)s” is geen datum. Schrijf 2027-05-31.") % {"text": text[:40]})


def parse_period(query: Mapping[str, str]) -> Period:
    """Return the period that ``from`` and ``to`` ask for; both may be left out.

    Raises
    ------
    BadRequestError
        Where one of them is no date, or the period has no day in it.
    """
    start, finish = (parse_date(query[name], name) if query.get(name) else None for name in ("from", "to"))
    if start and finish and start >= finish:
        raise BadRequestError("to", _("De datum bij “to” moet na die bij “from” liggen."))
    return Period(start, finish)
