"""What became of the rows of a file, whatever they are rows of."""

from __future__ import annotations

from dataclasses import dataclass, field

from geo.intake.problems import Problem, Repair


@dataclass
class IntakeReport:
    """What an import did, or would do: counts, problems per row, repairs, and notices in Dutch.

    ``vanished`` names what the file no longer has; ``kept`` says whether anything of the file was.
    """

    file_name: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    vanished: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    kept: bool = False
