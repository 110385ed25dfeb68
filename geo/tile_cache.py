"""Finished tiles, kept in the database for all processes, until a table that they show changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from django.db import connections

MOST: Final = 50_000
"""Tiles kept per layer; beyond that the layer starts anew."""


@dataclass(frozen=True)
class TileKey:
    """What decides what a tile holds: the statement with its values, and the state of the data.

    The values hold who is looking, at which period and on which day, so that nobody gets a tile made for others.
    """

    layer: str
    version: str
    digest: bytes

    @classmethod
    def make(cls, layer: str, version: str, statement: str, values: list[Any]) -> TileKey:
        """Return the key of a statement."""
        digest = hashlib.blake2b(repr((layer, version, statement, values)).encode(), digest_size=16).digest()
        return cls(layer, version, digest)

    @property
    def etag(self) -> str:
        """Return the key as an ETag, without quotation marks."""
        return self.digest.hex()


def find(key: TileKey, using: str = "default") -> bytes | None:
    """Return a finished tile, compressed with gzip (empty where nothing is there), or None."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT content FROM geo_tile WHERE key = %s", [key.digest])
        row = cursor.fetchone()
    return None if row is None else bytes(row[0])


def keep(key: TileKey, content: bytes, using: str = "default") -> None:
    """Keep a finished tile; the first of a new version drops all older ones of its layer."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO geo_tile (key, layer, version, content) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [key.digest, key.layer, key.version, content],
        )
        # Now and then is enough: what is out of date can no longer be asked for.
        if key.digest[0] < 8:
            cursor.execute(
                "DELETE FROM geo_tile WHERE layer = %s AND (version <> %s OR %s < ("
                " SELECT count(*) FROM geo_tile WHERE layer = %s AND version = %s))",
                [key.layer, key.version, MOST, key.layer, key.version],
            )
