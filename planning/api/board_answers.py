"""What the board and other dates are answered with, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from planning.api.answers import DayNumber, Texts, Wholes
from planning.coordination.models import Finding
from planning.works.models import Dependency

Shape = serializers.Serializer[Any]

Text, Whole, Day = serializers.CharField, serializers.IntegerField, serializers.DateField
Fraction = serializers.FloatField


class BoardGroup(Shape):
    """Works under one heading."""

    title = Text()
    detail = Text()
    wijk = Text(allow_null=True)
    works = Wholes()


class BoardTie(Shape):
    """A dependency; lags in working days."""

    id = Whole()
    predecessor = Whole()
    successor = Whole()
    type = serializers.ChoiceField(choices=Dependency.Type.choices)
    minimum = Whole()
    maximum = Whole(allow_null=True)
    reason = Text()


class BoardGap(Shape):
    """Fallow ground after a demolition."""

    after = Whole()
    start = DayNumber()
    finish = DayNumber(allow_null=True)
    weeks = Whole()
    followed_by = Whole(allow_null=True)
    text = Text()


class BoardFindingRow(Shape):
    """A finding on the board."""

    id = Whole()
    key = Text()
    rule = Text()
    title = Text()
    kind = serializers.ChoiceField(choices=Finding.Kind.choices)
    severity = serializers.ChoiceField(choices=Finding.Severity.choices)
    severity_label = Text()
    sentence = Text()
    start = DayNumber()
    finish = DayNumber()
    works = Wholes()


class BoardBand(Shape):
    """A season in which a rule wants no work, as spans of days."""

    rule = Text()
    title = Text()
    last_day = serializers.BooleanField()
    spans = serializers.ListField(child=Wholes(min_length=2, max_length=2))
    works = Wholes()


class BoardDaysOff(Shape):
    """When nobody works besides weekends, from ``first`` up to ``after``."""

    first = DayNumber()
    after = DayNumber()
    holidays = Wholes()
    rests = serializers.ListField(child=Wholes(min_length=2, max_length=2))


class BoardFigures(Shape):
    """What the board adds up to."""

    fallow_weeks = Whole()
    conflicts = Whole()
    opportunities = Whole()


class BoardAnswer(Shape):
    """The board; works are rows of values, in the order of ``columns``."""

    today = DayNumber()
    columns = Texts()
    works = serializers.ListField(child=serializers.ListField())
    left_out = Whole()
    groups = BoardGroup(many=True)
    dependencies = BoardTie(many=True)
    gaps = BoardGap(many=True)
    findings = BoardFindingRow(many=True)
    bands = BoardBand(many=True)
    days_off = BoardDaysOff()
    figures = BoardFigures()
    owners = serializers.ListField(child=serializers.ListField(child=Text(), min_length=2, max_length=2))
    may_change = Texts()


class WorkStory(Shape):
    """Why a work is planned when it is, and what its owner says of it."""

    sentences = Texts()
    description = Text()


class ChangedRow(Shape):
    """A work with its new version."""

    work = Whole()
    version = Whole()


class ChangedWorks(Shape):
    """Works after a change."""

    works = ChangedRow(many=True)
