"""What the fields of a work are called on the pages of the import, and how values are shown."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import DateField
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from planning.works.kinds import WorkKind, WorkStatus
from planning.works.models import Work

GROUPS: Final[tuple[tuple[str | Promise, dict[str, str | Promise]], ...]] = (
    (gettext_lazy("Wat"), {
        "name": gettext_lazy("naam"), "kind": gettext_lazy("soort werk"), "status": gettext_lazy("status"),
        "external_id": gettext_lazy("kenmerk"), "project": gettext_lazy("project"),
        "programme": gettext_lazy("programma"), "description": gettext_lazy("omschrijving"),
    }),
    (gettext_lazy("Wanneer"), {
        "start": gettext_lazy("begin"), "finish": gettext_lazy("einde (tot en met)"),
        "period": gettext_lazy("periode (begin en einde in één)"), "date_precision": gettext_lazy("nauwkeurigheid"),
        "earliest_start": gettext_lazy("vroegste begin"),
        "latest_finish": gettext_lazy("uiterste einde"), "duration_days": gettext_lazy("duur in werkdagen"),
        "actual_start": gettext_lazy("werkelijk begin"), "actual_finish": gettext_lazy("werkelijk einde"),
    }),
    (gettext_lazy("Waar"), {
        "geometry": gettext_lazy("geometrie"), "x": gettext_lazy("x (RD)"), "y": gettext_lazy("y (RD)"),
        "lat": gettext_lazy("breedtegraad"), "lon": gettext_lazy("lengtegraad"), "street": gettext_lazy("straat"),
        "house_numbers": gettext_lazy("huisnummers"), "buurt": gettext_lazy("buurt"), "wijk": gettext_lazy("wijk"),
    }),
    (gettext_lazy("Hinder"), {
        "hinders_traffic": gettext_lazy("hindert autoverkeer"), "disturbs_nests": gettext_lazy("kap of dakwerk"),
        "noise": gettext_lazy("geluid"), "dust": gettext_lazy("stof"), "vibration": gettext_lazy("trilling"),
    }),
    (gettext_lazy("Bewoners en geld"), {
        "dwellings": gettext_lazy("woningen"), "budget_eur": gettext_lazy("budget in euro"),
        "consent_percentage": gettext_lazy("instemming huurders in %"),
        "tenants_informed_on": gettext_lazy("bewoners ingelicht op"), "visibility": gettext_lazy("zichtbaar voor"),
        "embargo_until": gettext_lazy("openbaar vanaf"),
    }),
)  # fmt: skip
"""The fields that a column can mean, as they stand together in a list."""

LABELS: Final = {name: label for _group, fields in GROUPS for name, label in fields.items()}

PLANNED: Final = {"planned_start": "start", "planned_finish": "finish", "date_precision": "date_precision"}
DAYS: Final = {f.name for f in Work._meta.concrete_fields if isinstance(f, DateField)}
LAST_DAYS: Final = {"planned_finish", "latest_finish", "actual_finish"}
"""The database keeps the first day after; people name the last."""

VERBOSE: Final = {f.name: f.verbose_name for f in Work._meta.concrete_fields}

CHOICES: Final[dict[str, dict[Any, Any]]] = {
    "kind": dict(WorkKind.choices), "status": dict(WorkStatus.choices), "date_precision": dict(Work.Precision.choices),
    "noise": dict(Work.Nuisance.choices), "dust": dict(Work.Nuisance.choices), "vibration": dict(Work.Nuisance.choices),
    "visibility": dict(Work._meta.get_field("visibility").choices or []),
}  # fmt: skip


def label_of(name: str) -> str:
    """Return what a field of a work, or of a file of works, is called."""
    name = PLANNED.get(name, name)
    return str(LABELS.get(name) or VERBOSE[name])


def shown(name: str, value: Any) -> str:
    """Return a value of a field, as a check stored it, for a reader."""
    if value is None or value == "":
        return _("leeg")
    if name == "geometry":
        return _shape(value)
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    if name == "budget_eur":
        return "€ " + number_format(value, 2, use_l10n=True, force_grouping=True)
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    day = _day(value) if name in DAYS else None
    return date_format(day - dt.timedelta(days=name in LAST_DAYS), "j F Y") if day else str(value)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _shape(value: dict[str, Any]) -> str:
    kind = value["type"]
    if "Polygon" in kind:
        return _("vlak van %(m2)s m²") % {"m2": number_format(round(value["m2"]), force_grouping=True)}
    if "LineString" in kind:
        return _("lijn van %(m)s m") % {"m": number_format(round(value["m"]), force_grouping=True)}
    return _("punt")


def rows_text(count: int) -> str:
    """Return a number of rows in words: "1 rij", "12 rijen"."""
    return ngettext("%(n)s rij", "%(n)s rijen", count) % {"n": number_format(count, force_grouping=True)}
