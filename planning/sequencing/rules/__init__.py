"""All rules. A module in this package that states ``RULES`` adds its rules; nothing else need be touched."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from planning.sequencing.rules.base import Rule


@cache
def rule_types() -> Mapping[str, type[Rule]]:
    """Return every rule by its id, in the order of their modules."""
    found: dict[str, type[Rule]] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        for rule in getattr(importlib.import_module(f"{__name__}.{module}"), "RULES", ()):
            if rule.id in found:
                raise ValueError(f"two rules are called {rule.id}")
            found[rule.id] = rule
    return found


def make_rules(settings: Mapping[str, Mapping[str, Any] | None] | None = None) -> list[Rule]:
    """Return the rules that are on, with their parameters.

    Parameters
    ----------
    settings
        Per rule id the parameters that differ from the default, or None for a rule that is off.

    Raises
    ------
    KeyError
        Where a setting names a rule or a parameter that does not exist.
    """
    settings = settings or {}
    types = rule_types()
    unknown = set(settings) - set(types)
    if unknown:
        raise KeyError(f"there is no rule {', '.join(sorted(unknown))}")
    return [rule(**(settings.get(name) or {})) for name, rule in types.items() if settings.get(name, {}) is not None]
