"""The board as JSON for its page: columns and rows, dates as days, so that 1,000 works stay small."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any, Final

from planning.coordination.board.content import Board
from planning.coordination.board.works import BoardWork
from planning.coordination.rows import fallow_row
from planning.sequencing.plan import to_day

WORK_COLUMNS: Final = (
    "id", "version", "name", "kind", "status", "owner", "project", "project_name", "buurt", "wijk", "start", "finish",
    "precision", "duration", "earliest_start", "latest_finish", "actual_start", "actual_finish", "dwellings", "bounds",
)  # fmt: skip


def board_json(board: Board) -> dict[str, Any]:
    """Return ``board`` ready for JSON; days count from 1 January 1970, works are rows under ``columns``."""
    return {
        "today": to_day(board.today),
        "columns": WORK_COLUMNS,
        "works": [[_plain(getattr(work, name)) for name in WORK_COLUMNS] for work in board.works],
        "left_out": board.left_out,
        "groups": [
            {"title": group.title, "detail": group.detail, "wijk": group.wijk, "works": [w.id for w in group.works]}
            for group in board.groups
        ],
        "dependencies": [asdict(dependency) for dependency in board.dependencies],
        "gaps": [
            {
                "after": gap.work_id,
                "start": to_day(gap.start),
                "finish": _plain(gap.finish),
                "weeks": gap.weeks,
                "followed_by": gap.followed_by,
                "text": fallow_row(gap)["text"],
            }
            for gap in board.gaps
        ],
        "findings": [
            {name: _plain(value) for name, value in vars(finding).items()} for finding in board.findings
        ],
        "bands": [
            {
                "rule": band.rule,
                "title": band.title,
                "last_day": band.last_day,
                "spans": band.spans,
                "works": sorted(_shown(board.works) & band.works),
            }
            for band in board.bands
        ],
        "days_off": asdict(board.days_off),
        "figures": {
            "fallow_weeks": board.fallow_weeks,
            "conflicts": board.conflicts,
            "opportunities": board.opportunities,
        },
        "owners": board.owners,
        "may_change": sorted(board.may_change),
    }  # fmt: skip


def _shown(works: list[BoardWork]) -> set[int]:
    return {work.id for work in works}


def _plain(value: Any) -> Any:
    return to_day(value) if isinstance(value, dt.date) else value
