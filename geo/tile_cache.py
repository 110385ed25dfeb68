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
    f"SELECT state.version, content FROM ({VERSION}) AS state"  # noqa: S608 -- constants
    " LEFT JOIN geo_tile ON key = $1 AND geo_tile.version = state.version AND strpos($2, state.version) = 0"
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


def find(key: TileKey, plan: Plan, held: str = "") -> tuple[str, bytes | None]:
    """Return the version of the data, and the finished tile, packed (empty where nothing is there), or None.

    One short statement, that touches no geometry. ``held`` are ETags that the client has already: where one is of this
    version the tile is left where it is.
    """
    with prepared(plan.using) as cursor:
        cursor.execute(_FIND.format(tables=f"'{{{','.join(plan.tables)}}}'::name[]"), [key.digest, held])
        version, content = cursor.fetchone()
    return version, content


def keep(key: TileKey, plan: Plan, version: str, content: bytes) -> None:
    """Keep a finished tile; now and then those of an older version of its layer are dropped."""
    with prepared(plan.using) as cursor:
        cursor.execute(_KEEP, [key.digest, key.layer, version, content])
        # One time in 32 is enough: what is out of date is never found.
        if (key.digest[0] ^ int(version[:2], 16)) < 8:
            cursor.execute(_DROP, [key.layer, version, MOST])
