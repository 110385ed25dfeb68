"""The table of Django's cache: how often somebody failed to sign in is counted for all processes together."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_joining")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
