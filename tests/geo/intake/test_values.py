"""What people write in cells: Dutch dates, Dutch numbers, yes and no; and what is refused, with how to mend it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.dates import MONTHS, read_period
from geo.intake.problems import BadValueError
from geo.intake.values import read_decimal, read_flag, read_integer, read_text

DATES = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))

DUTCH_MONTHS = {
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
}  # fmt: skip
NAMES = [name for name, _ in sorted(MONTHS.items(), key=lambda item: item[1]) if name in DUTCH_MONTHS]


@pytest.mark.parametrize(
    ("text", "start", "finish", "precision"),
    [
        ("3 mei 2021", (2021, 5, 3), (2021, 5, 4), "day"),
        ("03-05-2021", (2021, 5, 3), (2021, 5, 4), "day"),
        ("3-5-'21", (2021, 5, 3), (2021, 5, 4), "day"),
        ("3/5/2021", (2021, 5, 3), (2021, 5, 4), "day"),
        ("2021-05-03", (2021, 5, 3), (2021, 5, 4), "day"),
        ("ma 3 mei 2021", (2021, 5, 3), (2021, 5, 4), "day"),
        ("3 May 2021", (2021, 5, 3), (2021, 5, 4), "day"),
        ("mei 2021", (2021, 5, 1), (2021, 6, 1), "month"),
        ("05-2021", (2021, 5, 1), (2021, 6, 1), "month"),
        ("voorjaar 2021", (2021, 3, 1), (2021, 6, 1), "season"),
        ("zomer 2021", (2021, 6, 1), (2021, 9, 1), "season"),
        ("najaar 2021", (2021, 9, 1), (2021, 12, 1), "season"),
        ("winter 2021/2022", (2021, 12, 1), (2022, 3, 1), "season"),
        ("Q2 2021", (2021, 4, 1), (2021, 7, 1), "quarter"),
        ("2021-Q4", (2021, 10, 1), (2022, 1, 1), "quarter"),
        ("2e kwartaal 2021", (2021, 4, 1), (2021, 7, 1), "quarter"),
        ("week 12 2021", (2021, 3, 22), (2021, 3, 29), "day"),
        ("eind 2021", (2021, 9, 1), (2022, 1, 1), "season"),
        ("2021", (2021, 1, 1), (2022, 1, 1), "year"),
        (2021, (2021, 1, 1), (2022, 1, 1), "year"),
        (44319, (2021, 5, 3), (2021, 5, 4), "day"),
        (dt.datetime(2021, 5, 3, 12), (2021, 5, 3), (2021, 5, 4), "day"),
    ],
)
def test_a_date_as_partners_write_it(text: object, start: tuple, finish: tuple, precision: str) -> None:
    period = read_period(text)
    assert period is not None
    assert (period.start, period.finish, period.precision) == (dt.date(*start), dt.date(*finish), precision)


@pytest.mark.parametrize(
    "text", ["31-02-2025", "2021-13-45", "spoedig", "Q5 2021", "week 54 2021", "1 mai 2021", "32 mei 2021", "13-2021",
             "1-1-1800", "winter 2021/2025", "12", 99999999, float("nan"), float("inf")],
)  # fmt: skip
def test_what_is_not_certainly_a_date_is_refused(text: object) -> None:
    with pytest.raises(BadValueError):
        read_period(text)


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_cell_is_no_date(empty: object) -> None:
    assert read_period(empty) is None


WAYS = ["{d} {m} {y}", "{d:02}-{n:02}-{y}", "{y}-{n:02}-{d:02}", "{d}/{n}/{y}", "{d}.{n}.{y}"]


@given(DATES, st.sampled_from(WAYS))
def test_every_day_is_read_back_in_every_way_of_writing(day: dt.date, way: str) -> None:
    text = way.format(d=day.day, n=day.month, y=day.year, m=NAMES[day.month - 1])
    period = read_period(text)
    assert period is not None
    assert period.start == day
    assert period.finish == day + dt.timedelta(days=1)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader_of_dates(text: str) -> None:
    try:
        period = read_period(text)
    except BadValueError as error:
        assert error.words[0]
        assert error.words[3]
    else:
        assert period is None or period.start < period.finish


@pytest.mark.parametrize(
    ("text", "number"),
    [("€ 1.250.000,00", "1250000.00"), ("1250000", "1250000"), ("12,5", "12.5"), ("1.250", "1250"), ("1.5", "1.5"),
     (1250.5, "1250.5"), ("€ 900,-", "900"), ("12 %", "12")],
)  # fmt: skip
def test_dutch_numbers(text: object, number: str) -> None:
    assert read_decimal(text) == Decimal(number)


def test_numbers_yes_and_no() -> None:
    assert (read_flag("JA"), read_flag("nee"), read_flag("x")) == (True, False, True)
    assert read_integer("1.200") == 1200


@pytest.mark.parametrize("text", ['=HYPERLINK("http://kwaad")', "#REF!", " #WAARDE! "])
def test_a_formula_and_its_error_are_no_text(text: str) -> None:
    with pytest.raises(BadValueError):
        read_text(text)


@given(st.text(max_size=60))
def test_a_text_keeps_its_letters_and_loses_what_steers(text: str) -> None:
    try:
        read = read_text(text)
    except BadValueError:
        return
    assert not any(ord(letter) < 32 or ord(letter) == 127 for letter in read)
    assert read == " ".join(read.split())
