"""Finished tiles, kept in the database for all processes, until a table that they show changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from geo.prepared import prepared
from geo.tiles import Plan, Tile
from geo.versions import VERSION

MOST: Final = 50_000
"""Tiles kept per layer; beyond that the layer starts anew."""

_FIND: Final = (
    "SELECT state.version, content, {cut}"  # noqa: S608 -- constants
    f" FROM ({VERSION}) AS state LEFT JOIN geo_tile ON key = {{key}} AND geo_tile.version = state.version"
)
_UNLESS_HELD: Final = " AND strpos($2, state.version) = 0"
_UNLESS_KEPT: Final = "CASE WHEN content IS NULL THEN ({statement}) END"
_KEEP: Final = (
    "INSERT INTO geo_tile (key, layer, version, content) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (key) DO UPDATE SET version = excluded.version, content = excluded.content"
)
_DROP: Final = (
    "DELETE FROM geo_tile WHERE layer = $1 AND (version <> $2 OR $3 <"
    " (SELECT count(*) FROM geo_tile WHERE layer = $1 AND version = $2))"
)


@dataclass(frozen=True)
class TileKey:
    """What decides what a tile holds, but for the state of the data: the statement, its values, and how it is packed.

    The values hold who is looking, at which period and on which day, so that nobody gets a tile made for others.
    """

    layer: str
    digest: bytes

    @classmethod
    def make(cls, layer: str, plan: Plan, tile: Tile, encoding: str) -> TileKey:
        """Return the key of a tile."""
        made_of = (layer, plan.fingerprint, plan.values_at(tile), encoding)
        return cls(layer, hashlib.blake2b(repr(made_of).encode(), digest_size=16).digest())

    def etag(self, version: str) -> str:
        """Return the strong ETag of the tile in a state of the data."""
        return f'"{self.digest.hex()}-{version}"'


@dataclass(frozen=True)
class Found:
    """A tile as the database has it; empty where nothing is there.

    Parameters
    ----------
    version
        Of the data.
    kept
        The finished tile, packed, where anybody has been given it before.
    cut
        The tile as it was cut now, not packed.
    """

    version: str
    kept: bytes | None
    cut: bytes | None


def find(key: TileKey, plan: Plan, held: str) -> Found:
    """Return the finished tile where it is kept; one short statement, that touches no geometry.

    ``held`` are ETags that the client has already: where one is of this version the tile is left where it is.
    """
    statement = _FIND.format(tables=_names(plan), cut="NULL::bytea", key="$1") + _UNLESS_HELD
    return _found(plan, statement, [key.digest, held])


def find_or_cut(key: TileKey, plan: Plan, tile: Tile) -> Found:
    """Return the finished tile, or else cut it; one statement, that touches no geometry where the tile is kept."""
    values = [*plan.values_at(tile), key.digest]
    cut = _UNLESS_KEPT.format(statement=plan.statement)
    return _found(plan, _FIND.format(tables=_names(plan), cut=cut, key=f"${len(values)}"), values)


def _names(plan: Plan) -> str:
    return f"'{{{','.join(plan.tables)}}}'::name[]"


def _found(plan: Plan, statement: str, values: list[Any]) -> Found:
    with prepared(plan.using) as cursor:
        cursor.execute(statement, values)
        return Found(*cursor.fetchone())


def keep(key: TileKey, plan: Plan, version: str, content: bytes) -> None:
    """Keep a finished tile; now and then those of an older version of its layer are dropped."""
    with prepared(plan.using) as cursor:
        cursor.execute(_KEEP, [key.digest, key.layer, version, content])
        # One time in 32 is enough: what is out of date is never found.
        if (key.digest[0] ^ int(version[:2], 16)) < 8:
            cursor.execute(_DROP, [key.layer, version, MOST])
