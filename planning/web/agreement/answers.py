"""The answers of a proposal's form: per work akkoord, andere data or niet akkoord."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from planning.coordination.models import ProposalItem
from planning.coordination.proposals.answering import Said
from planning.coordination.proposals.content import ItemView

Answer = ProposalItem.Answer
AnswerErrors: TypeAlias = Mapping[int, str]
"""Per item (identity) what is wrong with its answer."""

LONGEST_REASON = 2000


def read_answers(sent: Mapping[str, Any], views: Sequence[ItemView]) -> tuple[list[Said], AnswerErrors]:
    """Return the answers that a form gives for these works, and what is wrong with them.

    Fields are called ``antwoord-ID``, ``reden-ID``, ``begin-ID`` and ``einde-ID`` (the last day); ``alles`` accepts
    all.
    """
    said: list[Said] = []
    errors: dict[int, str] = {}
    for view in views:
        pk = view.item.pk
        given = Answer.ACCEPTED.value if sent.get("alles") else str(sent.get(f"antwoord-{pk}", ""))
        if not given:
            continue
        if given not in Answer.values or given == Answer.OPEN:
            errors[pk] = _("Dit antwoord kennen we niet.")
            continue
        reason = str(sent.get(f"reden-{pk}", "")).strip()[:LONGEST_REASON]
        start = finish = None
        if given == Answer.COUNTERED:
            start, last = _day(sent.get(f"begin-{pk}")), _day(sent.get(f"einde-{pk}"))
            if start is None or last is None:
                errors[pk] = _("Geef het begin en de laatste dag die wel kunnen.")
                continue
            if last < start:
                errors[pk] = _("Het einde moet na het begin liggen.")
                continue
            finish = last + dt.timedelta(days=1)
        if given == Answer.DECLINED and not reason:
            errors[pk] = _("Zeg waarom niet; de anderen lezen het.")
            continue
        said.append(Said(pk, Answer(given), "" if given == Answer.ACCEPTED else reason, start, finish))
    return said, errors


def _day(text: Any) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(str(text or ""))
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
