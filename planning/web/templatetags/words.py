"""Words that a script of the page says, and amounts in words."""

from __future__ import annotations

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from planning.initiatives.granting import hours_text
from planning.web.script_words import FILES, spoken

register = template.Library()

register.filter("hours", hours_text)


@register.simple_tag
def export_words() -> SafeString:
    """Write what ``exports.mjs`` says, in the language of the page."""
    return json_script(spoken(FILES), "export-words")
