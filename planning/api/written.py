"""Pages of features as text that the database writes, the same as their serializer would say: no object per record.

A serializer declares its fields; each kind of field that is known here has an expression that gives its value in SQL,
and what only Python can say is made of a few columns per record (``serializers.Made``). A serializer with any other
field is asked record by record, as usual.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from rest_framework import fields, relations
from rest_framework.renderers import JSONRenderer

from geo.feature_text import FeatureText
from planning.api.serializers import Feature, Identities, Made, Moment, Slug, Version

_TEXT: Final = "feature_text"
_LABEL: Final = re.compile(r"get_(\w+)_display")


class MomentText(models.Func):
    """A moment as ``Moment`` writes it: in UTC, with a fraction of a second only where there is one."""

    output_field = models.TextField()
    template = (
        "to_char(%(expressions)s AT TIME ZONE 'UTC', CASE date_trunc('second', %(expressions)s) WHEN %(expressions)s"
        ' THEN \'YYYY-MM-DD"T"HH24:MI:SS"Z"\' ELSE \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\' END)'
    )


class Label(models.Func):
    """What a choice is called; the choice itself where it has no name."""

    output_field = models.TextField()

    def __init__(self, column: str, labels: Mapping[Any, str], **extra: Any) -> None:
        super().__init__(column, **extra)
        self.labels = labels

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Return the expression."""
        column, values = compiler.compile(self.get_source_expressions()[0])
        named = [part for pair in self.labels.items() for part in pair]
        return f"CASE {column}{' WHEN %s THEN %s' * len(self.labels)} ELSE {column}::text END", [
            *values, *named, *values
        ]  # fmt: skip


_STORED: Final[Sequence[tuple[type | tuple[type, ...], Callable[[str], Combinable]]]] = (
    (Moment, MomentText),
    (fields.DecimalField, lambda path: Cast(path, models.TextField())),
    # PostgreSQL writes these as their serializer fields do.
    ((fields.BooleanField, fields.CharField, fields.ChoiceField, fields.DateField), F),
    ((fields.FloatField, fields.IntegerField, fields.JSONField), F),
)
_RELATED: Final[Sequence[tuple[type | tuple[type, ...], Callable[[str], Combinable]]]] = (
    ((Identities, Version), F),
    (Slug, lambda path: F(f"{path}__slug")),
    (relations.PrimaryKeyRelatedField, lambda path: F(f"{path}_id")),
)
"""Kinds of fields of the API, and what gives their value in SQL: for a column, and for what is related."""


@dataclass(frozen=True)
class Recipe:
    """How features are written in a language: their properties in SQL, and those that are made of columns."""

    columns: Mapping[str, Combinable]
    made: Mapping[str, Made]
    language: str

    def rows(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """Return ``records`` as rows of text, with the columns that they are ordered by and made of."""
        geojson = F("geojson") if "geojson" in records.query.annotations else Value(None)
        order = [str(name).removeprefix("-") for name in records.query.order_by]
        return (
            records.prefetch_related(None)
            .annotate(**{_TEXT: FeatureText("pk", geojson, self.columns)})
            .values_list(*dict.fromkeys([_TEXT, *self._needed, *order]), named=True)
        )

    def texts(self, rows: Iterable[Any]) -> Texts:
        """Return the text of each row, whole. A page has a thousand rows: no more is done per row than must be."""
        if not self.made:
            return Texts(row[0] for row in rows)
        at = {column: place for place, column in enumerate(self._needed, 1)}
        making = [
            # Two places at least, so that what is picked is always a tuple.
            (f'"{name}":', made.make, itemgetter(0, *(at[column] for column in made.columns)))
            for name, made in self.made.items()
        ]
        comma = "," if self.columns else ""
        language = self.language
        found = Texts()
        for row in rows:
            said = [head + encode_basestring(make(*pick(row)[1:], lang=language)) for head, make, pick in making]
            found.append(f"{row[0][:-2]}{comma}{','.join(said)}}}}}")
        return found

    @property
    def _needed(self) -> list[str]:
        """Return the columns that something is made of, each once."""
        return list(dict.fromkeys(column for each in self.made.values() for column in each.columns))


@lru_cache(maxsize=256)
def recipe(serializer: type[Feature], chosen: frozenset[str] | None, language: str) -> Recipe | None:
    """Return how features of a serializer are written, None where it has a field that SQL cannot give.

    Parameters
    ----------
    serializer, chosen
        And the names of the fields that are asked for, None where all are.
    language
        That of the reader; names of choices are in it.
    """
    columns: dict[str, Combinable] = {}
    made: dict[str, Made] = {}
    for name, field in serializer(context={"chosen": chosen}).fields.items():
        if name in ("id", serializer.Meta.geo_field):
            continue
        if isinstance(field, Made):
            made[name] = field
            continue
        column = _column(field, serializer.Meta.model)
        if column is None:
            return None
        columns[name] = column
    return Recipe(columns, made, language)


def _column(field: fields.Field[Any, Any, Any, Any], model: type[models.Model]) -> Combinable | None:
    """Return the expression that gives what ``field`` says, None where there is none."""
    path = str(field.source).replace(".", "__")
    if label := _LABEL.fullmatch(path):
        choices: Any = model._meta.get_field(label[1])
        return Label(label[1], {value: str(said) for value, said in choices.flatchoices})
    known = _STORED if _is_stored(model, path) else _RELATED
    return next((make(path) for kind, make in known if isinstance(field, kind)), None)


def _is_stored(model: Any, path: str) -> bool:
    """Return whether a path over relations ends in a column of its own."""
    try:
        *before, last = path.split("__")
        for name in before:
            model = model._meta.get_field(name).related_model
        return not model._meta.get_field(last).is_relation
    except (FieldDoesNotExist, AttributeError):
        return False


class Texts(list[str]):
    """Features that are text already."""


class FeatureRenderer(JSONRenderer):
    """JSON in which the features of a page can be text already."""

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        """Return the body."""
        features = data.get("features") if isinstance(data, dict) else None
        if not isinstance(features, Texts):
            return super().render(data, accepted_media_type, renderer_context)
        around = {name: value for name, value in data.items() if name != "features"}
        head = super().render(around, accepted_media_type, renderer_context)
        return b'%s,"features":[%s]}' % (head[:-1], ",".join(features).encode())


class GeoJSONRenderer(FeatureRenderer):
    """The same by its own name, for who asks for it so (RFC 7946, section 12)."""

    media_type = "application/geo+json"
