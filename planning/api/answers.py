"""What the questions of the map and of the board answer, for the OpenAPI document; a test holds the answers to it.

Nothing is made by these serializers: the rows are ready for JSON where they come from.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from planning.coordination.models import Finding
from planning.initiatives.models import InitiativeState, NeighbourhoodCentre, Theme
from planning.works.kinds import WorkKind, WorkStatus

Shape = serializers.Serializer[Any]
Text, Whole, Day = serializers.CharField, serializers.IntegerField, serializers.DateField
Fraction = serializers.FloatField


def Wholes(**options: Any) -> Any:  # noqa: N802 -- used as a kind of field
    """Whole numbers."""
    return serializers.ListField(child=Whole(), **options)


def Texts() -> Any:  # noqa: N802
    """Texts."""
    return serializers.ListField(child=Text())


def Counts() -> Any:  # noqa: N802
    """How many per name."""
    return serializers.DictField(child=Whole())


def DayNumber(**options: Any) -> Any:  # noqa: N802
    """A day as the board counts it."""
    return Whole(help_text=_("Dagen sinds 1 januari 1970."), **options)


class Bbox(serializers.ListField):
    """West, south, east and north in degrees."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=Fraction(), min_length=4, max_length=4, **options)


class AtPlace(Shape):
    """Where something is, in degrees; how far away in metres where that was asked."""

    lon = Fraction()
    lat = Fraction()
    bbox = Bbox()
    distance = Whole(required=False)


class WorkRow(AtPlace):
    """A work in a list; ``finish`` is the first day it is over."""

    id = Whole()
    name = Text()
    description = Text()
    project = Text(allow_null=True)
    kind = serializers.ChoiceField(choices=WorkKind.choices)
    kind_label = Text()
    status = serializers.ChoiceField(choices=WorkStatus.choices)
    status_label = Text()
    owner = Text()
    owner_name = Text()
    start = Day()
    finish = Day()
    period_text = Text()
    buurt = Text(allow_null=True)
    wijk = Text(allow_null=True)
    wijk_slug = Text(allow_null=True)
    dwellings = Whole()
    findings = Whole()


class FindingRow(AtPlace):
    """A finding in a list."""

    id = Whole()
    rule = Text()
    title = Text()
    kind = serializers.ChoiceField(choices=Finding.Kind.choices)
    kind_label = Text()
    severity = serializers.ChoiceField(choices=Finding.Severity.choices)
    severity_label = Text()
    sentence = Text()
    start = Day()
    finish = Day()
    works = Wholes()
    initiatives = Wholes()


class InitiativeRow(AtPlace):
    """An initiative in a list."""

    id = Whole()
    slug = Text()
    title = Text()
    state = serializers.ChoiceField(choices=InitiativeState.choices)
    state_label = Text()
    theme = serializers.ChoiceField(choices=Theme.choices)
    theme_label = Text()
    summary = Text()
    looks_for_place = serializers.BooleanField()
    submitted_on = Day()
    url = Text()


class CentreRow(AtPlace):
    """A neighbourhood centre in a list."""

    id = Whole()
    slug = Text()
    name = Text()
    state = serializers.ChoiceField(choices=NeighbourhoodCentre.State.choices)
    state_label = Text()
    address = Text()
    opening_hours = Text()
    present = Text()
    phone = Text()
    wijk = Text(allow_null=True)
    wijk_slug = Text(allow_null=True)


class FallowRow(Shape):
    """Ground that lies fallow after a demolition; ``finish`` and ``followed_by`` are null where nothing comes."""

    after = Whole()
    followed_by = Whole(allow_null=True)
    start = Day()
    finish = Day(allow_null=True)
    period_text = Text()
    weeks = Whole()
    dwellings = Whole()
    text = Text()


class AskedPeriod(Shape):
    """The period that was asked for; null where that side is open."""

    to = Day(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Add ``from``, which Python does not let an attribute be called."""
        return {"from": Day(allow_null=True), **super().get_fields()}


class OwnerCounts(Shape):
    """Works of one owner."""

    name = Text()
    total = Whole()
    kinds = Counts()


class LegendCounts(Shape):
    """How many there are of each sort, for the legend; per kind, status, owner and state where there are any."""

    kinds = Counts()
    statuses = Counts()
    owners = serializers.DictField(child=OwnerCounts())
    initiatives = Whole()
    initiative_states = Counts()
    centres = Whole()
    meetings = Whole()
    conflicts = Whole()
    opportunities = Whole()
    wijken = Whole()
    buurten = Whole()
    addresses = Whole()


class PeriodFigures(Shape):
    """Dwellings, fallow weeks, findings and initiatives of a period and a wijk."""

    dwellings_demolished = Whole()
    dwellings_built = Whole()
    dwellings_renovated = Whole()
    fallow_weeks = Whole()
    fallow_dwelling_weeks = Whole()
    conflicts = Whole()
    opportunities = Whole()
    initiatives = Counts()


class Overview(Shape):
    """Counts, figures and lists; the lists are cut off, the totals are not."""

    period = AskedPeriod()
    counts = LegendCounts()
    figures = PeriodFigures()
    works = WorkRow(many=True)
    works_total = Whole()
    findings = FindingRow(many=True)
    findings_total = Whole()
    initiatives_list = InitiativeRow(many=True)
    centres_list = CentreRow(many=True)


class MonthCount(Shape):
    """Works under way in a month."""

    month = serializers.RegexField(r"^[0-9]{4}-[0-9]{2}$")
    works = Whole()


class Histogram(Shape):
    """Works per month."""

    months = MonthCount(many=True)


class NamedArea(Shape):
    """A wijk or buurt by its name."""

    name = Text()
    slug = Text()


class AddressRow(Shape):
    """An address."""

    text = Text()
    street = Text()
    number = Whole()
    addition = Text()
    postcode = Text()
    city = Text()
    lon = Fraction()
    lat = Fraction()


class Place(Shape):
    """All that is at one place."""

    lon = Fraction()
    lat = Fraction()
    title = Text()
    wijk = NamedArea(allow_null=True)
    buurt = NamedArea(allow_null=True)
    works = WorkRow(many=True)
    fallow = FallowRow(many=True)
    findings = FindingRow(many=True)
    initiatives = InitiativeRow(many=True)
    centres = CentreRow(many=True)
    address = AddressRow(allow_null=True)


class SearchHit(AtPlace):
    """Something that a search found."""

    type = serializers.ChoiceField(
        choices=["wijk", "buurt", "street", "postcode", "address", "project", "work", "initiative", "centre"]
    )
    label = Text()  # type: ignore[assignment]
    detail = Text()
    url = Text(allow_null=True)
    id = Whole(allow_null=True)


class SearchAnswer(Shape):
    """What a search found, best first."""

    results = SearchHit(many=True)


class Near(Shape):
    """What is near, by distance."""

    label = Text(allow_null=True)  # type: ignore[assignment]
    exactness = serializers.ChoiceField(choices=["point", "address", "postcode", "street"])
    lon = Fraction()
    lat = Fraction()
    radius = Fraction()
    initiatives = InitiativeRow(many=True)
    works = WorkRow(many=True)
    centres = CentreRow(many=True)
    nearest_centre = CentreRow(allow_null=True)
