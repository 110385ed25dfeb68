"""The board's modules without a browser, in Node: working days, moves, circles, undo, and the words they say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planning.coordination.board.bands import AHEAD_DAYS
from planning.sequencing.calendars import BuildingHoliday, dutch_calendar
from planning.web.board.words import BOARD, EDITING
from planning.works.circles import circle_with

MODULES = Path(__file__).resolve().parents[3] / "planning" / "web" / "static" / "web" / "planning"


def run(script: str, data: Any) -> Any:
    """Run a script with ``data`` in Node; it prints JSON."""
    imports = "".join(
        f"import * as {name} from {json.dumps((MODULES / f'{name}.mjs').as_uri())};\n"
        for name in ("calendar", "circle", "days", "draft", "moves", "scale")
    )
    code = f"{imports}const data = {json.dumps(data)};\nconsole.log(JSON.stringify((() => {{ {script} }})()));"
    node = Path(sys.prefix) / "bin" / "node"
    done = subprocess.run([node, "--input-type=module", "-e", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def days_off(first: int, after: int, holiday: BuildingHoliday) -> dict[str, Any]:
    plain = dutch_calendar(first, after)
    weekdays = (np.arange(first, after) + 3) % 7 < 5
    return {
        "first": first,
        "after": after,
        "holidays": (first + np.flatnonzero(weekdays & ~plain.working)).tolist(),
        "rests": [holiday.period(year) for year in range(2015, 2041)],
    }


def test_working_days_are_counted_as_the_engine_counts_them() -> None:
    holiday = BuildingHoliday(30, 3, {2027: 29})
    first, after = 17_500, 17_500 + AHEAD_DAYS
    engine = dutch_calendar(first, after, holiday)
    chance = np.random.default_rng(7)
    starts = chance.integers(first, after - 1500, 400).tolist()
    spans = chance.integers(1, 900, 400).tolist()
    counted = run(
        """
        const c = new calendar.Calendar(data.off);
        return data.starts.map((start, i) => {
          const index = c.index(start);
          const length = c.workingDays(start, start + data.spans[i]);
          const [p, s] = [{ start: start - 30, finish: start }, { start: start + data.spans[i], finish: start + 900 }];
          const gaps = [c.gap({ type: "FS" }, p, s), c.gap({ type: "SF" }, s, p)];
          return [index, length, c.day(index), c.finish(index, Math.max(1, length)), ...gaps];
        });
        """,
        {"off": days_off(first, after, holiday), "starts": starts, "spans": spans},
    )
    index = engine.index(starts)
    length = engine.working_days(starts, np.array(starts) + spans)
    ends = np.array(starts) + spans
    gaps = [engine.between(starts, ends), engine.between(ends, starts)]
    expected = np.stack([index, length, engine.day(index), engine.finish(index, np.maximum(length, 1)), *gaps], axis=1)
    assert counted == expected.tolist()


def test_a_bar_keeps_its_working_days_wherever_it_is_moved() -> None:
    off = days_off(20_000, 24_000, BuildingHoliday())
    engine = dutch_calendar(20_000, 24_000, BuildingHoliday())
    chance = np.random.default_rng(3)
    starts = chance.integers(20_100, 22_000, 200).tolist()
    bars = [(start, start + int(chance.integers(3, 400))) for start in starts]
    steps = chance.integers(-80, 400, 200).tolist()
    moved = run(
        """
        const c = new calendar.Calendar(data.off);
        return data.bars.map(([start, finish], i) => {
          const bar = { start, finish };
          const [m, s, f, b] = [moves.moved(c, bar, data.steps[i]), moves.startingAt(c, bar, start + data.steps[i]),
            moves.finishingAt(c, bar, finish + data.steps[i]), moves.beginningAt(c, bar, start + data.steps[i])];
          return [m, s, f, b].map((bar) => [bar.start, bar.finish]);
        });
        """,
        {"off": off, "bars": bars, "steps": steps},
    )
    for (start, finish), step, outcomes in zip(bars, steps, moved, strict=True):
        length = max(1, int(engine.working_days(start, finish)))
        for new_start, new_finish in outcomes[:2]:
            if step == 0:
                assert (new_start, new_finish) == (start, finish)
            else:
                assert engine.working[new_start - 20_000]
                assert engine.working[new_finish - 1 - 20_000]
                assert engine.working_days(new_start, new_finish) == length
        assert outcomes[2][0] == start < outcomes[2][1]
        assert outcomes[3][1] == finish > outcomes[3][0]


def test_a_circle_is_the_one_that_the_service_finds() -> None:
    chance = np.random.default_rng(11)
    cases = []
    for _ in range(200):
        edges = np.sort(chance.integers(0, 9, (12, 2)), axis=1)
        ends = chance.integers(0, 9, 2).tolist()
        cases.append([edges[edges[:, 0] < edges[:, 1]].tolist(), *ends])
    found = run(
        """return data.map(([edges, from, to]) =>
        circle.circleWith(edges.map(([predecessor, successor]) => ({ predecessor, successor })), from, to));""",
        cases,
    )
    assert found == [circle_with([(p, s) for p, s in edges], a, b) for edges, a, b in cases]
    assert sum(circle is not None for circle in found) > 20


def test_every_step_can_be_undone_and_done_again_also_after_saving() -> None:
    seen = run(
        """
        const work = (id, start, version = 1) => ({ id, version, start, finish: start + 10 });
        const content = (works, dependencies) => ({ works: new Map(works.map((w) => [w.id, w])), dependencies });
        const draft_ = new draft.Draft("x");
        const edits = () => [...draft_.edits].map(([id, e]) => [id, e.start, e.version]);
        const look = () => [edits(), draft_.added.length, [...draft_.removed.keys()]];
        const seen = [];
        draft_.follow(content([work(1, 100), work(2, 200)], []));
        draft_.move([{ id: 1, start: 110, finish: 120 }]);
        draft_.tie({ predecessor: 1, successor: 2, type: "FS", minimum: 0, maximum: null, reason: "" });
        draft_.move([{ id: 1, start: 130, finish: 140 }, { id: 2, start: 210, finish: 220 }]);
        seen.push(look());
        draft_.undo(); seen.push(look());
        draft_.undo(); seen.push(look());
        draft_.redo(); draft_.redo(); seen.push(look());
        // Saved: the service holds the same, with new versions and a dependency of its own.
        const kept = { id: 9, predecessor: 1, successor: 2, type: "FS" };
        draft_.follow(content([work(1, 130, 2), work(2, 210, 2)], [kept]));
        seen.push(look());
        draft_.undo(); draft_.undo(); draft_.undo(); seen.push(look());
        draft_.drop(); seen.push(look());
        return seen;
        """,
        None,
    )
    assert seen == [
        [[[1, 130, 1], [2, 210, 1]], 1, []],
        [[[1, 110, 1]], 1, []],
        [[[1, 110, 1]], 0, []],
        [[[1, 130, 1], [2, 210, 1]], 1, []],
        [[], 0, []],
        [[[1, 100, 2], [2, 200, 2]], 0, [9]],
        [[], 0, []],
    ]


@pytest.mark.parametrize("per_day", [0.12, 0.3, 0.9, 2.6, 9, 26, 40])
def test_marks_lie_within_what_is_shown_and_not_on_each_other(per_day: float) -> None:
    words = {"quarter": "{n}e kw", "week": "wk {n}", "months": ["m"] * 12, "short_months": ["m"] * 12}
    marks = run(
        """
        const s = new scale.Scale(17000, 26000, data.perDay);
        const [from, to] = [20000, 20000 + Math.round(1000 / data.perDay)];
        return { marks: s.marks(from, to, data.words), back: s.day(s.x(21000) + .01), to };
        """,
        {"perDay": per_day, "words": words},
    )
    assert marks["back"] == 21_000
    for line, room in (("major", 30), ("minor", 10)):
        days = [mark["day"] for mark in marks["marks"][line]]
        assert days
        assert max(days) < marks["to"]
        assert all((b - a) * per_day >= room for a, b in pairwise(days[1:]))


def test_the_script_says_only_words_it_is_given_and_all_of_them() -> None:
    code = "\n".join(path.read_text() for path in MODULES.glob("*.mjs"))
    said = set(re.findall(r"""\bsay\((?:[^"()]*\? )?"(\w+)"(?: : "(\w+)")?""", code))
    said = {word for pair in said for word in pair if word}
    counted = set(re.findall(r"""\bcount\("(\w+)\"""", code))
    given = set(BOARD | EDITING)
    assert {word for word in counted if not {word, f"{word}_one"} <= given} == set()
    assert said - given == set()
    quoted = set(re.findall(r'"(\w+)"', code)) | set(re.findall(r"words\.(\w+)", code))
    unused = {word for word in given if word not in quoted and word.removesuffix("_one") not in counted}
    assert unused == set()


def test_where_no_stream_comes_through_the_page_asks_instead() -> None:
    """In Node with a stream that fails thrice, time that does not pass, and a service that knows two versions."""
    module = (MODULES.parent / "live.mjs").as_uri()
    code = f"""
        const said = [], versions = ["a", "a", "b", "b"];
        let source, closed = false;
        globalThis.document = {{ hidden: false }};
        globalThis.addEventListener = () => {{}};
        globalThis.EventSource = class {{
          static CLOSED = 2;
          constructor(path) {{ this.path = path; this.readyState = 0; this.on = {{}}; source = this; }}
          addEventListener(name, heard) {{ this.on[name] = heard; }}
          close() {{ closed = true; }}
        }};
        globalThis.fetch = async () => (versions.length
          ? {{ status: 200, json: async () => ({{ version: versions.shift() }}) }} : {{ status: 403 }});
        const waits = [];
        globalThis.setTimeout = (done, ms) => {{ waits.push(ms); queueMicrotask(done); }};
        const {{ listen }} = await import({json.dumps(module)});
        listen("planning", {{
          change: (tables) => said.push(["change", ...tables]),
          people: (people) => said.push(["people", people.length]),
          lost: (lost) => said.push(["lost", lost]),
        }});
        source.on.people({{ data: JSON.stringify({{ people: [{{}}, {{}}] }}) }});
        source.on.change({{ data: JSON.stringify({{ tables: ["works_work"] }}) }});
        source.on.error(); source.on.error(); source.on.error();
        await new Promise((resolve) => setImmediate(resolve));
        console.log(JSON.stringify({{ said, closed, path: source.path, wait: Math.max(...waits) }}));
    """
    node = Path(sys.prefix) / "bin" / "node"
    done = subprocess.run([node, "--input-type=module", "-e", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["said"] == [["people", 2], ["change", "works_work"], ["lost", True], ["change", "*"]]
    assert (told["path"], told["closed"]) == ("/planning/live/planning/", True)
    # What changes appears within two seconds here too.
    assert told["wait"] <= 2000
