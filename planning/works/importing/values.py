"""Words and numbers as partners write them: kinds, states, yes and no, Dutch money."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from planning.partners.visibility import Visibility
from planning.works.importing.columns import normal
from planning.works.importing.problems import BadValueError
from planning.works.kinds import WorkKind, WorkStatus

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
YES: Final = {"ja", "j", "yes", "y", "waar", "true", "1", "x"}
NO: Final = {"nee", "n", "no", "onwaar", "false", "0", ""}


def read_kind(value: object) -> str:
    """Return the code of a kind of work; raises BadValueError with the nearest words for an unknown one."""
    return str(_choose(value, {v: v for v in WorkKind.values} | dict(KINDS), "soort werk", "kind of work"))


def read_status(value: object) -> str:
    """Return the code of a status; raises BadValueError with the nearest words for an unknown one."""
    return str(_choose(value, {v: v for v in WorkStatus.values} | dict(STATUSES), "status", "status"))


def read_visibility(value: object) -> str:
    """Return for whose eyes a work is; raises BadValueError for an unknown word."""
    return str(_choose(value, {v: v for v in Visibility.values} | dict(VISIBILITIES), "zichtbaarheid", "visibility"))


def read_nuisance(value: object) -> int:
    """Return a nuisance on the scale 0, 1, 3, 5; raises BadValueError for an unknown word."""
    return int(str(_choose(_whole(value), NUISANCES, "mate van hinder", "degree of nuisance")))


def read_flag(value: object) -> bool:
    """Return yes or no; raises BadValueError for anything else."""
    if isinstance(value, bool):
        return value
    word = normal(_whole(value))
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValueError(
        f"“{value}” is geen ja of nee.", "Schrijf ja of nee.", f"“{value}” is not yes or no.", "Write yes or no."
    )


def read_text(value: object) -> str:
    """Return a text without control characters and double spaces."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", str(_whole(value) if value is not None else "")).split())


def read_integer(value: object) -> int:
    """Return a whole number that is not negative; raises BadValueError for anything else."""
    number = read_decimal(value)
    if number != number.to_integral_value() or not 0 <= number <= 2_000_000_000:
        raise _no_number(value, "een heel getal van 0 of meer", "a whole number of 0 or more")
    return int(number)


def read_decimal(value: object) -> Decimal:
    """Return a number as the Dutch write it: "€ 1.250.000,00" or "1250000"; raises BadValueError."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        text = str(value)
    else:
        text = re.sub(r"[€\s\u00a0%]|eur(?:o)?|,-{1,2}$", "", str(value), flags=re.IGNORECASE).rstrip("-")
        if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", text) or re.fullmatch(r"-?\d+,\d+", text):
            text = text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _no_number(value, "een getal, zoals 1.250.000,00", "a number, such as 1.250.000,00") from error
    if not number.is_finite():
        raise _no_number(value, "een getal, zoals 1.250.000,00", "a number, such as 1.250.000,00")
    return number


def read_budget(value: object) -> Decimal:
    """Return an amount in euro with cents; raises BadValueError where it is negative or beyond ten billion."""
    amount = read_decimal(value).quantize(Decimal("0.01"))
    if not 0 <= amount < 10_000_000_000:
        raise _no_number(value, "een bedrag van 0 of meer", "an amount of 0 or more")
    return amount


def read_percentage(value: object) -> int:
    """Return a percentage from 0 to 100; a fraction below 1 with decimals is one of Excel's; raises BadValueError."""
    number = read_decimal(value)
    if isinstance(value, float) and 0 < number < 1:
        number *= 100
    if not 0 <= number <= 100:
        raise _no_number(value, "een percentage van 0 tot 100", "a percentage from 0 to 100")
    return round(number)


READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "name": read_text, "kind": read_kind, "status": read_status, "description": read_text, "project": read_text,
    "programme": read_text, "external_id": read_text, "dwellings": read_integer, "duration_days": read_integer,
    "hinders_traffic": read_flag, "disturbs_nests": read_flag, "noise": read_nuisance, "dust": read_nuisance,
    "vibration": read_nuisance, "budget_eur": read_budget, "consent_percentage": read_percentage,
    "visibility": read_visibility,
}  # fmt: skip
"""How each field that is neither a date nor a place is read."""


def _choose(value: object, table: Mapping[str, object], what_nl: str, what_en: str) -> object:
    word = normal(value)
    by_word = {normal(key): code for key, code in table.items()}
    if word in by_word:
        return by_word[word]
    near = (
        difflib.get_close_matches(word, by_word, n=3, cutoff=0.6)
        or sorted(key for key, code in table.items() if code is not None)[:6]
    )
    options = ", ".join(near)
    raise BadValueError(
        f"“{value}” is geen bekende {what_nl}.", f"Bedoelt u: {options}?",
        f"“{value}” is not a known {what_en}.", f"Do you mean: {options}?",
    )  # fmt: skip


def _whole(value: object) -> object:
    """Return 12.0, as Excel hands over 12, as 12."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _no_number(value: object, nl: str, en: str) -> BadValueError:
    return BadValueError(f"“{value}” is niet {nl}.", "Vul een getal in.", f"“{value}” is not {en}.", "Enter a number.")
