"""A dependency that would make a work wait for itself."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable


def circle_with(edges: Iterable[tuple[int, int]], predecessor: int, successor: int) -> list[int] | None:
    """Return the shortest circle that a dependency closes, from its successor to its predecessor; None where none.

    ``edges`` are pairs of predecessor and successor.
    """
    if predecessor == successor:
        return [predecessor]
    following: defaultdict[int, list[int]] = defaultdict(list)
    for before, after in edges:
        following[before].append(after)
    reached = {successor: successor}
    waiting = deque([successor])
    while waiting:
        work = waiting.popleft()
        if work == predecessor:
            path = [work]
            while path[0] != successor:
                path.insert(0, reached[path[0]])
            return path
        for after in following[work]:
            if after not in reached:
                reached[after] = work
                waiting.append(after)
    return None
