"""The CBS wijk- en buurtkaart: read in the layouts that people have, and kept as wijken and buurten.

Source of the layouts: CBS / Kadaster, Wijk- en buurtkaart, 2016 and later (CC BY 4.0).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.utils.text import slugify
from shapely.geometry.base import BaseGeometry

from geo.crs import RD_NEW
from geo.intake.gate import UnreadableFileError
from geo.models import Buurt, Wijk
from geo.readers import layer_names, read_layer

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("buurtcode", "bu_code", "statcode"),
    "name": ("buurtnaam", "bu_naam", "statnaam"),
    "wijk_code": ("wijkcode", "wk_code"),
    "wijk_name": ("wijknaam", "wk_naam"),
    "municipality_code": ("gemeentecode", "gm_code"),
    "municipality_name": ("gemeentenaam", "gm_naam"),
    "water": ("water", "h2o"),
    "year": ("jaar", "jrstatcode"),
}
"""Our name to the names CBS used over the years, in lower case."""

WATER = {"ja", "j", "1", "true"}


@dataclass(frozen=True)
class WijkComposition:
    """A wijk as the partners speak of it: made of buurten, of whole CBS wijken, or of both."""

    slug: str
    name: str
    slogan: str = ""
    description: str = ""
    buurten: tuple[str, ...] = ()
    cbs_wijken: tuple[str, ...] = ()

    def holds(self, buurt_code: str, wijk_code: str) -> bool:
        """Return whether a buurt belongs to this wijk."""
        return buurt_code in self.buurten or wijk_code in self.cbs_wijken


@dataclass
class AreasReport:
    """What an import of areas did; counts, and sentences on what was assumed or is gone."""

    buurten_created: int = 0
    buurten_updated: int = 0
    buurten_unchanged: int = 0
    wijken_created: int = 0
    wijken_updated: int = 0
    wijken_unchanged: int = 0
    water_left_out: int = 0
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _BuurtRow:
    code: str
    name: str
    wijk_code: str
    wijk_name: str
    municipality_code: str
    municipality_name: str
    year: int | None
    geometry: BaseGeometry


def read_composition(path: Path) -> list[WijkComposition]:
    """Return the wijken that a JSON file makes of buurten.

    Raises
    ------
    UnreadableFileError
        Where it is not a list of wijken with a slug, a name and buurten or CBS wijken.
    """
    try:
        rows = json.loads(path.read_text("utf-8"))
        made = [
            WijkComposition(
                slug=slugify(row["slug"]), name=row["name"], slogan=row.get("slogan", ""),
                description=row.get("description", ""), buurten=tuple(row.get("buurten", ())),
                cbs_wijken=tuple(row.get("cbs_wijken", ())),
            )
            for row in rows
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFileError(
            f"{path.name} is geen lijst van wijken; elke wijk heeft een slug, een name en buurten of cbs_wijken."
        ) from error
    if not all(wijk.slug and (wijk.buurten or wijk.cbs_wijken) for wijk in made):
        raise UnreadableFileError(f"In {path.name} heeft een wijk geen slug, of geen buurten en geen cbs_wijken.")
    return made


@transaction.atomic
def import_areas(
    path: Path,
    *,
    municipality: str | None = None,
    composition: Iterable[WijkComposition] | None = None,
    dry_run: bool = False,
) -> AreasReport:
    """Read buurten of one municipality (or of all in the file) and keep them with their wijken.

    The same file a second time changes nothing; areas that vanished are reported and left alone.

    Parameters
    ----------
    path
        GeoPackage, GeoJSON or shapefile, zipped or not, in RD New or WGS 84.
    municipality
        CBS code, as GM0106.
    composition
        The wijken of the partners; without it the wijken are those of CBS.
    dry_run
        Report without keeping.

    Raises
    ------
    UnreadableFileError
        Where the file has no buurten, or none of that municipality.
    """
    report = AreasReport()
    rows = _read_buurten(path, municipality, report)
    wijken = _keep_wijken(rows, list(composition) if composition is not None else None, report)
    _keep_buurten(rows, wijken, report)
    if dry_run:
        transaction.set_rollback(True)
    return report


def _read_buurten(path: Path, municipality: str | None, report: AreasReport) -> list[_BuurtRow]:
    names = layer_names(path)
    layer = next((n for n in names if re.search(r"buurt(en)?(_|\b|\d)", n.lower())), names[0] if names else None)
    frame, notices = read_layer(path, layer)
    report.notices += notices
    columns = _match_columns(frame)
    missing = {"code", "name"} - set(columns)
    if missing:
        raise UnreadableFileError(
            f"{path.name} heeft geen kolom met de {' en de '.join(COLUMNS[m][0] for m in sorted(missing))} van een"
            " buurt; lever de wijk- en buurtkaart van het CBS aan."
        )
    rows = []
    seen: set[str] = set()
    municipalities: set[str] = set()
    for record, geometry in zip(frame.to_dict("records"), frame.geometry, strict=True):
        row = _buurt_row({key: record[column] for key, column in columns.items()}, geometry)
        if row is None:
            continue
        municipalities.add(f"{row.municipality_code} {row.municipality_name}".strip())
        if municipality and row.municipality_code != municipality.upper():
            continue
        if str(record.get(columns.get("water", ""), "")).strip().lower() in WATER:
            report.water_left_out += 1
            continue
        if row.code in seen:
            raise UnreadableFileError(f"Buurt {row.code} staat twee keer in {path.name}; houd er één over.")
        seen.add(row.code)
        rows.append(row)
    if not rows:
        there = ", ".join(sorted(municipalities)[:10]) or "geen enkele"
        raise UnreadableFileError(
            f"{path.name} heeft geen buurten van {municipality or 'een gemeente'}; wel van: {there}."
        )
    return rows


def _match_columns(frame: gpd.GeoDataFrame) -> dict[str, str]:
    by_lower = {str(column).lower(): str(column) for column in frame.columns}
    return {
        ours: by_lower[theirs]
        for ours, options in COLUMNS.items()
        for theirs in [next((o for o in options if o in by_lower), "")]
        if theirs
    }


def _buurt_row(values: dict[str, object], geometry: BaseGeometry | None) -> _BuurtRow | None:
    code = str(values.get("code") or "").strip().upper()
    polygon = _polygons(geometry)
    # The file may hold wijken and gemeenten too: only a buurt's code starts with BU and has eight digits.
    if polygon is None or not re.fullmatch(r"BU\d{8}", code):
        return None
    year = re.search(r"\d{4}", str(values.get("year") or ""))
    return _BuurtRow(
        code=code,
        name=str(values.get("name") or code).strip(),
        wijk_code=str(values.get("wijk_code") or f"WK{code[2:8]}").strip().upper(),
        wijk_name=str(values.get("wijk_name") or "").strip(),
        municipality_code=str(values.get("municipality_code") or f"GM{code[2:6]}").strip().upper(),
        municipality_name=str(values.get("municipality_name") or "").strip(),
        year=int(year[0]) if year else None,
        geometry=polygon,
    )


def _polygons(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Return the polygon parts of a geometry, valid and flat, as one MultiPolygon."""
    if geometry is None or geometry.is_empty:
        return None
    flat = shapely.force_2d(geometry)
    if not flat.is_valid:
        flat = shapely.make_valid(flat)
    parts = [part for part in shapely.get_parts(flat) if part.geom_type == "Polygon"]
    parts += [p for part in shapely.get_parts(flat) if part.geom_type == "MultiPolygon" for p in part.geoms]
    return shapely.MultiPolygon(parts) if parts else None


def _keep_wijken(
    rows: list[_BuurtRow], composition: list[WijkComposition] | None, report: AreasReport
) -> dict[str, Wijk]:
    """Keep the wijken and return, per buurt code, the wijk it belongs to."""
    if composition is None:
        names = {row.wijk_code: row.wijk_name or row.wijk_code for row in rows}
        taken: set[str] = set()
        composition = [
            WijkComposition(slug=_free_slug(name, code, taken), name=name, cbs_wijken=(code,))
            for code, name in sorted(names.items())
        ]
    known = {row.code for row in rows} | {row.wijk_code for row in rows}
    belongs: dict[str, Wijk] = {}
    for made in composition:
        absent = [code for code in (*made.buurten, *made.cbs_wijken) if code not in known]
        if absent:
            report.notices.append(f"Voor wijk {made.name} ontbreekt in het bestand: {', '.join(absent)}.")
        members = [row for row in rows if made.holds(row.code, row.wijk_code)]
        if not members:
            continue
        # Shared edges vanish; what lies apart stays apart, as Pittelo-Marsdijk does.
        shape = _polygons(shapely.union_all([row.geometry for row in members]))
        values = {
            "name": made.name,
            "slogan": made.slogan,
            "description": made.description,
            "municipality_code": members[0].municipality_code,
            "municipality_name": members[0].municipality_name,
            "year": members[0].year,
            "code": made.cbs_wijken[0] if len(made.cbs_wijken) == 1 and not made.buurten else made.slug[:20],
        }
        wijk, outcome = _keep(Wijk, {"slug": made.slug}, values, shape)
        setattr(report, f"wijken_{outcome}", getattr(report, f"wijken_{outcome}") + 1)
        for row in members:
            if row.code in belongs:
                raise UnreadableFileError(
                    f"Buurt {row.name} ({row.code}) hoort bij twee wijken: {belongs[row.code].name} en {made.name}."
                )
            belongs[row.code] = wijk
    _report_vanished(Wijk, "Wijk", "slug", {made.slug for made in composition}, rows, report)
    return belongs


def _keep_buurten(rows: list[_BuurtRow], wijken: dict[str, Wijk], report: AreasReport) -> None:
    counts: dict[str, int] = {}
    for row in rows:
        counts[slugify(row.name)] = counts.get(slugify(row.name), 0) + 1
    own = {row.municipality_code for row in rows}
    taken = set(Buurt.objects.exclude(municipality_code__in=own).values_list("slug", flat=True))
    for row in sorted(rows, key=lambda r: r.code):
        wijk = wijken.get(row.code)
        name = row.name
        if counts[slugify(name)] > 1:
            name = f"{name} {wijk.name if wijk else row.wijk_name}"
        values = {
            "name": row.name,
            "slug": _free_slug(name, row.code, taken),
            "municipality_code": row.municipality_code,
            "municipality_name": row.municipality_name,
            "year": row.year,
            "wijk_id": wijk.pk if wijk else None,
            "cbs_wijk_code": row.wijk_code,
            "cbs_wijk_name": row.wijk_name,
        }
        _, outcome = _keep(Buurt, {"code": row.code}, values, row.geometry)
        setattr(report, f"buurten_{outcome}", getattr(report, f"buurten_{outcome}") + 1)
    _report_vanished(Buurt, "Buurt", "code", {row.code for row in rows}, rows, report)


def _keep(
    model: type[Wijk] | type[Buurt], key: dict[str, str], values: Mapping[str, object], shape: BaseGeometry | None
) -> tuple[Wijk, str]:
    """Create or update one area; return it with "created", "updated" or "unchanged"."""
    geometry = GEOSGeometry(memoryview(bytes(shapely.to_wkb(shapely.normalize(shape)) or b"")), srid=RD_NEW)
    if not isinstance(geometry, MultiPolygon):
        geometry = MultiPolygon(geometry, srid=RD_NEW)
    area = model.objects.filter(**key).first()
    if area is None:
        return model.objects.create(**key, **values, geometry=geometry), "created"  # type: ignore[return-value]
    same = all(getattr(area, name) == value for name, value in values.items()) and area.geometry.equals_exact(geometry)
    if same:
        return area, "unchanged"  # type: ignore[return-value]
    for name, value in values.items():
        setattr(area, name, value)
    area.geometry = geometry
    area.save()
    return area, "updated"  # type: ignore[return-value]


def _report_vanished(
    model: type[Wijk] | type[Buurt],
    what: str,
    key: str,
    present: set[str],
    rows: list[_BuurtRow],
    report: AreasReport,
) -> None:
    codes = {row.municipality_code for row in rows}
    gone = model.objects.filter(municipality_code__in=codes).exclude(**{f"{key}__in": present})
    for name, value in gone.values_list("name", key):
        report.notices.append(f"{what} {name} ({value}) staat niet meer in het bestand en blijft staan.")


def _free_slug(name: str, code: str, taken: set[str]) -> str:
    """Return a readable slug that is not taken yet; the code goes behind it where the name is not enough."""
    slug = slugify(name)[:100] or slugify(code)
    if slug in taken:
        slug = f"{slug[:90]}-{slugify(code)}"
    taken.add(slug)
    return slug
