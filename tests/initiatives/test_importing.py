"""Initiatives from a list that somebody kept elsewhere: bad rows are told, and what goes on here is not undone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely
from django.core.management import CommandError, call_command

from geo.intake.reports import IntakeReport
from geo.models import Buurt
from planning.initiatives.importing import import_initiatives
from planning.initiatives.models import Initiative
from tests.factories import ORIGIN, make_buurt, make_initiative

pytestmark = pytest.mark.django_db
X, Y = ORIGIN
HEADER = ["Kenmerk", "Titel", "In één zin", "Thema", "Stand", "Ingediend op", "x", "y"]


def row(number: int, **values: Any) -> list[Any]:
    cells = {
        "Kenmerk": f"I-{number}", "Titel": f"Idee {number}", "zin": "Samen appels plukken.", "Thema": "groen en tuin",
        "Stand": "zoekt steun", "Datum": "2 februari 2026", "x": X + number % 50, "y": Y,
    } | values  # fmt: skip
    return list(cells.values())


def csv_file(path: Path, rows: list[list[Any]], header: list[str] = HEADER) -> Path:
    path.write_text("\n".join(";".join(str(cell) for cell in line) for line in [header, *rows]), encoding="utf-8")
    return path


def counts(report: IntakeReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused


@pytest.fixture(autouse=True)
def buurt() -> Buurt:
    return make_buurt("De Lariks West")


def test_a_list_becomes_initiatives_and_again_changes_nothing(tmp_path: Path, buurt: Buurt) -> None:
    file = csv_file(tmp_path / "i.csv", [row(1), row(2, Thema="Spelen")])
    assert counts(import_initiatives(file, "lijst 2026")) == (2, 0, 0, 0)
    idea = Initiative.objects.get(external_id="I-1")
    assert (idea.theme, idea.state, idea.submitted_on) == ("green", "gathering_support", dt.date(2026, 2, 2))
    assert (idea.slug, idea.buurt, idea.support_radius_m, idea.source) == ("idee-1-i-1", buurt, 150, "lijst 2026")
    before = list(Initiative.objects.order_by("pk").values())
    assert counts(import_initiatives(file, "lijst 2026")) == (0, 0, 2, 0)
    assert list(Initiative.objects.order_by("pk").values()) == before


def test_every_format(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Ideeën uit de wijk"])
    book.active.append(HEADER)
    book.active.append(row(1, Datum=dt.date(2026, 2, 2)))
    book.save(tmp_path / "i.xlsx")
    frame = gpd.GeoDataFrame(
        {"kenmerk": ["I-2"], "titel": ["Idee 2"], "samenvatting": ["Kort."], "thema": ["zorg"], "datum": ["mei 2026"]},
        geometry=[shapely.Point(X, Y)], crs=28992,
    )  # fmt: skip
    frame.to_file(tmp_path / "i.gpkg")
    (tmp_path / "i.geojson").write_text(frame.assign(kenmerk="I-3").to_crs(4326).to_json(drop_id=True))
    for name in ("i.xlsx", "i.gpkg", "i.geojson"):
        assert counts(import_initiatives(tmp_path / name, "lijst")) == (1, 0, 0, 0)
    assert set(Initiative.objects.values_list("external_id", flat=True)) == {"I-1", "I-2", "I-3"}


@pytest.mark.parametrize(
    ("values", "column", "words"),
    [
        ({"Titel": ""}, "Titel", "ontbreekt"),
        ({"zin": ""}, "In één zin", "ontbreekt"),
        ({"Thema": "groem"}, "Thema", "groen"),
        ({"Stand": "spoedig"}, "Stand", "kennen we niet als stand"),
        ({"Stand": "afgewezen"}, "Reden bij de stand", "ontbreekt"),
        ({"Datum": "ooit"}, "Ingediend op", "geen datum"),
        ({"x": "1", "y": "2"}, "x", "niet in Nederland"),
        ({"Titel": "t" * 121}, "Titel", "121 tekens"),
        ({"Titel": "=1+1"}, "Titel", "formule"),
    ],
)
def test_three_bad_rows_of_500_say_which_why_and_how(
    tmp_path: Path, values: dict[str, str], column: str, words: str
) -> None:
    file = csv_file(tmp_path / "i.csv", [row(n, **(values if n in {7, 250, 499} else {})) for n in range(500)])
    report = import_initiatives(file, "lijst")
    assert (counts(report), report.kept, Initiative.objects.count()) == ((497, 0, 0, 3), False, 0)
    assert [(problem.row, problem.column) for problem in report.problems] == [(n, column) for n in (9, 252, 501)]
    for problem in report.problems:
        assert words in problem.text("nl")
        assert problem.mend_nl
        assert problem.mend_en
    assert import_initiatives(file, "lijst", accept_valid=True).kept
    assert Initiative.objects.count() == 497


def test_the_road_of_an_initiative_goes_on_whatever_the_list_says(tmp_path: Path) -> None:
    import_initiatives(csv_file(tmp_path / "i.csv", [row(1)]), "lijst")
    Initiative.objects.update(state="supported")
    report = import_initiatives(csv_file(tmp_path / "i.csv", [row(1, Titel="Ander idee", Stand="ingediend")]), "lijst")
    idea = Initiative.objects.get()
    assert counts(report) == (0, 1, 0, 0)
    assert (idea.title, idea.state, idea.slug) == ("Ander idee", "supported", "idee-1-i-1")


def test_another_source_is_left_alone_and_what_vanished_is_only_said(tmp_path: Path) -> None:
    other = make_initiative("Van hier", source="website", external_id="I-1")
    import_initiatives(csv_file(tmp_path / "i.csv", [row(1), row(2)]), "lijst")
    report = import_initiatives(csv_file(tmp_path / "i.csv", [row(1)]), "lijst")
    assert (report.vanished, Initiative.objects.count()) == (["Idee 2"], 3)
    other.refresh_from_db()
    assert other.title == "Van hier"


def test_the_start_of_a_story_sums_it_up_and_its_paragraphs_stay(tmp_path: Path) -> None:
    header = ["Titel", "Verhaal", "Thema", "Datum", "Buurt"]
    story = '"Wij willen een boomgaard. Daar is ruimte.\n\n\n\nDoe mee!"'
    report = import_initiatives(
        csv_file(tmp_path / "i.csv", [["Boomgaard", story, "groen", "2026", "De Lariks West"]], header), "lijst"
    )
    idea = Initiative.objects.get()
    assert idea.summary == "Wij willen een boomgaard."
    assert idea.story == "Wij willen een boomgaard. Daar is ruimte.\n\nDoe mee!"
    assert idea.external_id.startswith("auto-")
    assert "eerste zin" in " ".join(repair.text() for repair in report.repairs)


def test_doubles_are_refused_and_two_of_one_title_get_addresses_of_their_own(tmp_path: Path) -> None:
    report = import_initiatives(csv_file(tmp_path / "i.csv", [row(1), row(1)]), "lijst")
    assert "staat ook in rij 2" in report.problems[0].text()
    same = [row(1, Titel="Idee", Kenmerk="a b"), row(2, Titel="Idee", Kenmerk="a-b")]
    import_initiatives(csv_file(tmp_path / "i.csv", same), "lijst")
    assert set(Initiative.objects.values_list("slug", flat=True)) == {"idee-a-b", "idee-a-b-2"}


def test_the_command_reports_and_a_trial_keeps_nothing(tmp_path: Path, capsys: Any) -> None:
    file = csv_file(tmp_path / "i.csv", [row(1)])
    call_command("import_initiatives", file, source="lijst", dry_run=True)
    assert "1 nieuw, 0 gewijzigd, 0 gelijk, 0 geweigerd." in capsys.readouterr().out
    assert not Initiative.objects.exists()
    with pytest.raises(SystemExit):
        call_command("import_initiatives", csv_file(tmp_path / "i.csv", [row(1, Datum="ooit")]), source="lijst")
    assert "geweigerd · rij 2, kolom Ingediend op" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is er niet"):
        call_command("import_initiatives", tmp_path / "nergens.csv", source="lijst")


def test_the_command_needs_only_a_file_and_knows_it_again_by_another_name(tmp_path: Path, capsys: Any) -> None:
    call_command("import_initiatives", csv_file(tmp_path / "ideeen.csv", [row(1)]))
    call_command("import_initiatives", csv_file(tmp_path / "ideeen 2027.csv", [row(1)]))
    assert "0 nieuw, 0 gewijzigd, 1 gelijk, 0 geweigerd." in capsys.readouterr().out


def test_an_import_costs_a_fixed_number_of_queries(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    file = csv_file(tmp_path / "i.csv", [row(n) for n in range(300)])
    with django_assert_max_num_queries(10):
        import_initiatives(file, "lijst")
