"""Which works stand together on the board: on connected ground, in a buurt, of an owner, in a project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from planning.coordination.board.choice import Grouping
from planning.coordination.board.works import BoardWork
from planning.sequencing.plan import Plan
from planning.sequencing.rules.selection import connected

MOST_TOGETHER: Final = 20
"""Where more works than this touch each other in a chain, only those that share ground stand together (our choice)."""

SHARED_M2: Final = 1.0
"""As the rules have it: below this, ground is not shared but drawn carelessly."""

MAIN_FIRST: Final = {kind: order for order, kind in enumerate(("demolition", "new_build", "renovation"))}
"""By which work a ground is called: buildings before what lies around them."""

SAID_OF_WORK: Final = frozenset({
    "sloop", "nieuwbouw", "renovatie", "riool", "riolering", "warmtenet", "herinrichting", "herbestrating",
    "appartementen", "verhuizing", "verduurzaming", "dakrenovatie", "gevelrenovatie", "straat",
})  # fmt: skip
"""Words that say what is done and not where, at the beginning of a work's name."""


@dataclass(frozen=True)
class Group:
    """Rows under one heading, in order of time; ``wijk`` is empty where they lie in several or none."""

    title: str
    detail: str
    wijk: str
    works: tuple[BoardWork, ...]


def grounds(plan: Plan) -> dict[int, int]:
    """Return for every work that touches another the ground it lies on: identities of works to a number."""
    pairs = plan.pairs
    touching = pairs.distance == 0
    found: list[list[int]] = []
    for chain in connected(pairs.first[touching].tolist(), pairs.second[touching].tolist()):
        if len(chain) <= MOST_TOGETHER:
            found.append(chain)
            continue
        inside = np.isin(pairs.first, chain) & (pairs.overlap >= SHARED_M2)
        found += connected(pairs.first[inside].tolist(), pairs.second[inside].tolist())
    return {int(plan.works.id[i]): number for number, ground in enumerate(found) for i in ground}


def group_works(works: Sequence[BoardWork], grouping: Grouping, ground_of: dict[int, int]) -> list[Group]:
    """Return ``works`` (in order of time) under headings; places go by wijk and buurt, then by what begins first."""
    if grouping is Grouping.OWNER:
        return _named(works, lambda work: work.owner_name, lambda work: _("Zonder eigenaar"))
    if grouping is Grouping.PROJECT:
        return _named(works, lambda work: work.project_name, lambda work: _("Zonder project"), _owners)
    if grouping is Grouping.BUURT:
        return _named(works, lambda work: work.buurt, lambda work: _("Buiten de buurten"), _wijken, by_place=True)
    return _by_ground(works, ground_of)


def _named(
    works: Iterable[BoardWork],
    name: Callable[[BoardWork], str],
    nameless: Callable[[BoardWork], str],
    detail: Callable[[Sequence[BoardWork]], str] = lambda works: "",
    *,
    by_place: bool = False,
) -> list[Group]:
    groups: dict[str, list[BoardWork]] = {}
    for work in works:
        groups.setdefault(name(work), []).append(work)
    found = [
        Group(key or nameless(rows[0]), detail(rows), _same(work.wijk for work in rows), tuple(rows))
        for key, rows in groups.items()
    ]
    # What has no name comes last.
    return sorted(found, key=lambda g: (not name(g.works[0]), g.wijk if by_place else "", g.title.casefold()))


def _by_ground(works: Sequence[BoardWork], ground_of: dict[int, int]) -> list[Group]:
    """Group what lies on connected ground; what lies alone stands together per buurt, after its grounds."""
    grounds: dict[int, list[BoardWork]] = {}
    for work in works:
        grounds.setdefault(ground_of.get(work.id, -1), []).append(work)
    alone = grounds.pop(-1, [])
    found: list[tuple[tuple[object, ...], Group]] = []
    for rows in grounds.values():
        if len(rows) == 1:
            alone += rows
            continue
        buurt, wijk = _most([work.buurt for work in rows]), _most([work.wijk for work in rows])
        group = Group(" · ".join(dict.fromkeys(filter(None, [buurt, _ground_name(rows)]))), "", wijk, tuple(rows))
        found.append(((not wijk, wijk, not buurt, buurt, False, rows[0].start), group))
    single: dict[tuple[str, str], list[BoardWork]] = {}
    for work in sorted(alone, key=lambda work: (work.start, work.finish, work.id)):
        single.setdefault((work.wijk, work.buurt), []).append(work)
    for (wijk, buurt), rows in single.items():
        title = _("%(buurt)s · losse werken") % {"buurt": buurt} if buurt else _("Buiten de buurten")
        found.append(((not wijk, wijk, not buurt, buurt, True, rows[0].start), Group(title, "", wijk, tuple(rows))))
    return [group for _key, group in sorted(found, key=lambda pair: pair[0])]


def _ground_name(works: Sequence[BoardWork]) -> str:
    """Return what people call the ground: where its main work is, without the word for what is done there."""
    main = min(
        works, key=lambda work: (MAIN_FIRST.get(work.kind, len(MAIN_FIRST)), -work.dwellings, work.start, work.id)
    )
    said, _space, place = main.name.partition(" ")
    return place if place and said.casefold() in SAID_OF_WORK else main.name


def _most(names: Iterable[str]) -> str:
    """Return the name that most have; empty where none has one."""
    counted = Counter(name for name in names if name)
    return counted.most_common(1)[0][0] if counted else ""


def _same(names: Iterable[str]) -> str:
    distinct = set(names)
    return distinct.pop() if len(distinct) == 1 else ""


def _owners(works: Sequence[BoardWork]) -> str:
    return ", ".join(sorted({work.owner_name for work in works}))


def _wijken(works: Sequence[BoardWork]) -> str:
    return ", ".join(sorted({work.wijk for work in works if work.wijk}))
