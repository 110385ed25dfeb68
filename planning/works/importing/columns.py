"""Which column means what: headers as partners write them, in Dutch and English."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from planning.works.importing.problems import ImportRefusedError

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "external_id": (
        "kenmerk", "id", "nummer", "nr", "code", "referentie", "projectnummer", "werknummer", "zaaknummer",
        "external id", "reference", "number", "work id",
    ),
    "name": ("naam", "werk", "naam werk", "werknaam", "titel", "omschrijving werk", "name", "title", "work"),
    "kind": ("soort", "soort werk", "type", "type werk", "werksoort", "categorie", "kind", "work type", "category"),
    "status": ("status", "stand", "fase", "phase", "state"),
    "description": (
        "toelichting", "omschrijving", "beschrijving", "opmerking", "opmerkingen", "description", "remarks", "notes",
    ),
    "project": ("project", "projectnaam", "complex", "project name"),
    "programme": ("programma", "programmanaam", "programme", "program"),
    "start": (
        "begin", "start", "startdatum", "begindatum", "aanvang", "van", "start bouw", "start uitvoering",
        "start werk", "start date", "planned start", "from",
    ),
    "finish": (
        "einde", "eind", "einddatum", "gereed", "klaar", "oplevering", "opleverdatum", "tot en met", "t m", "tm",
        "finish", "end", "end date", "finish date", "planned finish", "until", "ready",
    ),
    "period": ("periode", "planning", "uitvoeringsperiode", "wanneer", "period", "when"),
    "earliest_start": ("vroegste begin", "vroegste start", "niet eerder dan", "earliest start"),
    "latest_finish": ("uiterste einde", "uiterlijk klaar", "deadline", "latest finish"),
    "duration_days": ("duur", "duur in werkdagen", "werkdagen", "duration", "duration days", "working days"),
    "actual_start": ("werkelijk begin", "werkelijke start", "begonnen op", "actual start"),
    "actual_finish": ("werkelijk einde", "werkelijk gereed", "klaar op", "actual finish"),
    "dwellings": (
        "woningen", "aantal woningen", "aantal won", "aantal", "huizen", "dwellings", "homes", "number of homes",
    ),
    "hinders_traffic": (
        "hindert verkeer", "hindert autoverkeer", "verkeershinder", "afsluiting", "hinders traffic", "road closed",
    ),
    "disturbs_nests": ("kap of dakwerk", "kap", "dakwerk", "felling or roof", "disturbs nests"),
    "noise": ("geluid", "lawaai", "noise"),
    "dust": ("stof", "dust"),
    "vibration": ("trilling", "trillingen", "vibration"),
    "budget_eur": ("budget", "budget in euro", "kosten", "bedrag", "raming", "cost", "budget eur", "amount"),
    "consent_percentage": ("instemming", "instemming in", "draagvlak huurders", "consent", "consent percentage"),
    "tenants_informed_on": (
        "bewoners ingelicht", "bewoners ingelicht op", "bewoners geinformeerd", "huurders ingelicht op",
        "tenants informed", "tenants informed on",
    ),
    "visibility": ("zichtbaar voor", "zichtbaarheid", "openbaarheid", "visibility", "visible to"),
    "embargo_until": ("openbaar vanaf", "embargo", "embargo tot", "public from", "embargo until"),
    "geometry": ("geometrie", "geometry", "wkt", "geom", "the geom", "shape", "vlak", "contour", "omtrek"),
    "x": ("x", "x rd", "rd x", "xcoord", "x coordinaat", "rd x coordinaat"),
    "y": ("y", "y rd", "rd y", "ycoord", "y coordinaat", "rd y coordinaat"),
    "lat": ("lat", "latitude", "breedtegraad"),
    "lon": ("lon", "lng", "long", "longitude", "lengtegraad"),
    "buurt": ("buurt", "buurtnaam", "buurtcode", "wijk of buurt", "locatie buurt", "neighbourhood"),
}  # fmt: skip
"""Our field to the headers that mean it, as ``normal`` writes them."""

WEAK: Final = {"id", "nr", "code", "aantal", "van", "x", "y"}
"""Headers that give way where another column says the same more plainly: GDAL adds an id of its own."""

LABELS: Final = {name: headers[0].capitalize() for name, headers in HEADERS.items()}
"""What a field is called in messages where the file has no column for it."""


def normal(header: object) -> str:
    """Return a header without case, accents, units between brackets and punctuation: "Budget (€)" is "budget"."""
    text = re.sub(r"\(.*?\)|\[.*?\]", " ", "" if header is None else str(header))
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", text))


_BY_HEADER: Final = {header: name for name, headers in HEADERS.items() for header in headers} | {
    name.replace("_", " "): name for name in HEADERS
}


def match_columns(headers: Iterable[str], mapping: Mapping[str, str] | None = None) -> tuple[dict[str, str], list[str]]:
    """Return field to header, and the headers that mean nothing to us.

    Parameters
    ----------
    headers
        As they stand in the file.
    mapping
        Header to field, which goes before our own table; an empty field leaves a column out.

    Raises
    ------
    ImportRefusedError
        Where two columns mean one field, or the mapping names a column or a field that is not there.
    """
    headers = list(headers)
    mapping = dict(mapping or {})
    _check_mapping(mapping, headers)
    matched: dict[str, str] = {}
    unknown: list[str] = []
    for header in headers:
        name = mapping[header] if header in mapping else _BY_HEADER.get(normal(header))
        if name == "":
            continue
        if name is None:
            unknown.append(header)
        elif name not in matched or normal(matched[name]) in WEAK:
            unknown += [matched[name]] if name in matched else []
            matched[name] = header
        elif normal(header) in WEAK:
            unknown.append(header)
        else:
            raise ImportRefusedError(
                f"De kolommen “{matched[name]}” en “{header}” betekenen allebei {LABELS[name]}; verwijder er één of"
                " geef een mapping."
            )
    return matched, unknown


def _check_mapping(mapping: Mapping[str, str], headers: list[str]) -> None:
    absent = sorted(set(mapping) - set(headers))
    if absent:
        raise ImportRefusedError(f"De mapping noemt kolom “{absent[0]}”, maar het bestand heeft: {', '.join(headers)}.")
    strange = sorted({name for name in mapping.values() if name} - set(HEADERS))
    if strange:
        raise ImportRefusedError(f"De mapping noemt veld “{strange[0]}”; de velden zijn: {', '.join(HEADERS)}.")


def read_mapping(path: Path) -> dict[str, str]:
    """Return a mapping of headers to fields from a JSON file.

    Raises
    ------
    ImportRefusedError
        Where it is not a JSON object of texts.
    """
    try:
        mapping = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ImportRefusedError(f"De mapping {path.name} is geen leesbaar JSON-bestand.") from error
    if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
        raise ImportRefusedError(f'De mapping {path.name} moet zijn als {{"kolom in het bestand": "veld"}}.')
    return mapping
