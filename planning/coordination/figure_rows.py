"""Figures of plans beside each other, in words; what is less is better, and is marked so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from planning.coordination.plan_figures import PlanFigures
from planning.coordination.rows import page_language
from planning.coordination.sequence_report import number


@dataclass(frozen=True)
class Cell:
    """One figure of one plan; ``direction`` is "down" where it is less than now, "up" where it is more."""

    text: str
    direction: str = ""
    percent: str = ""


@dataclass(frozen=True)
class FigureLine:
    """One figure of several plans, the present one first."""

    name: str
    cells: Sequence[Cell]


def figure_lines(*plans: PlanFigures, moved: bool = True) -> list[FigureLine]:
    """Return the figures of plans beside each other, the present one first; what none of them has is left out."""
    names = {
        "hard": _("Kan niet: harde regels gebroken"),
        "conflicts": _("Andere botsingen"),
        "fallow_weeks": _("Weken dat grond braak ligt"),
        "fallow_dwelling_weeks": _("Braak, gewogen naar woningen"),
        "opened_again": _("Grond vaker open dan nodig"),
        "nuisance_address": _("Hinder: drukste week van het zwaarst belaste adres"),
    }
    lines = [FigureLine(name, _cells([getattr(plan, key) for plan in plans])) for key, name in names.items()]
    if moved:
        cells = [Cell(_number(plan.moved) if plan.moved else "–") for plan in plans]
        lines.append(FigureLine(_("Werken die schuiven"), cells))
    return lines


def budget_lines(*plans: PlanFigures) -> list[FigureLine]:
    """Return what the works that start in each year cost, for the years in which plans differ or all where none do."""
    years = sorted({year for plan in plans for year in plan.budget})
    return [FigureLine(str(year), [Cell(_money(plan.budget.get(year, 0))) for plan in plans]) for year in years]


def figures_from(row: Mapping[str, Any]) -> PlanFigures | None:
    """Return figures that were kept as plain values; None where there are none."""
    if not row:
        return None
    return PlanFigures(**{**row, "budget": {int(year): amount for year, amount in row["budget"].items()}})


def _cells(values: Sequence[int]) -> list[Cell]:
    now = values[0]
    cells = [Cell(_number(now))]
    for value in values[1:]:
        direction = "down" if value < now else "up" if value > now else ""
        percent = f"{round(100 * (value - now) / now):+d}%".replace("-", "−") if now and value != now else ""
        cells.append(Cell(_number(value), direction, percent))
    return cells


def _number(value: float) -> str:
    return number(value, page_language())


def _money(amount: float) -> str:
    return f"€ {_number(amount)}" if amount else "–"
