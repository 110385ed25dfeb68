"""Finished tiles, kept in the database for all processes, until a table that they show changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from geo.prepared import prepared
from geo.tiles import Plan, Tile
from geo.versions import VERSION

MOST: Final = 50_000
"""Tiles kept per layer; beyond that the layer starts anew."""

_FIND: Final = (
    "SELECT state.version, content,"  # noqa: S608 -- constants
    " CASE WHEN content IS NULL AND strpos({held}, state.version) = 0 THEN ({cut}) END"
    f" FROM ({VERSION}) AS state"
    " LEFT JOIN geo_tile ON key = {key} AND geo_tile.version = state.version AND strpos({held}, state.version) = 0"
)
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
        The tile as it was cut now, not packed, where it was not kept.
    """

    version: str
    kept: bytes | None
    cut: bytes | None


def find(key: TileKey, plan: Plan, tile: Tile, held: str = "") -> Found:
    """Return the finished tile, or else cut it.

    One statement, that touches no geometry where the tile is kept. ``held`` are ETags that the client has already:
    where one is of this version the tile is left where it is, and not cut either.
    """
    values = [*plan.values_at(tile), key.digest, held]
    statement = _FIND.format(
        tables=f"'{{{','.join(plan.tables)}}}'::name[]",
        cut=plan.statement,
        key=f"${len(values) - 1}",
        held=f"${len(values)}",
    )
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
