"""What the commands that read a list of others ask and say alike."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Final

from geo.intake.reports import IntakeReport

MOST_LINES: Final = 200


def add_arguments(parser: ArgumentParser) -> None:
    """Declare how a file is treated."""
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and keep nothing")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help='JSON: {"column in the file": "field"}')
    parser.add_argument("--accept-valid", action="store_true", help="keep the good rows where some are bad")
    parser.add_argument("--language", choices=["nl", "en"], default="nl")


def say(report: IntakeReport, language: str, gone: str, write: Callable[[str], object]) -> None:
    """Write what became of the rows; ``gone`` says what happened to what left the file."""
    for notice in report.notices:
        write(notice)
    for repair in report.repairs[:MOST_LINES]:
        write(f"hersteld · {repair.text(language)}")
    for problem in report.problems[:MOST_LINES]:
        write(f"geweigerd · {problem.text(language)}")
    if len(report.problems) > MOST_LINES:
        write(f"… en nog {len(report.problems) - MOST_LINES} problemen.")
    for name in report.vanished[:MOST_LINES]:
        write(f"niet meer in het bestand, {gone} · {name}")
    write(
        f"{report.file_name}: {report.created} nieuw, {report.updated} gewijzigd, {report.unchanged} gelijk,"
        f" {report.refused} geweigerd."
    )
    if not report.kept:
        write(
            "Er is niets bewaard: verbeter de rijen hierboven, of gebruik --accept-valid voor de goede rijen."
            if report.refused
            else "Proef: er is niets bewaard."
        )
