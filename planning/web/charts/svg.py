"""SVG as text; everything that comes in is escaped."""

from __future__ import annotations

from html import escape


def tag(name: str, *children: str, **attributes: object) -> str:
    """Return an element; ``children`` are SVG already, an underscore in a name is a hyphen, None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-") if key not in KEPT else key}="{escape(number(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


KEPT = frozenset({"viewBox", "patternUnits"})
"""Names that are written as they are."""


def text(content: object) -> str:
    """Return content as text."""
    return escape(str(content), quote=False)


def number(value: object) -> str:
    """Return a value as SVG reads it, whatever the language: a number has at most two decimals and a point."""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
