"""What became of the rows of a register's file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from geo.intake.problems import Problem

MOST_PROBLEMS: Final = 1_000


@dataclass
class RegisterReport:
    """What an import of a register did, or would do: counts, and what was wrong with the first thousand refused rows.

    ``elsewhere`` lie in other municipalities; ``vanished`` left the file, of which ``removed`` were taken out.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    elsewhere: int = 0
    vanished: int = 0
    removed: int = 0
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Count a refused row, and keep what is wrong with the first thousand."""
        self.refused += 1
        self.problems += list(problems)[: MOST_PROBLEMS - len(self.problems)]
