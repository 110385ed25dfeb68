"""Charts as SVG: pure functions from numbers to text, without Django, so that pages, reports and notebooks share them.

Colours follow the page's own tokens, light and dark, with those of light where there are none; beside colour every look
has a pattern. A chart names itself for a screen reader; the page puts a table with the same numbers beside it.
"""

from planning.web.charts.bars import grouped_bars, stacked_bars
from planning.web.charts.data import Chart, Mark, Series
from planning.web.charts.steps import steps

__all__ = ["Chart", "Mark", "Series", "grouped_bars", "stacked_bars", "steps"]
