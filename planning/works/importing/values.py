"""The words of partners for kinds, states, visibility and nuisance; and how each field of a work is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from geo.intake.values import (
    Words,
    read_amount,
    read_flag,
    read_integer,
    read_lines,
    read_percentage,
    read_text,
)
from planning.partners.visibility import Visibility
from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Work

KINDS: Final[Mapping[str, str]] = {
    "verhuizing bewoners": "relocation", "verhuizing": "relocation", "uithuizing": "relocation",
    "uitplaatsing": "relocation", "sloop": "demolition", "sloopwerk": "demolition", "slopen": "demolition",
    "amoveren": "demolition", "bouwrijp maken": "site_preparation", "bouwrijp": "site_preparation",
    "grondwerk": "site_preparation", "renovatie": "renovation", "groot onderhoud": "renovation",
    "onderhoud": "renovation", "verduurzaming": "renovation", "nieuwbouw": "new_build", "bouw": "new_build",
    "woningbouw": "new_build", "new construction": "new_build", "riool": "sewer", "riolering": "sewer",
    "rioolvervanging": "sewer", "rioolrenovatie": "sewer", "sewerage": "sewer", "kabels en leidingen": "cables_pipes",
    "kabels": "cables_pipes", "leidingen": "cables_pipes", "elektra": "cables_pipes", "gas": "cables_pipes",
    "waterleiding": "cables_pipes", "glasvezel": "cables_pipes", "cables and pipes": "cables_pipes",
    "cables pipes": "cables_pipes", "warmtenet": "heat_network", "stadswarmte": "heat_network",
    "warmte": "heat_network", "straat": "street", "straten": "street", "herinrichting": "street",
    "herinrichting straat": "street", "herbestrating": "street", "weg": "street", "wegen": "street",
    "bestrating": "street", "road": "street", "plein": "square", "herinrichting plein": "square", "groen": "green",
    "park": "green", "beplanting": "green", "bomen": "green", "speelplek": "play_area", "speeltuin": "play_area",
    "spelen": "play_area", "speelplaats": "play_area", "playground": "play_area",
    "tijdelijk gebruik": "temporary_use", "tijdelijke invulling": "temporary_use", "tijdelijk": "temporary_use",
    "evenement": "event", "buurtfeest": "event", "feest": "event", "activiteit": "event",
}  # fmt: skip
STATUSES: Final[Mapping[str, str]] = {
    "idee": "idea", "initiatief": "idea", "verkenning": "idea", "wens": "idea", "gepland": "planned",
    "planning": "planned", "in voorbereiding": "planned", "voorbereiding": "planned", "ontwerp": "planned",
    "concept": "planned", "vastgelegd": "committed", "vast": "committed", "definitief": "committed",
    "gegund": "committed", "besloten": "committed", "in uitvoering": "under_way", "uitvoering": "under_way",
    "bezig": "under_way", "gestart": "under_way", "in progress": "under_way", "gereed": "done", "klaar": "done",
    "opgeleverd": "done", "afgerond": "done", "voltooid": "done", "completed": "done", "vervallen": "cancelled",
    "geannuleerd": "cancelled", "gaat niet door": "cancelled", "canceled": "cancelled",
}  # fmt: skip
VISIBILITIES: Final[Mapping[str, str]] = {
    "intern": "internal", "alleen de eigen organisatie": "internal", "partners": "partners",
    "alle partners": "partners", "openbaar": "public", "publiek": "public", "iedereen": "public",
}  # fmt: skip
NUISANCES: Final[Mapping[str, int]] = {
    "geen": 0, "nee": 0, "none": 0, "af en toe": 1, "soms": 1, "weinig": 1, "occasional": 1, "vaak": 3,
    "regelmatig": 3, "herhaald": 3, "repeated": 3, "voortdurend": 5, "continu": 5, "altijd": 5, "continuous": 5,
    "0": 0, "1": 1, "3": 3, "5": 5,
}  # fmt: skip

PRECISIONS: Final[Mapping[str, str]] = {
    "dag": "day", "op de dag": "day", "maand": "month", "op de maand": "month", "kwartaal": "quarter",
    "op het kwartaal": "quarter", "seizoen": "season", "op het seizoen": "season", "jaar": "year",
    "op het jaar": "year",
}  # fmt: skip

KIND: Final = Words({v: v for v in WorkKind.values} | dict(KINDS), "soort werk", "kind of work")
STATUS: Final = Words({v: v for v in WorkStatus.values} | dict(STATUSES), "status", "status")
VISIBILITY: Final = Words({v: v for v in Visibility.values} | dict(VISIBILITIES), "zichtbaarheid", "visibility")
NUISANCE: Final = Words(NUISANCES, "mate van hinder", "degree of nuisance")

PRECISION: Final = Words({v: v for v in Work.Precision.values} | dict(PRECISIONS), "nauwkeurigheid", "precision")


def read_budget(value: object) -> Decimal:
    """Return an amount in euro with cents; raises BadValueError where it is negative or beyond ten billion."""
    return read_amount(value, 10_000_000_000)


READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "name": read_text, "kind": KIND.read, "status": STATUS.read, "description": read_lines, "project": read_text,
    "programme": read_text, "external_id": read_text, "dwellings": read_integer, "duration_days": read_integer,
    "hinders_traffic": read_flag, "disturbs_nests": read_flag, "noise": NUISANCE.read, "dust": NUISANCE.read,
    "vibration": NUISANCE.read, "budget_eur": read_budget, "consent_percentage": read_percentage,
    "visibility": VISIBILITY.read, "date_precision": PRECISION.read,
}  # fmt: skip
"""How each field that is neither a date nor a place is read."""
