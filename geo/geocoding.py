"""From what people type to a place: postcode and number, postcode, or street; all in the own database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, Final, Self

from django.contrib.gis.db.models.aggregates import Collect
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, CharField, Count, F, FloatField, IntegerField, Q, QuerySet, Value, When

from geo.functions import Bounds, Folded, Given, LonLat
from geo.models import Address, RoadPart
from geo.prepared import Question
from geo.text import fold

GOOD_ENOUGH: Final = 0.5
"""Share of three-letter groups that must agree; between a wrong letter (about 0.6) and another word (0.3)."""

LETTERS_INSIDE_A_WORD: Final = 4
"""From this many letters on a text also means words that hold it: "gaard" finds "boomgaard"."""

_POSTCODE: Final = r"(?P<postcode>[1-9][0-9]{3}\s*[a-z]{2})"
_NUMBER: Final = r"(?P<number>[1-9][0-9]{0,4})[\s\-]*(?P<addition>[a-z0-9]{0,8})"
_AT_POSTCODE: Final = re.compile(rf"\s*{_POSTCODE}(?:[\s,]*{_NUMBER})?\s*", re.IGNORECASE | re.ASCII)
# After a space an addition begins with a letter here: in "Plein 1813 5" the 5 is the number.
_AT_STREET: Final = re.compile(
    r"\s*(?P<street>.*[^\W\d].*?)[\s,]+(?P<number>[1-9][0-9]{0,4})"
    r"(?P<addition>-[a-z0-9]{1,8}|\s*[a-z][a-z0-9]{0,7}|)(?:[\s]*,.*|\s*)",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)


class Exactness(StrEnum):
    """How near a found place is to what was asked."""

    ADDRESS = "address"
    POSTCODE = "postcode"
    STREET = "street"


@dataclass(frozen=True)
class Located:
    """A place that was found: what to call it, where it is (WGS 84, degrees) and how exact that is."""

    label: str
    lon: float
    lat: float
    exactness: Exactness


@dataclass(frozen=True)
class Asked:
    """An address as somebody typed it, taken apart; empty where a part was not given."""

    postcode: str = ""
    street: str = ""
    number: int | None = None
    addition: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take ``text`` apart: "9403kl 12a", "9403 KL", "Stroom 12 a, Assen" or "Stroom"."""
        if match := _AT_POSTCODE.fullmatch(text):
            return cls(
                postcode=normal_postcode(match["postcode"]) or "",
                number=int(match["number"]) if match["number"] else None,
                addition=match["addition"] or "",
            )
        if match := _AT_STREET.fullmatch(text):
            return cls(
                street=match["street"].strip(" ,"),
                number=int(match["number"]),
                addition=match["addition"].strip(" -\t\n"),
            )
        return cls(street=text.strip())


def normal_postcode(text: str) -> str | None:
    """Return a Dutch postcode as it is stored ("9403KL"); None where ``text`` is none."""
    joined = re.sub(r"\s+", "", text).upper()
    return joined if re.fullmatch(r"[1-9][0-9]{3}[A-Z]{2}", joined) else None


def spaced(postcode: str) -> str:
    """Return a stored postcode as it is written: "9403 KL"."""
    return f"{postcode[:4]} {postcode[4:]}".strip()


def addresses_at(asked: Asked, named: Sequence[str] | None = None) -> QuerySet[Address]:
    """Return the addresses that fit, best first: with the addition asked for, else with any of that number.

    ``named`` are the names of streets that ``asked.street`` can mean, best first, where the caller has them.
    """
    addresses = Address.objects.all()
    rank: Case | Value = Value(0)
    if asked.postcode:
        addresses = addresses.filter(postcode=asked.postcode)
    else:
        if named is None:
            named = [street["street"] for street in streets(asked.street)[:3]]
        names = list(dict.fromkeys(named))
        addresses = addresses.filter(street__in=names)
        rank = Case(*(When(street=name, then=place) for place, name in enumerate(names)), default=len(names))
    if asked.number is not None:
        addresses = addresses.filter(number=asked.number)
    return _best_first(addresses, fold(asked.addition), rank)


def _best_first(addresses: QuerySet[Address], addition: str | Given, *rank: Case | Value) -> QuerySet[Address]:
    """Order by ``rank``, then those with the folded ``addition`` before the others."""
    other = Case(When(folded_addition=addition, then=0), default=1)
    return addresses.annotate(folded_addition=Folded("addition")).order_by(
        *rank, other, "number", "addition", "postcode"
    )


def exact_address(postcode: str, number: str) -> Address | None:
    """Return the one address of a postcode and a house number with its addition, in any spelling; else None."""
    stored = normal_postcode(postcode)
    if stored is None:
        return None
    asked = Asked.parse(f"{stored} {number}")
    if asked.postcode != stored or asked.number is None:
        return None
    found = addresses_at(asked).first()
    return found if found is not None and fold(found.addition) == fold(asked.addition) else None


def streets(text: str) -> QuerySet[Address, dict[str, Any]]:
    """Return streets that ``text`` can mean, best first, despite accents and a wrong letter.

    Each is a dict: ``street``, ``city``, ``score`` (at most 3), ``lonlat`` and ``bounds`` in degrees and the
    number of ``addresses``.
    """
    return (
        matching(Address.objects.all(), "street", text)
        .values("street", "city", "score")
        .annotate(lonlat=LonLat(Collect("point")), bounds=Bounds(Collect("point")), addresses=Count("pk"))
        .order_by("-score", "street", "city")
    )


def named_roads(text: str) -> QuerySet[RoadPart, dict[str, Any]]:
    """Return streets that ``text`` can mean by their road parts, best first, in the form of ``streets``."""
    return (
        matching(RoadPart.objects.exclude(name=""), "name", text)
        .values("score", "city", street=F("name"))
        .annotate(lonlat=LonLat(Collect("geometry")), bounds=Bounds(Collect("geometry")))
        .order_by("-score", "street", "city")
    )


def matching(records: QuerySet[Any], column: str, text: str) -> QuerySet[Any]:
    """Keep records whose ``column`` can be what ``text`` means, with a ``score`` of at most 3.

    The score is pg_trgm's word similarity, plus a half where a word begins with the text, plus one where
    the column does, plus two where it is the text: what was typed in full comes before what looks like it.
    """
    asked = fold(text)
    inside = Q(folded__startswith=asked) | Q(folded__contains=f" {asked}")
    if len(asked) >= LETTERS_INSIDE_A_WORD:
        inside |= Q(folded__contains=asked)
    return (
        records.annotate(folded=Folded(column), likeness=TrigramWordSimilarity(asked, F("folded")))
        .annotate(
            score=F("likeness")
            + Case(
                When(folded=asked, then=Value(2.0)),
                When(folded__startswith=asked, then=Value(1.0)),
                When(folded__contains=f" {asked}", then=Value(0.5)),
                default=Value(0.0),
                output_field=FloatField(),
            )
        )
        .filter(Q(likeness__gte=GOOD_ENOUGH) | inside)
    )


def locate(asked: Asked) -> Located | None:
    """Return the place of an address; of its postcode or street where the number is not known; else None."""
    if asked.number is not None:
        found = _numbered(asked)
        if found is not None:
            return found
    if asked.postcode:
        return _locate_postcode(asked.postcode)
    if asked.street:
        street = streets(asked.street).first() or named_roads(asked.street).first()
        if street is not None:
            label = ", ".join(part for part in (street["street"], street["city"]) if part)
            return _located(label, street["lonlat"], Exactness.STREET)
    return None


def _numbered(asked: Asked) -> Located | None:
    if not asked.postcode:
        address = addresses_at(asked).annotate(lonlat=LonLat("point")).first()
        return None if address is None else _located(str(address), address.lonlat, Exactness.ADDRESS)
    question = _at_postcode()
    for row in question.rows(asked) if question else []:
        lonlat = row.pop("lonlat")
        return _located(str(Address(**row)), lonlat, Exactness.ADDRESS)
    return None


@cache
def _at_postcode() -> Question | None:
    """Return the question for the best address at a postcode and a number, as ``addresses_at`` says."""
    at = Address.objects.filter(
        postcode=Given(attrgetter("postcode"), CharField()), number=Given(attrgetter("number"), IntegerField())
    )
    addition = Given(lambda asked: fold(asked.addition), CharField())
    best = _best_first(at, addition).annotate(lonlat=LonLat("point"))
    return Question.of(best.values("street", "number", "addition", "postcode", "city", "lonlat")[:1])


def _locate_postcode(postcode: str) -> Located | None:
    found = Address.objects.filter(postcode=postcode).aggregate(lonlat=LonLat(Collect("point")), addresses=Count("pk"))
    if not found["addresses"]:
        return None
    return _located(spaced(postcode), found["lonlat"], Exactness.POSTCODE)


def _located(label: str, lonlat: list[float], exactness: Exactness) -> Located:
    lon, lat = lonlat
    return Located(label, lon, lat, exactness)
