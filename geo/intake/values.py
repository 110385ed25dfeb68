"""Texts, numbers, yes and no, and words of a list, as people write them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Final

from geo.intake.headers import normal
from geo.intake.problems import BadValueError, said

YES: Final = {"ja", "j", "yes", "y", "waar", "true", "1", "x"}
NO: Final = {"nee", "n", "no", "onwaar", "false", "0", ""}
EXCEL_ERRORS: Final = {"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#WAARDE!", "#N/B", "#VERW!"}


def is_empty(cell: object) -> bool:
    """Return whether a cell holds nothing."""
    return cell is None or (isinstance(cell, float) and cell != cell) or str(cell).strip() == ""  # noqa: PLR0124


def read_text(value: object) -> str:
    """Return a text without control characters and double spaces; raises BadValueError for a formula or its error."""
    text = _line(str(whole(value) if value is not None else ""))
    if text.startswith("="):
        raise BadValueError(
            f"{said(text)} is een formule.", "Zet de uitkomst zelf in de cel.",
            f"{said(text)} is a formula.", "Put its result in the cell.",
        )  # fmt: skip
    if text in EXCEL_ERRORS:
        raise BadValueError(
            f"{said(text)} is een fout van Excel.", "Verbeter de formule in deze cel, of vul de waarde zelf in.",
            f"{said(text)} is an error of Excel.", "Mend the formula in this cell, or fill in the value.",
        )  # fmt: skip
    # An apostrophe before such a sign only kept a spreadsheet from reading a formula (geo.text.formula_safe).
    return text[1:] if text.startswith(("'=", "'+", "'-", "'@")) else text


def read_lines(value: object) -> str:
    """Return a text as ``read_text`` does, but with its lines kept; raises BadValueError as that does."""
    first, *others = str(whole(value) if value is not None else "").strip().splitlines() or [""]
    return "\n".join([read_text(first), *map(_line, others)]).strip()


def _line(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


def at_most(text: str, longest: int) -> str:
    """Return a text that fits; raises BadValueError for one of over ``longest`` letters."""
    if len(text) > longest:
        raise BadValueError(
            f"De tekst is {len(text)} tekens lang.", f"Gebruik er hoogstens {longest}.",
            f"The text has {len(text)} characters.", f"Use at most {longest}.",
        )  # fmt: skip
    return text


def read_flag(value: object) -> bool:
    """Return yes or no; raises BadValueError for anything else."""
    if isinstance(value, bool):
        return value
    word = normal(whole(value))
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValueError(
        f"{said(value)} is geen ja of nee.",
        "Schrijf ja of nee.",
        f"{said(value)} is not yes or no.",
        "Write yes or no.",
    )


def read_integer(value: object) -> int:
    """Return a whole number that is not negative; raises BadValueError for anything else."""
    number = read_decimal(value)
    if number != number.to_integral_value() or not 0 <= number <= 2_000_000_000:
        raise _no_number(value, "een heel getal van 0 of meer", "a whole number of 0 or more")
    return int(number)


def read_decimal(value: object) -> Decimal:
    """Return a number as the Dutch write it: "€ 1.250.000,00" or "1250000"; raises BadValueError."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        text = str(value)
    else:
        text = re.sub(r"[€\s\u00a0%]|eur(?:o)?|,-{1,2}$", "", str(value), flags=re.IGNORECASE).rstrip("-")
        if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", text) or re.fullmatch(r"-?\d+,\d+", text):
            text = text.replace(".", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _no_number(value, "een getal, zoals 1.250.000,00", "a number, such as 1.250.000,00") from error
    # What Decimal takes for a number without end, or with a thousand digits, is no amount and no coordinate.
    if not number.is_finite() or abs(number) >= 10**15:
        raise _no_number(value, "een getal, zoals 1.250.000,00", "a number, such as 1.250.000,00")
    return number


def read_amount(value: object, below: int) -> Decimal:
    """Return an amount in euro with cents; raises BadValueError where it is negative or not below ``below``."""
    amount = read_decimal(value).quantize(Decimal("0.01"))
    if not 0 <= amount < below:
        raise _no_number(value, "een bedrag van 0 of meer", "an amount of 0 or more")
    return amount


def read_percentage(value: object) -> int:
    """Return a percentage from 0 to 100; a fraction below 1 with decimals is one of Excel's; raises BadValueError."""
    number = read_decimal(value)
    if isinstance(value, float) and 0 < number < 1:
        number *= 100
    if not 0 <= number <= 100:
        raise _no_number(value, "een percentage van 0 tot 100", "a percentage from 0 to 100")
    return round(number)


@dataclass(frozen=True)
class Words:
    """A list of words that a cell can hold.

    Parameters
    ----------
    codes
        Word to what it stands for.
    what_nl, what_en
        What is chosen among, for messages.
    """

    codes: Mapping[str, object]
    what_nl: str
    what_en: str

    @cached_property
    def _by_word(self) -> dict[str, object]:
        return {normal(word): code for word, code in self.codes.items()}

    @cached_property
    def _people_say(self) -> list[str]:
        """The words that are no code of ours; all of them where there are only codes."""
        return sorted(word for word, code in self.codes.items() if word != code) or sorted(self.codes)

    def read(self, value: object) -> object:
        """Return what a word stands for; raises BadValueError with the nearest words for an unknown one."""
        word = normal(whole(value))
        if word in self._by_word:
            return self._by_word[word]
        near = difflib.get_close_matches(word[:60], self._by_word, n=3, cutoff=0.6) or self._people_say[:6]
        options = ", ".join(near)
        raise BadValueError(
            f"{said(value)} kennen we niet als {self.what_nl}.", f"Bedoelt u: {options}?",
            f"{said(value)} is not a known {self.what_en}.", f"Do you mean: {options}?",
        )  # fmt: skip


def whole(value: object) -> object:
    """Return 12.0, as Excel hands over 12, as 12."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _no_number(value: object, nl: str, en: str) -> BadValueError:
    return BadValueError(
        f"{said(value)} is niet {nl}.", "Vul een getal in.", f"{said(value)} is not {en}.", "Enter a number."
    )
