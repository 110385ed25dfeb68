"""Changes that tables note, and finished tiles."""

from django.db import migrations

from geo.versions import FUNCTION, watch

TABLES = """
CREATE TABLE geo_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name name NOT NULL
);
CREATE INDEX geo_change_table ON geo_change (table_name, id);
-- Not written to the log: after a crash it is empty, and tiles are cut again.
CREATE UNLOGGED TABLE geo_tile (
    key bytea PRIMARY KEY,
    layer text NOT NULL,
    version text NOT NULL,
    content bytea NOT NULL
);
CREATE INDEX geo_tile_layer ON geo_tile (layer, version);
"""


class Migration(migrations.Migration):
    dependencies = [("geo", "0001_initial")]
    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE geo_tile; DROP TABLE geo_change"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION geo_note_change()"),
        *(watch(table) for table in ("geo_wijk", "geo_buurt", "geo_address")),
    ]
