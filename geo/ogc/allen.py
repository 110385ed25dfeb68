"""Relations of intervals in time (Allen, Communications of the ACM 26, 1983), as CQL2 calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import Q

Order = Callable[[str, Any, Any], Q]
"""Compares two moments: operator, first, second."""

Span = tuple[Any, Any]
_NEVER: Final = Q(pk__in=[])


def _before(order: Order, a: Span, b: Span) -> Q:
    return _NEVER if a[1] is None or b[0] is None else order("<", a[1], b[0])


def _intersects(order: Order, a: Span, b: Span) -> Q:
    return order("<=", a[0], b[1]) & order(">=", a[1], b[0])


def _during(order: Order, a: Span, b: Span) -> Q:
    return order(">", a[0], b[0]) & order("<", a[1], b[1])


def _starts(order: Order, a: Span, b: Span) -> Q:
    return order("=", a[0], b[0]) & order("<", a[1], b[1])


def _finishes(order: Order, a: Span, b: Span) -> Q:
    return order(">", a[0], b[0]) & order("=", a[1], b[1])


def _overlaps(order: Order, a: Span, b: Span) -> Q:
    return order("<", a[0], b[0]) & order(">", a[1], b[0]) & order("<", a[1], b[1])


RELATIONS: Final[Mapping[str, Callable[[Order, Span, Span], Q]]] = {
    "t_before": _before,
    "t_after": lambda order, a, b: _before(order, b, a),
    "t_disjoint": lambda order, a, b: _before(order, a, b) | _before(order, b, a),
    "t_intersects": _intersects,
    "t_equals": lambda order, a, b: order("=", a[0], b[0]) & order("=", a[1], b[1]),
    "t_during": _during,
    "t_contains": lambda order, a, b: _during(order, b, a),
    "t_starts": _starts,
    "t_startedBy": lambda order, a, b: _starts(order, b, a),
    "t_finishes": _finishes,
    "t_finishedBy": lambda order, a, b: _finishes(order, b, a),
    "t_meets": lambda order, a, b: order("=", a[1], b[0]),
    "t_metBy": lambda order, a, b: order("=", a[0], b[1]),
    "t_overlaps": _overlaps,
    "t_overlappedBy": lambda order, a, b: _overlaps(order, b, a),
}
"""What each relation asks of two spans."""
