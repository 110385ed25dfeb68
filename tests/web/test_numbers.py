"""What a page says of a number is right of none, of one and of many, and its days too, in Dutch and in English."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace as Some
from typing import Any

import pytest
from django.conf import settings
from django.contrib import messages
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from planning.coordination.sequence_report import _who_moves
from planning.coordination.slips import _moved_sentences
from planning.coordination.trends import Trend
from planning.initiatives.granting import hours_text
from planning.initiatives.models import SupportArea
from planning.partners.mail import compose
from planning.sequencing.rules import wording
from planning.sequencing.rules.base import Lang
from planning.web import wijk_charts
from planning.web.admin import syncing
from planning.web.script_words import map_words
from planning.works.exporting.ms_task import _notes
from planning.works.models import Dependency

WORDS = Path(__file__).resolve().parents[2] / "planning" / "web" / "static" / "web" / "words.mjs"


def said(template: str, language: str, **context: Any) -> str:
    """Return the words of a template, each white space as one space."""
    with translation.override(language):
        page = render_to_string(f"web/{template}", context)
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def area(addresses: int, in_favour: int) -> SupportArea:
    return SupportArea(addresses=addresses, in_favour=in_favour)


@pytest.mark.parametrize(
    ("addresses", "in_favour", "dutch", "english"),
    [
        (40, 0, "0 van de 40 adressen doen mee, nog 21 nodig.", "0 of the 40 addresses support this, 21 more needed."),
        (40, 1, "1 van de 40 adressen doet mee, nog 20 nodig.", "1 of the 40 addresses supports this, 20 more needed."),
        (40, 20, "20 van de 40 adressen doen mee, nog 1 nodig.", "20 of the 40 addresses support this, 1 more needed."),
        (40, 21, "21 van de 40 adressen doen mee.", "21 of the 40 addresses support this."),
        (1, 0, "0 van 1 adres doen mee, nog 1 nodig.", "0 of 1 address support this, 1 more needed."),
        (1, 1, "1 van 1 adres doet mee.", "1 of 1 address supports this."),
    ],
)
def test_support_is_told_in_the_same_words_everywhere(addresses: int, in_favour: int, dutch: str, english: str) -> None:
    found = area(addresses, in_favour)
    near = {"initiative": {"state": "gathering_support", "support_area": found, "title": "Tuin", "summary": "Samen."}}
    poster = {"initiative": {"title": "Tuin"}, "qr": {"size": 21, "path": ""}}
    for language, sentence in (("nl", dutch), ("en", english)):
        for page in (
            said("initiatives/_support.html", language, area=found),
            said("nabij/_initiative.html", language, **near),
            said("initiatives/poster.html", language, area=found, **poster),
        ):
            assert sentence in page
            assert " ." not in page


@pytest.mark.parametrize(
    ("n", "dutch", "english"),
    [
        (1, "1 werk in deze omgeving staat er niet op", "1 work in this area is not shown; there is no room for it."),
        (2, "2 werken in deze omgeving staan er niet op", "2 works in this area are not shown; there is no room for"),
    ],
)
def test_maps_tell_what_they_leave_out(n: int, dutch: str, english: str) -> None:
    maps = {"left_out": n, "view_box": "0 0 1 1"}
    assert dutch in said("agreement/_maps.html", "nl", maps=maps, map_data={})
    assert english in said("agreement/_maps.html", "en", maps=maps, map_data={})


@pytest.mark.parametrize(
    ("n", "dutch", "english"),
    [
        (0, ["0 weken braak", "0 botsingen", "0 kansen"], ["0 fallow weeks", "0 conflicts", "0 opportunities"]),
        (
            1,
            ["1 week braak", "1 botsing ", "1 kans ", "1 werk staat er niet bij"],
            ["1 fallow week ", "1 conflict ", "1 opportunity ", "1 work is left out"],
        ),
        (2, ["2 weken braak", "2 werken staan er niet bij"], ["2 fallow weeks", "2 works are left out"]),
    ],
)
def test_the_plan_as_a_table_counts(n: int, dutch: list[str], english: list[str]) -> None:
    board = {"left_out": n, "fallow_weeks": n, "conflicts": n, "opportunities": n}
    for language, texts in (("nl", dutch), ("en", english)):
        page = said("planning/table.html", language, board=board, user={"is_authenticated": False})
        assert [text for text in texts if text not in page] == []


@pytest.mark.parametrize(
    ("n", "dutch", "english"),
    [
        (
            0,
            "0 mensen zeiden dat ze komen. Uitgenodigd zijn 0 adressen.",
            "0 people said they are coming. 0 addresses are invited.",
        ),
        (
            1,
            "1 persoon zei te komen. Uitgenodigd is 1 adres.",
            "1 person said they are coming. 1 address is invited.",
        ),
    ],
)
def test_who_comes_to_a_meeting_is_counted(n: int, dutch: str, english: str) -> None:
    meeting = Some(title="Avond", get_absolute_url="/avonden/1/")
    for language, text in (("nl", dutch), ("en", english)):
        assert text in said("meetings/sign_ups.html", language, meeting=meeting, expected=n, invited=n)


@pytest.mark.parametrize(
    ("hours", "dutch", "english"),
    [("0", "0 uur", "0 hours"), ("1.0", "1 uur", "1 hour"), ("7.5", "7,5 uur", "7.5 hours")],
)
def test_hours_of_help(hours: str, dutch: str, english: str) -> None:
    money = {"wijk": {"slug": "x", "name": "X"}, "left_hours": Decimal(hours), "people_hours": Decimal(hours)}
    for language, text in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert hours_text(Decimal(hours)) == text
        page = said("initiatives/_left.html", language, row={"left_eur": 5, "money_eur": 9, **money})
        if hours != "0":
            joint = f"en nog {text} van {text} hulp" if language == "nl" else f"and {text} left of {text} of help"
            assert joint in page


@pytest.mark.parametrize(
    ("n", "dutch", "english"), [(1, "1 nieuwe bevinding.", "1 new finding."), (2, "2 nieuwe bevindingen.", "findings.")]
)
def test_new_findings_are_counted(n: int, dutch: str, english: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(messages, "info", lambda _request, text: told.append(text))
    report = Some(new=n, reopened=0, resolved=0)
    for language, text in (("nl", dutch), ("en", english)):
        with translation.override(language):
            syncing._say(RequestFactory().get("/"), lambda: report)  # type: ignore[arg-type,return-value]
        assert told[-1].endswith(text)


@pytest.mark.parametrize(
    ("n", "dutch", "english"),
    [(1, "hoogstens 1 werkdag (FS)", "1 working day (FS)"), (2, "2 werkdagen (", "2 working days (")],
)
def test_a_project_file_counts_the_days_between(n: int, dutch: str, english: str) -> None:
    work = {
        "planned_start": dt.date(2027, 1, 1), "planned_finish": dt.date(2027, 2, 1), "dwellings": 1,
        "kind": "sewer", "status": "planned", "date_precision": "day", "description": "",
    }  # fmt: skip
    link: Any = Some(maximum_lag_days=n, type=Dependency.Type.FINISH_START, reason="", predecessor=Some(name="Riool"))
    for language, text in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert text in _notes(work, [link])


@pytest.mark.parametrize(
    ("n", "works", "weeks"),
    [
        (1, ("2027: 1 werk.", "2027: 1 work."), ("2027: 1 week.", "2027: 1 week.")),
        (2, ("2027: 2 werken tegelijk.", "2027: 2 works at"), ("2027: 2 weken.", "2027: 2 weeks.")),
    ],
)
def test_a_chart_says_its_most(n: int, works: tuple[str, str], weeks: tuple[str, str]) -> None:
    periods = [dt.date(2026, 1, 1), dt.date(2027, 1, 1)]
    for i, language in enumerate(("nl", "en")):
        with translation.override(language):
            assert works[i] in wijk_charts._quarters(Trend(periods, {"sewer": [0.0, float(n)]})).sentence
            assert weeks[i] in wijk_charts._fallow(Trend(periods, {"fallow": [0.0, n + 0.2]})).sentence


@pytest.mark.parametrize(
    ("addresses", "dutch", "english"),
    [
        (1, "heeft de meerderheid: het enige adres is voor.", "has the majority: the only address is for it."),
        (3, "3 van de 3 adressen zijn voor.", "3 of the 3 addresses are for it."),
    ],
)
def test_a_mail_tells_of_the_majority(addresses: int, dutch: str, english: str) -> None:
    context = {"initiative": {"title": "Tuin"}, "area": area(addresses, addresses)}
    for language, text in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert text in compose("initiative_supported", context).text


def test_many_works_of_one_owner_that_moved() -> None:
    assert _moved_sentences("Actium", 1, 1)[0] == "Actium: 1 werk kreeg andere data, en was toegezegd."
    assert _moved_sentences("Actium", 1, 0)[1] == "Actium: 1 work got other dates."
    assert _moved_sentences("Actium", 2, 1)[0] == "Actium: 2 werken kregen andere data, waarvan 1 toegezegd."


@pytest.mark.parametrize(
    ("movable", "moved", "dutch", "english"),
    [
        (
            1,
            1,
            "Het enige werk dat nog kan schuiven krijgt andere data",
            "The only work that can still move gets other",
        ),
        (
            9,
            1,
            "Van de 9 werken die nog kunnen schuiven krijgt er 1",
            "Of the 9 works that can still move, 1 gets other",
        ),
        (
            9,
            2,
            "Van de 9 werken die nog kunnen schuiven krijgen er 2",
            "Of the 9 works that can still move, 2 get other",
        ),
    ],
)
def test_a_better_sequence_counts_what_moves(movable: int, moved: int, dutch: str, english: str) -> None:
    assert _who_moves(movable, moved, Lang.NL).startswith(dutch)
    assert _who_moves(movable, moved, Lang.EN).startswith(english)


def test_rules_count_one_and_many() -> None:
    spans = [wording.counted(number, "week", "weken") for number in (0, 0.5, 1.0, 2)]
    assert spans == ["0 weken", "0.5 weken", "1 week", "2 weken"]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("nl", ["1 woning", "2 woningen", "1 werk, mei", "0 werken, mei", "en nog 1; zoom", "week braak", "Werken"]),
        ("en", ["1 home", "2 homes", "1 work, mei", "0 works, mei", "and 1 more; zoom", "fallow week", "Works"]),
    ],
)
def test_the_map_says_one_and_many(language: str, texts: list[str]) -> None:
    with translation.override(language):
        given = json.dumps(map_words())
    code = f"""
        import {{ counted, words }} from {json.dumps(WORDS.as_uri())};
        const text = words({given});
        console.log(JSON.stringify([text.homes(1), text.homes(2), text.announce(1, "mei"), text.announce(0, "mei"),
          text.more(1), counted(text, "fallow", 1), counted(text, "works", 2)]));
    """
    node = Path(sys.prefix) / "bin" / "node"
    done = subprocess.run([node, "--input-type=module", "-e", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [
        heard for heard, text in zip(json.loads(done.stdout), texts, strict=True) if not heard.startswith(text)
    ] == []


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (dt.date(2027, 3, 5), "5 mrt 2027 mrt 2027", "5 Mar 2027 Mar 2027"),
        (dt.datetime(2027, 4, 30, 23, 30, tzinfo=dt.UTC), "1 mei 2027 mei 2027", "1 May 2027 May 2027"),
        (None, "", ""),
    ],
)
def test_days_have_the_capitals_of_their_language(value: dt.date | None, dutch: str, english: str) -> None:
    template = engines["django"].from_string("{% load words %}{{ value|day }} {{ value|month }}")
    for language, text in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert template.render({"value": value}).strip() == text


def test_no_page_writes_a_month_without_its_capital() -> None:
    small = re.compile(r"""\bdate:(["'])[^"']*\bb\b""")
    pages = (page for room in ("planning", "geo") for page in (settings.BASE_DIR / room).rglob("*.html"))
    assert [page.name for page in pages if small.search(page.read_text())] == [], "use |day or |month"
