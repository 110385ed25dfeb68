"""Text from users in folium's pages. folium escapes nothing: all text goes through ``safe``."""

from __future__ import annotations

import html
import json
from typing import Any


def safe(text: object) -> str:
    """Return text that is only text wherever folium puts it.

    folium writes names into JavaScript template strings and from there into html; so html is escaped first, and
    then what ends or enters a template string: the backslash, the backtick and the dollar sign.
    """
    escaped = html.escape(str(text), quote=True)
    return escaped.replace("\\", "&#92;").replace("`", "&#96;").replace("$", "&#36;").replace("{", "&#123;")


def safe_json(value: Any) -> str:
    """Return JSON that can stand in a script: nothing in it ends the script or starts a comment."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    for character, code in (("<", "003c"), (">", "003e"), ("&", "0026"), ("\u2028", "2028"), ("\u2029", "2029")):
        text = text.replace(character, f"\\u{code}")
    return text
