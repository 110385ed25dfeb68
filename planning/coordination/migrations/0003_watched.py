"""Tables that layers show note their changes."""

from django.db import migrations

from geo.versions import watch


class Migration(migrations.Migration):
    dependencies = [("coordination", "0002_crews_and_budgets"), ("geo", "0002_versions_and_tiles")]
    operations = [watch(table) for table in ("coordination_finding", "coordination_finding_works")]
