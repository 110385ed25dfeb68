"""Periods in words, never more exact than the owner knows them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

from django.utils.translation import get_language

from planning.works.models import Work

_MONTHS: Final = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_SEASONS: Final = {
    "nl": ("winter", "voorjaar", "zomer", "najaar"),
    "en": ("winter", "spring", "summer", "autumn"),
}
_DASH: Final = " – "


def period_text(start: dt.date, finish: dt.date, precision: str, lang: str | None = None) -> str:
    """Return the period ``[start, finish)`` as people say it, such as "mei – okt 2027".

    Parameters
    ----------
    start, finish
        First day, and the first day on which it is over; the text names the last day itself.
    precision
        A value of ``Work.Precision``: what the owner knows; the text says no more than that.
    lang
        "nl" or "en"; the language of the page where left out.
    """
    return _period_text(start, finish, precision, _known(lang or get_language()))


@lru_cache(maxsize=4096)
def _period_text(start: dt.date, finish: dt.date, precision: str, lang: str) -> str:
    last = max(finish - dt.timedelta(days=1), start)
    match precision:
        case Work.Precision.YEAR:
            return _span(("", str(start.year)), ("", str(last.year)))
        case Work.Precision.SEASON:
            return _span(_season(start, lang), _season(last, lang))
        case Work.Precision.QUARTER:
            return _quarters(start, last, lang)
        case Work.Precision.MONTH:
            return _span(_month(start, lang), _month(last, lang))
        case _:
            return _days(start, last, lang)


def day_text(day: dt.date, lang: str | None = None) -> str:
    """Return one day as people say it: "3 mei 2027"."""
    lang = _known(lang or get_language())
    return f"{day.day} {_MONTHS[lang][day.month - 1]} {day.year}"


def month_text(day: dt.date, lang: str | None = None) -> str:
    """Return the month of a day as people say it: "mei 2027"."""
    return " ".join(_month(day, _known(lang or get_language())))


def _known(lang: str | None) -> str:
    return "en" if (lang or "").startswith("en") else "nl"


def _span(first: tuple[str, str], last: tuple[str, str]) -> str:
    """Join two (name, year) pairs, saying once what they share."""
    if first == last:
        return " ".join(filter(None, first))
    if first[1] == last[1] and first[0]:
        return f"{first[0]}{_DASH}{last[0]} {last[1]}"
    return " ".join(filter(None, first)) + _DASH + " ".join(filter(None, last))


def _month(day: dt.date, lang: str) -> tuple[str, str]:
    return _MONTHS[lang][day.month - 1], str(day.year)


def _season(day: dt.date, lang: str) -> tuple[str, str]:
    """Return the meteorological season of ``day``: winter is December to February."""
    name = _SEASONS[lang][day.month % 12 // 3]
    if name != "winter":
        return name, str(day.year)
    begun = day.year if day.month == 12 else day.year - 1
    return name, f"{begun}-{begun + 1}"


def _quarters(start: dt.date, last: dt.date, lang: str) -> str:
    first_quarter, last_quarter = ((day.month - 1) // 3 + 1 for day in (start, last))
    if lang == "en":
        return _span((f"Q{first_quarter}", str(start.year)), (f"Q{last_quarter}", str(last.year)))
    if start.year == last.year and first_quarter != last_quarter:
        return f"{first_quarter}e{_DASH}{last_quarter}e kwartaal {last.year}"
    return _span((f"{first_quarter}e kwartaal", str(start.year)), (f"{last_quarter}e kwartaal", str(last.year)))


def _days(start: dt.date, last: dt.date, lang: str) -> str:
    if start == last:
        return day_text(start, lang)
    if (start.year, start.month) == (last.year, last.month):
        return f"{start.day}{_DASH}{day_text(last, lang)}"
    if start.year == last.year:
        return f"{start.day} {_MONTHS[lang][start.month - 1]}{_DASH}{day_text(last, lang)}"
    return f"{day_text(start, lang)}{_DASH}{day_text(last, lang)}"
