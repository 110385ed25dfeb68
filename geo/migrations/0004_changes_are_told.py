"""Who listens hears which tables change."""

from django.db import migrations

from geo.versions import FUNCTION


class Migration(migrations.Migration):
    dependencies = [("geo", "0003_quick_versions")]
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
