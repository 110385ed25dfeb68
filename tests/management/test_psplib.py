"""The field's own files: read, solved, said in one line of JSON each; what cannot be read is named at the end."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

SCH = """3 1 0 0
0 1 2 2 1 [0] [0]
1 1 1 3 [4]
2 1 2 3 1 [3] [-6]
3 1 1 4 [2]
4 1 0
0 1 0 0
1 1 4 1
2 1 3 1
3 1 2 1
4 1 0 0
1
"""
"""Three activities one after the other on one machine, by hand: 4 + 3 + 2, the second at most 6 before the first."""

SM = """************************************************************************
file with basedata            : HAND.BAS
initial value random generator: 1
************************************************************************
projects                      :  1
jobs (incl. supersource/sink ):  5
horizon                       :  9
RESOURCES
  - renewable                 :  1   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
************************************************************************
PROJECT INFORMATION:
pronr.  #jobs rel.date duedate tardcost  MPM-Time
    1      3      0        9        0        9
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           5
   4        1          1           5
   5        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     4       1
  3      1     3       2
  4      1     2       1
  5      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    2
************************************************************************
"""
"""Two of one unit in a row (4 + 2) beside one that needs both units for 3: nothing can run with that one, so 9."""


def run(*files: Path, **options: object) -> list[dict[str, object]]:
    """Run the command and return what its lines say."""
    out = io.StringIO()
    call_command("psplib", *map(str, files), stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_line_of_json_for_each_file(tmp_path: Path) -> None:
    (tmp_path / "hand.sm").write_text(SM)
    (tmp_path / "HAND.SCH").write_text(SCH)
    rows = run(tmp_path / "hand.sm", tmp_path / "HAND.SCH", seconds=5, workers=1)
    assert [list(row) for row in rows] == [["file", "status", "makespan", "bound", "seconds"]] * 2
    assert [(row["status"], row["makespan"], row["bound"]) for row in rows] == [("optimal", 9, 9)] * 2
    assert rows[0]["file"] == str(tmp_path / "hand.sm")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("gone.sm", None, "no such file"),
        ("plan.txt", "x", "unknown extension"),
        ("broken.sm", "this is no instance", "not a readable psplib file"),
        ("broken.sch", "1 2", "not a readable rcpsp_max file"),
    ],
)
def test_an_unreadable_file_is_named_after_the_others_are_solved(
    tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    (tmp_path / "hand.sm").write_text(SM)
    if text is not None:
        (tmp_path / name).write_text(text)
    out = io.StringIO()
    with pytest.raises(CommandError, match=said) as raised:
        call_command("psplib", str(tmp_path / name), str(tmp_path / "hand.sm"), stdout=out)
    assert name in str(raised.value)
    assert json.loads(out.getvalue())["makespan"] == 9


def test_no_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="above 0"):
        run(tmp_path / "hand.sm", seconds=0)
