"""Words that the rules share: dates, spans and enumerations in Dutch and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from planning.sequencing.plan import Plan, to_date
from planning.sequencing.rules.base import Lang

MONTHS: Final = {
    Lang.NL: [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    Lang.EN: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def date(day: int, lang: Lang) -> str:
    """Return a day as "4 mei 2027"."""
    value = to_date(day)
    return f"{value.day} {MONTHS[lang][value.month - 1]} {value.year}"


def last_day(finish: int, lang: Lang) -> str:
    """Return the last day of a period, of which ``finish`` is the first day after."""
    return date(finish - 1, lang)


def year(day: int) -> int:
    """Return the year of a day."""
    return to_date(day).year


def weeks(days: int, lang: Lang) -> str:
    """Return a span in whole weeks, rounded down: "60 weken"; under a week in days."""
    count = days // 7
    if count == 0:
        units = {Lang.NL: ("dag", "dagen"), Lang.EN: ("day", "days")}[lang]
        return f"{days} {units[days != 1]}"
    units = {Lang.NL: ("week", "weken"), Lang.EN: ("week", "weeks")}[lang]
    return f"{count} {units[count != 1]}"


def working_days(days: int, lang: Lang) -> str:
    """Return so many working days: "10 werkdagen"."""
    units = {Lang.NL: ("werkdag", "werkdagen"), Lang.EN: ("working day", "working days")}[lang]
    return f"{days} {units[days != 1]}"


def counted(number: float, one: str, many: str) -> str:
    """Return so many of something: "1 week", "2.5 weken"."""
    return f"{number:g} {one if number == 1 else many}"


def work(plan: Plan, position: int) -> str:
    """Return a work with its owner: "Riool Stroom (Gemeente Assen)"."""
    return f"{plan.works.name[position]} ({plan.works.owner_name[position]})"


def listed(items: Sequence[str], lang: Lang) -> str:
    """Return "a, b en c"."""
    if len(items) < 2:
        return "".join(items)
    joint = {Lang.NL: " en ", Lang.EN: " and "}[lang]
    return ", ".join(items[:-1]) + joint + items[-1]


def some(parts: Sequence[str], lang: Lang, most: int = 6) -> str:
    """Return an enumeration of at most ``most`` parts, and how many more there are."""
    if len(parts) <= most:
        return listed(parts, lang)
    more = len(parts) - most
    joined, others = ("and", "more") if lang is Lang.EN else ("en", "andere")
    return f"{', '.join(parts[:most])} {joined} {more} {others}"


def money(euros: float, lang: Lang) -> str:
    """Return an amount in words: "€ 1,2 miljoen" above a million, else "€ 350.000"."""
    million = 1_000_000
    if euros >= million:
        text = f"{euros / million:.1f}"
        return f"€ {text} million" if lang is Lang.EN else f"€ {text.replace('.', ',')} miljoen"
    text = f"{euros:,.0f}"
    return f"€ {text}" if lang is Lang.EN else f"€ {text.replace(',', '.')}"
