"""Words that a script of the page says, and hours and days in words."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.html import json_script
from django.utils.safestring import SafeString

from planning.initiatives.granting import hours_text
from planning.web.script_words import FILES, spoken
from planning.works.periods import day_text, month_text

register = template.Library()

register.filter("hours", hours_text)


@register.filter
def day(value: dt.date | None) -> str:
    """Return a day, or the local day of a moment, as "3 mei 2027"; in English months have a capital."""
    return day_text(_local(value)) if value else ""


@register.filter
def month(value: dt.date | None) -> str:
    """Return the month of a day as "mei 2027"."""
    return month_text(_local(value)) if value else ""


def _local(value: dt.date) -> dt.date:
    return timezone.localtime(value) if isinstance(value, dt.datetime) else value


@register.simple_tag
def export_words() -> SafeString:
    """Write what ``exports.mjs`` says, in the language of the page."""
    return json_script(spoken(FILES), "export-words")
