"""Tables that layers show note their changes."""

from django.db import migrations

from geo.versions import watch


class Migration(migrations.Migration):
    dependencies = [("works", "0001_initial"), ("geo", "0002_versions_and_tiles")]
    operations = [watch(table) for table in ('works_work', 'works_project')]
