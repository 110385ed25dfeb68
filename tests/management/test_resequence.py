"""The command: before and after with figures, for one wijk or owner, in four forms, and nothing is changed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from planning.coordination.models import Finding
from planning.works.models import Work
from tests.factories import box, make_address, make_buurt, make_organisation, make_wijk, make_work, point

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()


def run(**options: Any) -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("resequence", stdout=out, stderr=io.StringIO(), **{"seconds": 5.0, **options})
    return out.getvalue()


@pytest.fixture
def fallow() -> tuple[Work, Work]:
    """A demolition of 40 homes that is committed, and a building planned two years after it."""
    make_buurt(wijk=make_wijk())
    owner = make_organisation()
    day = TODAY + dt.timedelta(days=105)
    demolition = make_work(
        kind="demolition", name="Sloop Stroom", owner=owner, status="committed", geometry=box(), dwellings=40,
        planned_start=day, planned_finish=day + dt.timedelta(days=50),
    )  # fmt: skip
    building = make_work(
        kind="new_build", name="=Nieuwbouw Stroom", owner=owner, status="planned", geometry=box(),
        planned_start=day + dt.timedelta(days=780), planned_finish=day + dt.timedelta(days=1100),
    )  # fmt: skip
    make_address(at=point(60, 20))
    return demolition, building


def test_it_says_what_it_wins_and_changes_nothing(fallow: tuple[Work, Work]) -> None:
    before = list(Work.objects.order_by("pk").values())
    printed = run()
    assert printed.startswith("Een betere volgorde voor Assen")
    assert "Het enige werk dat nog kan schuiven krijgt andere data (Actium 1)" in printed
    assert re.search(r"Braak: woningweken +4\.\d{3} +\d+ +-(9\d|100)%", printed)
    assert "elke dag later ligt de grond van Sloop Stroom (Actium) langer braak" in " ".join(printed.split())
    assert "dat is bewezen" in printed
    assert "Er is niets gewijzigd" in printed
    assert list(Work.objects.order_by("pk").values()) == before
    assert not Finding.objects.exists()


def test_json_holds_figures_and_dates(fallow: tuple[Work, Work]) -> None:
    answer = json.loads(run(format="json"))
    change = answer["changes"][0]
    assert change["work"] == fallow[1].pk
    assert change["start"] == fallow[1].planned_start.isoformat()
    assert dt.date.fromisoformat(change["new_start"]) - fallow[0].planned_finish <= dt.timedelta(days=31)
    assert answer["figures"]["fallow_dwelling_weeks"]["after"] < answer["figures"]["fallow_dwelling_weeks"]["before"]
    assert set(answer["figures"]) == {
        "hard", "fallow_dwelling_weeks", "opened_again", "conflicts", "nuisance_peak", "nuisance_address",
    }  # fmt: skip


def test_csv_opens_in_a_spreadsheet_without_running_formulas(fallow: tuple[Work, Work]) -> None:
    rows = list(csv.DictReader(io.StringIO(run(format="csv")), delimiter=";"))
    assert [row["name"] for row in rows] == ["'=Nieuwbouw Stroom"]
    assert rows[0]["explanation"].startswith("'=Nieuwbouw") or "=Nieuwbouw" in rows[0]["explanation"]


def test_html_stands_on_its_own_and_escapes_names(fallow: tuple[Work, Work], tmp_path: Path) -> None:
    Work.objects.filter(pk=fallow[1].pk).update(name="<script>x</script>")
    run(format="html", output=tmp_path / "volgorde.html")
    page = (tmp_path / "volgorde.html").read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;x" in page
    assert not re.search(r"(src|href)=|url\(", page)


def test_english(fallow: tuple[Work, Work]) -> None:
    printed = run(language="en")
    assert "The only work that can still move gets other dates" in printed
    assert "Nothing was changed" in printed


def test_only_the_wijk_or_the_owner_that_is_asked_for_moves(fallow: tuple[Work, Work]) -> None:
    make_wijk("Pittelo", geometry=box(5000, 5000, 100))
    make_organisation("stila")
    assert "krijgt andere data" in run(wijk="de-lariks")
    assert "geen enkel werk kan nog schuiven" in run(wijk="pittelo")
    assert "geen enkel werk kan nog schuiven" in run(organisation="stila")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"wijk": "atlantis"}, "Er is geen wijk “atlantis”; wel: de-lariks"),
        ({"organisation": "acme"}, "Er is geen organisatie “acme”; wel: actium"),
        ({"seconds": 0.0}, "--seconds moet boven 0 zijn"),
        ({"later": -1}, "weken niet onder 0"),
    ],
)
def test_what_cannot_be_is_said(fallow: tuple[Work, Work], options: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError, match=re.escape(said)):
        run(**options)


def test_a_file_that_cannot_be_written_is_said(fallow: tuple[Work, Work], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="kan niet worden geschreven"):
        run(output=tmp_path / "nergens" / "x.html")


def test_without_any_work_it_says_so() -> None:
    assert "geen enkel werk kan nog schuiven" in run()


def test_the_worst_off_address_is_named() -> None:
    """A street that is laid sooner meets another owner's façade works before one front door."""
    make_buurt(wijk=make_wijk())
    day = TODAY + dt.timedelta(days=400)
    make_work(
        kind="demolition", owner=make_organisation(), status="committed", geometry=box(), dwellings=30,
        planned_start=day - dt.timedelta(days=60), planned_finish=day,
    )  # fmt: skip
    make_work(
        kind="new_build", owner=make_organisation(), status="planned", geometry=box(),
        planned_start=day + dt.timedelta(days=500), planned_finish=day + dt.timedelta(days=900),
    )  # fmt: skip
    make_work(
        kind="renovation", owner=make_organisation("stila"), status="committed", geometry=box(120, 0),
        planned_start=day + dt.timedelta(days=10), planned_finish=day + dt.timedelta(days=300),
    )  # fmt: skip
    make_address("Stroom", 12, at=point(80, 20))
    printed = run()
    assert "Adressen binnen 100 meter van werk: 1. Met minder hinder tegelijk: 0; met meer: 1." in printed
    assert re.search(r"Stroom 12, 9403 KL Assen erop achteruit: in\s+de drukste week van 5 naar 10", printed)
