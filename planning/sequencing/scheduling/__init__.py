"""The scheduling core: RCPSP/max, its temporal analysis, a first schedule, and the exact search."""
