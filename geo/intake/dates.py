"""Dates as partners write them: "3 mei 2021", "03-05-2021", "voorjaar 2021", "Q2 2021", "2021".

Each is a period ``[start, finish)`` with how exactly it is known. A start takes the first day; a finish takes the
last, because who writes "klaar 3 mei" still works on that day. Seasons are the meteorological ones of three whole
months (KNMI); what is not certainly a date is refused, not guessed.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from geo.intake.problems import BadValueError, said

MONTHS: Final = {
    "januari": 1, "jan": 1, "january": 1, "februari": 2, "feb": 2, "february": 2, "maart": 3, "mrt": 3, "mar": 3,
    "march": 3, "april": 4, "apr": 4, "mei": 5, "may": 5, "juni": 6, "jun": 6, "june": 6, "juli": 7, "jul": 7,
    "july": 7, "augustus": 8, "aug": 8, "august": 8, "september": 9, "sep": 9, "sept": 9, "oktober": 10, "okt": 10,
    "oct": 10, "october": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
SEASONS: Final = {
    "voorjaar": 3, "lente": 3, "spring": 3, "zomer": 6, "summer": 6, "najaar": 9, "herfst": 9, "autumn": 9, "fall": 9,
}  # fmt: skip
PARTS_OF_YEAR: Final = {"begin": 1, "early": 1, "medio": 5, "mid": 5, "eind": 9, "einde": 9, "late": 9}
"""A third of a year each: January to April, May to August, September to December."""

FIRST_YEAR, LAST_YEAR = 1950, 2100
EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
EXAMPLES = "3 mei 2027, 03-05-2027, mei 2027, voorjaar 2027, Q2 2027 of 2027"


@dataclass(frozen=True)
class Period:
    """``[start, finish)`` and the precision of ``Work.Precision``."""

    start: dt.date
    finish: dt.date
    precision: str


def read_period(value: object) -> Period | None:
    """Return the period that a cell means; None for an empty cell.

    Raises
    ------
    BadValueError
        Where it is no date, or a day that does not exist.
    """
    if isinstance(value, dt.datetime):
        return _day(value.date())
    if isinstance(value, dt.date):
        return _day(value)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _number(value)
    text = _plain(str(value))
    if not text:
        return None
    for reader in (_read_day, _read_month, _read_season, _read_quarter, _read_week, _read_part, _read_year):
        period = reader(text, str(value).strip())
        if period is not None:
            return period
    raise BadValueError(
        f"{said(value)} is geen datum.", f"Schrijf bijvoorbeeld {EXAMPLES}.",
        f"{said(value)} is not a date.", f"Write for example {EXAMPLES}.",
    )  # fmt: skip


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[',]", " ", text).split())


def _number(value: float) -> Period:
    if not math.isfinite(value):
        raise _no_such_day(str(value))
    if float(value).is_integer() and FIRST_YEAR <= value <= LAST_YEAR:
        return _months(int(value), 1, 12, "year")
    # A date that lost its format in Excel: days since 30 December 1899.
    if 18_000 <= value <= 73_000:
        return _day(EXCEL_EPOCH + dt.timedelta(days=int(value)))
    raise _no_such_day(f"{value:g}")


def _read_day(text: str, shown: str) -> Period | None:
    text = re.sub(r"^(maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo)\.? ", "", text)
    iso = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[t ][\d:.]+(?:z|[+-][\d:]+)?)?", text)
    if iso:
        return _day_of(int(iso[1]), int(iso[2]), int(iso[3]), shown)
    # Dutch order: day, month, year; also with English month names.
    numbers = re.fullmatch(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})", text)
    if numbers:
        return _day_of(_year(numbers[3]), int(numbers[2]), int(numbers[1]), shown)
    words = re.fullmatch(r"(\d{1,2})(?:e|ste|de|st|nd|rd|th)?[ -]?([a-z]+)\.?[ -]?(\d{4}|\d{2})", text)
    if words and words[2] in MONTHS:
        return _day_of(_year(words[3]), MONTHS[words[2]], int(words[1]), shown)
    return None


def _read_month(text: str, shown: str) -> Period | None:
    words = re.fullmatch(r"([a-z]+)\.?[ -]?(\d{4})", text)
    if words and words[1] in MONTHS:
        return _months(int(words[2]), MONTHS[words[1]], 1, "month", shown)
    numbers = re.fullmatch(r"(\d{1,2})[-/](\d{4})", text) or re.fullmatch(r"(?P<y>\d{4})[-/](?P<m>\d{1,2})", text)
    if numbers:
        groups = numbers.groupdict()
        year, month = (int(groups["y"]), int(groups["m"])) if groups else (int(numbers[2]), int(numbers[1]))
        if not 1 <= month <= 12:
            raise _no_such_day(shown)
        return _months(year, month, 1, "month", shown)
    return None


def _read_season(text: str, shown: str) -> Period | None:
    winter = re.fullmatch(r"winter (\d{4})(?: ?[/-] ?(\d{4}|\d{2}))?", text)
    if winter:
        first = int(winter[1])
        if winter[2] and _year(winter[2]) != first + 1:
            raise _no_such_day(shown)
        # "winter 2021" alone is the one that begins in December of that year.
        return _months(first, 12, 3, "season", shown)
    words = re.fullmatch(r"(?:het )?([a-z]+) (?:van )?(\d{4})", text)
    if words and words[1] in SEASONS:
        return _months(int(words[2]), SEASONS[words[1]], 3, "season", shown)
    return None


def _read_quarter(text: str, shown: str) -> Period | None:
    match = (
        re.fullmatch(r"[qk] ?([1-4])[ -/']*(?P<y>\d{4})", text)
        or re.fullmatch(r"(?P<y>\d{4})[ -]?[qk]([1-4])", text)
        or re.fullmatch(r"([1-4])(?:e|ste|de|st|nd|rd|th)? (?:kwartaal|kw|quarter)\.? (?:van )?(?P<y>\d{4})", text)
    )
    if not match:
        return None
    number = next(int(group) for group in match.groups() if group and len(group) == 1)
    return _months(int(match["y"]), 3 * number - 2, 3, "quarter", shown)


def _read_week(text: str, shown: str) -> Period | None:
    match = re.fullmatch(r"(?:week|wk) ?(\d{1,2})[ -/]*(\d{4})", text) or re.fullmatch(
        r"(?P<y>\d{4})[ -]?w(?P<w>\d{1,2})", text
    )
    if not match:
        return None
    groups = match.groupdict()
    year, week = (int(groups["y"]), int(groups["w"])) if groups else (int(match[2]), int(match[1]))
    try:
        monday = dt.date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise _no_such_day(shown) from error
    return Period(monday, monday + dt.timedelta(days=7), "day")


def _read_part(text: str, shown: str) -> Period | None:
    words = re.fullmatch(r"([a-z]+) (\d{4})", text)
    if words and words[1] in PARTS_OF_YEAR:
        return _months(int(words[2]), PARTS_OF_YEAR[words[1]], 4, "season", shown)
    return None


def _read_year(text: str, shown: str) -> Period | None:
    if re.fullmatch(r"\d{4}", text):
        return _months(int(text), 1, 12, "year", shown)
    return None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _months(year: int, month: int, count: int, precision: str, shown: str = "") -> Period:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _no_such_day(shown or str(year))
    last = month - 1 + count
    return Period(dt.date(year, month, 1), dt.date(year + last // 12, last % 12 + 1, 1), precision)


def _day(day: dt.date) -> Period:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _no_such_day(day.isoformat())
    return Period(day, day + dt.timedelta(days=1), "day")


def _day_of(year: int, month: int, day: int, shown: str) -> Period:
    try:
        return _day(dt.date(year, month, day))
    except ValueError as error:
        raise _no_such_day(shown) from error


def _no_such_day(text: str) -> BadValueError:
    return BadValueError(
        f"{said(text)} is geen bestaande datum.", f"Schrijf een bestaande dag of periode, bijvoorbeeld {EXAMPLES}.",
        f"{said(text)} is not an existing date.", f"Write an existing day or period, for example {EXAMPLES}.",
    )  # fmt: skip
