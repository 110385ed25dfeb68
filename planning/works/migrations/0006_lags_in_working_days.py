"""Lags count working days: what was stated in days of the calendar becomes as many weeks of five."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("works", "0005_imports_kept_in_the_background"),
    ]

    operations = [
        migrations.AlterField(
            model_name=name,
            name=field,
            field=models.IntegerField(verbose_name=label, **more),
        )
        for name in ("dependency", "dependencyevent")
        for field, label, more in (
            ("minimum_lag_days", "minste tussentijd in werkdagen", {"default": 0}),
            ("maximum_lag_days", "meeste tussentijd in werkdagen", {"blank": True, "null": True}),
        )
    ] + [
        migrations.RunSQL(
            "UPDATE works_dependency SET minimum_lag_days = round(minimum_lag_days * 5 / 7.0),"
            " maximum_lag_days = round(maximum_lag_days * 5 / 7.0)"
            " WHERE minimum_lag_days <> 0 OR maximum_lag_days <> 0",
            "UPDATE works_dependency SET minimum_lag_days = round(minimum_lag_days * 7 / 5.0),"
            " maximum_lag_days = round(maximum_lag_days * 7 / 5.0)"
            " WHERE minimum_lag_days <> 0 OR maximum_lag_days <> 0",
        )
    ]
