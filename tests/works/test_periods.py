"""Periods in words say what the owner knows, and no more."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from planning.works.models import Work
from planning.works.periods import day_text, month_text, period_text

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1))


@pytest.mark.parametrize(
    ("start", "finish", "precision", "nl", "en"),
    [
        ("2027-05-03", "2027-10-15", "day", "3 mei – 14 okt 2027", "3 May – 14 Oct 2027"),
        ("2027-05-03", "2027-05-15", "day", "3 – 14 mei 2027", "3 – 14 May 2027"),
        ("2027-05-03", "2027-05-04", "day", "3 mei 2027", "3 May 2027"),
        ("2027-12-20", "2028-01-10", "day", "20 dec 2027 – 9 jan 2028", "20 Dec 2027 – 9 Jan 2028"),
        ("2027-05-01", "2027-11-01", "month", "mei – okt 2027", "May – Oct 2027"),
        ("2027-05-01", "2027-06-01", "month", "mei 2027", "May 2027"),
        ("2022-10-01", "2023-05-01", "month", "okt 2022 – apr 2023", "Oct 2022 – Apr 2023"),
        ("2026-05-01", "2027-06-01", "month", "mei 2026 – mei 2027", "May 2026 – May 2027"),
        ("2027-04-01", "2027-07-01", "quarter", "2e kwartaal 2027", "Q2 2027"),
        ("2027-04-01", "2027-10-01", "quarter", "2e – 3e kwartaal 2027", "Q2 – Q3 2027"),
        ("2026-10-01", "2027-04-01", "quarter", "4e kwartaal 2026 – 1e kwartaal 2027", "Q4 2026 – Q1 2027"),
        ("2027-03-01", "2027-06-01", "season", "voorjaar 2027", "spring 2027"),
        ("2027-03-01", "2027-12-01", "season", "voorjaar – najaar 2027", "spring – autumn 2027"),
        ("2026-12-01", "2027-03-01", "season", "winter 2026-2027", "winter 2026-2027"),
        ("2027-01-01", "2028-01-01", "year", "2027", "2027"),
        ("2027-01-01", "2029-01-01", "year", "2027 – 2028", "2027 – 2028"),
    ],
)
def test_a_period_reads_as_people_say_it(start: str, finish: str, precision: str, nl: str, en: str) -> None:
    first, end = dt.date.fromisoformat(start), dt.date.fromisoformat(finish)
    assert period_text(first, end, precision, "nl") == nl
    assert period_text(first, end, precision, "en-gb") == en
    with translation.override("en"):
        assert period_text(first, end, precision) == en


@given(DAYS, st.integers(1, 3000), st.sampled_from(Work.Precision.values))
def test_the_years_named_are_those_of_the_first_and_last_day(start: dt.date, days: int, precision: str) -> None:
    finish = start + dt.timedelta(days=days)
    last = finish - dt.timedelta(days=1)
    text = period_text(start, finish, precision, "nl")
    if precision != "season":  # a winter has two years
        assert text.endswith(str(last.year))
        assert str(start.year) in text
    if precision != "day":
        assert not text[0].isdigit() or precision in {"quarter", "year"}, "a day is named that nobody knows"


def test_a_day_and_a_month() -> None:
    assert (day_text(dt.date(2027, 3, 1), "nl"), month_text(dt.date(2027, 3, 1), "nl")) == ("1 mrt 2027", "mrt 2027")
