"""Fewer rows say the version of a table; finished tiles, compressed already, are stored as they are."""

from django.db import migrations

from geo.versions import FUNCTION

TILES = "TRUNCATE geo_tile; ALTER TABLE geo_tile ALTER content SET STORAGE EXTERNAL"


class Migration(migrations.Migration):
    dependencies = [("geo", "0002_versions_and_tiles")]
    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        migrations.RunSQL(TILES, migrations.RunSQL.noop),
    ]
