"""Which state the data is in: a version that changes exactly when a watched table does, kept by the database.

Every statement that writes a watched table leaves a row in ``geo_change``; a version is a digest of the rows that can
be seen. A counter would make writers wait for each other until they commit; rows of their own do not.
"""

from __future__ import annotations

from django.db import connections, migrations
from django.db.backends.utils import CursorWrapper

FUNCTION = """
CREATE FUNCTION geo_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE noted bigint;
BEGIN
    INSERT INTO geo_change (table_name) VALUES (TG_TABLE_NAME) RETURNING id INTO noted;
    -- A few hundred rows tell as much as all; rows that another writer is busy with wait for the next time.
    IF noted % 100 = 0 THEN
        DELETE FROM geo_change WHERE id IN (
            SELECT id FROM geo_change WHERE table_name = TG_TABLE_NAME ORDER BY id DESC OFFSET 200
            FOR UPDATE SKIP LOCKED
        );
    END IF;
    RETURN NULL;
END $$
"""


def watch(table: str) -> migrations.RunSQL:
    """Return the migration that lets a table note its changes; ``table`` is a name of ours, never a client's."""
    return migrations.RunSQL(
        f'CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"'
        " FOR EACH STATEMENT EXECUTE FUNCTION geo_note_change()",
        f'DROP TRIGGER IF EXISTS note_change ON "{table}"',
    )


def version_of(statement: str, using: str = "default") -> str:
    """Return the version of the tables that ``statement`` reads; one short query, no geometry is touched.

    A table counts where its name stands between quotation marks, as Django writes it; one that is not watched has no
    changes to count.
    """
    with connections[using].cursor() as cursor:
        tables = [table for table in watched_tables(cursor, using) if f'"{table}"' in statement]
        cursor.execute(
            "SELECT md5(coalesce(string_agg(id::text, ',' ORDER BY id), ''))"
            " FROM geo_change WHERE table_name = ANY(%s)",
            [tables],
        )
        return str(cursor.fetchone()[0])


_watched: dict[str, list[str]] = {}


def watched_tables(cursor: CursorWrapper, using: str = "default") -> list[str]:
    """Return the tables that note their changes; asked once per process, for only a migration changes it."""
    if using not in _watched:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname = 'note_change'"
        )
        found = sorted(name for (name,) in cursor.fetchall())
        if not found:
            return found
        _watched[using] = found
    return _watched[using]
