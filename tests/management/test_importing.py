"""What the commands that read a list say of it, whatever is in the list."""

from __future__ import annotations

import pytest

from geo.intake.problems import Problem, Repair
from geo.intake.reports import IntakeReport
from planning.management.importing import MOST_LINES, say
from planning.works.importing import ImportReport


@pytest.mark.parametrize("sort", [IntakeReport, ImportReport])
def test_everything_is_told_of_works_and_of_initiatives_alike(sort: type[IntakeReport]) -> None:
    problems = [Problem(n, "Titel", "Leeg.", "Vul in.", "Empty.", "Fill in.") for n in range(MOST_LINES + 3)]
    report = sort(
        "l.csv", created=1, updated=2, unchanged=3, refused=len(problems), vanished=["Oud"], problems=problems,
        repairs=[Repair(2, "hersteld", "mended")], notices=["Let op."],
    )  # fmt: skip
    said: list[str] = []
    say(report, "nl", "blijft staan", said.append)
    assert said[:3] == ["Let op.", "hersteld · rij 2: hersteld", "geweigerd · rij 0, kolom Titel: Leeg. Vul in."]
    assert "… en nog 3 problemen." in said
    assert "niet meer in het bestand, blijft staan · Oud" in said
    assert said[-2] == "l.csv: 1 nieuw, 2 gewijzigd, 3 gelijk, 203 geweigerd."
    assert said[-1].startswith("Er is niets bewaard")


def test_what_was_kept_is_not_called_lost() -> None:
    said: list[str] = []
    say(IntakeReport("l.csv", created=1, kept=True), "nl", "blijft staan", said.append)
    assert said == ["l.csv: 1 nieuw, 0 gewijzigd, 0 gelijk, 0 geweigerd."]
