"""``manage.py texts``: bring the catalogues of other languages up to date with what the product says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.machine.texts import compile_texts
from planning import catalogue


class Command(BaseCommand):
    """Collect the texts, keep what is translated, drop what nobody says any more, and tell what is still missing."""

    help = (
        "Collect all texts and bring planning/locale/*/LC_MESSAGES/django.po up to date. "
        "Tells which texts have no translation yet; needs no GNU gettext."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to look only."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 where a text has no (right) translation"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Update every language but that of the texts themselves, or check them."""
        said = catalogue.texts(settings.BASE_DIR)
        wrong: list[str] = []
        for language, _name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            if not check:
                catalogue.write(catalogue.update(said, language), language)
            wrong += catalogue.faults(said, language)
        if not check:
            compile_texts(settings.BASE_DIR)
        for fault in wrong:
            self.stdout.write(fault)
        if check and wrong:
            raise CommandError(f"{len(wrong)} texts are not right in another language.")
        self.stdout.write(f"{len(said)} texts, {len(wrong)} to do.")
