"""Addresses of the BAG in the layouts that people have; the same file twice changes nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo.crs import looks_like_rd
from geo.intake.gate import UnreadableFileError
from geo.intake.problems import ImportRefusedError
from geo.models import Address, Buurt
from geo.registers.addresses import AddressReport, import_addresses, read_address
from planning.initiatives.models import NeighbourhoodCentre
from tests.factories import ORIGIN, box, make_address, make_buurt, make_centre

pytestmark = pytest.mark.django_db
X, Y = ORIGIN
HEADER = "identificatie;openbare_ruimte_naam;huisnummer;huisletter;toevoeging;postcode;woonplaats_naam;x;y"


def line(n: int, *, postcode: str = "9403KL", letter: str = "", addition: str = "", **more: Any) -> str:
    cells = {"id": f"010601000000{n:04d}", "street": "Stroom", "number": n, "letter": letter, "addition": addition,
             "postcode": postcode, "city": "Assen", "x": X + n, "y": Y} | more  # fmt: skip
    return ";".join(str(cell) for cell in cells.values())


def csv_file(path: Path, lines: list[str], header: str = HEADER, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
    return path


def counts(report: AddressReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused


@pytest.fixture(autouse=True)
def buurt() -> Buurt:
    return make_buurt("De Lariks West", municipality_code="GM0106")


def bag_light(path: Path, rows: int = 3, crs: int = 28992) -> Path:
    """A GeoPackage as PDOK's ``bag-light.gpkg``: buildings and dwellings."""
    frame = gpd.GeoDataFrame(
        {
            "identificatie": [f"010601000000{n:04d}" for n in range(1, rows + 1)],
            "status": ["Verblijfsobject in gebruik"] * (rows - 1) + ["Verblijfsobject ingetrokken"],
            "oppervlakte": [80] * rows,
            "openbare_ruimte_naam": ["Stroom"] * rows,
            "huisnummer": list(range(1, rows + 1)),
            "huisletter": ["A", None, None][:rows],
            "toevoeging": [None, "2", None][:rows],
            "postcode": ["9403KL"] * rows,
            "woonplaats_naam": ["Assen"] * rows,
            "bronhouder_identificatie": ["0106"] * rows,
        },
        geometry=[shapely.Point(X + n, Y) for n in range(rows)],
        crs=28992,
    ).to_crs(crs)
    pand = gpd.GeoDataFrame({"identificatie": ["p"]}, geometry=[shapely.box(X, Y, X + 9, Y + 9)], crs=28992)
    pand.to_file(path, layer="pand")
    frame.to_file(path, layer="verblijfsobject")
    return path


@pytest.mark.parametrize("crs", [28992, 4326])
def test_the_dwellings_of_pdok(tmp_path: Path, buurt: Buurt, crs: int) -> None:
    report = import_addresses(bag_light(tmp_path / "bag-light.gpkg", crs=crs))
    assert counts(report) == (2, 0, 0, 0)
    assert report.not_in_use == 1
    first, second = Address.objects.order_by("number")
    assert str(first) == "Stroom 1A, 9403 KL Assen"
    assert str(second) == "Stroom 2-2, 9403 KL Assen", "a number after a number is kept apart"
    assert (first.source, first.external_id, first.buurt) == ("BAG", "0106010000000001", buurt)
    assert first.point.distance(shapely_point(X, Y)) < 0.01


def shapely_point(x: float, y: float) -> Any:
    from django.contrib.gis.geos import Point

    return Point(x, y, srid=28992)


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    file = bag_light(tmp_path / "bag-light.gpkg")
    import_addresses(file)
    before = list(Address.objects.order_by("pk").values())
    assert counts(import_addresses(file)) == (0, 0, 2, 0)
    assert list(Address.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_in_rd_or_degrees(tmp_path: Path, encoding: str) -> None:
    lon, lat = Transformer.from_crs(28992, 4326, always_xy=True).transform(X, Y)
    lines = [line(1, street="Caféplein"), line(2, street="Caféplein", x=f"{lon:.7f}", y=f"{lat:.7f}")]
    assert counts(import_addresses(csv_file(tmp_path / "a.csv", lines, encoding=encoding))) == (2, 0, 0, 0)
    assert set(Address.objects.values_list("street", flat=True)) == {"Caféplein"}
    header = "Straatnaam,Huisnummer,Postcode,Plaats,lat,lon"
    (tmp_path / "b.csv").write_text(f"{header}\nAar,12 a,9403 km,Assen,{lat},{lon}\n")
    import_addresses(tmp_path / "b.csv")
    other = Address.objects.get(street="Aar")
    assert (other.number, other.addition, other.postcode) == (12, "a", "9403KM")
    assert other.point.distance(shapely_point(X, Y)) < 0.5


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"postcode": "0403KL"}, "geen postcode"),
        ({"number": "nul"}, "geen huisnummer"),
        ({"number": "0"}, "geen huisnummer"),
        ({"street": ""}, "straat ontbreekt"),
        ({"city": ""}, "woonplaats ontbreekt"),
        ({"x": ""}, "geen plek"),
        ({"x": "12", "y": "13"}, "niet in Nederland"),
        ({"addition": "veel te lang dit"}, "tekens lang"),
        ({"street": "=HYPERLINK(1)"}, "is een formule"),
    ],
)
def test_three_bad_rows_of_500_say_which_why_and_how(tmp_path: Path, values: dict[str, str], words: str) -> None:
    lines = [line(n, **(values if n in {7, 250, 499} else {})) for n in range(1, 501)]
    report = import_addresses(csv_file(tmp_path / "a.csv", lines))
    assert counts(report) == (497, 0, 0, 3)
    assert [problem.row for problem in report.problems] == [8, 251, 500], "as the sender counts, header included"
    for problem in report.problems:
        assert words in problem.text("nl")
        assert problem.mend_nl
        assert problem.mend_en


def test_the_first_of_two_the_same_counts(tmp_path: Path) -> None:
    report = import_addresses(csv_file(tmp_path / "a.csv", [line(1), line(2), line(1, street="Anders")]))
    assert counts(report) == (2, 0, 0, 1)
    assert "staat ook in rij 2" in report.problems[0].text()


def test_addresses_without_a_postcode_are_left_out_and_counted(tmp_path: Path) -> None:
    report = import_addresses(csv_file(tmp_path / "a.csv", [line(1), line(2, postcode="")]))
    assert (report.created, report.without_postcode, report.refused) == (1, 1, 0)


def test_an_address_that_gets_another_postcode_stays_itself(tmp_path: Path) -> None:
    import_addresses(csv_file(tmp_path / "a.csv", [line(1), line(2)]))
    first = Address.objects.get(number=1)
    centre = make_centre(address=first)
    report = import_addresses(csv_file(tmp_path / "a.csv", [line(1, postcode="9403ZZ"), line(2)]))
    assert counts(report) == (0, 1, 1, 0)
    first.refresh_from_db()
    assert first.postcode == "9403ZZ"
    assert NeighbourhoodCentre.objects.get().address == first == centre.address


def test_two_addresses_that_change_places_end_as_the_file_says(tmp_path: Path) -> None:
    import_addresses(csv_file(tmp_path / "a.csv", [line(1), line(2)]))
    swapped = [line(1).replace(";1;", ";2;", 1), line(2).replace(";2;", ";1;", 1)]
    file = csv_file(tmp_path / "a.csv", swapped)
    import_addresses(file)
    assert dict(Address.objects.values_list("number", "external_id")) == {
        1: "0106010000000002", 2: "0106010000000001",
    }  # fmt: skip
    assert counts(import_addresses(file)) == (0, 0, 2, 0)


def test_an_invented_address_gives_way_to_the_real_one(tmp_path: Path) -> None:
    invented = make_address("Stroom", 1, "9403KL", source="illustratief")
    assert counts(import_addresses(csv_file(tmp_path / "a.csv", [line(1)]))) == (0, 1, 0, 0)
    invented.refresh_from_db()
    assert (invented.source, invented.external_id) == ("BAG", "0106010000000001")


def test_what_vanished_is_said_and_removed_only_when_asked(tmp_path: Path) -> None:
    import_addresses(csv_file(tmp_path / "a.csv", [line(1), line(2)]))
    make_address("Elders", 9, "9999ZZ", source="illustratief")
    elsewhere = make_buurt("Elders", geometry=box(5000, 5000, 100), municipality_code="GM0114")
    other = make_address("Emmen", 3, "7800AA", source="BAG", buurt=elsewhere)
    file = csv_file(tmp_path / "a.csv", [line(1)])
    report = import_addresses(file)
    assert (report.vanished, report.removed, report.vanished_names) == (1, 0, ["Stroom 2, 9403 KL Assen"])
    assert Address.objects.count() == 4
    report = import_addresses(file, remove_vanished=True)
    assert (report.vanished, report.removed) == (1, 1)
    assert Address.objects.filter(pk=other.pk).exists(), "of another municipality the file says nothing"
    assert Address.objects.filter(street="Elders").exists(), "of another source the BAG says nothing"


def test_only_one_municipality(tmp_path: Path) -> None:
    make_buurt("Elders", geometry=box(5000, 5000, 100), municipality_code="GM0114")
    lines = [line(1), line(2, x=X + 5050, y=Y + 5050), line(3, x=X + 9000)]
    report = import_addresses(csv_file(tmp_path / "a.csv", lines), municipality="gm0106")
    assert (report.created, report.elsewhere) == (1, 2)
    report = import_addresses(bag_light(tmp_path / "bag-light.gpkg"), municipality="GM0114")
    assert (report.created, report.vanished) == (0, 0)
    with pytest.raises(ImportRefusedError, match="lees ze eerst in met import_areas"):
        import_addresses(tmp_path / "a.csv", municipality="GM9999")


def test_a_trial_keeps_nothing_and_the_command_says_so(tmp_path: Path, capsys: Any) -> None:
    file = csv_file(tmp_path / "a.csv", [line(1), line(2, number="nul")])
    call_command("import_addresses", file, dry_run=True)
    said = capsys.readouterr().out
    assert "geweigerd · rij 3, kolom Huisnummer: “nul” is geen huisnummer." in said
    assert "Adressen: 1 nieuw, 0 gewijzigd, 0 gelijk, 1 geweigerd." in said
    assert "Proef" in said
    assert not Address.objects.exists()
    with pytest.raises(CommandError, match="is er niet"):
        call_command("import_addresses", tmp_path / "nergens.csv")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"zomaar wat tekst\n", "begint niet met kolomnamen"),
        ("a.csv", b"Postcode;Huisnummer\n9403KL;1\n", "geen kolom Straat"),
        ("a.csv", b"Postcode;Huisnummer;Straat;Plaats\n9403KL;1;a;b\n", "geen kolom Geometrie of X of Lat"),
        ("a.csv", b"Post\x00code;Huisnummer\n", "tekens die niet te lezen"),
        ("a.csv", b"", "leeg"),
        ("a.docx", b"tekst", "van een soort die hier niet gelezen wordt"),
        ("a.gpkg", b"niet echt", "niet te lezen als kaartbestand"),
        ("a.zip", b"PK niet echt", "geen goed zip-bestand"),
    ],
)
def test_a_hopeless_file_ends_in_one_sentence(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises((ImportRefusedError, UnreadableFileError), match=words):
        import_addresses(tmp_path / name)


CELLS = st.dictionaries(
    st.sampled_from(["postcode", "number", "letter", "addition", "street", "city", "geometry", "x", "y", "lat", "lon"]),
    st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.none()),
)


# In a fresh checkout the first draw builds the tables of letters, which is slow once.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(CELLS)
def test_no_row_breaks_the_reader_and_every_good_one_fits(cells: dict[str, Any]) -> None:
    values, problems = read_address(1, cells)
    if not problems:
        postcode, number, addition, street, city, identity, x, y = values
        assert len(postcode) == 6
        assert 1 <= number <= 99_999
        assert len(addition) <= 8
        assert 0 < len(street) <= 100
        assert 0 < len(city) <= 80
        assert len(identity) <= 64
        assert looks_like_rd(x, y)


OBJECTS = "www.kadaster.nl/schemas/lvbag/imbag/objecten/v20200601"
NOW = "<h:Voorkomen><h:beginGeldigheid>2015-11-06</h:beginGeldigheid>{end}</h:Voorkomen>"


def xml(kind: str, *objects: str) -> str:
    inside = "".join(f"<s:stand><e:bagObject><o:{kind}>{body}</o:{kind}></e:bagObject></s:stand>" for body in objects)
    return (
        f'<e:bagStand xmlns:e="http://www.kadaster.nl/schemas/lvbag/extract-deelbestand-lvc/v20200601" xmlns:s="s"'
        f' xmlns:o="{OBJECTS}" xmlns:r="{OBJECTS}-ref" xmlns:h="h" xmlns:gml="http://www.opengis.net/gml/3.2">'
        f"<s:standBestand>{inside}</s:standBestand></e:bagStand>"
    )


def current(end: str = "") -> str:
    return f"<o:voorkomen>{NOW.format(end=end)}</o:voorkomen>"


def number(identity: str, house: int, postcode: str = "9403KL", more: str = "", end: str = "") -> str:
    return (
        f"<o:huisnummer>{house}</o:huisnummer>{more}<o:postcode>{postcode}</o:postcode>"
        f"<o:ligtAan><r:OpenbareRuimteRef>OPR1</r:OpenbareRuimteRef></o:ligtAan>{current(end)}"
        f"<o:identificatie>{identity}</o:identificatie><o:status>Naamgeving uitgegeven</o:status>"
    )


def dwelling(numbering: str, x: float, status: str = "Verblijfsobject in gebruik", end: str = "") -> str:
    return (
        f"<o:heeftAlsHoofdadres><r:NummeraanduidingRef>{numbering}</r:NummeraanduidingRef></o:heeftAlsHoofdadres>"
        f"{current(end)}<o:identificatie>VBO-{numbering}</o:identificatie><o:geometrie><o:punt>"
        f'<gml:Point srsDimension="3"><gml:pos>{x} {Y} 0.0</gml:pos></gml:Point></o:punt></o:geometrie>'
        f"<o:status>{status}</o:status>"
    )


def mooring(numbering: str) -> str:
    ring = f"{X} {Y} {X + 10} {Y} {X + 10} {Y + 10} {X} {Y + 10} {X} {Y}"
    return (
        f"<o:heeftAlsHoofdadres><r:NummeraanduidingRef>{numbering}</r:NummeraanduidingRef></o:heeftAlsHoofdadres>"
        f"{current()}<o:identificatie>LIG-{numbering}</o:identificatie><o:geometrie><gml:Polygon><gml:exterior>"
        f"<gml:LinearRing><gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
        f"</o:geometrie><o:status>Plaats aangewezen</o:status>"
    )


def extract(path: Path, **parts: str) -> Path:
    """A zip of zips of XML, as the Kadaster gives it."""
    ended = "<h:eindGeldigheid>2017-07-05</h:eindGeldigheid>"
    parts = {
        "WPL": xml("Woonplaats", f"<o:identificatie>W1</o:identificatie><o:naam>Assen</o:naam>{current()}"),
        "OPR": xml(
            "OpenbareRuimte",
            f"<o:identificatie>OPR1</o:identificatie><o:naam>Stroom</o:naam>{current()}"
            "<o:ligtIn><r:WoonplaatsRef>W1</r:WoonplaatsRef></o:ligtIn>",
        ),
        "NUM": xml(
            "Nummeraanduiding", number("N1", 1, end=ended, postcode="1111AA"),
            number("N1", 1, more="<o:huisletter>A</o:huisletter>"),
            number("N2", 2, more="<o:huisnummertoevoeging>bis</o:huisnummertoevoeging>"), number("N3", 3),
        ),
        "VBO": xml("Verblijfsobject", dwelling("N1", X - 500, end=ended), dwelling("N1", X),
                   dwelling("N2", X + 20, "Verblijfsobject ingetrokken")),
        "LIG": xml("Ligplaats", mooring("N3")),
    } | parts  # fmt: skip
    with zipfile.ZipFile(path, "w") as outer:
        outer.writestr("Leveringsdocument-BAG-Extract.xml", "<a/>")
        for part, content in parts.items():
            if not content:
                continue
            inner = path.parent / f"{part}.zip"
            with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"9999{part}08112026-000001.xml", content)
            outer.write(inner, f"9999{part}08112026.zip")
    return path


def test_the_extract_of_the_kadaster(tmp_path: Path, buurt: Buurt) -> None:
    file = extract(tmp_path / "lvbag-extract.zip")
    report = import_addresses(file)
    assert (counts(report), report.not_in_use) == ((2, 0, 0, 0), 1)
    first, boat = Address.objects.order_by("number")
    assert (str(first), first.external_id, first.buurt) == ("Stroom 1A, 9403 KL Assen", "N1", buurt)
    assert first.point.distance(shapely_point(X, Y)) < 0.01, "what held before is not taken"
    assert boat.number == 3
    assert boat.point.x == pytest.approx(X + 5)
    assert counts(import_addresses(file)) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"OPR": ""}, "ontbreekt OpenbareRuimte"),
        ({"VBO": "", "LIG": ""}, "ontbreekt Verblijfsobject"),
        ({"NUM": "<a><kapot></a>"}, "beschadigd"),
        ({"NUM": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "geen BAG-extract"),
    ],
)
def test_a_bad_extract_ends_in_one_sentence(parts: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        import_addresses(extract(tmp_path / "bag.zip", **parts))
    assert not Address.objects.exists()
