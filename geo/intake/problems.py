"""What is wrong with a row and how to mend it, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_SAID = 60
"""Letters of a cell that a message repeats."""


def said(value: object) -> str:
    """Return what stands in a cell, between quotation marks, for a message."""
    text = str(value)
    return f"“{text}”" if len(text) <= LONGEST_SAID else f"“{text[: LONGEST_SAID - 1]}…”"


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a row out: which row and column, what is wrong, and how to mend it.

    ``row`` is the number as the sender sees it: in a spreadsheet the header counts too. ``field`` is our own name of
    what the column means.
    """

    row: int
    column: str
    wrong_nl: str
    mend_nl: str
    wrong_en: str
    mend_en: str
    field: str = ""

    def text(self, language: str = "nl") -> str:
        """Return the problem as two sentences."""
        if language == "en":
            return f"row {self.row}, column {self.column}: {self.wrong_en} {self.mend_en}"
        return f"rij {self.row}, kolom {self.column}: {self.wrong_nl} {self.mend_nl}"

    def as_json(self) -> dict[str, object]:
        """Return the problem for keeping."""
        return {"row": self.row, "column": self.column, "nl": self.text("nl"), "en": self.text("en")}


@dataclass(frozen=True)
class Repair:
    """Something in a row that was safe to mend, and was."""

    row: int
    nl: str
    en: str

    def text(self, language: str = "nl") -> str:
        """Return the repair as a sentence."""
        return f"row {self.row}: {self.en}" if language == "en" else f"rij {self.row}: {self.nl}"


class BadValueError(Exception):
    """A cell that cannot be read; says what is wrong and how to mend it, in both languages."""

    def __init__(self, wrong_nl: str, mend_nl: str, wrong_en: str, mend_en: str) -> None:
        super().__init__(wrong_nl)
        self.words = (wrong_nl, mend_nl, wrong_en, mend_en)

    def at(self, row: int, column: str, field: str = "") -> Problem:
        """Return the problem with its place in the file."""
        return Problem(row, column, *self.words, field)


class ImportRefusedError(Exception):
    """The file as a whole cannot be imported; the message is one sentence in Dutch."""
