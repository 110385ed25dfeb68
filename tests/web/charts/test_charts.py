"""Charts as geometry: what is drawn is as high as its number, has a pattern beside its colour, and stays a picture."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.web.charts import Chart, Mark, Series, grouped_bars, stacked_bars, steps
from planning.web.charts.data import plain
from planning.web.charts.frame import LETTER, nice_ticks
from planning.web.charts.looks import LIGHT, LOOKS

SVG = "{http://www.w3.org/2000/svg}"
BASE = Path(__file__).resolve().parents[3]


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 -- our own


def bars(svg: str) -> list[dict[str, Any]]:
    """Return the bars with their places and what each says."""
    found = []
    for rect in drawn(svg).iter(f"{SVG}rect"):
        said = rect.find(f"{SVG}title")
        if said is not None:
            found.append(
                {name: float(rect.get(name, "0")) for name in ("x", "y", "width", "height")} | {"said": said.text}
            )
    return found


def axis(svg: str) -> dict[str, float]:
    """Return the height of each number on the vertical axis."""
    return {
        text.text or "": float(text.get("y", "0")) - 4
        for text in drawn(svg).iter(f"{SVG}text")
        if text.get("text-anchor") == "end"
    }


def chart(*rows: Sequence[float], labels: list[str] | None = None, **more: Any) -> Chart:
    looks = ["demolition", "new_build", "street", "green"]
    series = [Series(f"rij {i}", row, looks[i % 4]) for i, row in enumerate(rows)]
    return Chart("Werken", "Zo veel.", labels or [str(2020 + i) for i in range(len(rows[0]))], series, **more)


numbers = st.lists(st.tuples(*[st.integers(0, 10**6)] * 4).map(list), min_size=1, max_size=4)


@given(numbers)
def test_stacked_bars_are_as_high_as_their_numbers_and_touch(rows: list[list[int]]) -> None:
    made = chart(*rows)
    svg = stacked_bars(made, "a")
    heights = axis(svg)
    floor, top = max(heights.values()), min(heights.values())
    most = nice_ticks(max(map(sum, zip(*rows, strict=True))))[-1]
    scale = (floor - top) / most
    shown = bars(svg)
    for i in range(4):
        column = [bar for bar in shown if bar["said"].startswith(f"{2020 + i},")]
        assert sum(bar["height"] for bar in column) == pytest.approx(sum(row[i] for row in rows) * scale, abs=0.1)
        for lower, upper in pairwise(column):
            assert upper["y"] + upper["height"] == pytest.approx(lower["y"], abs=0.02)
        if column:
            assert column[0]["y"] + column[0]["height"] == pytest.approx(floor, abs=0.02)


@given(numbers, st.sampled_from([320.0, 680.0]))
def test_nothing_falls_out_of_the_picture(rows: list[list[int]], width: float) -> None:
    for svg in (stacked_bars(chart(*rows), "a", width), grouped_bars(chart(*rows), "a", width)):
        left, top, right, bottom = map(float, drawn(svg).get("viewBox", "").split())
        for bar in bars(svg):
            assert left <= bar["x"] and bar["x"] + bar["width"] <= right
            assert top <= bar["y"] and bar["y"] + bar["height"] <= bottom + 0.02


def test_bars_side_by_side_do_not_overlap() -> None:
    shown = bars(grouped_bars(chart([3, 1], [2, 5]), "a"))
    assert [bar["said"] for bar in shown] == ["2020, rij 0: 3", "2020, rij 1: 2", "2021, rij 0: 1", "2021, rij 1: 5"]
    for one, next_ in pairwise(shown):
        assert one["x"] + one["width"] <= next_["x"]


def test_steps_go_up_and_down_where_the_numbers_do() -> None:
    svg = steps(chart([0, 4, 4, 2, 0]), "a", 500, 200)
    path = drawn(svg).findall(f".//{SVG}path[@fill='none']")[-1].get("d", "")
    moves = [(float(x), float(y)) for x, y in re.findall(r"[MH]([\d.]+)[ V]([\d.]+)", path)]
    levels = axis(svg)
    assert [round(y, 1) for _, y in moves] == [round(levels[level], 1) for level in ("0", "4", "2", "0")]
    width = (500 - 10 - moves[0][0]) / 5
    assert [round((x - moves[0][0]) / width, 2) for x, _ in moves] == [0, 1, 3, 4]


@given(st.floats(0, 1e12))
def test_ticks_are_few_and_round_and_reach_over_the_highest(most: float) -> None:
    ticks = nice_ticks(most)
    assert ticks[0] == 0 and ticks[-1] >= most * (1 - 1e-9)
    assert 2 <= len(ticks) <= 7
    step = ticks[1]
    assert re.fullmatch(r"[125]\.?0*e[+-]\d+", f"{step:e}")
    assert all(later - earlier == pytest.approx(step) for earlier, later in pairwise(ticks))


@given(st.integers(2, 60), st.sampled_from([320.0, 680.0]))
def test_texts_below_do_not_run_into_each_other(count: int, width: float) -> None:
    marks = [Mark(i, str(2000 + i)) for i in range(count)]
    made = chart([1.0] * count, labels=[str(i) for i in range(count)], marks=marks)
    texts = [
        (float(text.get("x", "0")), len(text.text or "") * LETTER)
        for text in drawn(stacked_bars(made, "a", width)).iter(f"{SVG}text")
        if text.get("text-anchor") == "start"
    ]
    assert texts
    assert all(x + length <= following for (x, length), (following, _) in pairwise(texts))


def test_who_does_not_see_it_is_told() -> None:
    svg = drawn(stacked_bars(chart([1, 2]), "werken"))
    assert svg.get("role") == "img"
    named = {element.get("id"): element.text for element in svg.iter() if element.get("id")}
    assert [named[name] for name in svg.get("aria-labelledby", "").split()] == ["Werken", "Zo veel."]


def test_nobody_depends_on_colour() -> None:
    """Looks that share a colour differ in their pattern or edge, and every pattern that is used is there."""
    kinds = [name for name in LOOKS if name not in ("one", "two", "three", "four", "five", "six", "accent")]
    assert len({(LOOKS[n].token, LOOKS[n].pattern, LOOKS[n].edge) for n in kinds}) == len(kinds)
    assert {look.token for look in LOOKS.values()} <= LIGHT.keys()
    series = [Series(name, [1.0], name) for name in LOOKS]
    svg = stacked_bars(Chart("x", "y", ["2027"], series), "p")
    assert set(re.findall(r"url\(#([\w-]+)\)", svg)) <= set(re.findall(r'<pattern id="([\w-]+)"', svg))
    tokens = (BASE / "planning/web/static/web/css/tokens.css").read_text()
    assert all(f"--{name}: {value};" in tokens for name, value in LIGHT.items()), "the page's own colours"


def test_hostile_names_are_text() -> None:
    name = "</title><script>alert(1)</script>\"'&"
    svg = stacked_bars(Chart(name, name, [name], [Series(name, [1]), Series("b", [1], "street")]), "a")
    assert "<script" not in svg
    assert name in {element.text for element in drawn(svg).iter()}


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="1 numbers for 2 labels"):
        Chart("x", "y", ["a", "b"], [Series("rij", [1])])
    with pytest.raises(ValueError, match="below zero"):
        Chart("x", "y", ["a"], [Series("rij", [-1])])


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (2.5, "2,5"), (1234.0, "1.234"), (1234567, "1.234.567"), (12.3, "12"), (3.0, "3")]
)
def test_numbers_are_written_as_the_dutch_do(value: float, text: str) -> None:
    assert plain(value) == text


def test_a_limit_is_a_line_with_a_name() -> None:
    svg = drawn(steps(chart([1, 30], limit=(25.0, "grens")), "a"))
    [line] = [line for line in svg.iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert line.get("y1") == line.get("y2")
    assert "grens" in {text.text for text in svg.iter(f"{SVG}text")}


def test_they_need_no_django() -> None:
    code = "import planning.web.charts, sys; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=BASE, capture_output=True, text=True, check=True, env={})
    assert done.stdout.strip() == "False"
