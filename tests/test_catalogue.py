"""Every text of the product is there in every language, with the same things filled in."""

from __future__ import annotations

import gettext
import os
import re
from io import StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import CommandError, call_command

from geo.machine.texts import compile_texts
from planning import catalogue
from planning.web.board.words import BOARD, EDITING
from planning.web.script_words import MAP

OTHERS = [language for language, _name in settings.LANGUAGES if language != settings.LANGUAGE_CODE]

NUMBERED = re.compile(
    r"(?:%\(\w+\)s|\{\w*\})(?:</?\w+>)* (?:\w+ )?(?:werken|adressen|woningen|dagen|weken|maanden|werkdagen|mensen"
    r"|berichten|ideeën|dingen|stemmen|bevindingen|botsingen|kansen|groepen|ploegen|rijen|records|seconden|tekens|foto's|plekken"
    r"|works|hours|addresses|homes|days|weeks|months|people|messages|ideas|things|findings|groups|rows|seconds|photos)\b"
)
"""A number and many of something."""

LIMITS: tuple[str, ...] = (
    "De link werkt één keer en %(days)s dagen",
    "De rekenaar zwijgt al",
    "Er wachten al %(n)s berichten",
    "Er wachten al %(n)s ideeën",
    "Houd de opmerking onder",
    "Houd de reden onder",
    "Met dit e-mailadres tellen al stemmen van %(n)s adressen",
    "Schrijf in een paar woorden wat er is",
)
"""Texts whose number is a limit of ours, and never 1; other limits are called ``most`` or ``longest``."""


@pytest.fixture
def there(tmp_path: Path, settings: object) -> Path:
    """A folder for catalogues, with nothing in it."""
    settings.LOCALE_PATHS = [tmp_path]  # type: ignore[attr-defined]
    return tmp_path


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_missing_in_another_language(language: str) -> None:
    said = catalogue.texts(settings.BASE_DIR)
    assert len(said) > 3000
    assert list(catalogue.faults(said, language)) == [], "python3 manage.py texts tells what to translate"


def test_every_text_with_a_number_can_say_one() -> None:
    counted = {str(text) for words in (BOARD | EDITING, MAP) for name, text in words.items() if f"{name}_one" in words}
    english = catalogue.read("en")
    missing = [
        message.id
        for message in catalogue.texts(settings.BASE_DIR)
        if message.id
        and isinstance(message.id, str)
        and any(
            "most" not in found[0] and "longest" not in found[0]
            for text in (message.id, english.get(message.id, message.context).string)
            for found in NUMBERED.finditer(text)
        )
        and message.id not in counted
        and not message.id.startswith(LIMITS)
    ]
    assert missing == [], "use ngettext or blocktranslate count, or a name with _one for a script"


def test_texts_are_found_in_code_and_in_templates(tmp_path: Path) -> None:
    room = tmp_path / "planning"
    room.mkdir()
    (tmp_path / "geo").mkdir()
    (room / "a.py").write_text('x = _("Dag") + ngettext("%(n)s dag", "%(n)s dagen", 2) + pgettext("toets", "Weg")\n')
    (room / "c.py").write_text("y = f\"{x}: {_('Binnenin')}\"\n")
    (room / "b.html").write_text(
        '{% load i18n %}\n<p title="{% translate "Titel" %}">{% blocktranslate trimmed %}\n  Hallo\n  {{ name }}\n'
        "{% endblocktranslate %}\n"
        "{% blocktranslate count n=n %}{{ n }} werk{% plural %}{{ n }} werken{% endblocktranslate %}"
    )
    found = {(message.id, message.context) for message in catalogue.texts(tmp_path) if message.id}
    assert found == {
        ("Dag", None), (("%(n)s dag", "%(n)s dagen"), None), ("Weg", "toets"), ("Titel", None),
        ("Binnenin", None), ("Hallo %(name)s", None), (("%(n)s werk", "%(n)s werken"), None),
    }  # fmt: skip


def test_what_is_missing_left_over_or_filled_in_otherwise_is_told(there: Path) -> None:
    said = Catalog()
    for text in ("Dag %(name)s", "Weg", ("%(n)s werk", "%(n)s werken"), "Nieuw"):
        said.add(text, locations=[("planning/a.py", 0)])
    old = Catalog(locale="en")
    old.add("Dag %(name)s", "Hello %(nom)s")
    old.add("Weg", "Road")
    old.add(("%(n)s werk", "%(n)s werken"), ("%(n)s work", "works"))
    old.add("Oud", "Old")
    catalogue.write(old, "en")
    told = "\n".join(catalogue.faults(said, "en"))
    assert "no en for 'Nieuw'" in told
    assert "'Dag %(name)s' has other placeholders" in told
    assert "'%(n)s werken' has other placeholders" in told
    assert "nobody says 'Oud' any more" in told
    assert len(told.splitlines()) == 4
    catalogue.write(catalogue.update(said, "en"), "en")
    kept = catalogue.read("en")
    assert kept.get("Oud") is None
    assert (kept["Weg"].string, kept["Nieuw"].string) == ("Road", "")
    before = catalogue.catalogue_path("en").read_bytes()
    catalogue.write(catalogue.update(said, "en"), "en")
    assert catalogue.catalogue_path("en").read_bytes() == before, "the same again changes nothing"


def test_a_check_changes_nothing_and_fails(there: Path) -> None:
    with pytest.raises(CommandError, match="not right"):
        call_command("texts", "--check", stdout=StringIO())
    assert not list(there.rglob("*.po"))


def test_catalogues_are_compiled_once_and_again_when_they_change(tmp_path: Path) -> None:
    folder = tmp_path / "planning" / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Dag"\nmsgstr '

    def greeting() -> tuple[str, int]:
        compile_texts(tmp_path)
        compiled = folder / "django.mo"
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file).gettext("Dag"), compiled.stat().st_mtime_ns

    source.write_text(head + '"Hello"\n')
    first = greeting()
    assert first[0] == "Hello"
    assert greeting() == first
    source.write_text(head + '"Hi"\n')
    os.utime(source, ns=(first[1] + 1_000_000_000, first[1] + 1_000_000_000))
    assert greeting()[0] == "Hi"
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]
