"""What the engine counts with beside works notes its changes, so that a loaded plan knows when it is old."""

from django.db import migrations

from geo.versions import watch


class Migration(migrations.Migration):
    dependencies = [("coordination", "0004_scenarios_and_proposals"), ("works", "0002_watched")]
    operations = [
        watch(table)
        for table in (
            "works_dependency", "coordination_rulesetting", "coordination_crew", "coordination_yearbudget",
        )
    ]
