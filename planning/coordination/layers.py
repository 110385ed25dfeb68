"""The map layer of findings, and what findings add to the layer of works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from geo.export.styles import Look, Pattern, Style, declare_style
from geo.functions import DayNumber
from geo.layers import DrawnAs, Layer, extend, register
from planning.coordination.models import Finding, FindingQuerySet

if TYPE_CHECKING:
    from planning.partners.viewers import Viewer


def _findings(viewer: Viewer) -> FindingQuerySet:
    return Finding.objects.visible_to(viewer).current()


def _in_conflict(viewer: Viewer) -> Exists:
    """Whether a conflict that ``viewer`` may see involves the work."""
    return Exists(_findings(viewer).filter(kind=Finding.Kind.CONFLICT, works=OuterRef("pk")))


FINDINGS = Layer(
    id="findings",
    title=_("Bevindingen"),
    source=_findings,
    fields={
        "id": "pk",
        "rule": "rule",
        "kind": "kind",
        "severity": "severity",
        "start": DayNumber("start"),
        "finish": DayNumber("finish"),
        "wijk": "wijk__slug",
    },
    feature_fields={"sentence_nl": "sentence_nl", "sentence_en": "sentence_en"},
    period=("start", "finish"),
    drawn_as=DrawnAs.SHAPE_AND_POINTS,
)


def declare() -> None:
    """Register the layer of this app and how it looks, and mark works in conflict on theirs."""
    register(FINDINGS)
    looks = {
        Finding.Kind.CONFLICT.value: Look(Finding.Kind.CONFLICT.label, "#B2182B", Pattern.NONE, width=0.9),
        Finding.Kind.OPPORTUNITY.value: Look(Finding.Kind.OPPORTUNITY.label, "#0B6E6E", Pattern.NONE, width=0.7),
    }
    declare_style("findings", Style(looks, "kind"))
    extend("works", {"conflict": _in_conflict})
