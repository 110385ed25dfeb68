"""The catalogues of other languages, compiled where they lie: Django reads them so, and git keeps them as text."""

from __future__ import annotations

import os
from pathlib import Path


def compile_texts(base: Path) -> None:
    """Compile every ``planning/locale/*/LC_MESSAGES/*.po`` that is newer than what was made of it.

    Needs no GNU gettext. Two processes at once do the same work, and each puts it in place whole.
    """
    for catalogue in sorted((base / "planning" / "locale").glob("*/LC_MESSAGES/*.po")):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < catalogue.stat().st_mtime_ns:
            _compile(catalogue, compiled)


def _compile(catalogue: Path, compiled: Path) -> None:
    # Babel is in the project's environment only, which may have been made just now.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue.open("rb") as source:
        read = read_po(source)
    made = compiled.with_name(f"{compiled.name}.{os.getpid()}")
    with made.open("wb") as target:
        write_mo(target, read)
    made.replace(compiled)
