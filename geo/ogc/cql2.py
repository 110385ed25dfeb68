"""Filters in CQL2 (OGC API - Features part 3), text or JSON, as conditions of Django: no SQL is ever built from them.

The library ``cql2`` parses; this turns its tree into lookups on the properties that a layer declares.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import cql2
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Lower, Mod, NullIf, Power
from django.utils.translation import gettext as _

from geo.ogc.allen import RELATIONS
from geo.ogc.literals import in_order, is_shape, read_shape
from geo.ogc.systems import System
from geo.problems import BadRequestError
from geo.records import field_types
from geo.text import ACCENTED, PLAIN

LONGEST: Final = 8_000
DEEPEST: Final = 40
"""Letters of a filter, and brackets within brackets: more is no question but an attack."""

COMPARISONS: Final = {"=": "exact", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


class _Quotient(Func):
    """How many times a number goes into another, the rest left out."""

    template = "div((%(expressions)s)::numeric)"
    arg_joiner = ")::numeric, ("
    output_field = models.FloatField()


def _not_zero(divisor: Any) -> Any:
    """Return a divisor that is unknown where it is 0: one record without a number must not spoil the question."""
    return NullIf(divisor, Value(0))


def _rest(a: Any, b: Any) -> Any:
    return Mod(a, _not_zero(b))


def _divided(a: Any, b: Any) -> Any:
    # PostgreSQL leaves the rest out where both are whole numbers.
    return Cast(a, models.FloatField()) / _not_zero(b)


ARITHMETIC: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": _divided, "^": Power,
    "div": lambda a, b: _Quotient(a, _not_zero(b)), "%": _rest, "mod": _rest,
}  # fmt: skip
SPATIAL: Final = {
    "s_intersects": "intersects", "s_disjoint": "disjoint", "s_contains": "contains", "s_within": "within",
    "s_touches": "touches", "s_crosses": "crosses", "s_overlaps": "overlaps", "s_equals": "equals",
}  # fmt: skip
MIRRORED: Final = {"contains": "within", "within": "contains"}
"""What a spatial lookup becomes when the property stands second."""


class _Like(Func):
    """Whether a text matches a pattern with % and _."""

    arg_joiner = " LIKE "
    template = "(%(expressions)s)"
    output_field = models.BooleanField()


class _Plain(Func):
    """A text without accents, in its own case."""

    function = "translate"
    output_field = models.TextField()

    def __init__(self, text: Any, **extra: Any) -> None:
        both = [(a, p) for a, p in zip(ACCENTED, PLAIN, strict=True)]
        both += [(a.upper(), p.upper()) for a, p in both if len(a.upper()) == 1]
        super().__init__(text, Value("".join(a for a, _p in both)), Value("".join(p for _a, p in both)), **extra)


def apply_filter(
    records: QuerySet[Any], text: str, language: str, properties: Mapping[str, Combinable], geometry: str,
    system: System,
) -> QuerySet[Any]:  # fmt: skip
    """Return the records that a filter keeps.

    Parameters
    ----------
    records
        What the caller may see.
    text, language
        The filter, and "cql2-text" or "cql2-json".
    properties
        What may be asked after, by name.
    geometry
        Column of the geometry, in RD New; it may be called so, or "geometry".
    system
        In which the coordinates of the filter are.

    Raises
    ------
    BadRequestError
        Where the filter cannot be read, names what is not there, or compares what cannot be compared.
    """
    days = {name for name, output in field_types(records, properties).items() if type(output) is models.DateField}
    reader = _Reader(properties, days, geometry, system)
    condition = reader.condition(_parsed(text, language))
    try:
        return records.alias(**reader.aliases).filter(condition)
    except (FieldError, ValidationError, ValueError, TypeError, OverflowError):
        raise _wrong(_("het vergelijkt dingen van een andere soort, zoals een datum met een naam")) from None


def _parsed(text: str, language: str) -> Any:
    if len(text) > LONGEST:
        raise _wrong(_("het is langer dan %(longest)s tekens") % {"longest": LONGEST})
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    # Words of negation nest without brackets; every level costs the parser stack.
    if deepest > DEEPEST or text.upper().count("NOT") > DEEPEST:
        raise _wrong(_("het is te diep genest"))
    if "\x00" in text:
        raise _wrong(_("er staat een onzichtbaar teken in"))
    try:
        parse = cql2.parse_json if language == "cql2-json" else cql2.parse_text
        return parse(text).to_json()
    except Exception as error:  # the library raises plain Exception where a text is no CQL2
        first = str(error).strip().splitlines()
        raise _wrong(first[-1].strip(" =") if first else _("het is geen CQL2")) from None


def _wrong(why: str) -> BadRequestError:
    return BadRequestError("filter", _("Dit filter kan niet worden gelezen: %(why)s.") % {"why": why[:200]})


class _Reader:
    """Turns a tree of CQL2 into a condition; every property it meets becomes an alias of the query."""

    def __init__(
        self, properties: Mapping[str, Combinable], days: Collection[str], geometry: str, system: System
    ) -> None:
        self.properties, self.days = properties, days
        self.geometry_names = {"geometry", "geom", geometry}
        self.geometry, self.system = geometry, system
        self.aliases: dict[str, Any] = {}

    def condition(self, node: Any) -> Q:
        """Return a node as a condition."""
        if isinstance(node, bool):
            return Q(pk__isnull=not node)  # an empty Q would vanish beside an OR
        if isinstance(node, dict) and "property" in node:
            return Q(**{self.alias(node): True})
        op, args = self.call(node)
        read = self.conditions.get(op)
        if read is None:
            raise _wrong(_("“%(op)s” kennen we niet") % {"op": op[:40]})
        return read(op, args)

    @cached_property
    def conditions(self) -> Mapping[str, Callable[[str, Sequence[Any]], Q]]:
        """What reads the arguments of each condition."""
        return {
            "and": self.joined,
            "or": self.joined,
            "not": lambda op, args: ~self.condition(self.one(args)),
            "isNull": self.unknown,
            "in": self.among,
            "between": self.between,
            "like": lambda op, args: Q(_Like(*(self.text(arg) for arg in self.two(args)))),
            "<>": lambda op, args: ~self.compared("=", args) & self.known(args),
            **dict.fromkeys(COMPARISONS, self.compared),
            **dict.fromkeys(SPATIAL, self.spatial),
            **dict.fromkeys(RELATIONS, self.temporal),
        }

    def joined(self, op: str, args: Sequence[Any]) -> Q:
        found = Q()
        for index, arg in enumerate(args):
            condition = self.condition(arg)
            found = condition if index == 0 else found & condition if op == "and" else found | condition
        return found

    def unknown(self, op: str, args: Sequence[Any]) -> Q:
        node = self.one(args)
        name = self.geometry if self.is_geometry_property(node) else self.alias(node)
        return Q(**{f"{name}__isnull": True})

    def call(self, node: Any) -> tuple[str, Sequence[Any]]:
        if not (isinstance(node, dict) and isinstance(node.get("op"), str) and isinstance(node.get("args"), list)):
            raise _wrong(_("er staat een waarde waar een voorwaarde hoort"))
        return node["op"], node["args"]

    def one(self, args: Sequence[Any]) -> Any:
        if len(args) != 1:
            raise _wrong(_("er horen andere aantallen bij elkaar"))
        return args[0]

    def two(self, args: Sequence[Any]) -> tuple[Any, Any]:
        if len(args) != 2:
            raise _wrong(_("er horen andere aantallen bij elkaar"))
        return args[0], args[1]

    def alias(self, node: Any) -> str:
        """Return the name of an alias for what a node is: a property, or what is made of one."""
        expression = self.expression(node)
        if isinstance(expression, F):
            return str(expression.name)  # type: ignore[attr-defined]
        name = f"cql{len(self.aliases)}"
        self.aliases[name] = expression if hasattr(expression, "resolve_expression") else Value(expression)
        return name

    def expression(self, node: Any) -> Any:
        """Return an operand: an expression, or a plain value."""
        if self.is_value(node):
            return self.value(node)
        if "property" in node:
            return self.property(str(node["property"]))
        op, args = self.call(node)
        if op in ("casei", "accenti"):
            return (Lower if op == "casei" else _Plain)(self.text(self.one(args)))
        if op not in ARITHMETIC:
            raise _wrong(_("“%(op)s” kennen we niet") % {"op": op[:40]})
        first, second = (self.expression(arg) for arg in self.two(args))
        if any(isinstance(part, str) for part in (first, second)):
            raise _wrong(_("met tekst kan niet worden gerekend"))
        return ARITHMETIC[op](*(p if hasattr(p, "resolve_expression") else Value(p) for p in (first, second)))

    def value(self, node: Any) -> Any:
        """Return a plain value."""
        if isinstance(node, dict):
            node = node.get("date") or node.get("timestamp")
        if isinstance(node, float) and node.is_integer() and abs(node) < 2**63:
            return int(node)
        if not isinstance(node, str | int | float | bool):
            raise _wrong(_("er staat een lijst waar een waarde hoort"))
        return node

    def text(self, node: Any) -> Any:
        part = self.expression(node)
        return part if hasattr(part, "resolve_expression") else Value(str(part))

    def property(self, name: str) -> F:
        if name not in self.properties:
            known = ", ".join(sorted(self.properties))
            raise _wrong(_("de eigenschap “%(name)s” is er niet, wel: %(known)s") % {"name": name[:40], "known": known})
        self.aliases.setdefault(f"cqlp_{name}", self.properties[name])
        return F(f"cqlp_{name}")

    def is_value(self, node: Any) -> bool:
        return not isinstance(node, dict) or "date" in node or "timestamp" in node

    def compared(self, op: str, args: Sequence[Any]) -> Q:
        first, second = self.two(args)
        if self.is_value(first) and not self.is_value(second):
            first, second = second, first
            op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
        name, value = self.alias(first), self.expression(second)
        if isinstance(second, dict) and "timestamp" in second and first.get("property") in self.days:
            value = str(value)[:10]  # a moment falls on a day
        if op == "=" and isinstance(value, float):
            # Django would cut a fraction off before it compares it with a whole number.
            return Q(**{f"{name}__gte": value, f"{name}__lte": value})
        return Q(**{f"{name}__{COMPARISONS[op]}": value})

    def known(self, args: Sequence[Any]) -> Q:
        """Return that nothing compared is unknown: what is unknown is not unequal either."""
        found = Q()
        for arg in args:
            if not self.is_value(arg):
                found &= Q(**{f"{self.alias(arg)}__isnull": False})
        return found

    def between(self, op: str, args: Sequence[Any]) -> Q:
        if len(args) != 3:
            raise _wrong(_("er horen andere aantallen bij elkaar"))
        return self.compared(">=", args[:2]) & self.compared("<=", [args[0], args[2]])

    def among(self, op: str, args: Sequence[Any]) -> Q:
        first, values = self.two(args)
        if not isinstance(values, list):
            raise _wrong(_("na IN hoort een lijst"))
        found = Q(pk__in=[])
        for value in values:
            found |= self.compared("=", [first, value])
        return found

    def spatial(self, op: str, args: Sequence[Any]) -> Q:
        lookup = SPATIAL[op]
        first, second = self.two(args)
        if self.is_geometry_property(second) and not self.is_geometry_property(first):
            first, second, lookup = second, first, MIRRORED.get(lookup, lookup)
        if is_shape(first) and is_shape(second):
            return self.condition(bool(getattr(self.shape(first), lookup)(self.shape(second))))
        if not self.is_geometry_property(first):
            raise _wrong(_("een ruimtelijke voorwaarde vergelijkt “geometry” met een vorm"))
        other = F(self.geometry) if self.is_geometry_property(second) else self.shape(second)
        return Q(**{f"{self.geometry}__{lookup}": other})

    def is_geometry_property(self, node: Any) -> bool:
        return isinstance(node, dict) and node.get("property") in self.geometry_names

    def shape(self, node: Any) -> GEOSGeometry:
        """Return a shape of the filter in RD New."""
        try:
            return read_shape(node, self.system)
        except Exception:  # GEOS, GDAL and json each have their own for what is no geometry
            raise _wrong(_("een vorm kan niet worden gelezen of ligt buiten Nederland")) from None

    def temporal(self, op: str, args: Sequence[Any]) -> Q:
        first, second = (self.span(arg) for arg in self.two(args))
        return RELATIONS[op](self.ordered, first, second)

    def span(self, node: Any) -> tuple[Any, Any]:
        """Return begin and end of a moment or an interval; None where that side is open."""
        if isinstance(node, dict) and "interval" in node:
            begin, end = (None if side == ".." else side for side in self.two(node["interval"]))
            return begin, end
        return node, node

    def ordered(self, op: str, first: Any, second: Any) -> Q:
        """Return a comparison of two moments; an open end lies beyond all others."""
        if first is None or second is None:
            # Which side of which interval is open decides: that is what the relations pass here.
            return Q() if op in ("<", "<=", ">", ">=") else Q(pk__in=[])
        if self.is_value(first) and self.is_value(second):
            return self.condition(self.in_order(op, first, second))
        return self.compared(op, [first, second])

    def in_order(self, op: str, first: Any, second: Any) -> bool:
        try:
            return in_order(op, str(self.value(first)), str(self.value(second)))
        except ValueError:
            raise _wrong(_("het vergelijkt dingen van een andere soort, zoals een datum met een naam")) from None
