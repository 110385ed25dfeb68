"""What the commands that load a register of the government ask and say alike."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from geo.registers.report import RegisterReport
from planning.management.importing import MOST_LINES


def add_arguments(parser: ArgumentParser, what: str) -> None:
    """Declare the file, and what of it to take; ``what`` is what its rows are."""
    parser.add_argument("file", type=Path)
    parser.add_argument("--municipality", metavar="CODE", help=f"only {what} in its buurten, as GM0106")
    parser.add_argument("--remove-vanished", action="store_true", help=f"remove {what} that left the file")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and keep nothing")
    parser.add_argument("--language", choices=["nl", "en"], default="nl")


def say_refused(report: RegisterReport, language: str, write: Callable[[str], object]) -> None:
    """Write what is wrong with the first rows that were refused."""
    for problem in report.problems[:MOST_LINES]:
        write(f"geweigerd · {problem.text(language)}")
    if report.refused > len(report.problems[:MOST_LINES]):
        write("… en nog meer geweigerde rijen.")
