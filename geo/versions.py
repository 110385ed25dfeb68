"""Which state the data is in: a version that changes exactly when a watched table does, kept by the database.

Every statement that writes a watched table leaves a row in ``geo_change``; a version is a digest of the rows that can
be seen. A counter would make writers wait for each other until they commit; rows of their own do not. Numbers never
come back, so neither does a version, however few rows are left.
"""

from __future__ import annotations

from typing import Final

from django.db import connections, migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION geo_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE noted bigint;
BEGIN
    INSERT INTO geo_change (table_name) VALUES (TG_TABLE_NAME) RETURNING id INTO noted;
    -- The latest rows tell as much as all; those that another writer is busy with wait for the next time.
    IF noted % 20 = 0 THEN
        DELETE FROM geo_change WHERE id IN (
            SELECT id FROM geo_change WHERE table_name = TG_TABLE_NAME AND id < noted - 40 FOR UPDATE SKIP LOCKED
        );
    END IF;
    -- Whoever listens hears at the commit which tables changed, each once; what changed they ask for as themselves.
    PERFORM pg_notify('geo_change', TG_TABLE_NAME);
    RETURN NULL;
END $$
"""

CHANNEL: Final = "geo_change"
"""Where the database tells which tables changed (LISTEN)."""

VERSION: Final = (
    "SELECT md5(coalesce(string_agg(id::text, ',' ORDER BY id), '')) AS version"
    " FROM geo_change WHERE table_name = ANY({tables})"
)
"""What says the version of some tables, as part of a statement; ``tables`` is where their names go."""


def watch(table: str) -> migrations.RunSQL:
    """Return the migration that lets a table note its changes; ``table`` is a name of ours, never a client's."""
    return migrations.RunSQL(
        f'CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION geo_note_change()",
        f'DROP TRIGGER IF EXISTS note_change ON "{table}"',
    )


def version_of(statement: str, using: str = "default") -> str:
    """Return the version of the tables that ``statement`` reads; one short query, no geometry is touched."""
    with connections[using].cursor() as cursor:
        cursor.execute(VERSION.format(tables="%s"), [list(tables_read(statement, using))])
        return str(cursor.fetchone()[0])


def tables_read(statement: str, using: str = "default") -> tuple[str, ...]:
    """Return the watched tables that ``statement`` reads.

    A table counts where its name stands between quotation marks, as Django writes it; one that is not watched has no
    changes to count.
    """
    return tuple(table for table in watched_tables(using) if f'"{table}"' in statement)


_watched: dict[str, list[str]] = {}


def watched_tables(using: str = "default") -> list[str]:
    """Return the tables that note their changes; asked once per process, for only a migration changes it."""
    if not _watched.get(using):
        with connections[using].cursor() as cursor:
            cursor.execute(
                "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'note_change'"
            )
            _watched[using] = sorted(name for (name,) in cursor.fetchall())
    return _watched[using]
