"""Which column of a partner's file means what: headers in Dutch and English."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from geo.intake.headers import Vocabulary
from geo.intake.places import PLACE_HEADERS
from geo.intake.problems import ImportRefusedError

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
        "laatste dag", "last day",
    ),
    "period": ("periode", "planning", "uitvoeringsperiode", "wanneer", "period", "when"),
    "date_precision": ("nauwkeurigheid", "precisie", "date precision", "precision"),
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
    **PLACE_HEADERS,
}  # fmt: skip

WORKS: Final = Vocabulary(
    HEADERS,
    weak=frozenset({"id", "nr", "code", "aantal", "van", "x", "y", "finish"}),
    example="Naam, Soort, Begin en Einde",
)


def check_constants(constants: Mapping[str, str], columns: Collection[str]) -> dict[str, str]:
    """Return what holds for all rows, without empty values.

    Raises
    ------
    ImportRefusedError
        Where a field is unknown, or a column says it per row already.
    """
    for name in constants:
        if name not in HEADERS:
            raise ImportRefusedError(f"“{name[:40]}” is geen veld; de velden zijn: {', '.join(HEADERS)}.")
        if name in columns:
            raise ImportRefusedError(
                f"{WORKS.label(name)} staat per rij in het bestand en kan niet ook voor alle rijen."
            )
    return {name: value for name, value in constants.items() if value.strip()}
