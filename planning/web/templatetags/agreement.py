"""Words of scenarios and proposals in templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import template

from planning.works.models import Work
from planning.works.periods import period_text

register = template.Library()


@register.filter
def until(start: dt.date, finish: dt.date) -> str:
    """Return the period ``[start, finish)`` to the day, as people say it: "3 mei – 31 okt 2027"."""
    return period_text(start, finish, Work.Precision.DAY)


@register.filter
def get(values: Mapping[Any, Any], key: Any) -> Any:
    """Return ``values[key]``, or None where there is none."""
    return values.get(key)


@register.simple_tag
def answer_of(sent: Mapping[str, str], pk: int) -> dict[str, str]:
    """Return what a form sent about one item, so that nothing typed is lost."""
    names = {"answer": "antwoord", "reason": "reden", "start": "begin", "finish": "einde"}
    return {name: sent.get(f"{field}-{pk}", "") for name, field in names.items()}
